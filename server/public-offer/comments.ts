// SPDX-License-Identifier: AGPL-3.0-or-later
import { cut } from '../base/cut.ts'
import {
  COMMENTED,
  LONGEST_COMMENT,
  listComments,
  type CommentedField,
  type Comments,
} from '../model/offer/comments.ts'
import type { Translator } from '../text/i18n.ts'

/** What moderators call a field with a comment: some are read together. */
const CALLED: Record<CommentedField, string> = {
  title: 'title',
  summary: 'summary',
  context: 'context',
  tasks: 'tasks',
  profile: 'profile',
  support: 'support',
  practical: 'practical',
  commitment: 'when',
  places: 'where',
  capacity: 'seats',
  causes: 'cause',
  activities: 'activity',
  beneficiaries: 'beneficiary',
  skills: 'skill',
  requirements: 'requirement',
  min_age: 'min_age',
  max_age: 'max_age',
  accessible: 'accessible',
  adaptations: 'adaptations',
  benefits: 'benefit',
  compensation: 'compensation',
  contact_label: 'contact',
  questions: 'questions',
}

/** @param name as on the page of a moderator: `tasks-fr`, `when`. */
export function commentedAs(name: string): CommentedField | undefined {
  const base = name.replace(/-(?:fr|en)$/, '')
  return (Object.keys(CALLED) as CommentedField[]).find((field) => CALLED[field] === base)
}

/** '' for a field that no moderator reads. */
export const fieldLabel = (t: Translator, name: string): string =>
  Object.hasOwn(CALLED, name) ? t.code('moderation.field', CALLED[name as CommentedField]) : ''

/** Each with the label of its field. */
export function commentLines(t: Translator, comments: Comments) {
  return listComments(comments).map(({ field, text }) => ({
    field,
    label: t.code('moderation.field', CALLED[field]),
    text,
  }))
}

const isCommented = (name: string): name is CommentedField => (COMMENTED as readonly string[]).includes(name)

/** What is no text, or is about a field that is not known, is left out. @param clean what is done with texts of others. */
export function readComments(value: unknown, clean = (text: string) => text.trim()): Comments {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  const known = Object.entries(value).flatMap(([name, text]) =>
    isCommented(name) && typeof text === 'string' && clean(text) ? [[name, cut(clean(text), LONGEST_COMMENT)]] : [],
  )
  return Object.fromEntries(known) as Comments
}
