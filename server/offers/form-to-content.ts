// SPDX-License-Identifier: AGPL-3.0-or-later
import { cut } from '../base/cut.ts'
import type { AssociationRow } from '../../db/queries/association.ts'
import type { OfferRow } from '../../db/queries/offers.ts'
import type { Gazetteer } from '../../db/reference/places.ts'
import type { PersonRow } from '../../db/queries/people.ts'
import type { Deps } from '../deps.ts'
import type { FieldErrors } from '../web/errors.ts'
import { withErrors, type Form, type FormValues } from '../web/forms.ts'
import type { Translator } from '../text/i18n.ts'
import type { OfferInput } from './commands/write.ts'
import type { OfferContent } from '../model/offer/content.ts'
import type { Linkable } from './linkable.ts'
import { emptyContent, type OwnName } from '../model/offer/fields.ts'
import { createOfferParser, FIELD_ORDER, type OfferAnswers } from './forms.ts'
import { LANGUAGES, simpleContent, simpleValues, textsOf } from './simple-fields.ts'
import {
  doubtfulName,
  MOST_PLACES,
  readPlaces,
  toOfferPlaces,
  typedPlaces,
  type Near,
  type OpenPlace,
} from '../public-offer/places.ts'
import { eventDayFault } from '../model/offer/event-days.ts'
import { daysOf, windowFault, type AskedWindow } from '../model/offer/window.ts'

export type FormContext = {
  association: AssociationRow
  team: readonly PersonRow[]
  /** Own offers that an offer can name as going together with it. */
  linkable: readonly Linkable[]
  /** Today in the time zone of the association. */
  today: string
  /** The published offer being edited: its first day and its visibility cannot change. */
  published?: OfferRow | undefined
}
export type Reading =
  | { ok: true; input: OfferInput; version: number; form: Form; open: OpenPlace[] }
  | { ok: false; form: Form; open: OpenPlace[] }

/** @returns `open`: the towns that are not clear and have to be chosen. */
export function readOffer(
  deps: Pick<Deps, 'places' | 'taxonomies'>,
  context: FormContext,
  body: unknown,
  parse = createOfferParser(deps.taxonomies),
): Reading {
  const parsed = parse(body)
  const typed = parsed.form.values
  const towns = typeof typed.places === 'string' ? typed.places : ''
  const picks = Object.entries(typed).flatMap(([name, value]) => (name.startsWith('place_pick_') ? value : []))
  const read = readPlaces(deps.places, towns, picks, nearOf(context.association))
  const contact = context.team.find(({ id }) => id === typed.contact_id)
  const further = parsed.good.further_contacts ?? []
  const linked = parsed.good.linked ?? []
  const errors: FieldErrors = {
    ...(read.places.length > MOST_PLACES && { places: 'offers.error.places_many' }),
    ...(read.open[0] && { places: placeFault(read.open[0]) }),
    ...(typed.contact_id && !contact && { contact_id: 'offers.error.contact' }),
    ...(further.some((id) => !context.team.some((one) => one.id === id)) && {
      further_contacts: 'offers.error.contact',
    }),
    ...(linked.some((id) => !context.linkable.some((one) => one.id === id)) && { linked: 'offers.error.linked_gone' }),
    ...windowErrors(context, askedOf(parsed.good)),
    ...eventErrors(context, parsed.good),
    ...titleErrors(context, parsed.good),
  }
  const doubtful = doubtfulName(read.places, picks)
  // A town that is in no list never keeps a text from being saved, but a form that comes back anyway says so.
  if (doubtful && !errors.places && !(parsed.ok && Object.keys(errors).length === 0))
    errors.places = placeFault({ typed: doubtful, choices: [] })
  const form = inOrder(withErrors(parsed.form, errors))
  if (!parsed.ok || Object.keys(form.errors).length > 0) return { ok: false, form, open: read.open }
  const uris = context.linkable.filter(({ id }) => linked.includes(id)).map(({ uri }) => uri)
  const content = toContent(parsed.value, { places: read.places, contact, linked: uris })
  const input = {
    content,
    contactId: contact?.id ?? null,
    // Once each, and in the order of the team, as the page of the offer names them.
    furtherContacts: context.team.map(({ id }) => id).filter((id) => further.includes(id) && id !== contact?.id),
    visibility: parsed.value.visibility,
    acceptedNote: parsed.value.accepted_note,
    asked: askedOf(parsed.value),
  }
  return { ok: true, input, version: parsed.value.version ?? 0, form, open: [] }
}

function inOrder(form: Form): Form {
  const rank = (name: string) => FIELD_ORDER.findIndex((start) => name.startsWith(start))
  return { ...form, errors: Object.fromEntries(Object.entries(form.errors).sort(([a], [b]) => rank(a) - rank(b))) }
}

const nearOf = ({ country, latitude, longitude }: AssociationRow): Near => ({ country, latitude, longitude })

const linkedId = (uri: string): string => uri.slice(uri.lastIndexOf('/') + 1)

/** A draft needs only a title; the command checks what a published offer needs. */
function titleErrors(
  { association, published }: FormContext,
  { title_fr, title_en }: Partial<OfferAnswers>,
): FieldErrors {
  if (published || title_fr !== '' || title_en !== '') return {}
  return { [association.locale === 'en' ? 'title_en' : 'title_fr']: 'offers.error.title_missing' }
}

function placeFault({ typed, choices }: OpenPlace) {
  const key = choices.length > 0 ? 'offers.error.place_which' : 'offers.error.place_unknown'
  return { key, params: { place: cut(typed, 60) } } as const
}

