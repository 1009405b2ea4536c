// SPDX-License-Identifier: AGPL-3.0-or-later
// Searches whose new offers are mailed to an address.

export const RHYTHMS = ['weekly', 'daily'] as const
export type Rhythm = (typeof RHYTHMS)[number]

/** An address that nobody confirms is forgotten. */
export const CONFIRM_ALERT_DAYS = 3
/** Then it ends by itself, unless the question before is answered. */
export const ALERT_MONTHS = 12
/** Days before the end at which the question is mailed. */
export const ASK_BEFORE_DAYS = 30
/** Of one address. */
export const MOST_ALERTS = 20
