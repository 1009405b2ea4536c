// SPDX-License-Identifier: AGPL-3.0-or-later
// public, kind 7: names have one order and one folding, in SQL and in code, up to the last row.
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { compareNames, nameKey, sortedByName } from '../../db/plain.ts'
import { readPage } from '../../server/web/rows.ts'
import { insertAffiliation, listAffiliationIds } from '../../db/queries/affiliations.ts'
import { insertItem, listSenders } from '../../db/queries/moderation.ts'
import { insertPerson, peopleList } from '../../db/queries/people.ts'
import { listMembersAfter, listMembersPage, listPublicCentres } from '../../db/queries/public-figures.ts'
import { listActiveCentres } from '../../db/queries/submissions.ts'
import { ANSWERED, type Answers } from '../../server/model/counts.ts'
import { createCellSums } from '../../server/statistics/cells.ts'
import { sharedGazetteer } from '../../server/shared.ts'
import { readModules } from '../support/sources.ts'
import { START, startApp, stopApps, type World } from '../support/app.ts'

const NO_ANSWERS = Object.fromEntries(ANSWERED.map((name) => [name, 0])) as Answers

/** Word by word, whatever the accents, ligatures, apostrophes and capitals. */
const ORDERED = [
  'Abeilles',
  'Ádám',
  'Café d’Ici',
  'Cœur à l’ouvrage',
  'coeur battant',
  'D’Arcy',
  'Élan',
  'elan doux',
  'Île aux mains',
  'ilot',
  'L’Œuvre',
  'Łódka',
  'lodz',
  'Ølstykke',
  'Straße',
  'strasse verte',
  'Zèbre',
  'zebu',
]
/** Mixed, and the same each time. */
const MIXED = ORDERED.toSorted((a, b) => (a.length % 5) - (b.length % 5) || (a < b ? 1 : -1))
const uriOf = (name: string) => `https://s${ORDERED.indexOf(name)}.example/actor`
let world: World

beforeEach(async () => {
  world = await startApp({ kind: 'centre' })
})
afterEach(stopApps)

async function partners(is: 'centre' | 'member') {
  for (const name of MIXED)
    await insertAffiliation(world.deps.db, {
      id: world.deps.newId(),
      partner_uri: uriOf(name),
      partner_is: is,
      partner_name: name,
      partner_url: `https://s${ORDERED.indexOf(name)}.example/`,
      state: 'active',
      requested_at: START,
    })
}

it('in code', () => {
  expect(MIXED).not.toEqual(ORDERED)
  expect(MIXED.toSorted(compareNames)).toEqual(ORDERED)
  expect(
    sortedByName(
      MIXED.map((name) => ({ name })),
      ({ name }) => name,
    ).map(({ name }) => name),
  ).toEqual(ORDERED)
})

it('members and centres, page by page and behind any of them', async () => {
  await partners('member')
  const { db } = world.deps
  const names = (rows: readonly { partner_name: string }[]) => rows.map(({ partner_name }) => partner_name)
  const paged = []
  for (let offset = 0; offset < 20; offset += 4) paged.push(...(await listMembersPage(db, { limit: 4, offset })))
  expect(names(paged)).toEqual(ORDERED)
  const behind = []
  for (
    let some = await listMembersAfter(db, undefined, 4);
    some.length > 0;
    some = await listMembersAfter(db, some.at(-1), 4)
  )
    behind.push(...some)
  expect(names(behind)).toEqual(ORDERED)
  const ids = await listAffiliationIds(db, 'member')
  const rows = await db.selectFrom('affiliations').select(['id', 'partner_name']).execute()
  expect(ids.map((id) => rows.find((row) => row.id === id)!.partner_name)).toEqual(ORDERED)
  for (const name of ORDERED)
    for (const typed of [name, name.toUpperCase(), nameKey(name), name.normalize('NFD'), name.replaceAll('’', "'")]) {
      const found = await listAffiliationIds(db, 'member', { words: typed })
      expect([typed, found.includes(rows.find((row) => row.partner_name === name)!.id)]).toEqual([typed, true])
    }
  expect(await listAffiliationIds(db, 'member', { words: '’!' })).toEqual([])
})

it('centres of an association', async () => {
  await partners('centre')
  expect((await listPublicCentres(world.deps.db)).map(({ partner_name: name }) => name)).toEqual(ORDERED)
  expect((await listActiveCentres(world.deps.db)).map(({ name }) => name)).toEqual(ORDERED)
})

it('people, by key up to the last one, each found however it is typed', async () => {
  const { db, newId } = world.deps
  await db.deleteFrom('people').execute()
  for (const [at, name] of MIXED.entries()) {
    const values = {
      id: newId(),
      member_number: at + 1,
      family_name: name,
      given_name: 'A',
      email: '',
      joined_on: '2026-01-01',
    }
    await insertPerson(db, { ...values, created_at: START, updated_at: START } as never)
  }
  const found: string[] = []
  let page = await readPage(peopleList(db, { who: 'active', q: '' }), {}, 5)
  for (;;) {
    found.push(...page.rows.map(({ family_name: name }) => name))
    if (!page.next) break
    page = await readPage(peopleList(db, { who: 'active', q: '' }), page.next, 5)
  }
  expect(found).toEqual(ORDERED)
  for (const name of ORDERED)
    for (const q of [name, name.toUpperCase(), nameKey(name)]) {
      const { rows } = await readPage(peopleList(db, { who: 'active', q }), {}, 50)
      expect([q, rows.some(({ family_name: one }) => one === name)]).toEqual([q, true])
    }
})

it('senders of offers, and the associations of figures', async () => {
  for (const name of MIXED)
    await insertItem(world.deps.db, {
      id: world.deps.newId(),
      offer_uri: `${uriOf(name)}/1`,
      association_uri: uriOf(name),
      association_name: name,
      title: name,
      state: 'pending',
      latest_revision: 1,
      latest_updated_at: START,
      received_at: START,
    })
  expect((await listSenders(world.deps.db)).map(({ name }) => name)).toEqual(ORDERED)
  const sums = createCellSums()
  const cell = {
    place: null,
    town: '',
    department: null,
    is_recent: 0,
    listed: 1,
    viewed: 1,
    begun: 0,
    applied: 0,
    accepted: 0,
    came: 0,
    ...NO_ANSWERS,
  }
  sums.add(MIXED.map((name) => ({ ...cell, association: uriOf(name), name })))
  expect(sums.result().map(({ name }) => name)).toEqual(ORDERED)
})

it('départements, MRC and regions', () => {
  const names = sharedGazetteer()
    .departments('FR-R84')
    .map(({ name }) => name)
  expect(names.length).toBeGreaterThan(8)
  expect(names).toEqual(names.toSorted(compareNames))
})

it('no other order of names is written anywhere', () => {
  const others = readModules()
    .filter(
      ({ file }) =>
        /^(server|federation|db)\//.test(file) && !/^db\/(migrations|reference\/sources)|^server\/operator/.test(file),
    )
    .filter(({ text }) =>
      /collate nocase`|\.localeCompare\(|orderBy\('(?:partner_name|family_name|association_name)'/i.test(text),
    )
  expect(others.map(({ file }) => file)).toEqual([])
})
