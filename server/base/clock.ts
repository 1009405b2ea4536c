// SPDX-License-Identifier: AGPL-3.0-or-later
// The only source of time, so that tests can move it and NOW can shift it.
import { dateFormat } from './intl.ts'

export type Clock = { now(): Date; iso(): string }

/** @param startsAt ISO instant that the clock shows at the start of the process. */
export function systemClock(startsAt?: string): Clock {
  const shift = startsAt ? new Date(startsAt).getTime() - Date.now() : 0
  const now = () => new Date(Date.now() + shift)
  return { now, iso: () => now().toISOString() }
}

/** Stands still until it is moved: for tests, and for a demonstration with a past. */
export function heldClock(at: string): Clock & { set(at: string): void; advance(ms: number): void } {
  let time = new Date(at).getTime()
  const now = () => new Date(time)
  return {
    now,
    iso: () => now().toISOString(),
    set: (next) => void (time = new Date(next).getTime()),
    advance: (ms) => void (time += ms),
  }
}

export function later(iso: string, ms: number): string {
  return new Date(new Date(iso).getTime() + ms).toISOString()
}

/** `now`, or a millisecond after `before` when that is later, so that two changes of a row never have one date. */
export function after(before: string, now: string): string {
  return now > before ? now : later(before, 1)
}

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** @returns the day of an instant there; a day (YYYY-MM-DD) as it is, and null for what is neither. */
export function dayIn(timeZone: string, given: string): string | null {
  if (given.length === 10 && /^\d{4}-\d{2}-\d{2}$/.test(given)) return given
  return isInstant(given) ? dateIn(timeZone, new Date(given)) : null
}

/** @returns YYYY-MM-DD HH:MM:SS on the clocks there, as spreadsheets read it; null for what is no instant. */
export function dateTimeIn(timeZone: string, given: string): string | null {
  if (!isInstant(given)) return null
  return dateFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(new Date(given))
}

const isInstant = (given: string): boolean =>
  /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/.test(given) && !Number.isNaN(Date.parse(given))

/** @returns YYYY-MM-DD. */
export function dateIn(timeZone: string, at: Date): string {
  return dateFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)
}
