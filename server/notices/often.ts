// SPDX-License-Identifier: AGPL-3.0-or-later
// Other sites bring it about that we write mails to our own people: how many of them may they cause in a day?
import { instantOfEarlier } from '../../db/queries/events.ts'
import type { Event } from '../model/events.ts'
import type { Tx } from '../web/transact.ts'

/**
 * True when so many of the same kind came on this day (in UTC) that no further mail is written; the page shows them all.
 * A new day begins afresh: who goes on day after day silences nobody for good.
 * @param most mails a day about one thing, and about all of them.
 */
export async function isTooOften(tx: Tx, event: Event, most: { each: number; all: number }): Promise<boolean> {
  const { type, seq, subjectId: subject } = event
  const today = event.at.slice(0, 'YYYY-MM-DD'.length)
  const isToday = (at: string | undefined) => at !== undefined && at >= today
  return (
    isToday(await instantOfEarlier(tx, { type, seq, subject }, most.each)) ||
    isToday(await instantOfEarlier(tx, { type, seq }, most.all))
  )
}
