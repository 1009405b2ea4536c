// SPDX-License-Identifier: AGPL-3.0-or-later
import { monthsFrom } from '../../applications/rules.ts'
import { addDays } from '../../base/days.ts'

export const KINDS = ['correction', 'restriction'] as const
/** Requests of one person that may wait at a time. */
export const MOST_OPEN = 5
/** Between the mail and the end of a restriction (GDPR, art. 18.3: before it is lifted). */
export const LIFTING_DAYS = 7

const ANSWER_DAYS_CA = 30

/**
 * By when it is answered: a month (GDPR, art. 12.3), or 30 days (Act on the private sector, s. 32).
 * @param receivedOn YYYY-MM-DD; @param country 'FR' or 'CA'.
 */
export function dueOn(receivedOn: string, country: string): string {
  return country === 'CA'
    ? addDays(receivedOn, ANSWER_DAYS_CA)
    : monthsFrom(`${receivedOn}T12:00:00.000Z`, 1).slice(0, 10)
}
