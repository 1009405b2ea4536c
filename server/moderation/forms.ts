// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { SHELVES, type ItemFilter, type Shelf } from '../../db/queries/moderation.ts'
import type { ListName, Taxonomies } from '../../db/reference/taxonomies.ts'
import type { MessageKey } from '../text/message-keys.ts'
import { codeWhere, lines, optionalLines } from '../web/fields.ts'

/** Characters; the association's site cuts longer texts. */
const WORDS = 1000
const version = z.coerce.number('moderation.error.stale').int('moderation.error.stale')
const note = optionalLines(WORDS)

const reason = (taxonomies: Taxonomies) =>
  codeWhere((one) => taxonomies.list('refusal_reason').some((term) => term.code === one), 'moderation.error.reason')

export function decisionForm(taxonomies: Taxonomies) {
  return z.discriminatedUnion(
    'decision',
    [
      z.object({ decision: z.literal('accept'), version }),
      z.object({ decision: z.literal('ask'), version, question: lines(WORDS, 'moderation.error.question') }),
      z.object({ decision: z.literal('refuse'), version, reason: reason(taxonomies), note }),
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

export const likewiseForm = z.object({ items: chosen })

/** Anything unknown means the queue. */
export function readFilter(shelf: string, association: string): ItemFilter {
  const known = SHELVES.find((one) => one === shelf) ?? ('waiting' satisfies Shelf)
  return { shelf: known, association: association || undefined }
}

export function completionForm(taxonomies: Taxonomies) {
  const code = (list: ListName, missing: MessageKey) => codeWhere((one) => taxonomies.has(list, one), missing)
  return z.object({
    version,
    cause: code('cause', 'moderation.error.cause'),
    activity: code('activity', 'moderation.error.activity'),
    commitment: code('commitment', 'moderation.error.commitment'),
  })
}
