// SPDX-License-Identifier: AGPL-3.0-or-later
// The search finds what a slow and obvious one finds: the same offers in the same order, the same counts, whatever was
// written in between, by whom, and whatever time it is.
import { afterAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { migrate } from '../../db/migrate.ts'
import { inTransaction, openConnection, openDb } from '../../db/open.ts'
import { deleteListing, updateStanding } from '../../db/queries/listings.ts'
import { openGazetteer } from '../../db/reference/places.ts'
import { loadTaxonomies } from '../../db/reference/taxonomies.ts'
import { heldClock } from '../../server/base/clock.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { createOfferSearch } from '../../server/offer-search/offer-search.ts'
import { everything, type Hit, type OfferFilter, type OfferQuery, type Sort } from '../../server/offer-search/query.ts'
import { matchExpression } from '../../server/public-offer/index-text.ts'
import { putListing } from '../../server/public-offer/listing.ts'
import { fillWithCrowd } from '../support/crowd.ts'
import { slowFind, slowSums } from '../support/slow-search.ts'

const places = openGazetteer()
const deps = { taxonomies: loadTaxonomies(), places, clock: heldClock('2026-11-22T09:00:00.000Z') }
afterAll(() => places.close())

/** Few instants, so that windows and searches meet at their edges. */
const at = (minute: number) => `2026-11-22T09:${String(minute).padStart(2, '0')}:00.000Z`
const minute = fc.integer({ min: 0, max: 9 })
const uriOf = (number: number) => `https://a.example/offers/${number}`
const actorOf = (number: number) => `https://a${number}.example/actor`

const WORDS = ['lire', 'jardin', 'enfants', 'camion', 'repas', 'chorale']
const text = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }).map((words) => words.join(' '))
/** Dijon, Quetigny (5 km), Beaune (37 km), Auxerre, Val-David; a place nobody knows, with a position and without. */
const TOWNS = ['FR-21231', 'FR-21515', 'FR-21054', 'FR-89024', 'QC-78010'].map((code) => places.find(code)!)
const nowhere = { label: '', country: null, postalCode: null, street: null, precision: 'municipality' as const }
const known = TOWNS.map(({ code, name }) => ({
  ...nowhere,
  code,
  name,
  region: null,
  department: null,
  latitude: null,
  longitude: null,
}))
const unknown = [
  {
    ...nowhere,
    code: null,
    name: 'Le Bourg',
    region: 'Ailleurs',
    department: 'FR-D21',
    latitude: 47.3,
    longitude: 5.1,
  },
  { ...nowhere, code: null, name: 'Le Hameau', region: null, department: null, latitude: null, longitude: null },
  { ...nowhere, code: 'XX-1', name: 'Le Bourg', region: 'FR-R27', department: null, latitude: 47.31, longitude: 5.2 },
]
const some = <T>(values: readonly T[], most: number) => fc.uniqueArray(fc.constantFrom(...values), { maxLength: most })

const content: fc.Arbitrary<OfferContent> = fc
  .record({
    title: text.map((fr) => ({ fr })),
    summary: text.map((fr) => ({ fr })),
    causes: some(['food', 'education', 'a word of their own'], 2),
    activities: some(['cooking', 'literacy'], 2),
    slots: some(['monday-morning', 'saturday-morning', 'saturday-evening', 'sunday'], 2),
    skills: some(['patience'], 1),
    skills_taught: fc.boolean(),
    work_languages: some(['fr', 'ar'], 2),
    language: fc.constantFrom<('fr' | 'en')[]>(['fr'], ['fr', 'en']),
    beneficiaries: some(['children', 'seniors'], 2),
    commitment: fc.constantFrom('regular', 'one_off', ''),
    frequency: fc.constantFrom('weekly', 'monthly', null),
    minutes_per_session: fc.constantFrom(60, 300, null),
    work_mode: fc.constantFrom('on_site', 'on_site', 'remote'),
    min_age: fc.constantFrom(null, 0, 16, 18),
    accessible: fc.constantFrom('yes' as const, 'unknown' as const),
    group_ok: fc.boolean(),
    places: some([...known, ...unknown], 3),
  })
  .map((parts) => ({ ...emptyContent(), ...parts }))

const window = fc.oneof(
  { weight: 2, arbitrary: fc.constant([0, 9] as const) },
  { weight: 1, arbitrary: fc.tuple(minute, minute).filter(([from, until]) => from < until) },
)
const standing = fc
  .record({
    applications: fc.constantFrom('open' as const, 'open' as const, 'full' as const, 'closed' as const),
    status: fc.constantFrom('confirmed' as const, 'confirmed' as const, 'confirmed' as const, 'cancelled' as const),
    remaining: fc.constantFrom(null, 0, 3),
    window,
    begins: minute,
  })
  .map(({ window: [from, until], begins, ...rest }) => ({
    starts_at: at(begins),
    ...rest,
    publish_from: at(from),
    publish_until: at(until),
  }))

