// SPDX-License-Identifier: AGPL-3.0-or-later
// Limits the mails a day to our own people that activities of other sites can cause.
import { instantOfEarlier } from '../../db/queries/events.ts'
import type { Event } from '../model/events.ts'
import type { Tx } from '../web/transact.ts'

/**
 * True when so many of the same kind came on this day (in UTC) that no further mail is written; the page shows them
 * all. The count begins again each day, so that nobody can stop the mails for good.
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
