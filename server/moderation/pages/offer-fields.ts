// SPDX-License-Identifier: AGPL-3.0-or-later
// The fields of an offer as moderators read them, in the order of its page, and the differences between two texts.
import type { OfferContent, OfferPlace } from '../../model/offer/content.ts'
import { FIELD_NAMES, fieldOf, type FieldName, type NameOf } from '../../model/offer/fields.ts'
import { fieldLines, label, slotText, type Wording } from '../../public-offer/words.ts'
import type { Translator } from '../../text/i18n.ts'
import { capital } from '../../text/wording.ts'
import { compareWords, type Piece } from './compare-words.ts'

export type OfferField = {
  name: string
  label: string
  icon: string
  lang: 'fr' | 'en' | ''
  lines: string[]
}
export type FieldChange = Pick<OfferField, 'name' | 'label' | 'lang'> & {
  kind: 'changed' | 'added' | 'removed'
  before: Piece[][]
  after: Piece[][]
}

const TEXTS = FIELD_NAMES.filter((name) => ['texts', 'lists'].includes(fieldOf(name).kind)) as NameOf<
  'texts' | 'lists'
>[]

/** Empty fields are left out; texts come once for each language. */
export function fieldsOf(wording: Wording, content: OfferContent): OfferField[] {
  return [...textsOf(wording, content), ...factsOf(wording, content)].filter(({ lines }) => lines.length > 0)
}

export function textsOf({ t }: Wording, content: OfferContent): OfferField[] {
  const isBilingual = content.language.length > 1
  return content.language.flatMap((lang) =>
    TEXTS.map((name) => {
      const text = content[name][lang] ?? []
      const own = fieldLabel(t, name)
      return {
        name: `${name}-${lang}`,
        label: isBilingual ? t(`moderation.field.in.${lang}`, { field: own }) : own,
        icon: '',
        lang,
        lines: Array.isArray(text) ? text : text.split(/\n+/).filter(Boolean),
      }
    }),
  )
}

const TOGETHER = {
  when: ['commitment', 'frequency', 'minutes_per_session', 'sessions_expected', 'starts_on', 'ends_on', 'slots'],
  where: ['work_mode', 'places'],
  seats: ['capacity', 'group_ok', 'group_max', 'for_two', 'no_waiting_list'],
} as const satisfies Record<string, readonly FieldName[]>
/** Label and icon of fields that are not called by their own name. */
const CALLED: Partial<Record<FieldName, [name: string, icon: string]>> = {
  causes: ['cause', 'seal'],
  activities: ['activity', 'pencil'],
  beneficiaries: ['beneficiary', 'person'],
  skills: ['skill', 'tick'],
  requirements: ['requirement', 'warning'],
  min_age: ['min_age', 'person'],
  accessible: ['accessible', 'wheelchair'],
  benefits: ['benefit', 'plus'],
  compensation: ['compensation', 'key'],
  contact_label: ['contact', 'phone'],
  language: ['language', 'mail'],
}
const SHOWN_TOGETHER: readonly FieldName[] = [...Object.values(TOGETHER).flat(), ...TEXTS, 'apply_mode']
const ALONE = FIELD_NAMES.filter((name) => !SHOWN_TOGETHER.includes(name))

function fieldLabel(t: Translator, name: string): string {
  return t.code(t.has(`moderation.field.${name}`) ? 'moderation.field' : 'offers.form', name)
}

export function factsOf(wording: Wording, content: OfferContent): OfferField[] {
  const { t } = wording
  const fact = (name: string, icon: string, lines: string[]): OfferField => {
    return { name, label: fieldLabel(t, name), icon, lang: '', lines: lines.filter(Boolean) }
  }
  return [
    fact('when', 'clock', whenLines(wording, content)),
    fact('where', 'place', whereLines(wording, content)),
    fact('seats', 'people', seatLines(wording, content)),
    ...ALONE.map((field) => {
      const [name, icon] = CALLED[field] ?? [field, 'plus']
      return fact(name, icon, aloneLines(wording, field, content))
    }),
  ]
}

