// SPDX-License-Identifier: AGPL-3.0-or-later
// Who came is counted by offer, site and day, once for each person, and taken back from the day on which it was counted.
import { afterEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { noteAttendance } from '../../server/applications/commands/attend.ts'
import { DAY } from '../../server/base/clock.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { bastienOf, publish } from '../support/answering.ts'
import type { Browser } from '../support/browser.ts'
import { randomFrom } from '../support/random.ts'

afterEach(stopApps)

const CENTRE = 'https://centre.example/actor'

/** Accepted, with those whom they bring along. @param channel by which they found the offer. */
async function accept(world: World, b: Browser, given: string, { offer, seats = 1, channel = 'own' }: Coming) {
  const noted = { offer, given_name: given, family_name: 'Roy', phone: '02 61 91 33 07', accept: 'on', locale: 'fr' }
  await b.post('/work/applications/new', { ...noted, seats: String(seats) })
  const { db } = world.deps
  await db.updateTable('applications').set({ channel }).where('given_name', '=', given).execute()
  return db.selectFrom('applications').select('id').where('given_name', '=', given).executeTakeFirstOrThrow()
}
type Coming = { offer: string; seats?: number; channel?: string }

const came = (world: World) =>
  world.deps.db
    .selectFrom('offer_counts')
    .select(['day', 'channel', 'completed'])
    .where('completed', '<>', 0)
    .orderBy('day')
    .orderBy('channel')
    .execute()

describe('who came', () => {
  async function begin() {
    const world = await startApp()
    const offer = await publish(world, {
      commitment: 'one_off',
      frequency: null,
      starts_on: '2026-11-24',
      group_ok: true,
      capacity: 20,
    })
    const b = await world.signIn('bastien')
    await accept(world, b, 'Ada', { offer })
    await accept(world, b, 'Bo', { offer, seats: 3, channel: CENTRE })
    await accept(world, b, 'Cy', { offer })
    world.clock.advance(4 * DAY)
    return { world, offer, b: await world.signIn('bastien') }
  }
  const note = async (b: Browser, offer: string, answers: Record<string, string>) => {
    await b.get(`/work/offers/${offer}/attendance`)
    for (const [given, answer] of Object.entries(answers)) b.choose(answer, `${given} Roy`)
    await b.press('Enregistrer')
  }

  it('is counted on the day on which the team notes it, by the site they came from, with those they brought', async () => {
    const { world, offer, b } = await begin()
    await note(b, offer, { Ada: 'A participé', Bo: 'A participé', Cy: 'N’a pas participé' })
    expect(await came(world)).toEqual([
      { day: '2026-11-26', channel: CENTRE, completed: 3 },
      { day: '2026-11-26', channel: 'own', completed: 1 },
    ])
    await b.get('/work/statistics')
    expect(b.text).toContain('Personnes venues 4')
    expect(b.text).toContain('Notre site 0 0 0 3 5 1')
    await b.get(`/work/offers/${offer}`)
    expect(b.text).toContain('Notre site 0 0 0 3 5 1')
  })

  it('counts nobody twice: neither by a second press, nor by a second answer', async () => {
    const { world, offer, b } = await begin()
    await note(b, offer, { Ada: 'A participé' })
    await note(b, offer, { Ada: 'A participé' })
    world.clock.advance(DAY)
    const later = await world.signIn('bastien')
    await note(later, offer, { Ada: 'N’a pas participé' })
    expect(await came(world)).toEqual([])
    await note(later, offer, { Ada: 'A participé' })
    expect(await came(world)).toEqual([{ day: '2026-11-27', channel: 'own', completed: 1 }])
  })

  it('is taken back from the day on which it was counted, also where clocks have changed since', async () => {
    const { world, offer } = await begin()
    world.clock.set('2026-11-26T23:30:00.000Z')
    const late = await world.signIn('bastien')
    await note(late, offer, { Bo: 'A participé' })
    expect(await came(world)).toEqual([{ day: '2026-11-27', channel: CENTRE, completed: 3 }])
    await world.deps.db.updateTable('association').set({ time_zone: 'America/Toronto' }).execute()
    await note(late, offer, { Bo: 'N’a pas participé' })
    expect(await came(world)).toEqual([])
    const months = await world.deps.db.selectFrom('month_counts').select('completed').execute()
    expect(months.filter(({ completed }) => completed !== 0)).toEqual([])
  })

  it('stays when the person is erased, and when the offer is', async () => {
    const { world, offer, b } = await begin()
    await note(b, offer, { Ada: 'A participé', Bo: 'A participé' })
    const counted = await came(world)
    const { person_id } = await world.deps.db
      .selectFrom('applications')
      .select('person_id')
      .where('given_name', '=', 'Ada')
      .executeTakeFirstOrThrow()
    const chief = await world.signIn('amina')
    await chief.get(`/work/people/${person_id}/erasure`)
    await chief.press('Tout effacer')
    expect(await came(world)).toEqual(counted)
    await world.deps.db.deleteFrom('applications').execute()
    await world.deps.db.deleteFrom('offers').where('id', '=', offer).execute()
    expect(await came(world)).toEqual(counted)
  })

  it('by chance: days, months and sites come to the people of whom it was last noted', async () => {
    const { world, offer } = await begin()
    const { db } = world.deps
    const random = randomFrom(20261201)
    const ids = (await db.selectFrom('applications').select('id').execute()).map(({ id }) => id)
    for (let at = 0; at < 40; at += 1) {
      world.clock.advance(DAY * random.next())
      const noted = random.several(ids, 2).map((id) => [id, random.one(['came', 'missed'] as const)] as const)
      await noteAttendance(world.deps, bastienOf(world), offer, new Map(noted))
      const { rows: truth } = await sql<object>`select came_on as day, channel, sum(seats) as completed
        from applications where state = 'completed' group by 1, 2 order by 1, 2`.execute(db)
      expect(await came(world)).toEqual(truth)
      const { rows: months } = await sql<object>`select month, teller, completed from month_counts
        where completed <> 0 order by 1, 2`.execute(db)
      const { rows: days } = await sql<object>`select substr(day, 1, 7) as month, channel as teller,
        sum(completed) as completed from offer_counts group by 1, 2 having sum(completed) <> 0 order by 1, 2`.execute(
        db,
      )
      expect(months).toEqual(days)
    }
    expect(await db.selectFrom('applications').select('id').where('came_on', 'is not', null).execute()).not.toEqual([])
  })
})