type Standing = typeof standing extends fc.Arbitrary<infer T> ? T : never
const number = fc.integer({ min: 0, max: 11 })
const save = fc.record({
  kind: fc.constant('save' as const),
  number,
  content,
  standing,
  published: minute,
  association: fc.integer({ min: 0, max: 2 }),
})
const change = fc.oneof(
  { weight: 6, arbitrary: save },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('standing' as const), number, standing }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), number }) },
)
const point = fc.constantFrom(...TOWNS).map(({ latitude, longitude, code }) => ({ latitude, longitude, code }))
/** Mostly left out: a search with every condition finds nothing. */
const rarely = <T>(given: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: given })
const terms = fc.uniqueArray(
  fc.constantFrom<OfferFilter['terms'][number][]>(
    { kind: 'cause', codes: ['food', 'a word of their own'] },
    { kind: 'mode', codes: ['remote'] },
    { kind: 'time', codes: ['up_to_1h_week'] },
    { kind: 'group', codes: ['yes'] },
    { kind: 'day', codes: ['saturday'] },
    { kind: 'part', codes: ['morning', 'night'] },
    { kind: 'easy', codes: ['yes'] },
    { kind: 'spoken', codes: ['ar'] },
    { kind: 'activity', codes: ['nobody'] },
  ),
  { minLength: 1, maxLength: 3, selector: ({ kind }) => kind },
)
/** One moment that is both. */
const MOMENT: OfferFilter['terms'] = [
  { kind: 'day', codes: ['saturday'] },
  { kind: 'part', codes: ['morning', 'night'] },
]
const filter = fc.record({
  match: fc.option(
    fc.constantFrom('enfants', 'jar', 'lire camion').map((typed) => matchExpression(typed)),
    { freq: 2 },
  ),
  near: rarely(
    fc.record({
      points: fc.array(point, { minLength: 1, maxLength: 2 }),
      km: fc.constantFrom(5, 20, 40),
      remoteToo: fc.boolean(),
    }),
  ),
  region: rarely(fc.constantFrom('FR-R27', 'FR-D21', 'QC-15', 'nowhere')),
  terms: fc.oneof(
    { weight: 6, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: terms },
    { weight: 1, arbitrary: fc.constant(MOMENT) },
  ),
  age: rarely(fc.constantFrom(0, 17)),
  association: rarely(fc.constantFrom(actorOf(1), actorOf(9))),
  except: rarely(fc.constantFrom(uriOf(1), uriOf(99))),
  openOnly: fc.constantFrom(false, false, true),
  since: rarely(minute.map(at)),
  startsBefore: rarely(minute.map(at)),
})
const whole = {
  wider: [50, 100, 200],
  beside: 2,
  radii: [5, 20, 50],
  soon: at(5),
  associations: 9,
  departments: ['FR-D21', 'FR-D89', 'nowhere'],
  townsOf: 'FR-D21',
}
/** The usual one, asked again and again while offers change. */
const wordOnly = fc.record({
  kind: fc.constant('query' as const),
  filter: fc.constantFrom('enfants', 'jar').map((typed) => ({ ...everything(at(0)), match: matchExpression(typed) })),
  sort: fc.constant<Sort>('relevance'),
  perPage: fc.constant(3),
  page: fc.constantFrom(1, 2),
  whole: fc.constant(null),
})
const query = fc.record({
  kind: fc.constant('query' as const),
  filter,
  sort: fc.constantFrom<Sort>('relevance', 'distance', 'newest', 'ending'),
  perPage: fc.constantFrom(3, 20),
  page: fc.constantFrom(1, 1, 2, 9),
  whole: fc.constantFrom(whole, whole, null),
})
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(change, { minLength: 1, maxLength: 4 })
      .map((changes) => ({ kind: 'commit' as const, changes })),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(change, { minLength: 1, maxLength: 4 })
      .map((changes) => ({ kind: 'rollback' as const, changes })),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('time' as const), minute }) },
  { weight: 6, arbitrary: query },
  { weight: 4, arbitrary: wordOnly },
  { weight: 1, arbitrary: fc.constant({ kind: 'trim' as const }) },
)
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

