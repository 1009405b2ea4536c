// SPDX-License-Identifier: AGPL-3.0-or-later
// Everything an offer says, one line a field, in reading order. The form, the storage, the comparison of two texts, the
// pages, the open data and what is read from other sites follow from this list.
import type { OfferPicture, OfferPlace, OfferSheet, TextMap } from './content.ts'

/**
 * `form: 'own'`: the form asks in its own way (server/offers/form-to-content.ts), else with one field of that name.
 * `page: 'line'`: pages show it as a label and a value, else in their own way.
 * `edit`: which change makes moderators read the offer again: more than a typing error, words that are no codes
 * (`vocabulary`), days outside those that were read (`days`), something that was not there before (`added`), any
 * (`all`), or none (`nothing`).
 * `since`: the version that added it. While empty it is left out of the hash, so that older offers keep theirs, here
 * and at sites that do not know the field.
 * All fields are public: they are shown, exported and sent to other sites. A person's details never belong here.
 */
type Shared = {
  edit: 'typing' | 'vocabulary' | 'days' | 'added' | 'all' | 'nothing'
  form?: 'own'
  page?: 'line'
  since?: string
}
/** `longest` in characters; `most` as typed here, `received` as taken from other sites. */
export type Field = Shared &
  (
    | { kind: 'texts'; longest: number }
    | { kind: 'lists'; longest: number; most: number }
    | { kind: 'words'; longest: number; received: number }
    | { kind: 'number'; least: number; most: number; received: number }
    /** YYYY-MM-DD, or null. */
    | { kind: 'day' }
    | { kind: 'flag' }
    /** One code of a list in db/reference/taxonomies.json; `unsaid` when there is none. */
    | { kind: 'code'; of: string; unsaid: string | null }
    | { kind: 'codes'; of: string; most: number; received: number }
    /** One of a few words; the list with the field's name has their labels. */
    | { kind: 'choice'; of: readonly string[]; unsaid: string }
    | { kind: 'slots'; received: number }
    | { kind: 'places'; received: number }
    | { kind: 'languages' }
    /** Addresses at the home of the offer, each with its alternative text of at most `longest` characters. */
    | { kind: 'pictures'; most: number; longest: number }
    /** A file to take along, at the home of the offer, with its name of at most `longest` characters; or null. */
    | { kind: 'sheet'; longest: number }
    /** Addresses of other offers of the same home. */
    | { kind: 'links'; most: number }
  )

export const FIELDS = {
  title: { kind: 'texts', longest: 120, edit: 'typing', form: 'own' },
  summary: { kind: 'texts', longest: 280, edit: 'typing' },
  context: { kind: 'texts', longest: 2000, edit: 'typing' },
  tasks: { kind: 'lists', longest: 500, most: 12, edit: 'typing', form: 'own' },
  profile: { kind: 'texts', longest: 1500, edit: 'typing' },
  support: { kind: 'texts', longest: 1000, edit: 'typing' },
  practical: { kind: 'texts', longest: 1000, edit: 'typing' },
  commitment: { kind: 'code', of: 'commitment', unsaid: '', edit: 'all' },
  frequency: { kind: 'code', of: 'frequency', unsaid: null, edit: 'all' },
  minutes_per_session: { kind: 'number', least: 5, most: 1440, received: 100_000, edit: 'all', form: 'own' },
  sessions_expected: { kind: 'number', least: 1, most: 999, received: 100_000, edit: 'all' },
  /** The shortest time for which somebody is asked to stay. */
  min_months: { kind: 'number', least: 1, most: 60, received: 1200, edit: 'all', page: 'line', since: '0.2.0' },
  starts_on: { kind: 'day', edit: 'days' },
  ends_on: { kind: 'day', edit: 'days' },
  /** Weekday and part of day: `saturday-morning`. */
  slots: { kind: 'slots', received: 60, edit: 'nothing', form: 'own' },
  work_mode: { kind: 'code', of: 'work_mode', unsaid: '', edit: 'all' },
  places: { kind: 'places', received: 50, edit: 'all', form: 'own' },
  /** How many people; null: without a limit, 0: not given yet in a draft. */
  capacity: { kind: 'number', least: 1, most: 9999, received: 1_000_000, edit: 'nothing', form: 'own' },
  group_ok: { kind: 'flag', edit: 'nothing' },
  /** Most people of one group; null: as many as there are places. */
  group_max: { kind: 'number', least: 2, most: 99, received: 100_000, edit: 'nothing', since: '0.2.0' },
  /** Two people may share the mission. */
  for_two: { kind: 'flag', edit: 'nothing', since: '0.2.0' },
  /** When all places are taken, nobody can wait for one. */
  no_waiting_list: { kind: 'flag', edit: 'nothing', since: '0.2.0' },
  causes: { kind: 'codes', of: 'cause', most: 3, received: 3, edit: 'vocabulary', form: 'own' },
  activities: { kind: 'codes', of: 'activity', most: 3, received: 3, edit: 'vocabulary', form: 'own' },
  beneficiaries: { kind: 'codes', of: 'beneficiary', most: 50, received: 30, edit: 'vocabulary' },
  skills: { kind: 'codes', of: 'skill', most: 8, received: 8, edit: 'vocabulary' },
  /** None of the skills is needed to begin. */
  skills_taught: { kind: 'flag', edit: 'nothing', page: 'line', since: '0.2.0' },
  /** What one speaks there, with people or in the team; nothing: the language of the text. */
  work_languages: {
    kind: 'codes',
    of: 'work_language',
    most: 8,
    received: 20,
    edit: 'vocabulary',
    page: 'line',
    since: '0.2.0',
  },
  requirements: { kind: 'codes', of: 'requirement', most: 50, received: 20, edit: 'all' },
  min_age: { kind: 'number', least: 0, most: 99, received: 130, edit: 'all' },
  max_age: { kind: 'number', least: 1, most: 120, received: 130, edit: 'all', page: 'line', since: '0.2.0' },
  accessible: { kind: 'choice', of: ['yes', 'no', 'unknown'], unsaid: 'unknown', edit: 'nothing' },
  /** What is done so that somebody with a disability can take part. */
  adaptations: { kind: 'texts', longest: 500, edit: 'typing', page: 'line', since: '0.2.0' },
  /** Public transport is near. */
  transit: { kind: 'flag', edit: 'nothing', page: 'line', since: '0.2.0' },
  /** The association brings people there, or fetches them. */
  transport_offered: { kind: 'flag', edit: 'nothing', page: 'line', since: '0.2.0' },
  benefits: { kind: 'codes', of: 'benefit', most: 50, received: 20, edit: 'vocabulary' },
  compensation: { kind: 'code', of: 'compensation', unsaid: 'none', edit: 'all' },
  /** How much, for what. */
  compensation_text: { kind: 'texts', longest: 300, edit: 'typing', page: 'line', since: '0.2.0' },
  /** What the public reads: a role or a first name, never an address. */
  contact_label: { kind: 'words', longest: 80, received: 160, edit: 'typing', form: 'own' },
  /** `form`: our own, at its home site; `link`: on the page of another kind of site. */
  apply_mode: { kind: 'choice', of: ['form', 'link'], unsaid: 'form', edit: 'all', form: 'own' },
  /** What whoever applies is asked. */
  questions: { kind: 'lists', longest: 200, most: 5, edit: 'typing', form: 'own', since: '0.2.0' },
  /** Nobody applies without a reply to each question. */
  replies_needed: { kind: 'flag', edit: 'nothing', since: '0.2.0' },
  language: { kind: 'languages', edit: 'nothing', form: 'own' },
  pictures: { kind: 'pictures', most: 3, longest: 200, edit: 'added', form: 'own', since: '0.2.0' },
  /** Offers that go together with this one. */
  linked: { kind: 'links', most: 5, edit: 'nothing', form: 'own', since: '0.2.0' },
  sheet: { kind: 'sheet', longest: 80, edit: 'added', form: 'own', since: '0.2.0' },
} as const satisfies Record<string, Field>

