// SPDX-License-Identifier: AGPL-3.0-or-later
// The listings of one page, without putting all in order.
import type { Bits } from './bits.ts'
import type { Order } from './order.ts'

export type Part = { offset: number; limit: number }

/** As they come in an order that is kept: few hits are put in order, of many the first are soon met. */
export function partOf(order: Order, hits: Bits, { offset, limit }: Part): number[] {
  const count = hits.count()
  const end = Math.min(offset + limit, count)
  const all = order.view()
  // So many slots would be gone through to meet so many hits; a comparison takes longer than a look.
  if (count * Math.log2(count + 1) * COMPARED < (all.length / (count + 1)) * end)
    return hits.toArray().sort(order.compare).slice(offset, end)
  return hits.firstOf(all, end).slice(offset)
}

const COMPARED = 16

/** By slot in kilometres; what is further than `km` counts as without a distance. */
export type Distances = { distances: Float64Array; km: number }

/** The nearest first, those without a distance last, and among equals as they come in the order. */
export function nearestOf(order: Order, hits: Bits, { distances, km }: Distances, part: Part): number[] {
  const all = partOf(order, hits, { offset: 0, limit: Infinity })
  const kms = Float64Array.from(all, (slot) => (distances[slot]! <= km ? distances[slot]! : Infinity))
  return leastOf(kms, part).map((at) => all[at]!)
}

/** Where the least of these numbers stand: a part of them from the least on, among equals as they come. */
export function leastOf(values: Float64Array, { offset, limit }: Part): number[] {
  const wanted = Math.min(offset + limit, values.length)
  // Numbers alone are sorted much faster than what they belong to.
  const bound = wanted < values.length ? values.slice().sort()[wanted]! : Infinity
  const found: number[] = []
  const equals: number[] = []
  for (let at = 0; at < values.length; at++) {
    if (values[at]! < bound) found.push(at)
    else if (values[at] === bound) equals.push(at)
  }
  return [...found.sort((a, b) => values[a]! - values[b]!), ...equals].slice(offset, wanted)
}
