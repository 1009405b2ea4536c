// SPDX-License-Identifier: AGPL-3.0-or-later
// An offer as one line of a table: the file of our own offers is written with it, and files of others are read with it.
import { nameKey } from '../../../db/plain.ts'
import type { ListName, Taxonomies } from '../../../db/reference/taxonomies.ts'
import { fieldOf, SIMPLE_NAMES, type SimpleName } from '../../model/offer/fields.ts'
import type { Wording } from '../../public-offer/words.ts'
import type { Translator } from '../../text/i18n.ts'
import type { FieldFault } from '../../web/errors.ts'
import type { FormValues } from '../../web/forms.ts'
import { FIELD_ORDER } from '../forms.ts'
import { formNames, LANGUAGES, listBehind } from '../simple-fields.ts'
import { HEADINGS } from './headings.ts'

type Kind = 'text' | 'day' | 'age' | 'flag' | 'code' | 'codes' | 'slots' | 'capacity' | 'visibility' | 'reference'
/** `name`: of its field in the form of an offer; of `cause` and `activity`, one column for three fields. */
export type OfferColumn = { name: string; kind: Kind; list?: ListName }

const column = (name: string, kind: Kind = 'text', list?: ListName): OfferColumn => ({
  name,
  kind,
  ...(list && { list }),
})

function simple(name: SimpleName): OfferColumn[] {
  const { kind } = fieldOf(name)
  const list = listBehind(name)
  if (name === 'min_age') return [column(name, 'age')]
  if (list) return [column(name, kind === 'codes' ? 'codes' : 'code', list)]
  return formNames(name).map((one) => column(one, kind === 'flag' || kind === 'day' ? kind : 'text'))
}

const rank = ({ name }: OfferColumn) => FIELD_ORDER.findIndex((start) => name.startsWith(start))

/** In the order of the form; the reference says which offer of which site the line is. */
export const OFFER_COLUMNS: readonly OfferColumn[] = [
  ...[
    ...['title', 'tasks', 'questions'].flatMap((name) => LANGUAGES.map((language) => column(`${name}_${language}`))),
    ...SIMPLE_NAMES.flatMap(simple),
    column('cause', 'codes', 'cause'),
    column('activity', 'codes', 'activity'),
    column('duration'),
    column('slots', 'slots'),
    ...['places', 'place_label', 'place_street', 'contact_label'].map((name) => column(name)),
    column('capacity', 'capacity'),
    column('visibility', 'visibility'),
    column('publish_from', 'day'),
    column('publish_until', 'day'),
  ].toSorted((a, b) => rank(a) - rank(b)),
  column('reference', 'reference'),
]

/** What the list of our offers says anyway stands in its file once, under the heading of the list. */
export const DAYS_ONLINE = {
  publish_from: 'offers.column.first_day',
  publish_until: 'offers.column.last_day',
} as const

const byName = new Map(OFFER_COLUMNS.map((one) => [one.name, one]))
export const isOfferColumn = (name: string): boolean => byName.has(name)

/** The column in which the fault of a field is mended. */
export function columnOfField(field: string): string {
  if (field.startsWith('place_pick_') || field === 'capacity_kind') return field.startsWith('p') ? 'places' : 'capacity'
  return field.replace(/^(cause|activity)_\d$/, '$1')
}

/** As the form of an offer asks for it, with the language of a text. */
export function columnLabel(t: Translator, name: string): string {
  const [, base = name, language] = /^(.*?)_(fr|en)$/.exec(name) ?? []
  const label = base === 'reference' ? t('offers.import.reference') : t.code('offers.form', base)
  return language ? t('offers.form.in_language', { label, language: t(`offers.language.${language as 'fr'}`) }) : label
}

const VISIBILITIES = ['public', 'unlisted', 'members'] as const
const several = (values: FormValues, name: string): string[] =>
  name === 'cause' || name === 'activity'
    ? [1, 2, 3].flatMap((at) => values[`${name}_${at}`] || []).flat()
    : [values[name] ?? []].flat()