export type Fields = typeof FIELDS
export type FieldName = keyof Fields
export const FIELD_NAMES = Object.keys(FIELDS) as FieldName[]
export const fieldOf = (name: FieldName): Field => FIELDS[name]

type ValueOf<F extends Field> = F extends { kind: 'texts' }
  ? TextMap
  : F extends { kind: 'lists' }
    ? { fr?: string[]; en?: string[] }
    : F extends { kind: 'words' }
      ? string
      : F extends { kind: 'number' }
        ? number | null
        : F extends { kind: 'day' }
          ? string | null
          : F extends { kind: 'flag' }
            ? boolean
            : F extends { kind: 'code' }
              ? string | (F['unsaid'] & null)
              : F extends { kind: 'choice' }
                ? F['of'][number]
                : F extends { kind: 'places' }
                  ? OfferPlace[]
                  : F extends { kind: 'languages' }
                    ? ('fr' | 'en')[]
                    : F extends { kind: 'pictures' }
                      ? OfferPicture[]
                      : F extends { kind: 'sheet' }
                        ? OfferSheet | null
                        : string[]

export type ContentOf = { [K in FieldName]: ValueOf<Fields[K]> }

export type NameOf<Kind extends Field['kind']> = {
  [K in FieldName]: Fields[K]['kind'] extends Kind ? K : never
}[FieldName]
export type SimpleName = { [K in FieldName]: Fields[K] extends { form: 'own' } ? never : K }[FieldName]
export type OwnName = Exclude<FieldName, SimpleName>

export const namesOf = <Kind extends Field['kind']>(kind: Kind): NameOf<Kind>[] =>
  FIELD_NAMES.filter((name) => fieldOf(name).kind === kind) as NameOf<Kind>[]
export const SIMPLE_NAMES = FIELD_NAMES.filter((name) => fieldOf(name).form !== 'own') as SimpleName[]
export const LINE_NAMES = FIELD_NAMES.filter((name) => fieldOf(name).page === 'line')

function unsaidOf(field: Field): unknown {
  switch (field.kind) {
    case 'texts':
    case 'lists':
      return {}
    case 'words':
      return ''
    case 'number':
    case 'day':
    case 'sheet':
      return null
    case 'flag':
      return false
    case 'code':
    case 'choice':
      return field.unsaid
    default:
      return []
  }
}

/** In a draft a code that is not chosen is '', a capacity that is not given is 0. */
export function emptyContent(): ContentOf {
  const empty = Object.fromEntries(FIELD_NAMES.map((name) => [name, unsaidOf(fieldOf(name))])) as ContentOf
  return { ...empty, capacity: 0 }
}

const ADDED = Object.fromEntries(
  FIELD_NAMES.filter((name) => fieldOf(name).since).map((name) => [name, unsaidOf(fieldOf(name))]),
)

/** Adds the fields that are newer than the stored offer. */
export function completeContent(stored: unknown): ContentOf {
  return { ...ADDED, ...(stored as ContentOf) }
}

export function isUnsaidAddition(name: string, value: unknown): boolean {
  return Object.hasOwn(ADDED, name) && JSON.stringify(value) === JSON.stringify(ADDED[name])
}
