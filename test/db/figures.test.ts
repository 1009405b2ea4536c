// SPDX-License-Identifier: AGPL-3.0-or-later
// Figures are read some offers at a time: are they what the days add up to, whatever the number of offers?
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { migrate } from '../../db/migrate.ts'
import { inTransaction, openConnection, openDb, type Db } from '../../db/open.ts'
import * as counts from '../../db/queries/counts.ts'
import { readMemberCells, readOwnCounts } from '../../db/queries/figures.ts'
import { createCellSums } from '../../server/statistics/cells.ts'

const HOME = 'https://us.example/offers/'
const CENTRE = 'https://centre.example/actor'
const OFFERS = 2500
const DAYS = ['2026-08-31', '2026-09-01', '2026-10-20', '2026-11-01', '2026-11-02', '2026-11-22']
const MEMBERS = ['https://m0.example', 'https://m1.example', 'https://m2.example']
const ids = Array.from({ length: OFFERS }, (_, at) => `o${at}`)
const memberOffer = (at: number) => `${MEMBERS[at % 3]}/${at}`

const own: counts.OwnCount[] = ids.flatMap((offerId, at) =>
  DAYS.filter((_day, rank) => (at + rank) % 3 > 0).map((day, rank) => ({
    day,
    offerId,
    channel: (at + rank) % 2 > 0 ? 'own' : CENTRE,
    views: at % 7,
    apply_starts: at % 3,
    applications: 1,
    accepted: at % 2,
  })),
)
const shown: counts.ShownCount[] = ids.flatMap((id, at) => [
  { day: DAYS[at % 6]!, offer: HOME + id, impressions: at, views: 0 },
  { day: DAYS[(at + 1) % 6]!, offer: memberOffer(at), impressions: 5, views: at % 9 },
])
const line = { impressions: 3, views: 2, apply_starts: 1, applications: 1, accepted: 0 }

let db: Db
beforeAll(async () => {
  const connection = openConnection(':memory:')
  migrate(connection, '2026-11-22T09:00:00.000Z')
  db = openDb(connection)
  await inTransaction(db, async (tx) => {
    await counts.addCounted(tx, own)
    await counts.addShown(tx, shown)
    await counts.replaceReport(tx, {
      reporter: CENTRE,
      document: 'd',
      at: '2026-11-22T09:00:00.000Z',
      lines: ids.map((id, at) => ({ day: DAYS[at % 6]!, offer: HOME + id, ...line })),
    })
    for (const [at] of MEMBERS.entries())
      await tx
        .insertInto('counted_offers')
        .values(
          ids.flatMap((_id, one) =>
            one % 3 === at
              ? [
                  {
                    offer_uri: memberOffer(one),
                    association_uri: MEMBERS[at]!,
                    association_name: `M${at}`,
                    place_name: `T${one % 2}`,
                  },
                ]
              : [],
          ),
        )
        .execute()
  })
})
afterAll(() => db.destroy())

/** An obvious sum, line by line. */
function sumOwn({ from, until }: { from: string; until: string }): Map<string, number[]> {
  const sums = new Map<string, number[]>()
  const add = (key: string, day: string, more: number[]) => {
    if (day >= from && day <= until)
      sums.set(
        key,
        more.map((one, at) => one + (sums.get(key)?.[at] ?? 0)),
      )
  }
  for (const one of own)
    add(`${one.offerId} ${one.channel}`, one.day, [0, one.views!, one.apply_starts!, one.applications!, one.accepted!])
  for (const one of shown)
    if (one.offer.startsWith(HOME)) add(`${one.offer.slice(HOME.length)} own`, one.day, [one.impressions, 0, 0, 0, 0])
  for (const [at, id] of ids.entries()) add(`${id} ${CENTRE}`, DAYS[at % 6]!, [line.impressions, line.views, 0, 0, 0])
  return sums
}

describe.each([
  { from: '2026-01-01', until: '2026-11-22' },
  { from: '2026-10-24', until: '2026-11-22' },
])('from $from', (span) => {
  it('our own offers', async () => {
    const found = new Map<string, number[]>()
    const order: string[] = []
    for await (const some of readOwnCounts(db, HOME, span)) {
      for (const one of some) {
        order.push(one.offer_id)
        expect(found.has(`${one.offer_id} ${one.channel}`)).toBe(false)
        found.set(`${one.offer_id} ${one.channel}`, [one.listed, one.viewed, one.begun, one.applied, one.accepted])
      }
    }
    expect(found).toEqual(sumOwn(span))
    expect(order).toEqual(order.toSorted())
  })

  it('members’ offers', async () => {
    const sums = createCellSums()
    let parts = 0
    for await (const some of readMemberCells(db, 'https://us.example/actor', span, '2026-10-24')) {
      parts += 1
      sums.add(some)
    }
    const expected = shown.filter(({ offer, day }) => !offer.startsWith(HOME) && day >= span.from && day <= span.until)
    const cells = sums.result()
    const total = (key: 'listed' | 'viewed') => cells.reduce((sum, one) => sum + one[key], 0)
    expect(parts).toBeGreaterThan(2)
    expect(total('listed')).toBe(expected.reduce((sum, one) => sum + one.impressions, 0))
    expect(total('viewed')).toBe(expected.reduce((sum, one) => sum + one.views, 0))
    // Each association, town and side of `recent` once, by name.
    expect(new Set(cells.map((one) => `${one.association} ${one.town} ${one.is_recent}`)).size).toBe(cells.length)
    expect(cells.map(({ name }) => name)).toEqual(cells.map(({ name }) => name).toSorted())
  })
})
