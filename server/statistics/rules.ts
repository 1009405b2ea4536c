// SPDX-License-Identifier: AGPL-3.0-or-later
import { addDays } from '../base/days.ts'
import { REPORTED, type Line } from '../model/counts.ts'

/** Lines of one document; more lines go into a second one, so that a body stays within its limit. */
export const MOST_LINES = 500
/** A larger number for one offer and day is refused as an error. */
export const MOST_A_DAY = 100_000
/** Days for which a total that changed (a visit counted late) is sent again. */
export const CORRECTED_FOR = 7
/** Days for which a missed total is still sent, and for which a partner accepts one. */
export const CAUGHT_UP_FOR = 30
export const BELIEVED_FOR = 35

/** Whether an association agrees that a centre shows its small sums too, and the instant (ISO) of that decision. */
export type ExactSums = { agreed: boolean; at: string }

/** Not older than the decision that is known. Clocks of sites differ: only what ends an agreement may be of a day to come. */
export function isNewerDecision(told: ExactSums, known: string | null, now: string): boolean {
  const isTimely = !told.agreed || Date.parse(told.at) <= Date.parse(now) + 24 * 3_600_000
  return isTimely && (known === null || told.at >= known)
}

/** @param day YYYY-MM-DD, yesterday or before. @param sums the totals now. @param sent the totals sent before. */
export function isDue(day: string, yesterday: string, sums: string, sent: string | undefined): boolean {
  if (day > yesterday || day <= addDays(yesterday, -CAUGHT_UP_FOR)) return false
  if (sent === undefined) return true
  return sent !== sums && day > addDays(yesterday, -CORRECTED_FOR)
}

/**
 * @param now ISO instant. The day must have ended in UTC+14, where it ends first: the sender's time zone is unknown.
 * @returns undefined when the line is accepted.
 */
export function lineRefusal(line: Line, now: string): 'day_not_over' | 'day_too_old' | 'count_unusable' | undefined {
  const firstOnEarth = new Date(Date.parse(now) + 14 * 3_600_000).toISOString().slice(0, 10)
  if (line.day >= firstOnEarth) return 'day_not_over'
  if (line.day < addDays(now.slice(0, 10), -BELIEVED_FOR)) return 'day_too_old'
  const isUsable = (count: number) => Number.isSafeInteger(count) && count >= 0 && count <= MOST_A_DAY
  return REPORTED.every((name) => isUsable(line[name] ?? 0)) ? undefined : 'count_unusable'
}

/**
 * True when the offer is shown now, or was shown and stopped on that day or later.
 * @param shown.stoppedAt instant of the last change of its submission; one day is added for the other's time zone.
 */
export function wasShownOn(day: string, shown: { now: boolean; ever: boolean; stoppedAt: string }): boolean {
  return shown.now || (shown.ever && stoppedDay(shown.stoppedAt) >= day)
}

const stoppedDay = (instant: string) => addDays(instant.slice(0, 10), 1)

export const PERIODS = ['days', 'year', 'last_year'] as const
export type Period = (typeof PERIODS)[number]
export type Span = { from: string; until: string }
const RECENT = 30

/** First and last day, both included. @param today YYYY-MM-DD. */
export function spanOf(period: Period, today: string): Span {
  const year = Number(today.slice(0, 4))
  if (period === 'days') return { from: recentFrom(today), until: today }
  if (period === 'year') return { from: `${year}-01-01`, until: today }
  return { from: `${year - 1}-01-01`, until: `${year - 1}-12-31` }
}

/** The calendar year whose sums stand over the figures of a period: the one it lies in, or that of today. */
export const yearPeriod = (period: Period): 'year' | 'last_year' => (period === 'last_year' ? 'last_year' : 'year')

/** No number may combine days before and after this one (see `maskedSum`). */
export function recentFrom(today: string): string {
  return addDays(today, 1 - RECENT)
}