function openWorld(mostScored: number) {
  const connection = openConnection(':memory:')
  migrate(connection, at(0))
  const db = openDb(connection)
  const search = createOfferSearch(db, { mostScored })
  type Tx = Parameters<typeof putListing>[0]
  const columns = ({ publish_from, publish_until, ...rest }: Standing) => ({
    ...rest,
    visible_from: publish_from,
    visible_until: publish_until,
  })
  async function apply(tx: Tx, one: Change): Promise<void> {
    const uri = uriOf(one.number)
    if (one.kind === 'delete') return deleteListing(tx, uri, at(0))
    if (one.kind === 'standing') return updateStanding(tx, uri, columns(one.standing), at(0))
    deps.clock.set(at(one.published))
    const association = { uri: actorOf(one.association), name: 'Les Amis', url: 'https://a.example/', mission: '' }
    const { starts_at, ...standing } = one.standing
    const head = { uri, url: uri, revision: 1, content_hash: '', published_at: at(one.published), updated_at: at(0) }
    await putListing(tx, deps, {
      offer: { ...head, starts_at, content: one.content, standing, association },
      origin: 'member',
    })
  }
  const write = (changes: readonly Change[], fails = false) =>
    inTransaction(db, async (tx) => {
      for (const one of changes) await apply(tx, one)
      if (fails) throw new Error('as planned')
    })
  /** As if more had changed than is kept. */
  const trim = async () =>
    void connection.exec('delete from listing_changes where seq < (select max(seq) from listing_changes)')
  return { db, search, write, trim }
}

/** Of two places as near as each other either may be named, and the last bit of a distance is the processor’s. */
const rounded = (hits: readonly Hit[]) =>
  hits.map(({ id, km, town }) => [id, km === null ? null : Math.round(km * 1e6), town === null])

const byAddress = (counts: readonly { uri: string; count: number }[]) =>
  counts.map(({ uri, count }) => `${uri} ${count}`).toSorted()

describe.each([4_000, 3])('when a word that more than %i have is common', (mostScored) => {
  it('the search finds what the slow one finds, after any changes', async () => {
    let asked = 0
    let found = 0
    const all = fc.tuple(
      fc.array(save, { minLength: 8, maxLength: 12 }),
      fc.array(step, { minLength: 10, maxLength: 30, size: 'max' }),
    )
    await fc.assert(
      fc.asyncProperty(all, async ([first, steps]) => {
        const { db, search, write, trim } = openWorld(mostScored)
        let now = 3
        await write(first)
        for (const one of steps) {
          if (one.kind === 'commit') await write(one.changes)
          else if (one.kind === 'rollback') await expect(write(one.changes, true)).rejects.toThrow('as planned')
          else if (one.kind === 'time') now = one.minute
          else if (one.kind === 'trim') await trim()
          else {
            const { kind: _kind, filter: given, ...rest } = one
            const question: OfferQuery = { ...rest, filter: { ...given, now: at(now) } as OfferFilter }
            const [answer, expected] = [await search.find(question), await slowFind(db, places, question, mostScored)]
            const plain = ({ hits, remote, facets, ...others }: typeof answer) => ({
              ...others,
              facets: facets && { ...facets, associations: byAddress(facets.associations) },
              hits: rounded(hits),
              remote: remote && { ...remote, hits: rounded(remote.hits) },
            })
            expect(plain(answer)).toEqual(plain(expected))
            asked += 1
            found += answer.total
          }
        }
        const slow = await slowSums(db, places, everything(at(now)))
        expect(await search.sums(at(now))).toEqual(slow.sums)
        expect(await search.countByAssociation(at(now))).toEqual(slow.associations)
        const online = await search.listOnline(at(now), { after: 0 }, 99)
        expect(online.map(({ uri }) => uri)).toEqual(slow.uris)
        const [one, two] = online
        if (one) expect(await search.listOnline(at(now), { after: one.at }, 2)).toEqual(online.slice(1, 3))
        if (two) expect(await search.listOnline(at(now), { before: two.at }, 99)).toEqual([one])
        await db.destroy()
      }),
      { numRuns: 15, endOnFailure: true },
    )
    expect(asked).toBeGreaterThan(50)
    // Far below what is usual: 0.7 to 1 a question.
    expect(found).toBeGreaterThan(asked / 5)
  })
})

it('counts are exact at any number of offers', async () => {
  const connection = openConnection(':memory:')
  migrate(connection, at(0))
  fillWithCrowd(connection)
  const db = openDb(connection)
  const filter = everything(at(0))
  const answer = await createOfferSearch(db).find({ filter, sort: 'newest', perPage: 20, page: 1, whole })
  const counted = (sql: string) => connection.prepare(sql).pluck().get(at(0), at(0))
  const online = 'FROM listing_state WHERE visible_from <= ? AND visible_until > ?'
  expect(answer.total).toBeGreaterThan(10_000)
  expect(answer.total).toBe(counted(`SELECT count(*) ${online}`))
  expect(answer.pages).toBe(Math.ceil(answer.total / 20))
  expect(answer.facets?.cause['cause-3']).toBe(counted(`SELECT count(*) ${online} AND id % 12 = 3`))
  expect(answer.facets?.region['FR-R7']).toBe(counted(`SELECT count(*) ${online} AND id % 15 = 7`))
  await db.destroy()
})