/** @param values what the form of the offer would show. */
export function writeCell({ t, taxonomies }: Wording, { name, kind, list }: OfferColumn, values: FormValues): string {
  const said = String([values[name] ?? ''].flat()[0] ?? '')
  const term = (of: ListName, code: string) => taxonomies.label(of, code, t.locale)
  switch (kind) {
    case 'code':
      return said && term(list!, said)
    case 'codes':
      return several(values, name)
        .map((code) => term(list!, code))
        .join('; ')
    case 'slots':
      return several(values, name)
        .map((slot) => slotLabel(slot, term))
        .join('; ')
    case 'flag':
      return said && t('offers.form.yes')
    case 'visibility':
      return t(`offers.visibility.${said as 'public'}`)
    case 'capacity':
      return values.capacity_kind === 'no_limit' ? t('offers.form.capacity_kind.no_limit') : said
    default:
      return said
  }
}

function slotLabel(slot: string, term: (of: ListName, code: string) => string): string {
  const [weekday = '', part = ''] = slot.split('-')
  return `${term('weekday', weekday)} ${term('part_of_day', part)}`
}

/** `values`: what is typed into the form; `fault`: a word that is in none of our lists. */
export type ReadCell = { values: FormValues; fault?: FieldFault }
export type CellReader = (column: string, cell: string) => ReadCell

const YES = ['oui', 'yes', 'x', 'o', 'y', 'vrai', 'true', '1', 'on']
const NO = ['', 'non', 'no', 'n', 'faux', 'false', '0', 'off']
const NO_LIMIT = ['sans limite', 'illimite', 'no limit', 'unlimited']

/** @param translators of every language: words of each are understood. */
export function createCellReader(taxonomies: Taxonomies, translators: readonly Translator[]): CellReader {
  const labels = new Map<ListName, Map<string, string>>()
  const wordsOf = (list: ListName) => {
    const known = labels.get(list) ?? labelsOf(taxonomies, list, translators)
    labels.set(list, known)
    return known
  }
  const slots = new Map<string, string>()
  for (const [weekday, day] of wordsOf('weekday'))
    for (const [part, time] of wordsOf('part_of_day')) slots.set(`${weekday} ${part}`, `${day}-${time}`)
  const visibilities = new Map<string, string>(
    VISIBILITIES.flatMap((code) => [
      [code, code],
      ...translators.map((t) => [nameKey(t(`offers.visibility.${code}`)), code] as [string, string]),
    ]),
  )
  const find = (words: Map<string, string>, word: string) => words.get(nameKey(word))
  const one = (name: string, words: Map<string, string>, cell: string): ReadCell => {
    const code = find(words, cell)
    return code === undefined ? { values: {}, fault: unknownWord(cell) } : { values: { [name]: code } }
  }
  const many = (words: Map<string, string>, cell: string): { codes: string[]; unknown?: string } => {
    const parts = partsOf(cell, (word) => find(words, word) !== undefined)
    const unknown = parts.find((part) => find(words, part) === undefined)
    const codes = [...new Set(parts.flatMap((part) => find(words, part) ?? []))]
    return { codes, ...(unknown !== undefined && { unknown }) }
  }
  return (name, typed) => {
    const found = byName.get(name)
    const cell = typed.trim()
    if (!found || cell === '') return { values: {} }
    switch (found.kind) {
      case 'code':
        return one(name, wordsOf(found.list!), cell)
      case 'visibility':
        return one(name, visibilities, cell)
      case 'codes':
      case 'slots': {
        const { codes, unknown } = many(found.kind === 'slots' ? slots : wordsOf(found.list!), cell)
        if (unknown !== undefined) return { values: {}, fault: unknownWord(unknown) }
        if (name !== 'cause' && name !== 'activity') return { values: { [name]: codes } }
        if (codes.length > 3) return { values: {}, fault: 'offers.import.error.three' }
        return { values: Object.fromEntries(codes.map((code, at) => [`${name}_${at + 1}`, code])) }
      }
      case 'flag': {
        const word = nameKey(cell)
        if (NO.includes(word)) return { values: {} }
        return YES.includes(word)
          ? { values: { [name]: 'on' } }
          : { values: {}, fault: { key: 'offers.import.error.yes_no', params: { word: cell.slice(0, 60) } } }
      }
      case 'capacity':
        return NO_LIMIT.includes(nameKey(cell))
          ? { values: { capacity_kind: 'no_limit' } }
          : { values: { capacity: cell.replace(/[.,]0+$/, '') } }
      case 'age':
        return { values: { [name]: cell.replace(/^(\d{1,3})\s*(?:\+|ans?|years?)$/i, '$1') } }
      case 'day':
        return { values: { [name]: dayIn(cell) } }
      default:
        return { values: { [name]: typed } }
    }
  }
}

