// SPDX-License-Identifier: AGPL-3.0-or-later
// Memory of one instance, which may be lost when it stops.
import type { OwnCount, ShownCount } from '../db/queries/counts.ts'
import type { Facets } from './model/facets.ts'

/** `day` in the association's time zone; `seen`: salted hashes of visitors, by offer. */
export type CountedDay = {
  day: string
  zone: string
  from: number
  until: number
  salt: Buffer
  seen: Map<string, Set<number>>
  remembered: number
}
export type WaitingCounts = { own: Map<string, OwnCount>; shown: Map<string, ShownCount> }
export type CountMemory = { today: CountedDay | undefined; waiting: WaitingCounts }

/** By search; `stamp`: the last event and the minute of the count. */
export type FacetMemory = Map<string, { stamp: string; facets: Facets }>

export type Memory = { counts: CountMemory; facets: FacetMemory }

export function emptyMemory(): Memory {
  return { counts: { today: undefined, waiting: { own: new Map(), shown: new Map() } }, facets: new Map() }
}
