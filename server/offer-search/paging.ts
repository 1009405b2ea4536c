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

/** By slot in kilometres; what is further than `km` counts as without a distance. */
export type Distances = { distances: Float64Array; km: number }

/** The nearest first, those without a distance last, and among equals as they come in the order. */
export function nearestOf(order: Int32Array, hits: Bits, near: Distances, { offset, limit }: Part): number[] {
  const kmOf = (slot: number) => (near.distances[slot]! <= near.km ? near.distances[slot]! : Infinity)
  const all = partOf(order, hits, { offset: 0, limit: Infinity })
  const wanted = offset + limit
  const bound = wanted < all.length ? Float64Array.from(all, (slot) => kmOf(slot)).sort()[wanted]! : Infinity
  let equals = wanted - all.reduce((sum, slot) => sum + (kmOf(slot) < bound ? 1 : 0), 0)
  return all
    .filter((slot) => kmOf(slot) < bound || (kmOf(slot) === bound && equals-- > 0))
    .sort((a, b) => kmOf(a) - kmOf(b) || 0)
    .slice(offset, wanted)
}
