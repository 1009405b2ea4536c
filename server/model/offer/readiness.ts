// SPDX-License-Identifier: AGPL-3.0-or-later
import type { OfferContent } from './content.ts'

type Wanted =
  | 'title'
  | 'summary'
  | 'tasks'
  | 'cause'
  | 'activity'
  | 'commitment'
  | 'frequency'
  | 'duration'
  | 'work_mode'
  | 'places'
  | 'capacity'
  | 'contact'
  | 'contact_label'
export type Missing = {
  field: string
  key: `offers.missing.${Wanted}` | 'offers.error.until_past' | 'offers.error.event_past'
}

/** Below this many characters in context, tasks and profile together, few people apply. */
export const FEW_CHARACTERS = 300

/** The language in which an association usually writes. */
export const usualLanguage = ({ locale }: { locale: string }): 'fr' | 'en' => (locale === 'en' ? 'en' : 'fr')

/** The language whose fields must be filled: the association's if the offer has it, else the offer's first. */
export function mainLanguage(content: OfferContent, usual: 'fr' | 'en'): 'fr' | 'en' {
  return content.language.includes(usual) ? usual : (content.language[0] ?? usual)
}

/**
 * @param about `toCentre`: a centre will read it, which asks for more; `usual`: the association's language.
 * In a draft a code that is not chosen is '', a capacity that is not given is 0.
 */
export function missingFrom(
  content: OfferContent,
  about: { hasContact: boolean; toCentre: boolean; usual: 'fr' | 'en' },
): Missing[] {
  const language = mainLanguage(content, about.usual)
  const missing: Missing[] = []
  const need = (there: unknown, field: string, key: Missing['key']) => {
    if (!there) missing.push({ field, key })
  }
  need(content.title[language], `title_${language}`, 'offers.missing.title')
  if (about.toCentre) {
    need(content.summary[language], `summary_${language}`, 'offers.missing.summary')
    need(content.tasks[language]?.length, `tasks_${language}`, 'offers.missing.tasks')
    need(content.causes.length, 'cause_1', 'offers.missing.cause')
    need(content.activities.length, 'activity_1', 'offers.missing.activity')
  }
  need(content.commitment, 'commitment', 'offers.missing.commitment')
  if (about.toCentre && content.commitment === 'regular') {
    need(content.frequency, 'frequency', 'offers.missing.frequency')
    need(content.minutes_per_session, 'duration', 'offers.missing.duration')
  }
  need(content.work_mode, 'work_mode', 'offers.missing.work_mode')
  // Without a town nobody finds it by town, and its page has no « Où » (also where no centre reads it).
  if (content.work_mode !== '' && content.work_mode !== 'remote') {
    need(content.places.length, 'places', 'offers.missing.places')
  }
  need(content.capacity !== 0, 'capacity', 'offers.missing.capacity')
  need(about.hasContact, 'contact_id', 'offers.missing.contact')
  need(content.contact_label, 'contact_label', 'offers.missing.contact_label')
  return missing
}

/** They never prevent publication. */
export function remarksOn(content: OfferContent, usual: 'fr' | 'en'): 'offers.remark.short'[] {
  const language = mainLanguage(content, usual)
  const written = [content.context[language], ...(content.tasks[language] ?? []), content.profile[language]].join('')
  return written.length < FEW_CHARACTERS ? ['offers.remark.short'] : []
}
