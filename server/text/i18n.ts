// SPDX-License-Identifier: AGPL-3.0-or-later
// A translator belongs to a request or to the addressee of a mail, never to the process.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dateIn } from '../base/clock.ts'
import { dateFormat, listFormat, numberFormat, pluralRules } from '../base/intl.ts'
import { once } from '../base/once.ts'
import type { MessageKey } from './message-keys.ts'

export type Locale = 'fr' | 'fr-CA' | 'en'
export const LOCALES: readonly Locale[] = ['fr', 'fr-CA', 'en']
export type TextMap = { fr?: string | undefined; en?: string | undefined }
type Params = Record<string, string | number | null | undefined>
type DateStyle = 'long' | 'short' | 'day' | 'datetime' | 'month' | 'time'
type PluralBase = MessageKey extends infer K ? (K extends `${infer B}.other` ? B : never) : never

export type Translator = {
  (key: MessageKey, params?: Params): string
  readonly locale: Locale
  /** Plural: `key.one` or `key.other`, with {count}. */
  n(key: PluralBase, count: number, params?: Params): string
  /** The code itself when there is no text `prefix.code`. */
  code(prefix: string, code: string, params?: Params): string
  has(key: string): boolean
  /** An instant (ISO) or a calendar date (YYYY-MM-DD). */
  date(value: string, style?: DateStyle): string
  /** "3 h 30" or "3 h 30 min". */
  minutes(minutes: number): string
  money(cents: number, currency: string): string
  number(value: number): string
  list(items: readonly string[]): string
  text(map: TextMap): { text: string; lang: 'fr' | 'en' }
}
/** @param today YYYY-MM-DD: a day of another year is then always written with its year. */
export type I18n = { for(locale: Locale, timeZone?: string, today?: string): Translator }

const FOLDER = join(import.meta.dirname, '../../views/locales')

function load(locale: Locale): Record<string, string> {
  const folder = join(FOLDER, locale)
  const files = readdirSync(folder, { withFileTypes: true }).filter((file) => file.name.endsWith('.json'))
  const texts: Record<string, string> = {}
  for (const file of files) {
    const read = JSON.parse(readFileSync(join(folder, file.name), 'utf8')) as Record<string, string>
    for (const [key, text] of Object.entries(read)) texts[key] = locale === 'en' ? text : bound(text)
  }
  return texts
}

/** The French space before ? ! : ; and inside « » must not end a line. */
function bound(text: string): string {
  return text.replaceAll(/ ([?!:;»])/g, '\u00a0$1').replaceAll('« ', '«\u00a0')
}

const readTexts = once((): Record<Locale, Record<string, string>> => {
  const fr = load('fr')
  return { fr, 'fr-CA': { ...fr, ...load('fr-CA') }, en: load('en') }
})

/** @param onMissing called for a key without text; the key itself is shown. Tests throw here. */
export function createI18n(onMissing: (key: string, locale: Locale) => void = () => {}): I18n {
  const texts = readTexts()
  const made = new Map<string, Translator>()
  return {
    for(locale, timeZone = 'Europe/Paris', today = '') {
      const year = today.slice(0, 4)
      const name = `${locale} ${timeZone} ${year}`
      const known = made.get(name)
      if (known) return known
      const translator = createTranslator(locale, texts[locale], { timeZone, year }, onMissing)
      made.set(name, translator)
      return translator
    },
  }
}

/** A place in a text, with the « de » or « à » before it and the full stop after it. */
const PLACE = /((?<!\p{L})(?:de|à) )?\{(\w+)\}(\.(?!\.))?/giu
type Place = { whole: string; before: string; name: string; stop: string }
type Piece = string | Place

/** A text and the places in it, taken apart once. */
function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  for (const match of text.matchAll(PLACE)) {
    const [whole, before = '', name = '', stop = ''] = match
    if (match.index > at) pieces.push(text.slice(at, match.index))
    pieces.push({ whole, before, name, stop })
    at = match.index + whole.length
  }
  if (at < text.length) pieces.push(text.slice(at))
  return pieces
}

/** Whole numbers below a thousand are written alike in all languages. */
const isShort = (value: number) => Number.isInteger(value) && value >= 0 && value < 1000

