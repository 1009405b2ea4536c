// SPDX-License-Identifier: AGPL-3.0-or-later
// The only source of time. A test clock can be moved; NOW shifts a whole process.
import { dateFormat } from './intl.ts'

export type Clock = { now(): Date; iso(): string }

/** The machine's clock, shifted so that it read `startsAt` (ISO instant) when the process started. */
export function systemClock(startsAt?: string): Clock {
  const shift = startsAt ? new Date(startsAt).getTime() - Date.now() : 0
  const now = () => new Date(Date.now() + shift)
  return { now, iso: () => now().toISOString() }
}

/** A clock that stands still until it is moved. For tests and for filling a demonstration with a past. */
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

/** The instant `ms` milliseconds after `iso`, as ISO text. */
export function later(iso: string, ms: number): string {
  return new Date(new Date(iso).getTime() + ms).toISOString()
}

/** The later of now and a millisecond after `before` (ISO texts), so that two changes of a row never bear one date. */
export function after(before: string, now: string): string {
  return now > before ? now : later(before, 1)
}

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** The calendar date (YYYY-MM-DD) that an instant has in a time zone. */
export function dateIn(timeZone: string, at: Date): string {
  return dateFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)
}
