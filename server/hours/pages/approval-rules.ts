// SPDX-License-Identifier: AGPL-3.0-or-later
import type { RuleTerms } from '../approval-rules.ts'
import type { CategoryRow } from '../../../db/queries/hours.ts'
import type { Translator } from '../../text/i18n.ts'

/** The rule as a sentence. */
export function ruleInWords(t: Translator, rule: RuleTerms, categories: readonly CategoryRow[]): string {
  const category = categories.find(({ id }) => id === rule.category_id)
  return [
    t('hours.rule.up_to', { duration: t.minutes(rule.most_minutes) }),
    rule.needs_offer === 1 ? t('hours.rule.of_offer') : t('hours.rule.any_offer'),
    category ? t('hours.rule.of_category', { category: t.text(category.label).text }) : t('hours.rule.any_category'),
    rule.takes_links === 1 ? t('hours.rule.with_links') : t('hours.rule.without_links'),
  ].join(', ')
}
