// SPDX-License-Identifier: AGPL-3.0-or-later
// What a centre says beside a field, when it asks an association about an offer.
import type { FieldName } from './fields.ts'

/** The fields that can have a comment. Dates, rhythm and slots are read together, as `commitment`. */
export const COMMENTED = [
  'title',
  'summary',
  'context',
  'tasks',
  'profile',
  'support',
  'practical',
  'commitment',
  'places',
  'capacity',
  'causes',
  'activities',
  'beneficiaries',
  'skills',
  'requirements',
  'min_age',
  'max_age',
  'accessible',
  'adaptations',
  'benefits',
  'compensation',
  'contact_label',
  'questions',
] as const satisfies FieldName[]
export type CommentedField = (typeof COMMENTED)[number]
export type Comments = Partial<Record<CommentedField, string>>
/** Characters. */
export const LONGEST_COMMENT = 300

/** In the order of the page. */
export function listComments(comments: Comments): { field: CommentedField; text: string }[] {
  return COMMENTED.flatMap((field) => (comments[field] ? [{ field, text: comments[field] }] : []))
}
