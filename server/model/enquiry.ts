// SPDX-License-Identifier: AGPL-3.0-or-later
// Somebody who offers their help with no offer in mind (« volunteer enquiry » in the trade).

/** Why one ended without a place. */
export const END_REASONS = ['elsewhere', 'no_answer', 'no_offer', 'changed_mind'] as const

/** Months without a sign of the person, or after the end, until everything is deleted. */
export const ENQUIRY_MONTHS = 12
/** Days during which a member can accept somebody that a centre passes on. */
export const PASSING_DAYS = 21
