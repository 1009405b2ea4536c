// SPDX-License-Identifier: AGPL-3.0-or-later
// How the value of an hour is found. No law sets it: the association chooses, explains and keeps to it (ANC 2018-06).

export const RATE_METHODS = ['flat', 'minimum_wage', 'replacement', 'scale'] as const
export type RateMethod = (typeof RATE_METHODS)[number]