function aloneLines(wording: Wording, name: FieldName, content: OfferContent): string[] {
  const { t } = wording
  if (name === 'min_age') return content.min_age === null ? [] : [t.n('moderation.years', content.min_age)]
  if (name === 'language') return content.language.map((lang) => t(`moderation.language.${lang}`))
  return fieldLines(wording, name, content)
}

function whenLines(wording: Wording, content: OfferContent): string[] {
  const { t } = wording
  const { starts_on: from, ends_on: to, minutes_per_session: minutes, sessions_expected: times } = content
  const day = (date: string) => t.date(date, 'long')
  const rhythm = [
    label(wording, 'commitment', content.commitment),
    content.frequency ? label(wording, 'frequency', content.frequency) : '',
    minutes === null ? '' : t('moderation.when.each', { time: t.minutes(minutes) }),
    times === null ? '' : t.n('moderation.when.times', times),
  ]
  const days =
    from && to && from !== to
      ? t('moderation.when.span', { from: day(from), to: day(to) })
      : from
        ? t(to ? 'moderation.when.on' : 'moderation.when.from', { day: day(from) })
        : to
          ? t('moderation.when.until', { day: day(to) })
          : ''
  return [
    capital(rhythm.filter(Boolean).join(', ').toLowerCase()),
    days,
    ...content.slots.map((slot) => slotText(wording, slot)),
  ].filter(Boolean)
}

function whereLines(wording: Wording, content: OfferContent): string[] {
  return [label(wording, 'work_mode', content.work_mode), ...content.places.map(address)]
}

/** « Salle des fêtes, 2 rue du Port, 21200 Beaune » */
function address({ label: name, street, postalCode, name: town }: OfferPlace): string {
  return [name, street, [postalCode, town].filter(Boolean).join(' ')].filter(Boolean).join(', ')
}

function seatLines(
  { t }: Wording,
  { capacity, group_ok, group_max, for_two, no_waiting_list }: OfferContent,
): string[] {
  const wanted = capacity === null ? t('moderation.seats.no_limit') : t.n('moderation.seats.wanted', capacity)
  const most = group_ok && group_max !== null ? t('moderation.seats.group_max', { count: group_max }) : ''
  return [
    wanted,
    group_ok ? t('moderation.seats.group') : '',
    most,
    for_two ? t('search.access.for_two') : '',
    no_waiting_list ? t('moderation.seats.no_line') : '',
  ]
}

export function compareOffers(
  wording: Wording,
  before: OfferContent,
  after: OfferContent,
): { changed: FieldChange[]; same: OfferField[] } {
  const [old, now] = [fieldsOf(wording, before), fieldsOf(wording, after)]
  const lines = (fields: OfferField[], name: string) => fields.find((one) => one.name === name)?.lines ?? []
  const gone = old.filter(({ name }) => !now.some((one) => one.name === name))
  const all = [...now, ...gone]
  const isSame = ({ name }: OfferField) => lines(old, name).join('\n') === lines(now, name).join('\n')
  return {
    same: all.filter(isSame),
    changed: all
      .filter((field) => !isSame(field))
      .map((field) => change(field, lines(old, field.name), lines(now, field.name))),
  }
}

function change({ name, label, lang }: OfferField, old: string[], now: string[]): FieldChange {
  const pieces = compareWords(old.join('\n'), now.join('\n'))
  const kind = old.length === 0 ? 'added' : now.length === 0 ? 'removed' : 'changed'
  const side = (hidden: Piece['kind']) => inLines(pieces.filter((piece) => piece.kind !== hidden))
  return { name, label, lang, kind, before: side('in'), after: side('out') }
}

/** A change over two lines is marked in both. */
function inLines(pieces: Piece[]): Piece[][] {
  const lines: Piece[][] = [[]]
  for (const { kind, text } of pieces) {
    text.split('\n').forEach((part, at) => {
      if (at > 0) lines.push([])
      if (part) lines.at(-1)!.push({ kind, text: part })
    })
  }
  return lines.filter((line) => line.length > 0)
}
