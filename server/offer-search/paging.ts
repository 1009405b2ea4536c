// SPDX-License-Identifier: AGPL-3.0-or-later
// The listings of one page, without putting all in order.
import type { Bits } from './bits.ts'

export type Part = { offset: number; limit: number }

/** As they come in an order that is kept. */
export function partOf(order: Int32Array, hits: Bits, { offset, limit }: Part): number[] {
  const found: number[] = []
  let before = 0
  for (const slot of order) {
    if (found.length >= limit) break
    if (hits.has(slot) && before++ >= offset) found.push(slot)
  }
  return found
}

/** The nearest first, those without a distance last, and among equals as they come in the order. */
export function nearestOf(order: Int32Array, hits: Bits, distances: Float64Array, { offset, limit }: Part): number[] {
  const all = partOf(order, hits, { offset: 0, limit: Infinity })
  const wanted = offset + limit
  const bound = wanted < all.length ? Float64Array.from(all, (slot) => distances[slot]!).sort()[wanted]! : Infinity
  let equals = wanted - all.reduce((sum, slot) => sum + (distances[slot]! < bound ? 1 : 0), 0)
  return all
    .filter((slot) => distances[slot]! < bound || (distances[slot] === bound && equals-- > 0))
    .sort((a, b) => distances[a]! - distances[b]! || 0)
    .slice(offset, wanted)
}
