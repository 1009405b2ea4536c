// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { parseDuration, parseSpan } from '../web/durations.ts'
import {
  code,
  codes,
  day,
  lines,
  namesSite,
  optionalInteger,
  optionalLines,
  optionalText,
  text,
  tick,
} from '../web/fields.ts'
import type { Form } from '../web/forms.ts'
import { RATE_METHODS } from './methods.ts'
import { DAY_MINUTES } from './rules.ts'

/** Each takes up to three fields of a form, and a form may have 400 (server/app.ts). */
export const MOST_ON_SHEET = 100

const first = (value: unknown) => (Array.isArray(value) ? value[0] : value)

/** A duration, or from when to when: `from` in minutes since midnight, null when it was not said. */
const length = z.preprocess(
  first,
  z
    .string('hours.error.duration_missing')
    .min(1, 'hours.error.duration_missing')
    .transform((typed, context) => {
      const span = parseSpan(typed)
      if (span) return { minutes: span.until - span.from, from: span.from }
      const minutes = parseDuration(typed)
      if (minutes !== null && minutes >= 1 && minutes <= DAY_MINUTES) return { minutes, from: null }
      context.addIssue({
        code: 'custom',
        message: minutes === null ? 'hours.error.duration_unclear' : 'hours.error.duration_range',
      })
      return z.NEVER
    }),
)

/** For many people at once: what goes past midnight is typed day by day. */
const duration = length.transform(({ minutes, from }, context) => {
  if (from === null || from + minutes <= DAY_MINUTES) return minutes
  context.addIssue({ code: 'custom', message: 'hours.error.duration_night' })
  return z.NEVER
})

const shape = {
  category: text(64, 'hours.error.category_missing'),
  day: day('hours.error.day_missing'),
  duration: length,
  offer: optionalText(64),
  project: optionalText(64),
  place: optionalText(100),
  note: optionalLines(1000),
  /** Another time on the same day. */
  again: tick,
  /** A day that is far back. */
  sure: tick,
  /** More hours than most do in a day. */
  long: tick,
  /** When the timer was started whose hours these are (ISO instant). */
  timer: optionalText(32),
  form_id: optionalText(64),
  replaces: optionalText(64),
}

/** A choice other than "other" becomes the value of the field, before it is checked. */
export function joinChoices(body: unknown): Record<string, unknown> {
  const typed = { ...(body as Record<string, unknown>) }
  for (const [choice, field] of [
    ['day_choice', 'day'],
    ['duration_choice', 'duration'],
  ] as const) {
    const chosen = first(typed[choice])
    if (typeof chosen === 'string' && chosen !== '' && chosen !== 'other') typed[field] = chosen
  }
  return typed
}

/** A fault of the day is shown at the visible field: the date, or the choice above it. */
export function atTheDayShown(form: Form): Form {
  const { day: fault, ...others } = form.errors
  if (!fault || first(form.values.day_choice) === 'other') return form
  return { values: form.values, errors: { ...others, day_choice: fault } }
}

type Typed = { duration: z.output<typeof length> }
const withSpan = <T extends Typed>({ duration: { minutes, from }, ...others }: T) => ({
  ...others,
  duration: minutes,
  from,
})
export const hoursForm = z.object(shape).transform(withSpan)
export const hoursForOtherForm = z
  .object({ ...shape, person: text(64, 'hours.error.person_missing') })
  .transform(withSpan)
/** One form for many people. A duration of somebody's own is in a field of its own: OWN_DURATION and the id. */
export const sheetForm = z.object({
  category: shape.category,
  day: shape.day,
  duration: z.preprocess((value) => first(value) || undefined, duration.optional()),
  offer: shape.offer,
  project: shape.project,
  people: codes(() => true, 'hours.error.people_missing', 0, 400).pipe(
    z.array(z.string()).max(MOST_ON_SHEET, 'hours.error.people_many'),
  ),
  /** How many more there were whose names are not known. */
  unnamed: optionalInteger(0, 500, 'hours.error.unnamed'),
  sure_day: tick,
  sure_all: tick,
  sure: codes(() => true, 'error.field.unclear', 0, 400),
  form_id: shape.form_id,
})
export const ownDuration = duration
export const OWN_DURATION = 'duration_'
export type SheetInput = z.output<typeof sheetForm>

export const returnForm = z.object({ reason: lines(500, 'hours.error.reason_missing') })

/** Typed as `12,02` or `12.02 €`; the value is cents. */
export const amount = z.preprocess(
  (value) =>
    String(first(value) ?? '')
      .replaceAll(/[\s\u00a0\u202f€$]/g, '')
      .replace(',', '.'),
  z
    .string()
    .regex(/^\d{1,4}(\.\d{1,2})?$/, 'hours.error.amount')
    .transform((typed) => Math.round(Number(typed) * 100)),
)
/** Typed as `1,5`; the value is in per cent. */
export const times = z.preprocess(
  (value) =>
    String(first(value) ?? '')
      .replaceAll(/[\s\u00a0\u202f×x]/g, '')
      .replace(',', '.'),
  z
    .string()
    .regex(/^(\d{1,2}(\.\d{1,2})?)?$/, 'hours.error.times')
    .transform((typed) => (typed === '' ? null : Math.round(Number(typed) * 100))),
)
export const rateForm = z
  .object({
    category: optionalText(64),
    method: z.preprocess((value) => first(value) ?? 'flat', code(RATE_METHODS, 'hours.error.method')),
    amount,
    times,
    valid_from: day('hours.error.day_missing'),
    source: text(300, 'hours.error.source_missing'),
    decision: optionalText(200),
    /** Of the change that was shown: RateChange of commands/rates.ts. */
    agreed: optionalText(64),
  })
  .refine(({ method, times: typed }) => typed === null || method === 'minimum_wage', {
    path: ['times'],
    message: 'hours.error.times_of_wage',
  })
