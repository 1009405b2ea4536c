// SPDX-License-Identifier: AGPL-3.0-or-later
import type { CategoryRow, LevelRow } from '../../../db/queries/hours.ts'
import type { Choice } from '../../../db/queries/hours-figures.ts'
import { inAddress } from '../../hours/choice.ts'
import { dateFormat } from '../../base/intl.ts'
import { SMALLEST } from '../../model/counts.ts'
import type { Translator } from '../../text/i18n.ts'
import { columnsOf, type Cell } from '../../web/csv.ts'
import { addressWith } from '../../web/paging.ts'
import { areLarge, monthsOf, namedGroups, withoutSmall, type Figures, type Movement, type Named } from '../figures.ts'
import { FULL_YEAR_HOURS, isCivil, type HoursYear } from '../rules.ts'
import { fullYearsIn } from './parts.ts'

export type Shown = {
  year: HoursYear
  association: string
  years: readonly HoursYear[]
  sums: readonly { year: HoursYear; minutes: number }[]
  figures: Figures
  movement: Movement
  labels: readonly (CategoryRow | LevelRow)[]
  projects: ReadonlyMap<string, string>
  mask: boolean
  /** Of which alone, with its name; undefined for all. */
  choice?: (Choice & { name: string }) | undefined
}

export function figuresPage(t: Translator, given: Shown, path: string) {
  const { year, figures, movement, mask } = given
  const parts = inAddress(given.choice ?? {})
  const isWhole = parts.project === '' && parts.team === ''
  const { total } = figures
  const isHidden = mask && total.people.size < SMALLEST
  const isEmpty = total.minutes === 0
  const groups = groupsOf(t, given)
  return {
    association: given.association,
    years: given.years.map((one) => ({
      href: addressWith(path, { ...parts, year: one.code }),
      label: yearName(t, one),
      current: one.code === year.code,
    })),
    isEmpty,
    isHidden: isHidden && !isEmpty,
    isWork: !mask,
    project: given.choice?.name ?? '',
    yearCode: year.code,
    csv: mask ? '' : addressWith('/work/hours/figures.csv', { ...parts, year: year.code }),
    review: mask || !isWhole ? '' : addressWith('/work/hours/review', { year: year.code }),
    back: addressWith('/work/hours/figures', { year: year.code }),
    figures: [
      { value: t.minutes(total.minutes), label: t('years.figures.hours') },
      { value: t.number(total.people.size), label: t('years.figures.people') },
      { value: fullYearsIn(t, total.minutes), label: t('years.column.full_years') },
      ...(hides(mask, movement.came) ? [] : [{ value: t.number(movement.came), label: t('years.figures.came') }]),
    ],
    divisor: t('years.divisor', { hours: t.number(FULL_YEAR_HOURS) }),
    unnamed: figures.unnamed > 0 ? t('years.figures.unnamed', { hours: t.minutes(figures.unnamed) }) : '',
    stayed: stayedText(t, movement, mask),
    months: mask && !areLarge(figures.months) ? null : monthsChart(t, given),
    groups: groups.filter(({ rows }) => rows.length > 0),
    sums: mask ? null : sumsChart(t, given),
    smallest: mask ? t('years.figures.smallest', { count: SMALLEST }) : '',
  }
}

const hides = (mask: boolean, count: number) => mask && count > 0 && count < SMALLEST

/** Those who left are few too when almost all stayed. */
function stayedText(t: Translator, { before, stayed }: Movement, mask: boolean): string {
  if (before === 0 || hides(mask, stayed) || hides(mask, before - stayed) || hides(mask, before)) return ''
  return t('years.figures.stayed', { before, stayed, percent: Math.round((stayed * 100) / before) })
}

const yearName = (t: Translator, { from, until, code }: HoursYear): string =>
  isCivil({ from }) ? code : `${t.date(from, 'month')} – ${t.date(until, 'month')}`

const BASE = 160
const TALLEST = 127

type Bar = { minutes: number; name: string; initial: string; label: string }

/** Positions are in per cent across and in pixels up, so that the text keeps its size on every screen. */
function columnChart(t: Translator, title: string, bars: readonly Bar[]) {
  const top = Math.max(1, ...bars.map(({ minutes }) => minutes))
  const step = 100 / bars.length
  const at = (value: number) => `${Math.round(value * 100) / 100}%`
  const most = bars.findIndex(({ minutes }) => minutes === top)
  return {
    title,
    summary:
      most < 0
        ? title
        : t('years.figures.most', { title, name: bars[most]!.label, hours: t.minutes(bars[most]!.minutes) }),
    width: at(step * 0.64),
    bars: bars.map(({ minutes, name, initial }, place) => {
      const height = Math.round((Math.max(0, minutes) / top) * TALLEST * 100) / 100
      return {
        x: at(place * step + step * 0.18),
        middle: at(place * step + step * 0.5),
        y: BASE - height,
        height,
        labelY: BASE - height - 6,
        value: minutes > 0 ? t('years.figures.short_hours', { hours: t.number(Math.round(minutes / 60)) }) : '',
        onPhone: place === most,
        name,
        initial,
      }
    }),
  }
}

