// SPDX-License-Identifier: AGPL-3.0-or-later
// Other sites bring it about that we write mails to our own people: how many of them may they cause in a day?
import { instantOfEarlier, type Event } from '../../db/queries/events.ts'
import { DAY, later } from '../base/clock.ts'
import type { Tx } from '../web/transact.ts'

/**
 * True when so many of the same kind came within a day that no further mail is written; the page shows them all.
 * @param most mails a day about one thing, and about all of them.
 */
export async function isTooOften(tx: Tx, event: Event, most: { each: number; all: number }): Promise<boolean> {
  const { type, seq, subjectId: subject } = event
  const yesterday = later(event.at, -DAY)
  const isRecent = (at: string | undefined) => at !== undefined && at > yesterday
  return (
    isRecent(await instantOfEarlier(tx, { type, seq, subject }, most.each)) ||
    isRecent(await instantOfEarlier(tx, { type, seq }, most.all))
  )
}
