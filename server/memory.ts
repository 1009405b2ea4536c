// SPDX-License-Identifier: AGPL-3.0-or-later
// What one instance keeps in memory between requests and may lose when it stops.
import type { OwnCount, ShownCount } from '../db/queries/counts.ts'

/** The day in the association's time zone, and who saw what in it: numbers made of a salted hash, by offer. */
export type CountedDay = {
  day: string
  zone: string
  from: number
  until: number
  salt: Buffer
  seen: Map<string, Set<number>>
  remembered: number
}
/** What was counted and is not written yet, by day and offer. */
export type WaitingCounts = { own: Map<string, OwnCount>; shown: Map<string, ShownCount> }
export type CountMemory = { today: CountedDay | undefined; waiting: WaitingCounts }

export type Memory = { counts: CountMemory }

export function emptyMemory(): Memory {
  return { counts: { today: undefined, waiting: { own: new Map(), shown: new Map() } } }
}
