// SPDX-License-Identifier: AGPL-3.0-or-later
// Which rule of the team approves a line by itself. Pure.
import type { RuleRow } from '../../db/queries/hours-rules.ts'

export type ToApprove = {
  /** Of all that was recorded at once, also when it makes two lines. */
  minutes: number
  categoryId: string
  offerId: string | null
  /** Recorded without an account. */
  hasLink: boolean
}
export type RuleTerms = Pick<RuleRow, 'most_minutes' | 'needs_offer' | 'category_id' | 'takes_links'>

export function fits(rule: RuleTerms, line: ToApprove): boolean {
  if (line.minutes > rule.most_minutes) return false
  if (rule.needs_offer === 1 && line.offerId === null) return false
  if (rule.category_id !== null && rule.category_id !== line.categoryId) return false
  return rule.takes_links === 1 || !line.hasLink
}
