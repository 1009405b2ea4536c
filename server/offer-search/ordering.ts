// SPDX-License-Identifier: AGPL-3.0-or-later
// In which order offers that fit are shown.
import type { Bits } from './bits.ts'
import type { Live } from './live-index.ts'
import type { Order } from './order.ts'
import { leastOf, nearestOf, partOf, type Distances, type Part } from './paging.ts'
import type { Sort } from './query.ts'

/** A listing, and the slot it had when the search began. */
export type Found = { slot: number; id: number }
/** `near`: null without a place. `titles`: of common words the listings that have them in the title, else null. */
export type Wanted = { match: string | null; titles: Bits | null; near: Distances | null }

/** One part of these listings. All that the index is asked for is asked before the first wait. */
export async function inOrder(live: Live, hits: Bits, sort: Sort, part: Part, wanted: Wanted): Promise<Found[]> {
  const { newest, ending } = live.index
  const { match, titles, near } = wanted
  if (sort === 'ending') return foundAt(live, partOf(ending, hits, part))
  if (sort === 'distance' && near) return foundAt(live, nearestOf(newest, hits, near, part))
  if (sort !== 'relevance' || match === null) return foundAt(live, partOf(newest, hits, part))
  if (titles) return foundAt(live, titlesFirst(newest, hits, titles, part))
  return byScore(live, match, partOf(newest, hits, { offset: 0, limit: Infinity }), part)
}

const foundAt = ({ index }: Live, slots: readonly number[]): Found[] =>
  slots.map((slot) => ({ slot, id: index.idOf(slot) }))

function titlesFirst(newest: Order, hits: Bits, titles: Bits, { offset, limit }: Part): number[] {
  const first = hits.clone().and(titles)
  const count = first.count()
  const end = offset + limit
  const [from, to] = [Math.max(0, offset - count), Math.max(0, end - count)]
  return [
    ...(offset < count ? partOf(newest, first, { offset, limit }) : []),
    ...(to > from ? partOf(newest, hits.clone().andNot(titles), { offset: from, limit: to - from }) : []),
  ]
}

/** A part of these slots, the best first, and among equals as they came. */
async function byScore({ words, index }: Live, match: string, slots: number[], part: Part): Promise<Found[]> {
  if (slots.length === 0) return []
  const ids = slots.map((slot) => index.idOf(slot))
  const scores = await words.scoresOf(match, ids)
  return leastOf(
    Float64Array.from(ids, (id) => scores.get(id) ?? Infinity),
    part,
  ).map((at) => ({
    slot: slots[at]!,
    id: ids[at]!,
  }))
}
