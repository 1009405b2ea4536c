// SPDX-License-Identifier: AGPL-3.0-or-later
// Totals between instances: which days are sent, and which are accepted.
import { addDays } from '../base/days.ts'
import { REPORTED, type Line } from '../model/counts.ts'

/** Lines of one document; what is more goes into a second one, so that a body stays within its limit. */
export const MOST_LINES = 500
/** More than this of one offer in one day is an error, or a lie. */
export const MOST_A_DAY = 100_000
/** A day that changed (a moment counted late) is sent again for so long. */
export const CORRECTED_FOR = 7
/** A day that was never sent is made up for as long; a partner accepts it for some days more. */
export const CAUGHT_UP_FOR = 30
export const BELIEVED_FOR = 35

/**
 * Must this ended day be sent?
 * @param day YYYY-MM-DD, yesterday or before. @param sums what there is to send; @param sent what was sent before.
 */
export function isDue(day: string, yesterday: string, sums: string, sent: string | undefined): boolean {
  if (day > yesterday || day <= addDays(yesterday, -CAUGHT_UP_FOR)) return false
  if (sent === undefined) return true
  return sent !== sums && day > addDays(yesterday, -CORRECTED_FOR)
}

/**
 * Why a line is not accepted, or undefined.
 * @param now instant (ISO). A day must have ended where it ends first on earth (UTC+14): the sender's zone is unknown.
 */
export function lineRefusal(line: Line, now: string): 'day_not_over' | 'day_too_old' | 'count_unusable' | undefined {
  const firstOnEarth = new Date(Date.parse(now) + 14 * 3_600_000).toISOString().slice(0, 10)
  if (line.day >= firstOnEarth) return 'day_not_over'
  if (line.day < addDays(now.slice(0, 10), -BELIEVED_FOR)) return 'day_too_old'
  const isUsable = (count: number) => Number.isSafeInteger(count) && count >= 0 && count <= MOST_A_DAY
  return REPORTED.every((name) => isUsable(line[name])) ? undefined : 'count_unusable'
}

/**
 * Was an offer shown at a centre on that day? It is now, or it was and stopped on that day or later.
 * @param stoppedAt instant of the last change of its submission; a day of slack for the other's time zone.
 */
export function wasShownOn(day: string, shown: { now: boolean; ever: boolean; stoppedAt: string }): boolean {
  return shown.now || (shown.ever && stoppedDay(shown.stoppedAt) >= day)
}

const stoppedDay = (instant: string) => addDays(instant.slice(0, 10), 1)

export const PERIODS = ['days', 'year', 'last_year'] as const
export type Period = (typeof PERIODS)[number]
export type Span = { from: string; until: string }
const RECENT = 30

/** First and last day of a period, both included. @param today YYYY-MM-DD. */
export function spanOf(period: Period, today: string): Span {
  const year = Number(today.slice(0, 4))
  if (period === 'days') return { from: recentFrom(today), until: today }
  if (period === 'year') return { from: `${year}-01-01`, until: today }
  return { from: `${year - 1}-01-01`, until: `${year - 1}-12-31` }
}

/** The day on which the last thirty begin: no number may span it (see `maskedSum`). */
export function recentFrom(today: string): string {
  return addDays(today, 1 - RECENT)
}
