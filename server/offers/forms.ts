// SPDX-License-Identifier: AGPL-3.0-or-later
// A draft can be saved at any time, so values may be missing; readiness.ts checks what a publication needs.
import { z } from 'zod'
import type { ListName, Taxonomies } from '../../db/reference/taxonomies.ts'
import { parseDuration } from '../web/durations.ts'
import type { FieldErrors } from '../web/errors.ts'
import {
  code,
  codes,
  codeWhere,
  day,
  lines,
  optionalDay,
  optionalInteger,
  optionalLines,
  optionalText,
  text,
  tick,
} from '../web/fields.ts'
import { parseForm, type Form } from '../web/forms.ts'
import type { MessageKey } from '../text/message-keys.ts'
import type { OfferContent, TextMap } from '../model/offer/content.ts'
import { FIELDS } from '../model/offer/fields.ts'
import { CANCEL_REASONS, CLOSE_REASONS } from '../model/offer/rules.ts'
import { LANGUAGES, simpleFields } from './simple-fields.ts'

/** Characters of all tasks together. */
const TASKS_LONGEST = 6000
/** Beginnings of the names of the fields, in the order of the page. */
export const FIELD_ORDER = (
  'title summary tasks cause activity beneficiaries commitment frequency duration starts_on ends_on far_days slots sessions min_months ' +
  'work_mode places place_ accepted_note accessible adaptations transit transport_offered capacity group_ok group_max for_two no_waiting_list min_age max_age requirements skills benefits compensation compensation_text linked work_languages ' +
  'context profile support practical contact_id further_contacts contact_label questions replies_needed visibility publish_from publish_until answer'
).split(' ')
/** People who receive the applications besides the contact. */
const MOST_FURTHER = 5
const TITLE_SHORTEST = 5
const ACCEPTED_NOTE_LONGEST = 1000
export const WORD_LONGEST = 1000
/** Arabic, Chinese or syllabics have no capitals, and some have no spaces: rules of French typing say nothing of them. */
const isCased = (text: string) =>
  text !== '' && !/(?![\p{Lu}\p{Ll}\p{Lt}])\p{L}/u.test(text.replaceAll(/\p{Lm}|[ªº]/gu, ''))

const title = optionalText(FIELDS.title.longest, 'offers.error.title_long')
  .refine((text) => !isCased(text) || text.length >= TITLE_SHORTEST, 'offers.error.title_words')
  .refine((text) => !isCased(text) || /\S\s+\S/.test(text), 'offers.error.title_words')
  .refine((text) => !/\p{Lu}/u.test(text) || /\p{Ll}/u.test(text), 'offers.error.title_capitals')

/** Dashes and single characters need a space behind them, because words begin with them; other signs do not. */
const BULLET =
  /^\s*(?:(?:[-–—*]|\d{1,2}[.)]|[a-z][.)])\s+|\d{1,2}\s?-\s*(?=\p{L})|[a-z]\)\s*(?=\p{L})|o(?:\t| {2,})\s*|[•·∙●○◦‣⁃■□▪▫◆◇➢➤➔→►▶▸✓✔✗✦§]\s*)/iu

/** One a line, without the bullets and numbers of pasted lists. @param all characters of all of them together. */
const list = (
  { most, longest }: { most: number; longest: number },
  all: number,
  { many, long }: { many: MessageKey; long: MessageKey },
) =>
  optionalLines(all, long)
    .transform((text) =>
      text
        .split('\n')
        .map((line) => line.replace(BULLET, '').trim())
        .filter(Boolean),
    )
    .refine((lines) => lines.length <= most, many)
    .refine((lines) => lines.every((line) => line.length <= longest), long)

export const tasks = list(FIELDS.tasks, TASKS_LONGEST, {
  many: 'offers.error.tasks_many',
  long: 'offers.error.tasks_long',
})
const questions = list(FIELDS.questions, FIELDS.questions.most * (FIELDS.questions.longest + 10), {
  many: 'offers.error.questions_many',
  long: 'offers.error.questions_long',
})

const duration = optionalText(40, 'offers.error.duration').transform((text, context) => {
  if (text === '') return null
  const minutes = parseDuration(text)
  if (minutes !== null && minutes >= FIELDS.minutes_per_session.least && minutes <= FIELDS.minutes_per_session.most)
    return minutes
  context.addIssue({
    code: 'custom',
    message: minutes === null ? 'offers.error.duration' : 'offers.error.duration_size',
  })
  return z.NEVER
})