/** A day with an hour behind it, as many programs write days. */
const dayIn = (cell: string) =>
  cell.replace(/^(\d{4}-\d{2}-\d{2})[T ][\d:.]+Z?$/, '$1').replace(/^(\d{1,2}[/.]\d{1,2}[/.]\d{4}) [\d:]+$/, '$1')

const unknownWord = (word: string): FieldFault => ({
  key: 'offers.import.error.unknown',
  params: { word: word.slice(0, 60) },
})

/** By code and by label; the same word never means two codes of one list. */
function labelsOf(taxonomies: Taxonomies, list: ListName, translators: readonly Translator[]): Map<string, string> {
  return new Map(
    taxonomies
      .list(list)
      .flatMap(({ code }) => [
        [nameKey(code), code] as const,
        ...translators.map(({ locale }) => [nameKey(taxonomies.label(list, code, locale)), code] as const),
      ]),
  )
}

/** Labels have commas of their own, so that a comma parts words only where every part is known. */
function partsOf(cell: string, isKnown: (word: string) => boolean): string[] {
  const parts = cell
    .split(/[;|\n]/)
    .map((part) => part.trim())
    .filter(Boolean)
  return parts.flatMap((part) => {
    if (isKnown(part) || !part.includes(',')) return [part]
    const words = part.split(',').map((word) => word.trim())
    return words.filter(Boolean).every(isKnown) ? words.filter(Boolean) : [part]
  })
}

/**
 * Which column each heading of a file most likely is, '' for none: first as our own file has it, then as others do.
 * @param usual the language of texts whose heading names none.
 */
export function guessColumns(
  headings: readonly string[],
  translators: readonly Translator[],
  usual: 'fr' | 'en',
): string[] {
  const own = new Map(
    translators.flatMap((t) => [
      ...OFFER_COLUMNS.map(({ name }) => [nameKey(columnLabel(t, name)), name] as const),
      ...Object.entries(DAYS_ONLINE).map(([name, key]) => [nameKey(t(key)), name] as const),
    ]),
  )
  const keys = headings.map((heading) => nameKey(heading))
  const guessed = keys.map((key, at) =>
    isOfferColumn(headings[at]!.trim()) ? headings[at]!.trim() : (own.get(key) ?? ''),
  )
  return guessed.map((name, at) => {
    if (name !== '') return name
    const other = knownHeading(keys[at]!, usual)
    return other !== undefined &&
      !guessed.includes(other) &&
      !keys.slice(0, at).some((key) => knownHeading(key, usual) === other)
      ? other
      : ''
  })
}

const LANGUAGE_AT_END = /^(.+?)(?: en)? (fr|francais|french|en|anglais|english)$/

function knownHeading(key: string, usual: 'fr' | 'en'): string | undefined {
  const [, base, language] = LANGUAGE_AT_END.exec(key) ?? []
  const found = HEADINGS.get(key) ?? (base === undefined ? undefined : HEADINGS.get(base))
  if (found === undefined || isOfferColumn(found)) return found
  const said = HEADINGS.has(key) || !language ? usual : /^(?:fr|french)/.test(language) ? 'fr' : 'en'
  return `${found}_${said}`
}
