// SPDX-License-Identifier: AGPL-3.0-or-later
// In which order offers that fit are shown.
import type { Bits } from './bits.ts'
import type { Live } from './live-index.ts'
import { nearestOf, partOf, type Distances, type Part } from './paging.ts'
import type { Sort } from './query.ts'

/** A listing, and the slot it had when the search began. */
export type Found = { slot: number; id: number }
/** `near`: null without a place. `mostRanked`: see byRelevance. */
export type Wanted = { match: string | null; mostRanked: number; near: Distances | null }

/** One part of these listings. All that the index is asked for is asked before the first wait. */
export async function inOrder(live: Live, hits: Bits, sort: Sort, part: Part, wanted: Wanted): Promise<Found[]> {
  const { index } = live
  const { match, near } = wanted
  const newest = index.newest.view()
  const found = (slots: readonly number[]) => slots.map((slot) => ({ slot, id: index.idOf(slot) }))
  if (sort === 'ending') return found(partOf(index.ending.view(), hits, part))
  if (sort === 'distance' && near) return found(nearestOf(newest, hits, near, part))
  if (sort !== 'relevance' || match === null) return found(partOf(newest, hits, part))
  const ranked = partOf(newest, hits, { offset: 0, limit: wanted.mostRanked })
  const end = part.offset + part.limit
  const first = part.offset < ranked.length ? found(ranked) : []
  const restFrom = Math.max(part.offset, ranked.length)
  const rest = end > ranked.length ? found(partOf(newest, hits, { offset: restFrom, limit: end - restFrom })) : []
  return [...(await byRelevance(live, match, first)).slice(part.offset, end), ...rest]
}

/**
 * The best first, and among equals as they came. To score every offer with a word that most have would take longer than
 * all the rest, and nobody reads that far: who asks for more than `mostRanked` gets the others newest first.
 */
async function byRelevance({ words }: Live, match: string, found: readonly Found[]): Promise<Found[]> {
  if (found.length === 0) return []
  const scores = await words.scoresOf(
    match,
    found.map(({ id }) => id),
  )
  const scored = found.map((one) => ({ one, score: scores.get(one.id) ?? Infinity }))
  return scored.sort((a, b) => a.score - b.score || 0).map(({ one }) => one)
}
