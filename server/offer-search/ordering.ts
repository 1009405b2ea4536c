// SPDX-License-Identifier: AGPL-3.0-or-later
// In which order offers that fit are shown.
import type { Bits } from './bits.ts'
import type { Live } from './live-index.ts'
import { leastOf, nearestOf, partOf, type Distances, type Part } from './paging.ts'
import type { Sort } from './query.ts'

/** A listing, and the slot it had when the search began. */
export type Found = { slot: number; id: number }
/** `near`: null without a place. `mostRanked`: see byRelevance. */
export type Wanted = { match: string | null; mostRanked: number; near: Distances | null }

/** One part of these listings. All that the index is asked for is asked before the first wait. */
export async function inOrder(live: Live, hits: Bits, sort: Sort, part: Part, wanted: Wanted): Promise<Found[]> {
  const { newest, ending } = live.index
  const { match, near } = wanted
  if (sort === 'ending') return foundAt(live, partOf(ending, hits, part))
  if (sort === 'distance' && near) return foundAt(live, nearestOf(newest, hits, near, part))
  if (sort !== 'relevance' || match === null) return foundAt(live, partOf(newest, hits, part))
  const ranked = Math.min(hits.count(), wanted.mostRanked)
  const end = part.offset + part.limit
  const first = part.offset < ranked ? partOf(newest, hits, { offset: 0, limit: ranked }) : []
  const from = Math.max(part.offset, ranked)
  const others = end > from ? foundAt(live, partOf(newest, hits, { offset: from, limit: end - from })) : []
  const best = await byRelevance(live, match, first, {
    offset: part.offset,
    limit: Math.min(end, ranked) - part.offset,
  })
  return [...best, ...others]
}

const foundAt = ({ index }: Live, slots: readonly number[]): Found[] =>
  slots.map((slot) => ({ slot, id: index.idOf(slot) }))

/**
 * A part of these slots, the best first, and among equals as they came. To score every offer with a word that most have
 * would take longer than all the rest, and nobody reads that far: who asks for more than `mostRanked` gets the others
 * newest first.
 */
async function byRelevance({ words, index }: Live, match: string, slots: number[], part: Part): Promise<Found[]> {
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
