// SPDX-License-Identifier: AGPL-3.0-or-later
// A centre shows an offer for some days after the last that its association did with it, whatever its own end.
import { DAY, later } from '../../base/clock.ts'

/** Beyond the longest time that an offer is online. */
export const NO_LIMIT = 365

/** Whether a centre shows an offer of ours no more, for want of news. @param days its limit; null without one. */
export function isPastLimit(
  offer: { publish_from: string | null; updated_at: string },
  days: number | null,
  now: string,
): boolean {
  const at = { from: offer.publish_from ?? now, touched: offer.updated_at, now }
  return days !== null && shownUntil(at, days) <= now
}

/**
 * @param at.from first instant online; `touched`: when its association last changed or renewed it, as it says; `now`.
 * @returns ISO instant.
 */
export function shownUntil(at: { from: string; touched: string; now: string }, days: number): string {
  // Nobody gains time by a date to come.
  const touched = at.touched > at.now ? at.now : at.touched
  return later(at.from > touched ? at.from : touched, days * DAY)
}
