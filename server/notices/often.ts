// SPDX-License-Identifier: AGPL-3.0-or-later
import { instantOfEarlier } from '../../db/queries/events.ts'
import type { Event } from '../model/events.ts'
import type { Tx } from '../web/transact.ts'

/**
 * True when so many events of this type came on this day (UTC) that no more mail is written; the page shows them all.
 * The count restarts each day, so that nobody can stop the mails for good.
 * @param most mails a day about one subject, and about all of them.
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
