// SPDX-License-Identifier: AGPL-3.0-or-later
// What one instance keeps in memory between requests and may lose when it stops.
import type { ShownCount } from '../db/queries/shared-counts.ts'
import type { Facets } from './model/facets.ts'

/** Who looked at which of our offers today, as hashes with a salt of the day. */
export type VisitMemory = { today: { day: string; salt: Buffer; seen: Set<string> } | undefined }

/** The day in the association's time zone, and who was shown what in it: numbers made of a salted hash, by offer. */
export type ShownDay = {
  day: string
  zone: string
  from: number
  until: number
  salt: Buffer
  seen: Map<string, Set<number>>
  remembered: number
}
/** What was counted and is not written yet. */
export type ShownMemory = { today: ShownDay | undefined; waiting: Map<string, ShownCount> }

/** The counts of the last minute, by search; `stamp` says after which event they were made. */
export type FacetMemory = Map<string, { stamp: string; facets: Facets }>

export type Memory = { shown: ShownMemory; visits: VisitMemory; facets: FacetMemory }

export function emptyMemory(): Memory {
  return { shown: { today: undefined, waiting: new Map() }, visits: { today: undefined }, facets: new Map() }
}
