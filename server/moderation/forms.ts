// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { ARRIVALS, SHELVES } from '../../db/queries/moderation.ts'
import type { ListName, Taxonomies } from '../../db/reference/taxonomies.ts'
import { COMMENTED, LONGEST_COMMENT, type CommentedField, type Comments } from '../model/offer/comments.ts'
import { readComments } from '../public-offer/comments.ts'
import type { MessageKey } from '../text/message-keys.ts'
import { code, codeWhere, lines, optionalLines, optionalText } from '../web/fields.ts'
import type { Search } from '../web/searches.ts'

/** Characters; the association's site cuts longer texts. */
const WORDS = 1000
const version = z.coerce.number('moderation.error.stale').int('moderation.error.stale')
const note = optionalLines(WORDS)

const reason = (taxonomies: Taxonomies) =>
  codeWhere((one) => taxonomies.list('refusal_reason').some((term) => term.code === one), 'moderation.error.reason')

const comments = Object.fromEntries(
  COMMENTED.map((field) => [`comment_${field}`, optionalLines(LONGEST_COMMENT)]),
) as Record<`comment_${CommentedField}`, ReturnType<typeof optionalLines>>

/** The comments of the form, without the empty ones. */
export function commentsIn(values: Partial<Record<`comment_${CommentedField}`, string>>): Comments {
  return readComments(Object.fromEntries(COMMENTED.map((field) => [field, values[`comment_${field}`]])))
}

type Commented = Parameters<typeof commentsIn>[0]
const hasNoComment = (values: Commented) => Object.keys(commentsIn(values)).length === 0
/** Only a question takes the comments along. */
const UNSENT = { path: ['decision'], error: 'moderation.error.comments_unsent' } satisfies {
  path: string[]
  error: MessageKey
}
const UNASKED = { path: ['question'], error: 'moderation.error.question' } satisfies {
  path: string[]
  error: MessageKey
}

export function decisionForm(taxonomies: Taxonomies) {
  return z.discriminatedUnion(
    'decision',
    [
      z.object({ decision: z.literal('accept'), version, ...comments }).refine(hasNoComment, UNSENT),
      z
        .object({ decision: z.literal('ask'), version, question: optionalLines(WORDS), ...comments })
        .refine((values) => values.question !== '' || !hasNoComment(values), UNASKED),
      z
        .object({ decision: z.literal('refuse'), version, reason: reason(taxonomies), note, ...comments })
        .refine(hasNoComment, UNSENT),
    ],
    { error: 'moderation.error.decision' },
  )
}

export function removalForm(taxonomies: Taxonomies) {
  return z.object({ version, reason: reason(taxonomies), note })
}

const chosen = z.preprocess(
  (value) => [value ?? []].flat(),
  z
    .array(z.string().regex(/^[0-9a-f-]{36}:\d{1,9}$/, 'moderation.error.stale'))
    .min(1, 'moderation.error.none_chosen')
    .max(100, 'moderation.error.stale')
    .transform((all) => all.map((one) => ({ id: one.split(':')[0]!, version: Number(one.split(':')[1]) }))),
)

/** A question concerns one offer, so `ask` is not possible here. */
export function severalForm(taxonomies: Taxonomies) {
  return z.discriminatedUnion(
    'decision',
    [
      z.object({ items: chosen, decision: z.literal('accept') }),
      z.object({ items: chosen, decision: z.literal('refuse'), reason: reason(taxonomies), note }),
    ],
    { error: 'moderation.error.decision' },
  )
}

/** Characters of a note of the team. */
const NOTE = 2000
const body = lines(NOTE, 'moderation.notes.missing')
export const noteForm = z.object({ body, form_id: optionalText(64) })
export const itemNoteForm = noteForm.extend({ about: code(['item', 'association'], 'moderation.notes.about_missing') })

export const likewiseForm = z.object({ items: chosen })

const KINDS = ['', ...ARRIVALS, 'unread'] as const
/** Days that an offer has waited; `late`: longer than the centre usually takes. */
const WAITS = ['', 'late', '3', '7', '14'] as const
const HANDS = ['', 'mine', 'nobody'] as const
const ORDERS = ['oldest', 'newest'] as const

const anything = <const T extends string>(all: readonly [T, ...T[]]) => code(all, 'error.field.unclear').catch(all[0])
/** Of a list of ours; the page leaves out what finds nothing. */
const anyText = optionalText(500).catch('')

/** Anything unknown counts as not asked for; without a shelf it is the queue. */
export const queueQuery = z.object({
  shelf: anything(SHELVES),
  association: anyText,
  kind: anything(KINDS),
  waits: anything(WAITS),
  hands: anything(HANDS),
  commitment: anyText,
  cause: anyText,
  order: anything(ORDERS),
})
export type QueueAsked = z.output<typeof queueQuery> & { search: Search }

export function completionForm(taxonomies: Taxonomies) {
  const code = (list: ListName, missing: MessageKey) => codeWhere((one) => taxonomies.has(list, one), missing)
  return z.object({
    version,
    cause: code('cause', 'moderation.error.cause'),
    activity: code('activity', 'moderation.error.activity'),
    commitment: code('commitment', 'moderation.error.commitment'),
  })
}
