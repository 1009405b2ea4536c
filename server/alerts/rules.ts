// SPDX-License-Identifier: AGPL-3.0-or-later
import { dateIn } from '../base/clock.ts'
import { addDays, instantIn } from '../base/days.ts'
import type { Rhythm } from '../model/alerts.ts'

const AT = '08:00:00'
const DAYS_APART: Record<Rhythm, number> = { daily: 1, weekly: 7 }

/** The morning of the next mail (ISO): tomorrow, or the same day of next week. @param zone of the association. */
export function nextMorning(rhythm: Rhythm, now: Date, zone: string): string {
  return instantIn(`${addDays(dateIn(zone, now), DAYS_APART[rhythm])}T${AT}`, zone)
}
