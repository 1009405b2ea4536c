// SPDX-License-Identifier: AGPL-3.0-or-later
// Every form that was taken, sent once more as it was: pressed twice, or sent again by Back or a reload. It is no error,
// and nothing is there twice (J18).
import { afterEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { stopApps, type World } from '../support/app.ts'
import { fieldsOf, fill, formsFor, isEnd, shapeOf, type Field } from '../support/found-forms.ts'
import { fullWorld } from '../support/full-world.ts'

afterEach(stopApps)

const TEXTS: [RegExp, string][] = [
  [/email|mailbox|address/, 'quelqu.un@example.org'],
  [/phone/, '03 80 11 22 33'],
  [/day|_on$|from|until|date/, '2026-12-20'],
  [/duration/, '2h'],
  [/km|count|people|days|months|age|capacity|seats|places/, '3'],
  [/amount|rate/, '12,02'],
  [/site|url|website/, 'https://ailleurs.example'],
]
/** What somebody would fill in. */
function answer({ name, kind, values }: Field): string[] {
  if (kind === 'select') return [values.find(Boolean) ?? '']
  if (kind === 'radio') return values.slice(0, 1)
  if (kind === 'checkbox') return values.slice(0, 1)
  if (kind === 'date') return [values[0] || '2026-12-20']
  return [values[0] || (TEXTS.find(([named]) => named.test(name))?.[1] ?? 'Comme convenu')]
}

/** Sessions and links have their own tests; an event says that somebody pressed. */
const NOT_COUNTED = /^(sessions|tokens|tries|sqlite_|jobs|events|sign_ins)/

async function rowsIn({ deps }: World): Promise<Map<string, number>> {
  const tables = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(deps.db)
  const counted = tables.rows.map(({ name }) => name).filter((name) => !NOT_COUNTED.test(name))
  const counts = new Map<string, number>()
  for (const name of counted) {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(name)}`.execute(deps.db)
    counts.set(name, rows[0]!.n)
  }
  return counts
}

/** Without a session and without a word, nothing tells the sender from others in the same network. */
const BARE_LINKS = /^\/(alerts\/new|enquiries)\/:id/

const sentBefore = new Set<string>()
/** Who comes first sends what others could send too. */
const LEAST = { nobody: 20, amina: 90, bastien: 0, farid: 0, elise: 0, chloe: 0 }

describe('a form sent again as it was, by', () => {
  it.each(['nobody', 'amina', 'bastien', 'farid', 'elise', 'chloe'] as const)('%s', async (name) => {
    const { world, links, pages } = await fullWorld()
    const b = name === 'nobody' ? world.browser() : await world.signIn(name)
    const known = name === 'nobody' ? links : ['bastien', 'farid', 'amina'].includes(name) ? pages : []
    const forms = await formsFor(b, known)
    const found: string[] = []
    let taken = 0
    for (const form of forms.sort((one, other) => Number(isEnd(one)) - Number(isEnd(other)))) {
      const key = `${shapeOf(form.action)} ${form.fields.map((field) => field.name).join()}`
      if (sentBefore.has(key)) continue
      sentBefore.add(key)
      const sent = fieldsOf(fill(form, answer))
      await b.post(form.action, sent)
      await world.settle()
      if (b.status !== 200) continue
      if (name === 'nobody' && BARE_LINKS.test(shapeOf(form.action)) && form.fields.length === 0) continue
      taken += 1
      const [address, before] = [b.url, await rowsIn(world)]
      await b.post(form.action, sent)
      await world.settle()
      const report = (text: string) => found.push(`${shapeOf(form.action)}: ${text}`)
      if (b.status !== 200) report(`answered ${b.status}: ${b.heading} ${Object.values(b.errors()).join(' / ')}`)
      else if (shapeOf(b.url) !== shapeOf(address)) report(`leads to ${shapeOf(b.url)} and not to ${shapeOf(address)}`)
      for (const [table, count] of await rowsIn(world))
        if (count !== before.get(table)) report(`${table} had ${before.get(table)} rows, and has ${count}`)
    }
    expect(found).toEqual([])
    expect(taken).toBeGreaterThan(LEAST[name])
  })
})

it('a second press is no error because the first one used the link; one that comes late, or from others, is', async () => {
  const { world, links } = await fullWorld()
  const password = links.find((link) => link.startsWith('/password/'))!
  const b = world.browser()
  await b.get(password)
  const form = { password: 'une-longue-phrase-a-moi' }
  await b.post(password, form)
  expect(b.status).toBe(200)
  const first = b.url
  await b.post(password, form)
  expect([b.status, b.url]).toEqual([200, first])
  const other = world.browser()
  await other.post(password, { password: 'une-autre-phrase-a-moi' })
  expect(other.status).toBe(410)
  world.clock.advance(11_000)
  await b.post(password, form)
  expect(b.status).toBe(410)
})

it('two presses at once, the second of which finds the thing gone, lead where the first one led', async () => {
  const { world } = await fullWorld()
  const { id } = await world.deps.db.selectFrom('enquiries').select('id').executeTakeFirstOrThrow()
  const b = await world.signIn('bastien')
  const second = world.browser()
  second.cookie = b.cookie
  const path = `/work/enquiries/${id}/removal`
  await Promise.all([b.post(path, {}), second.post(path, {})])
  expect([b.status, second.status, second.url]).toEqual([200, 200, b.url])
  await second.post(path, { other: 'words' })
  expect(second.status).toBe(404)
})

it('another form between the two makes it another one, and a bare link from a network is used once', async () => {
  const { world, links } = await fullWorld()
  const { id } = await world.deps.db.selectFrom('enquiries').select('id').executeTakeFirstOrThrow()
  const b = await world.signIn('bastien')
  const path = `/work/enquiries/${id}/removal`
  await b.post(path, {})
  await b.post('/my/notices', {})
  await b.post(path, {})
  expect(b.status).toBe(404)
  const signIn = links.find((link) => link.startsWith('/sign-in/link/'))!
  const [one, other] = [world.browser(), world.browser()]
  await one.post(signIn, {})
  await other.post(signIn, {})
  expect([one.status, other.status]).toEqual([200, 410])
})
