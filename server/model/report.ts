// SPDX-License-Identifier: AGPL-3.0-or-later
// A visitor says that something is wrong with an offer.

/** What a visitor may say, beside words of their own. */
export const REPORT_REASONS = [
  'untrue',
  'over',
  'not_volunteering',
  'discriminatory',
  'safety',
  'personal_data',
  'else',
] as const
export type ReportReason = (typeof REPORT_REASONS)[number]

/** The reason of a suspension (`refusal_reason`) that the form of the desk proposes for each. */
export const REASON_OF: Record<ReportReason, string> = {
  untrue: 'misleading',
  over: 'expired',
  not_volunteering: 'not_volunteering',
  discriminatory: 'discriminatory',
  safety: 'safety',
  personal_data: 'personal_data_exposed',
  else: 'other',
}

/** `suspended`: by the centre. `changed`: it is mended, or no longer shown. `kept`: nothing had to change. */
export const REPORT_OUTCOMES = ['suspended', 'changed', 'kept'] as const
export type ReportOutcome = (typeof REPORT_OUTCOMES)[number]

/** A report is deleted so long after its last news, whatever its state. */
export const REPORT_MONTHS = 6