const askedOf = ({ publish_from, publish_until }: Partial<OfferAnswers>): AskedWindow => ({
  firstDay: publish_from ?? null,
  lastDay: publish_until ?? null,
})

function windowErrors({ association, today, published }: FormContext, asked: AskedWindow): FieldErrors {
  if (published?.state === 'closed') return {}
  // For an offer that is online already, the time counts from its first day.
  const begun =
    published && daysOf({ from: published.publish_from!, until: published.publish_until! }, association.time_zone)
  const firstDay = begun && begun.firstDay <= today ? begun.firstDay : asked.firstDay
  const fault =
    begun && asked.lastDay !== null && asked.lastDay < today
      ? 'past'
      : windowFault({ ...asked, firstDay }, begun && begun.firstDay <= today ? begun.firstDay : today)
  const keys = {
    past: 'offers.error.until_past',
    reversed: 'offers.error.until_before',
    too_long: 'offers.error.until_far',
  } as const
  return fault ? { publish_until: keys[fault] } : {}
}

function eventErrors({ today, published }: FormContext, answers: Partial<OfferAnswers>): FieldErrors {
  // A closed offer gets its dates when it is opened again.
  if (published?.state === 'closed') return {}
  const { starts_on = null, ends_on = null, commitment = '', frequency = null, far_days } = answers
  const fault = eventDayFault({ starts_on, ends_on, commitment, frequency }, today)
  if (!fault || (fault.is === 'far' && far_days)) return {}
  if (fault.is === 'past') return { [fault.field]: 'offers.error.event_past' }
  return { [fault.field]: 'offers.error.event_far', far_days: 'offers.error.event_far_sure' }
}

function toContent(
  answers: OfferAnswers,
  {
    places,
    contact,
    linked,
  }: { places: Parameters<typeof toOfferPlaces>[0]; contact: PersonRow | undefined; linked: string[] },
): OfferContent {
  const said = <T extends string | string[]>(name: string) => answers[name as keyof OfferAnswers] as T
  const chosen = (...list: string[]) => [...new Set(list.filter(Boolean))]
  const isRemote = answers.work_mode === 'remote'
  const atHome = answers.work_mode === 'at_beneficiary_home'
  const own: Pick<OfferContent, OwnName> = {
    title: textsOf('title', said<string>),
    tasks: textsOf('tasks', said<string[]>),
    questions: textsOf('questions', said<string[]>),
    causes: chosen(answers.cause_1, answers.cause_2, answers.cause_3),
    activities: chosen(answers.activity_1, answers.activity_2, answers.activity_3),
    minutes_per_session: answers.duration,
    slots: answers.slots,
    places: isRemote ? [] : toOfferPlaces(places, { label: answers.place_label, street: answers.place_street, atHome }),
    capacity: answers.capacity_kind === 'no_limit' ? null : answers.capacity,
    contact_label: answers.contact_label || (contact?.given_name ?? ''),
    apply_mode: 'form',
    language: LANGUAGES.filter((one) => answers[`title_${one}`] !== ''),
    // Files are sent on a page of their own, and the command keeps those of the offer.
    pictures: [],
    sheet: null,
    linked,
  }
  return { ...simpleContent(answers), ...own, min_age: answers.min_age || null }
}

type Draft = Pick<OfferRow, 'content' | 'contact_id' | 'visibility' | 'publish_from' | 'publish_until' | 'version'> & {
  accepted_note?: string
  further?: string[]
}

/** What the form of a new offer stands for before anything is typed. */
export function emptyDraft(contactId: string | null): Draft {
  const content = { ...emptyContent(), work_mode: 'on_site' }
  return { content, contact_id: contactId, visibility: 'public', publish_from: null, publish_until: null, version: 0 }
}

/** @param t formats durations in the person's language. */
export function valuesOf(
  deps: { places: Pick<Gazetteer, 'find' | 'resolve'> },
  association: AssociationRow,
  offer: Draft,
  t: Translator,
): FormValues {
  const { content } = offer
  const values: FormValues = {}
  for (const language of LANGUAGES) {
    values[`title_${language}`] = content.title[language] ?? ''
    values[`tasks_${language}`] = (content.tasks[language] ?? []).join('\n')
    values[`questions_${language}`] = (content.questions[language] ?? []).join('\n')
  }
  for (const at of [0, 1, 2]) {
    values[`cause_${at + 1}`] = content.causes[at] ?? ''
    values[`activity_${at + 1}`] = content.activities[at] ?? ''
  }
  const dayOf = (instant: string | null, which: 'firstDay' | 'lastDay') =>
    instant ? daysOf({ from: instant, until: instant }, association.time_zone)[which] : ''
  const { minutes_per_session: minutes } = content
  return {
    ...simpleValues(content),
    ...values,
    duration: minutes === null ? '' : t.minutes(minutes).replaceAll('\u00a0', ' '),
    slots: content.slots,
    places: typedPlaces(deps.places, content.places, association.country),
    place_label: content.places[0]?.label ?? '',
    place_street: content.places[0]?.street ?? '',
    capacity_kind: content.capacity === null ? 'no_limit' : 'number',
    capacity: content.capacity ? String(content.capacity) : '',
    contact_id: offer.contact_id ?? '',
    further_contacts: offer.further ?? [],
    linked: content.linked.map(linkedId),
    contact_label: content.contact_label,
    visibility: offer.visibility,
    accepted_note: offer.accepted_note ?? '',
    publish_from: dayOf(offer.publish_from, 'firstDay'),
    publish_until: dayOf(offer.publish_until, 'lastDay'),
    version: String(offer.version),
  }
}
