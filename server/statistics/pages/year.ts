// SPDX-License-Identifier: AGPL-3.0-or-later
// The year as funders and boards read it.
import { sortedByName } from '../../../db/plain.ts'
import type { TextMap } from '../../model/offer/content.ts'
import { FUNNEL, SMALLEST } from '../../model/counts.ts'
import {
  answerCell,
  answerWords,
  hoursCell,
  ownCells,
  ownLabels,
  stepLabels,
  type Reader,
} from '../../public-offer/channels.ts'
import { label, type Wording } from '../../public-offer/words.ts'
import type { Translator } from '../../text/i18n.ts'
import { columnsOf, type Cell, type Column } from '../../web/csv.ts'
import {
  aboutAnswers,
  aboutSum,
  offersIn,
  type AboutSum,
  type createMemberYear,
  type createOwnYear,
  type OwnOffer,
  type OwnSums,
} from '../year.ts'
import { townInArea } from './members.ts'
import { YEARLY } from './periods.ts'
import { yearChart } from './year-chart.ts'

type OwnResult = ReturnType<ReturnType<typeof createOwnYear>['result']>
type MemberResult = ReturnType<ReturnType<typeof createMemberYear>['result']>
const OFFERS_SHOWN = 20

/** @param hasPdf this machine has the typesetter. */
export function yearsOf(
  path: string,
  { first, last, year }: { first: number; last: number; year: number },
  hasPdf: boolean,
) {
  const years = Array.from({ length: last - first + 1 }, (_, at) => last - at)
  return {
    links: years.map((one) => ({ href: `${path}?year=${one}`, label: String(one), current: one === year })),
    csv: `${path}.csv?year=${year}`,
    pdf: hasPdf ? `${path}.pdf?year=${year}` : '',
  }
}

type OwnWording = Wording & Reader

/** @param minutes of hours approved in the year, for an offer or not; null when they may not be shown. */
export function ownYearPage(wording: OwnWording, year: number, result: OwnResult, minutes: number | null) {
  const { t } = wording
  const { total, months, offers, byCause, byTown } = result
  const most = offers.toSorted((a, b) => b.applied - a.applied || b.viewed - a.viewed).slice(0, OFFERS_SHOWN)
  return {
    isEmpty: offers.length === 0 && !minutes,
    figures: [
      { value: t.number(offers.length), label: t('statistics.yearly.offers') },
      ...YEARLY.map((step) => ({ value: t.number(total[step]), label: t(`statistics.step.${step}`) })),
      { value: answerWords(t, total), label: t('statistics.column.answer') },
      ...(minutes === null ? [] : [{ value: t.minutes(minutes), label: t('statistics.yearly.hours') }]),
    ],
    charts: (['applied', 'viewed'] as const).map((step) =>
      yearChart(t, year, {
        title: t(`statistics.yearly.chart.${step}`),
        name: t(`statistics.step.${step}`),
        values: months.map((month) => month[step]),
      }),
    ),
    months: tableOf(
      wording,
      t('statistics.column.month'),
      months.map((sums, at) => [monthName(t, year, at), sums]),
      total,
    ),
    causes: tableOf(
      wording,
      t('statistics.column.cause'),
      named(byCause, (code) => causeName(wording, code)),
    ),
    towns: tableOf(
      wording,
      t('statistics.column.town'),
      named(byTown, (town) => town || t('statistics.no_town')),
    ),
    offers: {
      first: t('offers.column.title'),
      columns: ownLabels(t),
      rows: most.map((offer) => ({
        name: offer.title === null ? t('statistics.erased') : t.text(JSON.parse(offer.title) as TextMap),
        href: offer.title === null ? '' : `/work/offers/${offer.offer_id}`,
        cells: ownCells(wording, offer),
      })),
    },
    more: offers.length > most.length ? t('statistics.yearly.more', { count: offers.length - most.length }) : '',
  }
}

const monthName = (t: Translator, year: number, at: number): string =>
  t.date(`${year}-${String(at + 1).padStart(2, '0')}-01`, 'month')

const causeName = (wording: Wording, code: string): string =>
  code ? label(wording, 'cause', code) : wording.t('statistics.no_cause')

const named = (sums: ReadonlyMap<string, OwnSums>, name: (key: string) => string): [string, OwnSums][] =>
  sortedByName(
    [...sums].map(([key, one]): [string, OwnSums] => [name(key), one]),
    ([text]) => text,
  )

function tableOf(reader: Reader, first: string, rows: readonly (readonly [string, OwnSums])[], total?: OwnSums) {
  const { t } = reader
  return {
    first,
    columns: ownLabels(t),
    rows: rows.map(([name, sums]) => ({ name, cells: ownCells(reader, sums) })),
    foot: total && { name: t('offers.column.total'), cells: ownCells(reader, total) },
  }
}

const OWN_COLUMNS = { title: 'text', cause: 'text', town: 'text', area: 'text' } as const

export const ownYearColumns = (t: Translator): Column[] => [
  ...columnsOf(OWN_COLUMNS, (name) => (name === 'title' ? t('offers.column.title') : t(`statistics.column.${name}`))),
  ...stepLabels(t).map((text): Column => ({ label: text, is: 'number' })),
  { label: t('hours.column.hours'), is: 'decimal' },
  { label: t('statistics.column.answer'), is: 'text' },
]

export const ownYearCells = (wording: OwnWording, offer: OwnOffer): Cell[] => [
  offer.title === null ? wording.t('statistics.erased') : wording.t.text(JSON.parse(offer.title) as TextMap).text,
  causeName(wording, offer.cause),
  offer.town,
  offer.department,
  ...FUNNEL.map((step) => offer[step]),
  hoursCell(wording, offer),
  answerCell(wording.t, offer),
]

