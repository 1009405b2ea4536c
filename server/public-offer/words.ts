// SPDX-License-Identifier: AGPL-3.0-or-later
// When, where and how many, in the few words of a list: « 2 h par semaine, le mercredi matin · Beaune, à 3 km ».
import type { ListName, Taxonomies } from '../../db/reference/taxonomies.ts'
import type { OfferContent, OfferPlace, OfferSheet, TextMap } from '../model/offer/content.ts'
import { isDated } from '../model/offer/event-days.ts'
import { fieldOf, LINE_NAMES, type FieldName } from '../model/offer/fields.ts'
import type { Translator } from '../text/i18n.ts'
import { capital } from '../text/wording.ts'

export type Wording = { t: Translator; taxonomies: Taxonomies }

export function label({ t, taxonomies }: Wording, list: ListName, code: string): string {
  return taxonomies.label(list, code, t.locale)
}

export function labels(wording: Wording, list: ListName, codes: readonly string[]): string[] {
  return codes.map((code) => label(wording, list, code))
}

export function whenText(wording: Wording, content: OfferContent): string {
  const day = dayText(wording, content)
  const minutes = content.minutes_per_session
  const time = minutes ? wording.t.minutes(minutes) : ''
  if (day) return [day, time].filter(Boolean).join(', ')
  const rhythm = rhythmText(wording, content, time)
  const { slots } = content
  if (slots.length === 0) return rhythm
  const moments =
    slots.length <= 2
      ? wording.t.list(slots.map((slot) => slotText(wording, slot)))
      : wording.t('search.when.your_choice')
  return `${rhythm}, ${moments}`
}

/** Only for given days: a regular offer may have a first day and go on. */
function dayText({ t }: Wording, content: OfferContent): string {
  const { starts_on, ends_on } = content
  if (!starts_on || !isDated(content)) return ''
  if (!ends_on || ends_on === starts_on) return capital(t.date(starts_on, 'day'))
  return t('search.when.span', { from: t.date(starts_on, 'short'), to: t.date(ends_on, 'short') })
}

function rhythmText(wording: Wording, { frequency, commitment }: OfferContent, time: string): string {
  const { t } = wording
  if (!frequency) return [label(wording, 'commitment', commitment), time].filter(Boolean).join(', ')
  return time ? t.code('search.rhythm', frequency, { time }) : label(wording, 'frequency', frequency)
}

/** `saturday-morning` as « le samedi matin ». */
export function slotText(wording: Wording, slot: string): string {
  const { t, taxonomies } = wording
  const [day = '', part = ''] = slot.split('-')
  if (!taxonomies.has('weekday', day)) return slot
  const words = { day: label(wording, 'weekday', day), part: label(wording, 'part_of_day', part) }
  if (t.locale === 'en') return `${words.day} ${words.part.toLowerCase()}`.trim()
  if (day === 'holidays') return words.day.toLowerCase()
  return t('search.when.slot', { day: words.day.toLowerCase(), part: words.part.toLowerCase() }).trim()
}

/** @param near the nearest of its towns, with the distance in km. */
export function whereText({ t }: Wording, content: OfferContent, near?: { km: number; town: string } | null): string {
  if (content.work_mode === 'remote') return t('search.where.remote')
  const first = content.places[0]
  if (!first) return ''
  const others = content.places.length - 1
  const place = content.work_mode === 'at_beneficiary_home' ? first.name : placeName(first)
  if (near) return nearText(t, near, others > 0 ? near.town : place)
  const all = others > 0 ? t.n('search.where.others', others, { town: first.name }) : place
  if (content.work_mode === 'at_beneficiary_home') return t('search.where.home', { town: all })
  return content.work_mode === 'hybrid' ? t('search.where.hybrid', { town: all }) : all
}

function nearText(t: Translator, { km, town }: { km: number; town: string }, place: string): string {
  const rounded = Math.round(km)
  const name = place.includes(town) ? place : town
  return rounded < 1 ? name : t('search.where.distance', { town: name, km: rounded })
}

/** « Salle des fêtes, Beaune » */
export function placeName({ label: name, name: town }: OfferPlace): string {
  return name && !name.toLowerCase().includes(town.toLowerCase()) ? `${name}, ${town}` : name || town
}

export function fieldLines(wording: Wording, name: FieldName, content: OfferContent): string[] {
  const field = fieldOf(name)
  const values = [content[name]].flat().filter((one) => typeof one === 'string' || typeof one === 'number')
  switch (field.kind) {
    case 'codes':
    case 'code':
      return values.filter(Boolean).map((one) => label(wording, field.of as ListName, String(one)))
    case 'choice':
      return values.map((one) => label(wording, name as ListName, String(one)))
    case 'number':
      return values.map((one) => wording.t.number(Number(one)))
    case 'day':
      return values.map((one) => wording.t.date(String(one), 'long'))
    case 'texts':
      return [wording.t.text(content[name] as TextMap).text].filter(Boolean)
    case 'pictures':
      return content.pictures.map(({ alt }) => wording.t.text(alt).text).filter(Boolean)
    case 'sheet':
      return content.sheet ? [sheetText(wording, content.sheet)] : []
    case 'flag':
      return content[name] ? [wording.t('offers.form.yes')] : []
    default:
      return values.map(String).filter(Boolean)
  }
}

/** « Fiche de mission.pdf (PDF, 120 Ko) » */
export function sheetText({ t }: Pick<Wording, 't'>, { name, bytes }: OfferSheet): string {
  return t('search.offer.sheet_file', { name, size: t.number(Math.max(1, Math.round(bytes / 1000))) })
}

export function ownLines(
  wording: Wording,
  content: OfferContent,
): { name: FieldName; label: string; lines: string[] }[] {
  return LINE_NAMES.map((name) => ({
    name,
    label: wording.t.code('offers.form', name),
    lines: fieldLines(wording, name, content),
  })).filter(({ lines }) => lines.length > 0)
}

export type Seats = {
  applications: 'open' | 'closed' | 'full'
  capacity: number | null
  remaining: number | null
  /** When it is full, one can wait for a place. */
  hasLine?: boolean
}

export function seatsText({ t }: Pick<Wording, 't'>, { applications, capacity, remaining, hasLine }: Seats): string {
  if (applications === 'full') return t(hasLine ? 'search.seats.full_line' : 'search.seats.full')
  if (capacity === null) return t('search.seats.no_limit')
  if (remaining === null || remaining === capacity) return t.n('search.seats.wanted', capacity)
  return t.n('search.seats.left', remaining, { capacity })
}
