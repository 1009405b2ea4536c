// SPDX-License-Identifier: AGPL-3.0-or-later
// Nobody is kept for ever, nobody goes without having been told, and the page about data says no more than that.
import { afterEach, describe, expect, it } from '@jest/globals'
import { findPerson, updatePerson } from '../../db/queries/people.ts'
import { DAY } from '../../server/base/clock.ts'
import { eraseInactive } from '../../server/privacy/timetable.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Name } from '../support/world.ts'

afterEach(stopApps)

const MONTH = 31 * DAY
const names: Name[] = ['amina', 'bastien', 'chloe', 'david', 'elise', 'farid']

async function here(world: World): Promise<Name[]> {
  const found: Name[] = []
  for (const name of names) if (await findPerson(world.deps.db, world.id(name))) found.push(name)
  return found
}

async function passMonths(world: World, months: number): Promise<void> {
  for (let month = 0; month < months; month++) {
    world.clock.advance(MONTH)
    await eraseInactive(world.deps)
  }
}

describe('web H3: people are not kept for ever', () => {
  it('without a sign of life they are told once, and erased two months later; who comes stays', async () => {
    const world = await startApp()
    await passMonths(world, 20)
    const { db } = world.deps
    const category = await db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()
    await world.signIn('david')
    const line = { id: 'x', person_id: world.id('elise'), worked_on: world.clock.iso().slice(0, 10), minutes: 60 }
    const rest = {
      category_id: category.id,
      source: 'coordinator',
      state: 'approved',
      created_at: world.clock.iso(),
    } as const
    await db
      .insertInto('hours_entries')
      .values({ ...line, ...rest })
      .execute()
    await passMonths(world, 13)
    expect(await here(world)).toEqual(names)
    expect(await world.mails()).toEqual([])
    await passMonths(world, 2)
    const told = (await world.mails()).filter(({ template }) => template === 'accounts/inactive').map(({ to }) => to)
    expect(told.toSorted()).toEqual(['bastien@example.org', 'chloe@example.org', 'farid@example.org'])
    await world.signIn('farid')
    await passMonths(world, 3)
    expect(await here(world)).toEqual(['amina', 'david', 'elise', 'farid'])
    expect((await findPerson(db, world.id('farid')))?.warned_at).toBeNull()
  })

  it('when the clock jumps years ahead, nobody who has an address goes at once, nor who was invited', async () => {
    const world = await startApp()
    await updatePerson(world.deps.db, world.id('david'), { invited_at: world.clock.iso() })
    world.clock.advance(60 * MONTH)
    await eraseInactive(world.deps)
    expect(await here(world)).toEqual(names)
    await passMonths(world, 3)
    expect(await here(world)).toEqual(['amina'])
  })

  it('those who were invited and never came go after six months, and after the time that is set', async () => {
    for (const [months, env] of [
      [6, {}],
      [9, { KEEP_INVITED_MONTHS: '9' }],
    ] as const) {
      const world = await startApp({ env })
      await updatePerson(world.deps.db, world.id('david'), { invited_at: world.clock.iso() })
      world.clock.advance((months * 30 - 25) * DAY)
      await eraseInactive(world.deps)
      expect(await here(world)).toContain('david')
      world.clock.advance(36 * DAY)
      await eraseInactive(world.deps)
      expect(await here(world)).toEqual(names.filter((name) => name !== 'david'))
    }
  })

  it('the page about data says these times, and leads to one’s own', async () => {
    const world = await startApp({ env: { KEEP_INVITED_MONTHS: '9', KEEP_INACTIVE_MONTHS: '30' } })
    const b = await world.signIn('chloe')
    await b.get('/privacy')
    expect(b.text).toContain('tout est effacé après 30 mois')
    expect(b.text).toContain('restée sans réponse est effacée après 9 mois')
    await b.follow('Mes données')
    expect([b.url, b.status, b.hasLink('Faire effacer mes données')]).toEqual(['/my/data', 200, true])
  })
})
