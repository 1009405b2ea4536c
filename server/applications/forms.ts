// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import type { Taxonomies } from '../../db/reference/taxonomies.ts'
import type { OfferContent } from '../model/offer/content.ts'
import { isTelephone } from '../model/telephone.ts'
import {
  code,
  codeWhere,
  codes,
  email,
  optionalEmail,
  optionalLines,
  optionalText,
  personName,
  text,
  tick,
} from '../web/fields.ts'
import { typedValues, withErrors, type Parsed } from '../web/forms.ts'
import { askMailbox } from '../web/mailboxes.ts'
import { parseNamed } from '../web/names.ts'
import { applicantFaults } from './rules.ts'

/** A hidden field: only programs fill it in. */
export const TRAP = 'topic'

const phone = optionalText(40).pipe(
  z.string().refine((typed) => typed === '' || isTelephone(typed), 'applications.error.phone'),
)

const applyShape = z.object({
  given_name: personName('applications.error.given_name_missing'),
  family_name: personName('applications.error.family_name_missing'),
  email: email('applications.error.email_missing'),
  phone,
  message: optionalLines(4000),
  ticks: codes(() => true, 'applications.error.ticks_missing'),
  age: tick,
  via: optionalText(400),
  [TRAP]: optionalText(400),
})
export type ApplyInput = z.output<typeof applyShape>

/** Faults of what was typed, and of what the offer asks for, are given together. */
export function readApplyForm(body: unknown, content: OfferContent): Parsed<ApplyInput> {
  const parsed = askMailbox(body, (asked) => parseNamed(applyShape, asked))
  const typed = typedValues(body)
  const ticks = [typed.ticks ?? []].flat()
  const faults = applicantFaults(content, { ticks, age: tick.parse(typed.age) })
  if (parsed.ok && Object.keys(faults).length === 0) return parsed
  return { ok: false, form: withErrors(parsed.form, faults) }
}

export const withdrawForm = (taxonomies: Taxonomies) =>
  z.object({
    reason: z.preprocess(
      (value) => value ?? '',
      codeWhere((one) => one === '' || taxonomies.has('withdraw_reason', one), 'applications.error.reason_missing'),
    ),
  })

export const noteForm = z.object({
  offer: text(40, 'applications.note.error.offer_missing'),
  given_name: personName('applications.note.error.given_name_missing'),
  family_name: personName('applications.note.error.family_name_missing'),
  email: optionalEmail('applications.note.error.email'),
  phone,
  message: optionalLines(4000),
  accept: tick,
  who: optionalText(64),
})
export type NoteInput = z.output<typeof noteForm> & { locale: string }

export const acceptForm = z.object({ word: optionalLines(1000), who: optionalText(64) })

/** Each reason has its own field with a proposed sentence; only that of the chosen reason is read. */
export const refusalForm = (taxonomies: Taxonomies) => {
  const reasons = taxonomies.list('decline_reason').map((term) => term.code)
  const answers = Object.fromEntries(reasons.map((reason) => [`answer_${reason}`, optionalLines(2000)]))
  return z
    .object({
      reason: code(reasons as [string, ...string[]], 'applications.error.reason_missing'),
      ...answers,
    })
    .transform((typed) => ({
      reason: typed.reason,
      answer: String((typed as Record<string, unknown>)[`answer_${typed.reason}`] ?? ''),
    }))
}
