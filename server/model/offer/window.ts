// SPDX-License-Identifier: AGPL-3.0-or-later
// When an offer is online: typed days become instants in the association's time zone, and back.
import { dateIn } from '../../base/clock.ts'
import { addDays, daysBetween, startOfDay, wallClock } from '../../base/days.ts'

export const MAX_DAYS = 365

/** Days as typed; null: we choose. */
export type AskedWindow = { firstDay: string | null; lastDay: string | null }
/** ISO instants; `until` is the moment after the last day. */
export type Window = { from: string; until: string }
export type WindowFault = 'past' | 'reversed' | 'too_long'

export function windowFault(asked: AskedWindow, today: string): WindowFault | null {
  if (asked.lastDay === null) return null
  if (asked.firstDay !== null && asked.lastDay < asked.firstDay) return 'reversed'
  if (asked.lastDay < today) return 'past'
  return daysBetween(firstOf(asked, today), asked.lastDay) >= MAX_DAYS ? 'too_long' : null
}

/**
 * Begins now when the first day is today or before.
 * @param days length when no last day is given; the first and the last day count.
 */
export function windowFor(asked: AskedWindow, days: number, timeZone: string, now: string): Window {
  const today = dateIn(timeZone, new Date(now))
  const first = firstOf(asked, today)
  const last = asked.lastDay ?? addDays(first, Math.min(days, MAX_DAYS) - 1)
  return {
    from: first > today ? startOfDay(first, timeZone) : now,
    until: startOfDay(addDays(last, 1), timeZone),
  }
}

function firstOf(asked: AskedWindow, today: string): string {
  return asked.firstDay !== null && asked.firstDay > today ? asked.firstDay : today
}

export function daysOf(window: Window, timeZone: string): { firstDay: string; lastDay: string } {
  return {
    firstDay: dateIn(timeZone, new Date(window.from)),
    lastDay: dateIn(timeZone, new Date(Date.parse(window.until) - 1)),
  }
}

/** In days, the first and the last included. */
export function lengthOf(window: Window, timeZone: string): number {
  const { firstDay, lastDay } = daysOf(window, timeZone)
  return Math.max(1, daysBetween(firstDay, lastDay) + 1)
}

/** The same length from now. A renewal never makes the end earlier, and never begins before the first day. */
export function renewedWindow(window: Window, timeZone: string, now: string): Window {
  const next = windowFor({ firstDay: null, lastDay: null }, lengthOf(window, timeZone), timeZone, now)
  return {
    from: window.from > now ? window.from : now,
    until: window.until > next.until ? window.until : next.until,
  }
}

/** Days before the last one on which the contact is reminded; 0 is the last day. */
export const REMINDERS = [7, 2, 0] as const
/** Local hour before which no reminder is sent. */
const MORNING_HOUR = 8
export const isMorning = (timeZone: string, now: string): boolean =>
  new Date(wallClock(Date.parse(now), timeZone)).getUTCHours() >= MORNING_HOUR

/** Negative after the last day. */
export function daysLeft(window: Window, timeZone: string, now: string): number {
  return daysBetween(dateIn(timeZone, new Date(now)), daysOf(window, timeZone).lastDay)
}

/**
 * The nearest reminder that is due; null when it was sent before, or when it would come on the first day of the window.
 * @param lastMark what `reminderMark` gave for the last reminder sent.
 */
export function dueReminder(window: Window, lastMark: string | null, timeZone: string, now: string): number | null {
  const left = daysLeft(window, timeZone, now)
  if (left < 0 || !isMorning(timeZone, now)) return null
  const due = REMINDERS.filter((days) => left <= days && days < lengthOf(window, timeZone) - 1).at(-1)
  if (due === undefined) return null
  const [until, last] = (lastMark ?? '').split('/')
  return until === window.until && Number(last) <= due ? null : due
}

/** Stored after a reminder; it holds the window's end, so that a new window begins anew. `expired` comes last. */
export function reminderMark(window: Window, given: number | 'expired'): string {
  return `${window.until}/${given === 'expired' ? -1 : given}`
}
