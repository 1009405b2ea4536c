// SPDX-License-Identifier: AGPL-3.0-or-later
// Calendar days (YYYY-MM-DD), whatever the clock changes of a time zone.
import { DAY, dateIn } from './clock.ts'
import { dateFormat } from './intl.ts'

/** @returns an ISO instant. */
export const startOfDay = (day: string, timeZone: string): string => instantIn(`${day}T00:00:00`, timeZone)

/** @param local time without an offset, as `2026-12-05T23:30:00`. @returns an ISO instant. */
export function instantIn(local: string, timeZone: string): string {
  const wanted = Date.parse(`${local}Z`)
  let at = wanted
  // Twice, because the first guess may lie on the other side of a clock change.
  for (let round = 0; round < 2; round++) at = wanted - (wallClock(at, timeZone) - at)
  return new Date(at).toISOString()
}

/** @returns the last second of the day, as an ISO instant. */
export function endOfDay(day: string, timeZone: string): string {
  return new Date(Date.parse(startOfDay(addDays(day, 1), timeZone)) - 1000).toISOString()
}

export function addDays(day: string, count: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + count)
  return date.toISOString().slice(0, 10)
}

/** Negative when `to` comes first. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY)
}

/** Calendar days between two instants (ISO), as people there count them: from late on the 24th to the 28th are four. */
export function daysSince(at: string, now: string, timeZone: string): number {
  return daysBetween(dateIn(timeZone, new Date(at)), dateIn(timeZone, new Date(now)))
}

/** The local time read as if it were UTC, in milliseconds. */
export function wallClock(at: number, timeZone: string): number {
  const format = dateFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  return Date.parse(`${format.format(at).replace(' ', 'T')}Z`)
}