function createTranslator(
  locale: Locale,
  texts: Record<string, string>,
  { timeZone, year }: Calendar,
  onMissing: (key: string, locale: Locale) => void,
): Translator {
  const tag = locale === 'fr' ? 'fr-FR' : locale === 'en' ? 'en-CA' : locale
  const plurals = pluralRules(tag)
  const numbers = numberFormat(tag)
  const lists = listFormat(tag, { type: 'conjunction' })
  const dates = dateFormats(tag, { timeZone, year })
  const number = (value: number) => (isShort(value) ? String(value) : numbers.format(value))
  const filled = (place: Place, params: Params) => {
    const { whole, before, name, stop } = place
    const value = params[name]
    if (typeof value === 'number') return before + number(value) + stop
    if (value === undefined || value === null) return whole
    // A value such as « 10:00 a.m. » ends the sentence itself.
    const end = value.endsWith('.') ? '' : stop
    return (before && locale !== 'en' ? joined(before, value) : before + value) + end
  }
  const pieces = new Map<string, Piece[]>()
  const fill = (template: string, params: Params) => {
    const text = template.includes('[') ? agreed(template, params) : template
    let known = pieces.get(text)
    if (!known) pieces.set(text, (known = piecesOf(text)))
    let made = ''
    for (const piece of known) made += typeof piece === 'string' ? piece : filled(piece, params)
    return made
  }
  const t = (key: string, params: Params = {}) => {
    const text = texts[key]
    if (text !== undefined) return fill(text, params)
    onMissing(key, locale)
    return key
  }
  return Object.assign(t as (key: MessageKey, params?: Params) => string, {
    locale,
    n: (key: string, count: number, params: Params = {}) =>
      t(`${key}.${plurals.select(count) === 'one' ? 'one' : 'other'}`, { ...params, count }),
    code: (prefix: string, code: string, params: Params = {}) =>
      texts[`${prefix}.${code}`] === undefined ? code : t(`${prefix}.${code}`, params),
    has: (key: string) => texts[key] !== undefined,
    date: (value: string, style: DateStyle = 'long') => dates(value, style),
    minutes: (minutes: number) => duration(minutes, locale),
    money: (cents: number, currency: string) =>
      numberFormat(tag, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).format(cents / 100),
    number,
    list: (items: readonly string[]) => lists.format(items),
    text: (map: TextMap) => pickText(map, locale),
  })
}

/** Words for one and for several: « {site} vous [ouvre son|ouvrent leur] espace ». */
const AGREEMENT = /\[([^|\]]+)\|([^\]]+)\]/g

/** Verbs agree with the name that opens the text: « Les Jardins du Canal vous ouvrent ». */
function agreed(text: string, params: Params): string {
  const [, name = ''] = /\{(\w+)\}/.exec(text) ?? []
  const isMany = /^les\s/i.test(String(params[name] ?? ''))
  return text.replaceAll(AGREEMENT, (_whole, one: string, many: string) => (isMany ? many : one))
}

/** As French joins « de » and « à » with a name: des Jardins du Canal, au Relais, d’Amina. */
function joined(before: string, name: string): string {
  const isDe = before.trim().toLowerCase() === 'de'
  const [, article, rest = ''] = /^(les?)\s(.+)$/isu.exec(name) ?? []
  if (article) {
    const isOne = article.toLowerCase() === 'le'
    return `${isDe ? (isOne ? 'du' : 'des') : isOne ? 'au' : 'aux'} ${rest}`
  }
  return isDe && /^(?:[aeiouy]|œ)/i.test(name.normalize('NFD')) ? `d’${name}` : before + name
}

/** In the reader's language, or in the other one when it is missing. */
export function pickText(map: TextMap, locale: Locale): { text: string; lang: 'fr' | 'en' } {
  const [first, second] = locale === 'en' ? (['en', 'fr'] as const) : (['fr', 'en'] as const)
  if (map[first]) return { text: map[first], lang: first }
  return { text: map[second] ?? '', lang: map[second] ? second : first }
}

function duration(minutes: number, locale: Locale): string {
  const sign = minutes < 0 ? '−' : ''
  const all = Math.abs(minutes)
  const [hours, rest] = [Math.floor(all / 60), all % 60]
  const gap = '\u00a0'
  if (all === 0) return `0${gap}h`
  if (hours === 0) return `${sign}${rest}${gap}min`
  const tail = rest === 0 ? '' : gap + String(rest).padStart(2, '0') + (locale === 'en' ? `${gap}min` : '')
  return `${sign}${numberFormat(locale === 'en' ? 'en-CA' : 'fr-FR').format(hours)}${gap}h${tail}`
}

const STYLES: Record<DateStyle, Intl.DateTimeFormatOptions> = {
  long: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  short: { day: 'numeric', month: 'long', year: 'numeric' },
  day: { weekday: 'long', day: 'numeric', month: 'long' },
  datetime: { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  month: { month: 'long', year: 'numeric' },
  time: { hour: '2-digit', minute: '2-digit' },
}

/** `year`: the current one, or '' when it is not known. */
type Calendar = { timeZone: string; year: string }

function dateFormats(tag: string, { timeZone, year }: Calendar): (value: string, style: DateStyle) => string {
  return (value, style) => {
    // A calendar date has no time zone.
    const isDay = /^\d{4}-\d{2}(-\d{2})?$/.test(value)
    const date = new Date(isDay && value.length === 7 ? `${value}-01` : value)
    const zone = isDay ? 'UTC' : timeZone
    const isOther =
      style === 'day' && year !== '' && !Number.isNaN(date.getTime()) && !dateIn(zone, date).startsWith(year)
    const format = dateFormat(tag, { ...STYLES[isOther ? 'long' : style], timeZone: zone })
    return Number.isNaN(date.getTime()) ? value : ordinal(format.format(date), tag)
  }
}

/** French writes an ordinal for the first day of a month only: « 1er janvier ». */
function ordinal(date: string, tag: string): string {
  return tag.startsWith('fr') ? date.replace(/(?<![\d:])1(?=\s\p{L})/u, '1er') : date
}