const places = z.preprocess(
  (value) => String((Array.isArray(value) ? value[0] : value) ?? '').replaceAll(/[ \t\u00a0\u202f]+/g, ' '),
  z.string().trim().max(1000, 'offers.error.places_long'),
)

/** 0 while nothing is typed yet. */
const capacity = optionalText(12, 'offers.error.capacity').transform((text, context) => {
  if (text === '') return 0
  const number = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (number >= 1) return number
  context.addIssue({ code: 'custom', message: 'offers.error.capacity' })
  return z.NEVER
})

/** The name is public, so an e-mail address or a telephone number is refused. */
const label = optionalText(FIELDS.contact_label.longest, 'offers.error.contact_label_long')
  .refine((text) => !text.includes('@'), 'offers.error.contact_label_address')
  .refine((text) => text.replaceAll(/\D/g, '').length < 6, 'offers.error.contact_label_address')

function fieldsOf(taxonomies: Taxonomies) {
  const maybe = (list: ListName) =>
    codeWhere((value) => value === '' || taxonomies.has(list, value), 'error.field.unclear').default('')
  return {
    ...simpleFields(taxonomies),
    title_fr: title,
    title_en: title,
    tasks_fr: tasks,
    tasks_en: tasks,
    questions_fr: questions,
    questions_en: questions,
    cause_1: maybe('cause'),
    cause_2: maybe('cause'),
    cause_3: maybe('cause'),
    activity_1: maybe('activity'),
    activity_2: maybe('activity'),
    activity_3: maybe('activity'),
    duration,
    far_days: tick,
    slots: codes((slot) => isSlot(taxonomies, slot), 'error.field.unclear', 0, FIELDS.slots.received),
    places,
    place_label: optionalText(160),
    place_street: optionalText(200),
    accepted_note: optionalLines(ACCEPTED_NOTE_LONGEST),
    capacity_kind: code(['number', 'no_limit'], 'error.field.unclear').default('number'),
    capacity,
    linked: codes((id) => id.length <= 60, 'offers.error.linked', 0, FIELDS.linked.most),
    contact_id: optionalText(60),
    further_contacts: codes((id) => id.length <= 60, 'offers.error.further_contacts', 0, MOST_FURTHER),
    contact_label: label,
    visibility: code(['public', 'unlisted', 'members'], 'error.field.unclear').default('public'),
    publish_from: optionalDay('offers.error.day'),
    publish_until: optionalDay('offers.error.day'),
    version: optionalInteger(1, 999_999_999, 'error.field.unclear'),
  }
}

/** `saturday-morning`: codes of the lists `weekday` and `part_of_day`. */
export function isSlot(taxonomies: Taxonomies, slot: string): boolean {
  const [weekday, part, ...rest] = slot.split('-')
  return rest.length === 0 && taxonomies.has('weekday', weekday ?? '') && taxonomies.has('part_of_day', part ?? '')
}

type Fields = ReturnType<typeof fieldsOf>
export type OfferAnswers = { [K in keyof Fields]: z.output<Fields[K]> }

type ParsedOffer =
  | { ok: true; value: OfferAnswers; good: OfferAnswers; form: Form }
  | { ok: false; good: Partial<OfferAnswers>; form: Form }
export type OfferParser = (body: unknown) => ParsedOffer

/**
 * For many offers the rules are made once. @returns `form`: what was typed, with every fault at its field; `good`: the
 * fields that are valid by themselves.
 */
export function createOfferParser(taxonomies: Taxonomies): OfferParser {
  const fields = fieldsOf(taxonomies)
  const schema = z.object(fields)
  return (body) => {
    // With « sans limite », a number left in the field is ignored.
    const raw = { ...(body as Record<string, unknown>) }
    if (raw.capacity_kind === 'no_limit') raw.capacity = ''
    const parsed = parseForm(schema, raw)
    const good = readable(fields, parsed.form.values)
    const errors = { ...crossFaults(good), ...parsed.form.errors }
    const form = { values: parsed.form.values, errors }
    if (!parsed.ok || Object.keys(errors).length > 0) return { ok: false, good, form }
    return { ok: true, value: parsed.value, good: parsed.value, form }
  }
}

