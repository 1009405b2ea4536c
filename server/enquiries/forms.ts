// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import type { Taxonomies } from '../../db/reference/taxonomies.ts'
import { isTelephone } from '../model/telephone.ts'
import { END_REASONS } from '../model/enquiry.ts'
import {
  TRAP,
  code,
  codes,
  email,
  lines,
  optionalEmail,
  optionalLines,
  optionalText,
  personName,
  text,
  tick,
} from '../web/fields.ts'
import { typedValues, withErrors, type Parsed } from '../web/forms.ts'
import type { FieldErrors } from '../web/errors.ts'
import { askMailbox, askMailboxes } from '../web/mailboxes.ts'
import { parseNamed } from '../web/names.ts'
import { parseForm } from '../web/forms.ts'

const LONG = 2000

const wishes = ({ has }: Taxonomies) => ({
  wishes: optionalLines(LONG),
  causes: codes((one) => has('cause', one), 'enquiries.error.choice'),
  days: codes((one) => has('weekday', one), 'enquiries.error.choice'),
  parts: codes((one) => has('part_of_day', one), 'enquiries.error.choice'),
  place: optionalText(120),
  phone: optionalText(40).pipe(
    z.string().refine((typed) => typed === '' || isTelephone(typed), 'enquiries.error.phone'),
  ),
  call_back: tick,
  call_hours: optionalText(120),
  agreed: tick,
})

const shape = (taxonomies: Taxonomies) =>
  z.object({
    ...wishes(taxonomies),
    given_name: personName('enquiries.error.given_name'),
    family_name: personName('enquiries.error.family_name'),
    email: optionalEmail(),
    form_id: optionalText(64),
    [TRAP]: optionalText(400),
  })
const ownShape = (taxonomies: Taxonomies) => z.object(wishes(taxonomies))
export type EnquiryInput = z.output<ReturnType<typeof shape>>
export type OwnInput = z.output<ReturnType<typeof ownShape>>

/** What several fields say together, told with the faults of each. */
function together(body: unknown): FieldErrors {
  const typed = typedValues(body)
  const isEmpty = (name: string) => [typed[name] ?? ''].flat().join('').trim() === ''
  const faults: FieldErrors = {}
  if (isEmpty('wishes') && isEmpty('causes')) faults['wishes'] = 'enquiries.error.wishes'
  if (tick.parse(typed['call_back']) && isEmpty('phone')) faults['phone'] = 'enquiries.error.phone_to_call'
  return faults
}

function withFaults<T>(parsed: Parsed<T>, faults: FieldErrors): Parsed<T> {
  if (Object.keys(faults).length === 0) return parsed
  return { ok: false, form: withErrors({ ...parsed.form, errors: { ...faults } }, parsed.form.errors) }
}

export function readEnquiry(body: unknown, taxonomies: Taxonomies): Parsed<EnquiryInput> {
  const typed = typedValues(body)
  const faults = together(body)
  const isBlank = (name: string) => [typed[name] ?? ''].flat().join('').trim() === ''
  if (isBlank('email') && isBlank('phone')) faults['email'] = 'enquiries.error.contact'
  return withFaults(
    askMailbox(body, (asked) => parseNamed(shape(taxonomies), asked)),
    faults,
  )
}

export const readOwn = (body: unknown, taxonomies: Taxonomies): Parsed<OwnInput> =>
  withFaults(parseForm(ownShape(taxonomies), body), together(body))

export const noteForm = z.object({ team_note: optionalLines(LONG), was: optionalText(64) })
export const answerForm = z.object({ body: lines(LONG, 'enquiries.error.body') })
export const proposalForm = z.object({ offer: text(64, 'enquiries.error.offer') })
/** A reason is asked only for what ends without a place. */
export const stateForm = z
  .object({
    state: code(['in_contact', 'placed', 'ended'], 'enquiries.error.state'),
    reason: z.preprocess((typed) => typed ?? '', z.enum(['', ...END_REASONS], 'enquiries.error.reason')),
  })
  .refine(({ state, reason }) => state !== 'ended' || reason !== '', {
    path: ['reason'],
    message: 'enquiries.error.reason',
  })
const passing = z.object({
  member: text(64, 'enquiries.error.member'),
  member_email: email('enquiries.error.member_email'),
  word: optionalLines(LONG),
})
export type PassingInput = z.output<typeof passing>
/** @param isMember by id: an unknown one is told together with the faults of the address. */
export function readPassing(body: unknown, isMember: (id: string) => boolean): Parsed<PassingInput> {
  const parsed = askMailboxes(body, (asked) => parseForm(passing, asked), { member_email: '' })
  const chosen = [typedValues(body)['member'] ?? ''].flat()[0]!
  return withFaults(parsed, isMember(chosen) ? {} : { member: 'enquiries.error.member' })
}
