// SPDX-License-Identifier: AGPL-3.0-or-later
// How much time an offer asks for.
import type { OfferContent } from './content.ts'

/** From the least to the most time; a band includes those before it, except `more`. */
export const TIME_BANDS = ['up_to_2h_month', 'up_to_1h_week', 'up_to_half_day_week', 'more'] as const
export type TimeBand = (typeof TIME_BANDS)[number]

const WEEKS_A_MONTH = 365.25 / 12 / 7
/** Times a month, by frequency; « à convenir » has none. */
const TIMES_A_MONTH: Record<string, number> = {
  once: 1,
  several_week: 3 * WEEKS_A_MONTH,
  weekly: WEEKS_A_MONTH,
  biweekly: WEEKS_A_MONTH / 2,
  monthly: 1,
  quarterly: 1 / 3,
  yearly: 4 / 12,
}
const HALF_DAY = 4 * 60

/** @returns null when the duration or the frequency is missing. */
export function timeBand(
  content: Pick<OfferContent, 'minutes_per_session' | 'frequency' | 'commitment'>,
): TimeBand | null {
  const once = content.commitment === 'one_off' || content.commitment === 'micro'
  const times = TIMES_A_MONTH[content.frequency ?? (once ? 'once' : '')]
  if (times === undefined || content.minutes_per_session === null) return null
  const minutes = content.minutes_per_session * times
  if (minutes <= 120) return 'up_to_2h_month'
  if (minutes <= 60 * WEEKS_A_MONTH) return 'up_to_1h_week'
  return minutes <= HALF_DAY * WEEKS_A_MONTH ? 'up_to_half_day_week' : 'more'
}

/** The bands under which an offer is found: a person with an hour a week also has two hours a month. */
export function bandsMet(band: TimeBand | null): TimeBand[] {
  if (band === null) return []
  return band === 'more' ? ['more'] : TIME_BANDS.slice(TIME_BANDS.indexOf(band), 3)
}
