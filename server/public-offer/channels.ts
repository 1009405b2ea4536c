// SPDX-License-Identifier: AGPL-3.0-or-later
import {
  ANSWERED,
  FUNNEL,
  OFFER_HOURS,
  SMALLEST,
  usualAnswer,
  zeroes,
  type Answers,
  type Funnel,
  type OfferHours,
} from '../model/counts.ts'
import { hasRight, type Viewer } from '../model/viewer.ts'
import type { Translator } from '../text/i18n.ts'

export type Names = Map<string, string>
/** `seesHours`: of people. Others read only those of days on which many people gave some. */
export type Reader = { t: Translator; seesHours: boolean }
export const readerOf = ({ t, viewer }: { t: Translator; viewer: Viewer }): Reader => ({
  t,
  seesHours: hasRight(viewer, 'see_hours'),
})
type Sums = Funnel & Partial<Answers> & OfferHours
type Counted = Sums & { channel: string; reported: number }

const SUMMED = [...FUNNEL, ...OFFER_HOURS] as const

function add(sum: Sums, more: Sums): void {
  for (const name of SUMMED) sum[name] += more[name]
  for (const name of ANSWERED) sum[name] = (sum[name] ?? 0) + (more[name] ?? 0)
}

/** « en 3 jours », of the answer in the middle; a dash without answers. */
export function answerWords(t: Translator, counts: Partial<Answers>): string {
  const usual = usualAnswer(counts)
  return usual ? t(`statistics.answer.${usual}`) : '—'
}

/** As above, of a file: without answers an empty cell, as every cell of a file that says nothing. */
export const answerCell = (t: Translator, counts: Partial<Answers>): string | null =>
  usualAnswer(counts) ? answerWords(t, counts) : null

const isShownWhole = ({ seesHours }: Reader, { minutes, minutes_of_many }: OfferHours): boolean =>
  seesHours || minutes === minutes_of_many

export function hoursWords(reader: Reader, hours: OfferHours): string {
  const { t } = reader
  if (isShownWhole(reader, hours)) return t.minutes(hours.minutes)
  if (hours.minutes_of_many === 0) return t('statistics.hours.few', { count: SMALLEST })
  return t('statistics.hours.at_least', { hours: t.minutes(hours.minutes_of_many) })
}

/** As above, of a file: a number of hours where it may be one. */
export const hoursCell = (reader: Reader, hours: OfferHours): string | number =>
  isShownWhole(reader, hours) ? hours.minutes / 60 : hoursWords(reader, hours)

/** What stands under a table with hours. */
export const hoursHow = ({ t, seesHours }: Reader): string =>
  seesHours ? t('statistics.hours.how') : t('statistics.hours.how_hidden', { count: SMALLEST })

function channelName(t: Translator, names: Names, channel: string): string {
  if (channel === 'own') return t('offers.channel.own')
  return names.get(channel) ?? (URL.canParse(channel) ? new URL(channel).host : channel)
}

/** How often a centre lists an offer is unknown until it reports it; the cell is then a dash. */
export function channelLine(reader: Reader, names: Names, count: Counted) {
  const { t } = reader
  const name = channelName(t, names, count.channel)
  const isUnknown = count.channel !== 'own' && !count.reported
  return {
    name,
    note: count.channel === 'own' ? '' : isUnknown ? t('statistics.untold') : t('statistics.according_to'),
    cells: ownCells(reader, count).with(0, isUnknown ? '—' : t.number(count.listed)),
  }
}

export function channelTable(reader: Reader, counts: Counted[], names: Names) {
  const { t } = reader
  const byChannel = new Map<string, Counted>()
  for (const count of counts) {
    const sum = byChannel.get(count.channel) ?? { ...zeroes(SUMMED), channel: count.channel, reported: 0 }
    add(sum, count)
    byChannel.set(count.channel, { ...sum, reported: Math.max(sum.reported, count.reported) })
  }
  const total: Sums = zeroes(SUMMED)
  for (const count of counts) add(total, count)
  const rows = [...byChannel.values()].sort((a, b) => Number(b.channel === 'own') - Number(a.channel === 'own'))
  return {
    first: t('offers.column.channel'),
    columns: ownLabels(t),
    rows: rows.map((count) => channelLine(reader, names, count)),
    foot: rows.length > 1 ? { name: t('offers.column.total'), cells: ownCells(reader, total) } : null,
    total,
  }
}

/** Of the tables of members' offers: the steps, and how soon people are answered. */
export const tableLabels = (t: Translator): string[] => [...stepLabels(t), t('statistics.column.answer')]

/** Of the tables of our own offers: with the hours that were given. */
export const ownLabels = (t: Translator): string[] => [
  ...stepLabels(t),
  t('hours.column.hours'),
  t('statistics.column.answer'),
]

/** Under these labels. */
export const ownCells = (reader: Reader, sums: Sums): string[] => [
  ...FUNNEL.map((step) => reader.t.number(sums[step])),
  hoursWords(reader, sums),
  answerWords(reader.t, sums),
]

export function stepLabels(t: Translator): string[] {
  return FUNNEL.map((step) => t(`statistics.step.${step}`))
}
