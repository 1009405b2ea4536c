// SPDX-License-Identifier: AGPL-3.0-or-later
// The questions that an offer asks whoever applies, and their replies.
import { createHash } from 'node:crypto'
import type { OfferContent } from '../model/offer/content.ts'
import type { MessageKey } from '../text/message-keys.ts'
import { tidyLines } from '../web/fields.ts'

/** Characters. */
export const REPLY_LENGTH = 1000

export type Reply = { question: string; reply: string }
type Questions = Pick<OfferContent, 'questions' | 'replies_needed'>

/**
 * In the language of whoever applies, else in the other one. @returns `name`: of the field for the reply. It is the same
 * in both languages, and another one once the question is changed, so that no reply stands under a question that was not
 * read.
 */
export function questionsOf({ questions }: Questions, locale: string): { name: string; text: string }[] {
  const { fr = [], en = [] } = questions
  const isEnglish = fr.length === 0 || (locale === 'en' && en.length > 0)
  const seen = new Map<string, number>()
  return (isEnglish ? en : fr).map((text, at) => {
    const both = JSON.stringify([fr[at], en[at]])
    const before = seen.get(both) ?? 0
    seen.set(both, before + 1)
    return { name: nameOf(both, before), text }
  })
}

/** @param before how many questions above read alike. */
const nameOf = (both: string, before: number): string =>
  `reply_${createHash('sha256')
    .update(`${both}${before || ''}`)
    .digest('hex')
    .slice(0, 12)}`

/** Replies to questions that are not asked any more, because they were changed while somebody wrote. */
export function orphanReplies(offer: Questions, typed: Readonly<Record<string, unknown>>): string[] {
  const asked = new Set(questionsOf(offer, '').map(({ name }) => name))
  return Object.entries(typed).flatMap(([name, value]) => {
    const isOrphan = /^reply_[0-9a-f]{12}$/.test(name) && !asked.has(name) && typeof value === 'string'
    return (isOrphan && tidyLines(value)) || []
  })
}

/** @returns `faults` by the name of the field; empty replies are left out of `replies`. */
export function readReplies(
  offer: Questions,
  typed: Readonly<Record<string, unknown>>,
  locale: string,
): { replies: Reply[]; faults: Record<string, MessageKey> } {
  const replies: Reply[] = []
  const faults: Record<string, MessageKey> = {}
  for (const { name, text } of questionsOf(offer, locale)) {
    const value = typed[name]
    const reply = typeof value === 'string' ? tidyLines(value) : ''
    if (reply.length > REPLY_LENGTH) faults[name] = 'error.field.too_long'
    else if (reply !== '') replies.push({ question: text, reply })
    else if (offer.replies_needed) faults[name] = 'applications.error.reply_missing'
  }
  return { replies, faults }
}
