// SPDX-License-Identifier: AGPL-3.0-or-later
// What people want to know before they offer their help, and whether an offer says it: that the mission is well defined,
// that it appeals, and that it is told as it is. Advice only: nothing here is ever asked for.
import type { OfferContent } from './content.ts'
import { isTooMuch } from './job-signs.ts'
import { FEW_CHARACTERS, mainLanguage } from './readiness.ts'

export const HINT_PARTS = ['defined', 'appealing', 'true'] as const
type Part = (typeof HINT_PARTS)[number]
export type HintName =
  | 'title'
  | 'tasks'
  | 'rhythm'
  | 'moments'
  | 'summary'
  | 'context'
  | 'support'
  | 'pictures'
  | 'profile'
  | 'practical'
  | 'accessible'
  | 'load'
  | 'details'
/** `field`: of the form; 'pictures' is a page of its own. */
export type Hint = { name: HintName; part: Part; field: string; isMet: boolean }

/** Longer titles are cut on the cards of a list. */
const LONG_TITLE = 70

/** In the order of the form within each part. @param usual the language of the association. */
export function hintsOn(content: OfferContent, usual: 'fr' | 'en'): Hint[] {
  const language = mainLanguage(content, usual)
  const said = (name: 'title' | 'summary' | 'context' | 'profile' | 'support' | 'practical') =>
    content[name][language] ?? ''
  const tasks = content.tasks[language] ?? []
  const isDated = content.starts_on !== null
  const isRemote = content.work_mode === 'remote'
  const written = [said('context'), ...tasks, said('profile')].join('').length
  const hint = (part: Part, name: HintName, field: string, isMet: boolean): Hint => ({ name, part, field, isMet })
  return [
    hint('defined', 'title', `title_${language}`, said('title') !== '' && said('title').length <= LONG_TITLE),
    hint('defined', 'tasks', `tasks_${language}`, tasks.length >= 2),
    hint('defined', 'rhythm', 'duration', content.minutes_per_session !== null),
    hint('defined', 'moments', 'slots', isDated || content.slots.length > 0 || content.frequency === 'flexible'),
    hint('appealing', 'summary', `summary_${language}`, said('summary') !== ''),
    hint('appealing', 'context', `context_${language}`, said('context') !== ''),
    hint('appealing', 'support', `support_${language}`, said('support') !== '' || content.benefits.length > 0),
    hint('appealing', 'pictures', 'pictures', content.pictures.length > 0),
    hint('true', 'details', `tasks_${language}`, written >= FEW_CHARACTERS),
    hint('true', 'load', 'duration', !isTooMuch(content)),
    hint('true', 'accessible', 'accessible', isRemote || content.accessible !== 'unknown'),
    hint('true', 'profile', `profile_${language}`, said('profile') !== '' || content.requirements.length > 0),
    hint('true', 'practical', `practical_${language}`, said('practical') !== ''),
  ]
}
