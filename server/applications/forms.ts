// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import type { Taxonomies } from '../../db/reference/taxonomies.ts'
import { isTelephone } from '../model/telephone.ts'
import { SIGNATURES, TESTIMONIAL_LENGTH } from '../model/testimonial.ts'
import {
  TRAP,
  code,
  codeWhere,
  codes,
  email,
  emailKey,
  lines,
  optionalEmail,
  optionalLines,
  optionalText,
  personName,
  text,
  tick,
} from '../web/fields.ts'
import { typedValues, withErrors, type Parsed } from '../web/forms.ts'
import { askMailboxes } from '../web/mailboxes.ts'
import { parseNamed } from '../web/names.ts'
import { orphanReplies, readReplies, type Reply } from './questions.ts'
import { MOST_SEATS, applicantFaults, mostSeats } from './rules.ts'

const phone = optionalText(40).pipe(
  z.string().refine((typed) => typed === '' || isTelephone(typed), 'applications.error.phone'),
)

/** « Nous serons 3 »: empty is 1. */
const seats = optionalText(4).transform((typed, context) => {
  const number = typed === '' ? 1 : Number(typed)
  if (Number.isInteger(number) && number >= 1 && number <= MOST_SEATS) return number
  context.addIssue({ code: 'custom', message: 'applications.error.seats' })
  return z.NEVER
})

const applyShape = z.object({
  given_name: personName('applications.error.given_name_missing'),
  family_name: personName('applications.error.family_name_missing'),
  email: email('applications.error.email_missing'),
  phone,
  message: optionalLines(4000),
  seats,
  ticks: codes(() => true, 'applications.error.ticks_missing'),
  age: tick,
  minor: tick,
  guardian_name: optionalText(160),
  guardian_email: optionalEmail('applications.guardian.error.email'),
  via: optionalText(400),
  [TRAP]: optionalText(400),
})
export type ApplyInput = z.output<typeof applyShape> & { replies?: Reply[] }

type Offer = Parameters<typeof mostSeats>[0] & {
  content: Parameters<typeof applicantFaults>[0] & Parameters<typeof readReplies>[0]
}

/** Faults of what was typed, and of what the offer asks for, are given together. */
const one = (typed: unknown): string => (typeof typed === 'string' ? typed.trim() : '')

/** Whoever says that they are young names a parent or guardian, who has a mailbox of their own. */
function guardianFaults(
  typed: Readonly<Record<string, unknown>>,
): Partial<
  Record<'guardian_name' | 'guardian_email', `applications.guardian.error.${'name' | 'email_missing' | 'same'}`>
> {
  if (!tick.parse(typed.minor)) return {}
  const [name, address] = [one(typed.guardian_name), one(typed.guardian_email)]
  const isSame = address !== '' && emailKey(address) === emailKey(one(typed.email))
  return {
    ...(name === '' && { guardian_name: 'applications.guardian.error.name' }),
    ...(address === '' && { guardian_email: 'applications.guardian.error.email_missing' }),
    ...(isSame && { guardian_email: 'applications.guardian.error.same' }),
  }
}

/**
 * @param guardianAge below which the permission of a parent or guardian is asked for; null when none is.
 * @param locale in which the questions of the offer were read.
 */
export function readApplyForm(
  body: unknown,
  offer: Offer,
  { guardianAge, locale }: { guardianAge: number | null; locale: string },
): Parsed<ApplyInput> {
  const parsed = askMailboxes(body, (asked) => parseNamed(applyShape, asked), { email: '', guardian_email: '' })
  const { content } = offer
  const most = mostSeats(offer)
  const typed = typedValues(body)
  const ticks = [typed.ticks ?? []].flat()
  const { replies, faults: unanswered } = readReplies(content, typed, locale)
  const isTooMany = parsed.ok && parsed.value.seats > most
  const faults = {
    ...applicantFaults(content, { ticks, age: tick.parse(typed.age) }),
    ...(guardianAge !== null && guardianFaults(typed)),
    ...(isTooMany && { seats: { key: 'applications.error.seats_most', params: { count: most } } as const }),
    ...unanswered,
    ...(orphanReplies(content, typed).length > 0 && { _: 'applications.error.questions_changed' as const }),
  }
  if (parsed.ok && Object.keys(faults).length === 0) return { ...parsed, value: { ...parsed.value, replies } }
  return { ok: false, form: withErrors(parsed.form, faults) }
}

export const withdrawForm = (taxonomies: Taxonomies) =>
  z.object({
    reason: z.preprocess(
      (value) => value ?? '',
      codeWhere((one) => one === '' || taxonomies.has('withdraw_reason', one), 'applications.error.reason_missing'),
    ),
  })

export const MESSAGE_LENGTH = 2000

export const messageBody = lines(MESSAGE_LENGTH, 'applications.messages.error.missing')

export const messageForm = z.object({
  body: messageBody,
  read: optionalText(64),
})

export const readingForm = z.object({ last: optionalText(64) })

export const attendanceForm = z.object({ came: z.enum(['came', 'missed']) })

export const firstForm = (taxonomies: Taxonomies) =>
  z.object({ reason: codeWhere((one) => taxonomies.has('place_reason', one), 'applications.error.reason_missing') })

export const noteForm = z.object({
  offer: text(40, 'applications.note.error.offer_missing'),
  given_name: personName('applications.note.error.given_name_missing'),
  family_name: personName('applications.note.error.family_name_missing'),
  email: optionalEmail('applications.note.error.email'),
  phone,
  message: optionalLines(4000),
  seats,
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

export const testimonialForm = z.object({
  words: lines(TESTIMONIAL_LENGTH, 'applications.testimonial.error.words'),
  signature: code(SIGNATURES, 'applications.testimonial.error.signature'),
  consent: tick,
})

const version = z.coerce.number().int().positive()

export const decisionOfTestimonial = z.object({ version, state: z.enum(['shown', 'hidden']) })

/** « 3 waiting »: the version that is taken back, and what the words were before. */
export const undoneTestimonial = z.object({
  undo: z
    .string()
    .regex(/^\d{1,9} (?:waiting|shown|hidden)$/)
    .transform((value) => {
      const [number, state] = value.split(' ') as [string, 'waiting' | 'shown' | 'hidden']
      return { version: Number(number), state }
    }),
})
