// SPDX-License-Identifier: AGPL-3.0-or-later
// When a delivery is tried again, by the status and headers of the answer.
import { HOUR, MINUTE } from '../server/base/clock.ts'
import type { BackOff } from '../server/queue/back-off.ts'

/** About four days. */
export const MAX_TRIES = 10
export const BACK_OFF: BackOff = {
  waits: [1 * MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR],
  tries: MAX_TRIES,
  spread: 0.2,
}

type Verdict =
  | 'arrived'
  | 'gone'
  /** A proxy in front of the server answers that the server is down. */
  | 'away'
  | { tries: number }

/** May not be final, because our key may not have been readable: two more tries. */
const DOUBTFUL = new Set([401, 403, 404])
const LATER = new Set([408, 425, 429])
/** Tries of one activity without any answer, while its host answered others. */
export const MOST_UNANSWERED = 5
/** The activity is not understood there. 401 and 403 are about us, and 5xx about the server. */
const NOT_UNDERSTOOD = new Set([400, 404, 405, 406, 415, 422, 501])
const AWAY = new Set([502, 503, 504])

export const isRefusalOfKind = (status: number): boolean => NOT_UNDERSTOOD.has(status)

export function verdictOf(status: number): Verdict {
  if (status >= 200 && status < 300) return 'arrived'
  if (status === 410) return 'gone'
  if (AWAY.has(status)) return 'away'
  return { tries: status >= 500 || LATER.has(status) ? MAX_TRIES : DOUBTFUL.has(status) ? 3 : 1 }
}

/** From seconds or a date: milliseconds, at most a day; undefined without a usable value. */
export function readRetryAfter(header: string | undefined, now: Date): number | undefined {
  if (!header) return undefined
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now.getTime()
  return Number.isNaN(ms) || ms < 0 ? undefined : Math.min(ms, 24 * HOUR)
}
