// SPDX-License-Identifier: AGPL-3.0-or-later
// How long until the next try? (design/security.md E)
import { HOUR, MINUTE } from '../server/base/clock.ts'

const WAITS = [1 * MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR]

/** Tries before a delivery is given up: about five days. */
export const MAX_TRIES = 10

/** Milliseconds to wait after the `failures`-th failure in a row (0 = the first), within 20 % so that not all come at once. */
export function waitAfter(failures: number, random = Math.random()): number {
  const wait = WAITS[Math.min(failures, WAITS.length - 1)] ?? HOUR
  return Math.round(wait * (0.8 + random * 0.4))
}

/** Milliseconds that a `Retry-After` header asks for (seconds or a date), at most a day; undefined if it says nothing. */
export function readRetryAfter(header: string | undefined, now: Date): number | undefined {
  if (!header) return undefined
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now.getTime()
  return Number.isNaN(ms) || ms < 0 ? undefined : Math.min(ms, 24 * HOUR)
}
