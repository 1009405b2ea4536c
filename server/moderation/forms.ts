// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { SHELVES, type ItemFilter, type Shelf } from '../../db/queries/moderation.ts'
import type { ListName, Taxonomies } from '../../db/reference/taxonomies.ts'
import type { MessageKey } from '../text/message-keys.ts'
import { codeWhere, optionalText, text } from '../web/fields.ts'

/** What travels to the association is cut at 1000 characters there. */
const WORDS = 1000
const version = z.coerce.number('moderation.error.stale').int('moderation.error.stale')
const note = optionalText(WORDS)

const reason = (taxonomies: Taxonomies) =>
  codeWhere((one) => taxonomies.list('refusal_reason').some((term) => term.code === one), 'moderation.error.reason')

/** The decision, with what it needs: a question to ask, or a reason to refuse. Fields of the others are left alone. */
export function decisionForm(taxonomies: Taxonomies) {
  return z.discriminatedUnion(
    'decision',
    [
      z.object({ decision: z.literal('accept'), version }),
      z.object({ decision: z.literal('ask'), version, question: text(WORDS, 'moderation.error.question') }),
      z.object({ decision: z.literal('refuse'), version, reason: reason(taxonomies), note }),
    ],
    { error: 'moderation.error.decision' },
  )
}

export function removalForm(taxonomies: Taxonomies) {
  return z.object({ version, reason: reason(taxonomies), note })
}

/** `id:version`, as the boxes of a list are sent. */
const chosen = z.preprocess(
  (value) => [value ?? []].flat(),
  z
    .array(z.string().regex(/^[0-9a-f-]{36}:\d{1,9}$/, 'moderation.error.stale'))
    .min(1, 'moderation.error.none_chosen')
    .max(100, 'moderation.error.stale')
    .transform((all) => all.map((one) => ({ id: one.split(':')[0]!, version: Number(one.split(':')[1]) }))),
)

/** One answer for the offers that were ticked. A question is about one offer, so it is not among them. */
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

/** The shelf and the association of an address; anything unknown means the queue. */
export function readFilter(shelf: string, association: string): ItemFilter {
  const known = SHELVES.find((one) => one === shelf) ?? ('waiting' satisfies Shelf)
  return { shelf: known, association: association || undefined }
}

/** What an offer from another kind of site lacks before it can go online. */
export function completionForm(taxonomies: Taxonomies) {
  const code = (list: ListName, missing: MessageKey) => codeWhere((one) => taxonomies.has(list, one), missing)
  return z.object({
    version,
    cause: code('cause', 'moderation.error.cause'),
    activity: code('activity', 'moderation.error.activity'),
    commitment: code('commitment', 'moderation.error.commitment'),
  })
}