function readable(fields: Fields, values: Record<string, unknown>): Partial<OfferAnswers> {
  const good = Object.entries(fields).flatMap(([name, field]) => {
    const result = field.safeParse(values[name])
    return result.success ? [[name, result.data] as const] : []
  })
  return Object.fromEntries(good) as Partial<OfferAnswers>
}

function crossFaults(answers: Partial<OfferAnswers>): FieldErrors {
  const errors: FieldErrors = {}
  const { starts_on, ends_on, publish_from, publish_until } = answers
  if (starts_on && ends_on && ends_on < starts_on) errors.ends_on = 'offers.error.ends_before'
  if (publish_from && publish_until && publish_until < publish_from) errors.publish_until = 'offers.error.until_before'
  const { min_age, max_age } = answers
  if (min_age && max_age && max_age < min_age) errors.max_age = 'offers.error.max_age'
  if (answers.work_mode === 'at_beneficiary_home' && answers.place_street) {
    errors.place_street = 'offers.error.street_at_home'
  }
  const asked = { fr: answers.questions_fr?.length ?? 0, en: answers.questions_en?.length ?? 0 }
  const less = asked.fr < asked.en ? 'fr' : 'en'
  // Whoever applies reads one language only, and would miss what stands in the other alone.
  if (asked[less] > 0 && asked.fr !== asked.en) errors[`questions_${less}`] = 'offers.error.questions_both'
  for (const language of LANGUAGES) {
    const said = (['summary', 'context', 'profile', 'support', 'practical', 'adaptations'] as const).some(
      (text) => answers[`${text}_${language}`],
    )
    const other = language === 'fr' ? 'en' : 'fr'
    const hasLines = (['tasks', 'questions'] as const).some((name) => answers[`${name}_${language}`]?.length)
    // Texts in a second language need a title in it, to be listed.
    if ((said || hasLines) && answers[`title_${language}`] === '' && answers[`title_${other}`]) {
      errors[`title_${language}`] = 'offers.error.title_other_language'
    }
  }
  return errors
}

/** For whoever is told that an offer is closed or cancelled. */
const word = optionalLines(WORD_LONGEST)

export const closeForm = z.object({
  reason: code(CLOSE_REASONS, 'offers.error.close_reason'),
  reopen_on: optionalDay('offers.error.day'),
  word,
})

export const cancelForm = z.object({ reason: code(CANCEL_REASONS, 'offers.error.cancel_reason'), word })

export const TEMPLATE_NAME_LONGEST = 80

export const templateForm = z.object({ name: text(TEMPLATE_NAME_LONGEST, 'offers.templates.name_missing') })

/** The languages in which a picture is described: those of the offer, else the one of the association. */
export function languagesOf({ language }: Pick<OfferContent, 'language'>, usual: string): ('fr' | 'en')[] {
  return language.length > 0 ? language : [usual === 'en' ? 'en' : 'fr']
}

/** `file`: the id of a picture that was sent before. */
export function pictureForm(content: Pick<OfferContent, 'language'>, usual: string) {
  const needed = text(FIELDS.pictures.longest, 'offers.pictures.alt_missing')
  const none = optionalText(FIELDS.pictures.longest)
  const languages = languagesOf(content, usual)
  return z.object({
    alt_fr: languages.includes('fr') ? needed : none,
    alt_en: languages.includes('en') ? needed : none,
    file: optionalText(64),
  })
}

export const altOf = ({ alt_fr, alt_en }: { alt_fr: string; alt_en: string }): TextMap => ({
  ...(alt_fr && { fr: alt_fr }),
  ...(alt_en && { en: alt_en }),
})

/** What the association says to a centre that asks. */
export const answerForm = z.object({
  centre: text(500, 'error.field.unclear'),
  words: lines(1000, 'offers.error.answer'),
})

/** The day on which an offer goes online. */
export const scheduleForm = z.object({ first_day: day('offers.schedule.missing') })

/** Addresses of the centres that were ticked; undefined where no choice was shown, so that the territories decide. */
export function centresIn(body: unknown): string[] | undefined {
  const { chosen, centres } = (body ?? {}) as Record<string, unknown>
  return chosen === '1' ? [centres ?? []].flat().map(String) : undefined
}

export const renewForm = z.object({ last_day: optionalDay('offers.error.day') })

/** Who is invited to an offer, at most as many as one page shows. */
export const inviteForm = z.object({
  people: codes(() => true, 'offers.error.invite_people', 1, 100),
  word: optionalLines(1000),
})