/** What a centre shows of its members' offers: needs are public, answers are rounded. */
const SHOWN = ['viewed', 'applied', 'accepted', 'came'] as const

type YearCell = Parameters<typeof aboutSum>[0] extends Iterable<infer C> ? C : never

type MemberWording = Wording & Parameters<typeof townInArea>[0]
type Row = readonly [name: string, cells: readonly YearCell[], code?: string]
const sorted = (rows: Row[]): Row[] => sortedByName(rows, ([name]) => name)

const cellsIn = <K>(groups: ReadonlyMap<K, ReadonlyMap<string, YearCell>>, key: K): YearCell[] => [
  ...(groups.get(key)?.values() ?? []),
]

/** What the page has tables of, and the file rows. @param online codes of causes that have a row in any case. */
function memberGroups(wording: MemberWording, year: number, result: MemberResult, online: Iterable<string> = []) {
  const { t } = wording
  const { byMonth, byQuarter, byCause, byTown, byAssociation, names, towns } = result
  const causes = [...new Set([...byCause.keys(), ...online])]
  const months = Array.from({ length: 12 }, (_, at): Row => [monthName(t, year, at), cellsIn(byMonth, at)])
  return {
    months,
    seasons: [0, 1, 2, 3].map((at): Row => [seasonName(t, year, at), cellsIn(byQuarter, at)]),
    towns: sorted([...byTown].map(([key, group]): Row => [townInArea(wording, towns.get(key)!), [...group.values()]])),
    associations: sorted([...byAssociation].map(([uri, group]): Row => [names.get(uri) ?? uri, [...group.values()]])),
    causes: sorted(causes.map((code): Row => [causeName(wording, code), cellsIn(byCause, code), code])),
  }
}

export function memberYearPage(
  wording: MemberWording,
  year: number,
  result: MemberResult,
  online: ReadonlyMap<string, number>,
) {
  const { t } = wording
  const { all, byMonth } = result
  const groups = memberGroups(wording, year, result, online.keys())
  const cells = cellsIn(all, '')
  const needs = Array.from({ length: 12 }, (_, at) => offersIn(cellsIn(byMonth, at)))
  return {
    isEmpty: cells.length === 0 && online.size === 0,
    why: t('statistics.yearly.about_why', { count: SMALLEST }),
    figures: [
      { value: t.number(offersIn(cells)), label: t('statistics.yearly.needs') },
      ...SHOWN.map((step) => ({ value: aboutWords(t, aboutSum(cells, step)), label: t(`statistics.step.${step}`) })),
      { value: answerWords(t, aboutAnswers(cells)), label: t('statistics.column.answer') },
    ],
    charts: [
      yearChart(t, year, {
        title: t('statistics.yearly.chart.needs'),
        name: t('statistics.yearly.needs'),
        values: needs,
      }),
    ],
    months: groupTable(t, t('statistics.column.month'), groups.months),
    causes: {
      ...groupTable(t, t('statistics.column.cause'), groups.causes, (code) => t.number(online.get(code) ?? 0)),
      columns: [t('statistics.yearly.online'), ...groupLabels(t)],
    },
    towns: groupTable(t, t('statistics.column.town'), groups.towns),
    seasons: groupTable(t, t('statistics.column.season'), groups.seasons),
    associations: groupTable(t, t('statistics.column.association'), groups.associations),
  }
}

const seasonName = (t: Translator, year: number, at: number): string =>
  t('statistics.yearly.season', { from: monthName(t, year, at * 3), to: monthName(t, year, at * 3 + 2) })

const aboutWords = (t: Translator, sum: AboutSum): string =>
  sum.is === 'small'
    ? t('statistics.small', { count: SMALLEST })
    : sum.is === 'exact'
      ? t.number(sum.count)
      : t('statistics.yearly.about', { count: t.number(sum.count) })

const groupLabels = (t: Translator): string[] => [
  t('statistics.yearly.needs'),
  ...SHOWN.map((step) => t(`statistics.step.${step}`)),
  t('statistics.column.answer'),
]

function groupCells(t: Translator, group: readonly YearCell[]): string[] {
  return [t.number(offersIn(group)), ...SHOWN.map((step) => aboutWords(t, aboutSum(group, step)))]
}

/** @param before what stands in the first cell of a row, by its code. */
const groupTable = (t: Translator, first: string, rows: readonly Row[], before?: (code: string) => string) => ({
  first,
  columns: groupLabels(t),
  rows: rows.map(([name, group, code = '']) => ({
    name,
    cells: [...(before ? [before(code)] : []), ...groupCells(t, group), answerWords(t, aboutAnswers(group))],
  })),
  foot: undefined,
})

export const memberYearColumns = (t: Translator): Column[] => [
  { label: t('statistics.column.by'), is: 'text' },
  { label: t('statistics.column.group'), is: 'text' },
  ...groupLabels(t).map((text): Column => ({ label: text, is: 'text' })),
]

/** One row for each row of each table of the page. */
export function memberYearRows(wording: MemberWording, year: number, result: MemberResult): Cell[][] {
  const { t } = wording
  const { months, seasons, towns, associations, causes } = memberGroups(wording, year, result)
  const groups = { month: months, season: seasons, town: towns, association: associations, cause: causes }
  return Object.entries(groups).flatMap(([name, rows]) =>
    rows.map(([text, group]) => [
      t(`statistics.column.${name as keyof typeof groups}`),
      text,
      ...groupCells(t, group),
      answerCell(t, aboutAnswers(group)),
    ]),
  )
}
