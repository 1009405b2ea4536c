// SPDX-License-Identifier: AGPL-3.0-or-later
// May one apply, and is the offer in the public list? One table for the rule, and the search held to it.
import { afterAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { migrate } from '../../db/migrate.ts'
import { openConnection, openDb } from '../../db/open.ts'
import { deleteListing, listListings } from '../../db/queries/listings.ts'
import { openGazetteer } from '../../db/reference/places.ts'
import { loadTaxonomies } from '../../db/reference/taxonomies.ts'
import { heldClock } from '../../server/base/clock.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import { STATES } from '../../server/model/offer/rules.ts'
import * as standing from '../../server/model/offer/standing.ts'
import { createOfferSearch } from '../../server/offer-search/offer-search.ts'
import { everything } from '../../server/offer-search/query.ts'
import { putListing } from '../../server/public-offer/listing.ts'

const now = '2026-11-22T09:00:00.000Z'
const before = '2026-11-22T08:59:59.999Z'
const later = '2026-11-22T09:00:00.001Z'
const stored = (change: Partial<standing.Stored> = {}): standing.Stored => ({
  state: 'published',
  capacity: 4,
  applications_open: 1,
  publish_from: '2026-11-20T09:00:00.000Z',
  publish_until: '2026-12-20T23:00:00.000Z',
  closed_at: null,
  ...change,
})

const canApply = (...of: Parameters<typeof standing.closedWhy>) => standing.closedWhy(...of) === undefined

describe('an offer of four places', () => {
  type Row = [change: Partial<standing.Stored>, accepted: number, why: standing.ClosedWhy | undefined, shown: string]
  // Why nobody can apply, what partners read, whether it is visible, scheduled, expired, and the state on its page.
  const table: Row[] = [
    [{}, 0, undefined, 'open visible open'],
    [{}, 3, undefined, 'open visible open'],
    [{}, 4, 'full', 'full visible full'],
    [{}, 7, 'full', 'full visible full'],
    [{ capacity: null }, 400, undefined, 'open visible open'],
    [{ applications_open: 0 }, 0, 'paused', 'closed visible closed'],
    [{ publish_from: now }, 0, undefined, 'open visible open'],
    [{ publish_from: later }, 0, 'not_yet', 'open scheduled open'],
    [{ publish_from: later }, 4, 'not_yet', 'full scheduled full'],
    [{ publish_until: later }, 0, undefined, 'open visible open'],
    [{ publish_until: now }, 0, 'expired', 'closed expired expired'],
    [{ publish_until: now }, 4, 'expired', 'closed expired expired'],
    [{ state: 'paused' }, 0, 'paused', 'closed – paused'],
    [{ state: 'paused' }, 4, 'paused', 'closed – paused'],
    [{ state: 'paused', publish_from: later }, 0, 'paused', 'closed scheduled paused'],
    [{ state: 'paused', publish_until: now }, 0, 'expired', 'closed expired paused'],
    [{ state: 'closed', closed_at: before }, 0, 'closed', 'closed – closed'],
    [{ state: 'closed', closed_at: before }, 4, 'closed', 'closed – closed'],
    [{ state: 'closed', closed_at: before, publish_until: now }, 0, 'closed', 'closed – closed'],
    [{ state: 'cancelled', closed_at: before }, 0, 'cancelled', 'closed – cancelled'],
    [{ state: 'cancelled', closed_at: before, publish_until: now }, 0, 'cancelled', 'closed – cancelled'],
  ]
  it.each(table)('%j with %i accepted: %s (%s)', (change, accepted, why, shown) => {
    const offer = stored(change)
    const found = standing.standingOf(offer, accepted, now)
    const when = (['isScheduled', 'isExpired', 'isVisible'] as const).filter((name) => standing[name](offer, now))
    const words = when.map((name) => name.slice(2).toLowerCase()).join(' ') || '–'
    expect(standing.closedWhy(offer, accepted, now)).toBe(why)
    expect(canApply(offer, accepted, now)).toBe(why === undefined)
    expect(`${found.applications} ${words} ${standing.shownState(offer, found, now)}`).toBe(shown)
    expect(found.status).toBe(offer.state === 'cancelled' ? 'cancelled' : 'confirmed')
    expect(standing.isFull(offer, accepted)).toBe(offer.capacity !== null && accepted >= 4)
    expect(standing.remaining(offer, accepted)).toBe(offer.capacity === null ? null : Math.max(0, 4 - accepted))
  })

  it('of a draft or an archived offer nobody can apply, and a draft has no standing', () => {
    for (const state of ['draft', 'archived'] as const) expect(canApply(stored({ state }), 0, now)).toBe(false)
    expect(() => standing.standingOf(stored({ state: 'draft', publish_from: null }), 0, now)).toThrow('no standing')
  })

  it('sends partners its window; a closed one ends when it was closed, and keeps some length in any case', () => {
    const until = (change: Partial<standing.Stored>) => standing.standingOf(stored(change), 0, now).publish_until
    expect(until({})).toBe('2026-12-20T23:00:00.000Z')
    expect(until({ state: 'closed', closed_at: now })).toBe(now)
    expect(until({ state: 'cancelled', closed_at: now })).toBe(now)
    expect(until({ state: 'closed', closed_at: '2027-02-01T00:00:00.000Z' })).toBe('2026-12-20T23:00:00.000Z')
    expect(until({ state: 'closed', closed_at: now, publish_from: '2026-12-01T00:00:00.000Z' })).toBe(
      '2026-12-01T00:00:00.001Z',
    )
  })
})

it('a draft whose last day went by meanwhile is too late, and no other offer is', () => {
  expect(standing.isTooLate(stored({ state: 'draft', publish_until: now }), now)).toBe(true)
  expect(standing.isTooLate(stored({ state: 'draft', publish_until: later }), now)).toBe(false)
  expect(standing.isTooLate(stored({ state: 'draft', publish_until: null }), now)).toBe(false)
  expect(standing.isTooLate(stored({ publish_until: now }), now)).toBe(false)
})

describe('a row of the public list', () => {
  const row = { status: 'confirmed', applications: 'open', visible_from: before, visible_until: later } as const
  type Row = [change: Partial<standing.Listed>, isListed: boolean, state: standing.ShownState]
  const table: Row[] = [
    [{}, true, 'open'],
    [{ applications: 'full' }, true, 'full'],
    [{ applications: 'closed' }, false, 'closed'],
    [{ applications: 'closed', visible_until: now }, false, 'closed'],
    [{ status: 'cancelled' }, false, 'cancelled'],
    [{ status: 'cancelled', applications: 'closed' }, false, 'cancelled'],
    [{ visible_from: now }, true, 'open'],
    [{ visible_from: later }, false, 'expired'],
    [{ visible_until: now }, false, 'expired'],
  ]
  it.each(table)('%j: listed %s, its page shows %s', (change, isListed, state) => {
    expect(standing.isListed({ ...row, ...change }, now)).toBe(isListed)
    expect(standing.listedState({ ...row, ...change }, now)).toBe(state)
  })
})

describe('the search and the rule', () => {
  const connection = openConnection(':memory:')
  migrate(connection, now)
  const db = openDb(connection)
  const deps = { taxonomies: loadTaxonomies(), places: openGazetteer(), clock: heldClock('2026-11-22T09:00:00.000Z') }
  afterAll(async () => {
    deps.places.close()
    await db.destroy()
  })

  /** Few instants, so that windows, changes and the search meet at their edges. */
  const at = (minute: number) => `2026-11-22T09:0${minute}:00.000Z`
  const minute = fc.integer({ min: 0, max: 6 })
  const window = fc.tuple(minute, minute).filter(([from, until]) => from < until)
  const association = { uri: 'https://a.example/actor', name: 'A', url: 'https://a.example/', mission: '' }

  async function put(offers: { uri: string; standing: ReturnType<typeof standing.standingOf> }[]): Promise<void> {
    await db.transaction().execute(async (tx) => {
      for (const { uri, standing } of offers) {
        const texts = { uri, url: uri, revision: 1, content_hash: '', published_at: at(0), updated_at: at(0) }
        const offer = { ...texts, content: emptyContent(), standing, association }
        await putListing(tx, deps, { offer, origin: 'member' })
      }
    })
  }

  const offerSearch = createOfferSearch(db)

  /** The addresses the search finds, in two of its orders. */
  async function found(instant: string, openOnly: boolean): Promise<string[]> {
    const filter = { ...everything(instant), openOnly }
    const list = { filter, perPage: 100, page: 1, whole: null }
    const answers = [
      await offerSearch.find({ ...list, sort: 'newest' }),
      await offerSearch.find({ ...list, sort: 'ending' }),
    ]
    const [newest, ending] = answers.map(({ hits }) => hits.map(({ id }) => id).toSorted((a, b) => a - b))
    expect(newest).toEqual(ending)
    expect(answers.map(({ total }) => total)).toEqual([newest!.length, newest!.length])
    return (await listListings(db, newest!)).map(({ offer_uri }) => offer_uri).sort()
  }

  const uriOf = (at: number) => `https://a.example/offers/${String(at).padStart(2, '0')}`
  const clear = async (count: number) => {
    for (let at = 0; at < count; at++) await deleteListing(db, uriOf(at), '')
  }

  it('agree on every row that can stand in the list', async () => {
    const listed = fc.record({
      status: fc.constantFrom('confirmed', 'cancelled'),
      applications: fc.constantFrom('open', 'closed', 'full'),
      window,
    })
    await fc.assert(
      fc.asyncProperty(fc.array(listed, { minLength: 20, maxLength: 20 }), minute, async (rows, read) => {
        const all = rows.map(({ window: [from, until], ...row }, index) => ({
          uri: uriOf(index),
          standing: { ...row, remaining: null, publish_from: at(from), publish_until: at(until) },
        }))
        await put(all)
        const isListed = ({ standing: { publish_from, publish_until, ...rest } }: (typeof all)[number]) =>
          standing.isListed({ ...rest, visible_from: publish_from, visible_until: publish_until }, at(read))
        const expected = all.filter(isListed)
        expect(await found(at(read), false)).toEqual(expected.map(({ uri }) => uri))
        const open = expected.filter((one) => one.standing.applications === 'open')
        expect(await found(at(read), true)).toEqual(open.map(({ uri }) => uri))
        await clear(all.length)
      }),
      { numRuns: 30 },
    )
  })

  it('agree on offers, from the moment they are put in the list to any later one', async () => {
    const offers = fc.record({
      state: fc.constantFrom(...STATES.filter((state) => state !== 'draft' && state !== 'archived')),
      capacity: fc.option(fc.integer({ min: 1, max: 3 })),
      accepted: fc.integer({ min: 0, max: 4 }),
      applications_open: fc.constantFrom(0, 1),
      window,
    })
    const moments = fc.tuple(minute, minute).filter(([written, read]) => written <= read)
    await fc.assert(
      fc.asyncProperty(fc.array(offers, { minLength: 20, maxLength: 20 }), moments, async (rows, [written, read]) => {
        const all = rows.map(({ window: [from, until], accepted, ...row }, index) => {
          const isOver = row.state === 'closed' || row.state === 'cancelled'
          const offer = {
            ...row,
            publish_from: at(from),
            publish_until: at(until),
            closed_at: isOver ? at(written) : null,
          }
          return { uri: uriOf(index), offer, accepted, standing: standing.standingOf(offer, accepted, at(written)) }
        })
        await put(all)
        const open = all.filter(({ offer, accepted }) => canApply(offer, accepted, at(read)))
        expect(await found(at(read), true)).toEqual(open.map(({ uri }) => uri))
        await clear(all.length)
      }),
      { numRuns: 30 },
    )
  })
})