/** Typed as `12,5` or `12.5 km`; the value is metres. */
const metres = z.preprocess(
  (value) =>
    String(first(value) ?? '')
      .toLowerCase()
      .replaceAll(/[\s\u00a0\u202f]|km/g, '')
      .replace(',', '.'),
  z
    .string()
    .regex(/^\d{1,4}(\.\d{1,2})?$/, 'hours.trips.error_km')
    .transform((typed) => Math.round(Number(typed) * 1000))
    .pipe(z.number().min(100, 'hours.trips.error_km').max(2_000_000, 'hours.trips.error_km')),
)
export const tripForm = z
  .object({
    day: shape.day,
    km: metres,
    way: text(200, 'hours.trips.error_way'),
    choice: code(['reimburse', 'waive'], 'hours.trips.error_choice'),
    hours: optionalText(64),
    project: optionalText(64),
    again: tick,
    form_id: shape.form_id,
  })
  .transform(({ km, ...others }) => ({ ...others, metres: km }))
/** What a coordinator may correct of kilometres that were noted. */
export const tripCorrectionForm = z.object({ way: text(200, 'hours.trips.error_way'), project: optionalText(64) })
export type TripCorrectionInput = z.output<typeof tripCorrectionForm>
export type TripInput = z.output<typeof tripForm>

/** Typed as `0,529`; the value is thousandths of the currency. */
const mills = z.preprocess(
  (value) =>
    String(first(value) ?? '')
      .replaceAll(/[\s\u00a0\u202f€$]/g, '')
      .replace(',', '.'),
  z
    .string()
    .regex(/^\d{1,2}(\.\d{1,3})?$/, 'hours.trips.error_rate')
    .transform((typed) => Math.round(Number(typed) * 1000)),
)
export const tripRateForm = z.object({
  mills,
  valid_from: day('hours.error.day_missing'),
  source: text(300, 'hours.error.source_missing'),
  agreed: optionalText(64),
})
export type TripRateInput = z.output<typeof tripRateForm>

/** Empty for whoever is on the list. */
const typedName = optionalText(80).pipe(z.string().refine((typed) => !namesSite(typed), 'error.field.name_link'))

/** Typed at the kiosk; `person` is an id, or `other` with a name. */
export const kioskForm = z
  .object({
    person: text(64, 'hours.kiosk.error_person'),
    given_name: typedName,
    family_name: typedName,
    day: shape.day,
    duration: length,
    again: tick,
    sure: tick,
    long: tick,
    form_id: shape.form_id,
  })
  .superRefine(({ person, given_name, family_name }, context) => {
    if (person !== 'other') return
    if (given_name === '')
      context.addIssue({ code: 'custom', path: ['given_name'], message: 'hours.kiosk.error_given' })
    if (family_name === '')
      context.addIssue({ code: 'custom', path: ['family_name'], message: 'hours.kiosk.error_family' })
  })
  .transform(withSpan)
export type KioskInput = z.output<typeof kioskForm>

export const linkForm = z.object({ expires_on: day('hours.error.day_missing'), category: optionalText(64) })
export type LinkInput = z.output<typeof linkForm>

export const ruleForm = z.object({
  up_to: duration,
  needs_offer: tick,
  category: optionalText(64),
  takes_links: tick,
})
export type RuleInput = z.output<typeof ruleForm>

export const withdrawalForm = z.object({ agreed: optionalText(64) })
export const categoryForm = z.object({
  label_fr: optionalText(80),
  label_en: optionalText(80),
  valued: tick,
  level: optionalText(64),
})
export const levelForm = z.object({ level_fr: optionalText(80), level_en: optionalText(80) })
export const projectForm = z.object({ name: text(80, 'hours.projects.error_name') })
export const chosenProjectForm = z.object({ project: optionalText(64) })
export const chosenLevelForm = z.object({ level: optionalText(64) })

/** Lines of the week before that are to be recorded again. */
export const copyForm = z.object({
  lines: codes(() => true, 'hours.copy.none', 1, 100),
  sure: codes(() => true, 'error.field.unclear', 0, 100),
  form_id: optionalText(64),
})

type Said = z.output<typeof hoursForm>
/** `from`: minutes since midnight at which it began, when that was said. `project` '': the usual one of the offer. */
export type HoursInput = Omit<Said, Unsaid> & Partial<Pick<Said, Unsaid>>
type Unsaid = 'from' | 'long' | 'timer' | 'project' | 'place'
