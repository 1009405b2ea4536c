// SPDX-License-Identifier: AGPL-3.0-or-later
// On which days an offer takes place, as opposed to the days on which it is online (window.ts). Days are YYYY-MM-DD.
import { addDays, startOfDay } from '../../base/days.ts'
import type { OfferContent } from './content.ts'

type Days = Pick<OfferContent, 'starts_on' | 'ends_on' | 'commitment' | 'frequency'>

/** Further ahead than this, a year was probably mistyped. */
const FAR_YEARS = 2

/** True for what happens on its days only; a regular offer may have a first day and go on. */
export const isDated = ({ starts_on, ends_on, commitment, frequency }: Days): boolean =>
  commitment === 'one_off' ||
  commitment === 'micro' ||
  frequency === 'once' ||
  (starts_on !== null && starts_on === ends_on)

/** The last day on which anything takes place; null when it goes on. */
export function lastEventDay(content: Days): string | null {
  return content.ends_on ?? (isDated(content) ? content.starts_on : null)
}

/** Whether the last day is past; what goes on has none. */
export function hasEnded(content: Days, today: string): boolean {
  const last = lastEventDay(content)
  return last !== null && last < today
}

export type DayFault = { field: 'starts_on' | 'ends_on'; is: 'past' | 'far' }

/** What has taken place cannot be offered; a day that is years ahead is asked about. */
export function eventDayFault(content: Days, today: string): DayFault | null {
  const last = lastEventDay(content)
  if (last !== null && last < today) return { field: content.ends_on === null ? 'starts_on' : 'ends_on', is: 'past' }
  const far = `${Number(today.slice(0, 4)) + FAR_YEARS}${today.slice(4)}`
  if (content.starts_on !== null && content.starts_on > far) return { field: 'starts_on', is: 'far' }
  return content.ends_on !== null && content.ends_on > far ? { field: 'ends_on', is: 'far' } : null
}

/** @param until ISO instant; the start of the day after the last one when that comes first. */
export function untilItIsOver(until: string, content: Days, timeZone: string): string {
  const last = lastEventDay(content)
  const over = last === null ? until : startOfDay(addDays(last, 1), timeZone)
  return over < until ? over : until
}