function monthsChart(t: Translator, { year, figures }: Shown) {
  const title = t('years.figures.by_month')
  const short = dateFormat(t.locale, { month: 'short', timeZone: 'UTC' })
  const bars = monthsOf(year).map(({ month, from }, at) => {
    const name = short.format(new Date(`${from}T00:00:00Z`)).replace('.', '')
    return {
      minutes: figures.months[at]!.minutes,
      name,
      initial: name.charAt(0).toUpperCase(),
      label: t.date(month, 'month'),
    }
  })
  return {
    chart: columnChart(t, title, bars),
    table: tableOf(
      t,
      { caption: title, first: t('hours.column.month') },
      bars.map(({ label, minutes }, at) => ({ name: label, minutes, people: figures.months[at]!.people.size })),
    ),
  }
}

function sumsChart(t: Translator, { sums }: Shown) {
  const title = t('years.figures.by_year')
  const bars = sums.toReversed().map(({ year, minutes }) => {
    const label = yearName(t, year)
    return { minutes, name: year.code, initial: year.code, label }
  })
  return {
    chart: columnChart(t, title, bars),
    table: {
      caption: title,
      columns: [{ label: t('years.figures.year') }, { label: t('hours.column.hours'), num: true }],
      rows: bars.map(({ label, minutes }) => ({ cells: [{ text: label }, { text: t.minutes(minutes) }] })),
    },
  }
}

const KINDS = ['categories', 'projects', 'levels'] as const
type Kind = (typeof KINDS)[number]

function namedOf(t: Translator, { figures, labels, projects, mask }: Shown, kind: Kind): Named[] {
  const names = new Map(labels.map(({ id, label }) => [id, t.text(label).text]))
  const nameOf = (id: string) =>
    id === '' ? t(`years.figures.without.${kind}`) : (names.get(id) ?? projects.get(id) ?? '—')
  return (mask ? withoutSmall : namedGroups)(figures[kind], nameOf)
}

function groupsOf(t: Translator, given: Shown) {
  return KINDS.map((kind) => {
    const groups = namedOf(t, given, kind)
    const caption = t(`years.figures.by.${kind}`)
    // One bar without a name says nothing that the total does not.
    const isNamed = groups.length > 1 || (groups[0] && groups[0].name !== t(`years.figures.without.${kind}`))
    const top = Math.max(1, ...groups.map(({ minutes }) => minutes))
    const rows = isNamed ? groups.map((one) => ({ ...one, name: one.name ?? t('years.figures.others') })) : []
    return {
      kind,
      caption,
      summary: rows.map(({ name, minutes }) => `${name} : ${t.minutes(minutes)}`).join(', '),
      rows: rows.map((one) => ({
        name: one.name,
        value: `${t.minutes(one.minutes)}, ${t.n('years.figures.count', one.people)}`,
        width: `${Math.round((Math.max(0, one.minutes) * 1000) / top) / 10}%`,
      })),
      table: tableOf(t, { caption, first: t(`years.figures.one.${kind}`) }, rows),
    }
  })
}

type Row = { name: string; minutes: number; people: number }

function tableOf(t: Translator, { caption, first }: { caption: string; first: string }, rows: readonly Row[]) {
  return {
    caption,
    columns: [
      { label: first },
      { label: t('hours.column.hours'), num: true },
      { label: t('years.figures.people'), num: true },
      { label: t('years.column.full_years'), num: true },
    ],
    rows: rows.map(({ name, minutes, people }) => ({
      cells: [name, t.minutes(minutes), t.number(people), fullYearsIn(t, minutes)].map((text) => ({ text })),
    })),
  }
}

const COLUMNS = { kind: 'text', name: 'text', minutes: 'number', hours: 'decimal', people: 'number' } as const

export const figuresColumns = (t: Translator) => columnsOf(COLUMNS, (name) => t(`years.figures.column.${name}`))

/** Each table of the page, one under the other. */
export function figuresRows(t: Translator, given: Shown): Cell[][] {
  const row = (kind: string, { name, minutes, people }: Named): Cell[] => [
    kind,
    name ?? '',
    minutes,
    minutes / 60,
    people,
  ]
  const months = monthsOf(given.year).map(({ month }, at) => {
    const { minutes, people } = given.figures.months[at]!
    return row(t('hours.column.month'), { name: month, minutes, people: people.size })
  })
  return [
    ...months,
    ...KINDS.flatMap((kind) => namedOf(t, given, kind).map((one) => row(t(`years.figures.one.${kind}`), one))),
  ]
}
