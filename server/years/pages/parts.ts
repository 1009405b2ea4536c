// SPDX-License-Identifier: AGPL-3.0-or-later
// What the page of a year and its statement show alike: lines, figures for applications for money, and the note.
import type { StatementLine } from '../../../db/queries/years.ts'
import type { ProjectRow } from '../../../db/queries/projects.ts'
import type { Statement } from '../../hours/statement.ts'
import type { Translator } from '../../text/i18n.ts'
import { columnsOf, type Cell, type Column } from '../../web/csv.ts'
import { FULL_YEAR_HOURS, fullYears, isCivil, isFew, partOf, shareOf, type HoursYear, type Money } from '../rules.ts'

type Label = { fr?: string; en?: string }
type Named = { id: string; label: Label }
/** `cents`: null without a value. */
export type Line = {
  /** '' without one. */
  project: string
  projectId: string | null
  category: string
  level: string
  isValued: boolean
  minutes: number
  centsPerHour: number | null
  cents: number | null
  basis: string
}

export const labelOf = (t: Translator, year: Pick<HoursYear, 'from' | 'until'>): string =>
  isCivil(year)
    ? year.from.slice(0, 4)
    : t('years.label', { from: t.date(year.from.slice(0, 7), 'month'), until: t.date(year.until.slice(0, 7), 'month') })

export function linesOf(t: Translator, lines: readonly StatementLine[]): Line[] {
  return lines.map((line) => ({
    project: line.project_name ?? '',
    projectId: line.project_id,
    category: t.text(line.category_label).text,
    level: line.level_label ? t.text(line.level_label).text : '',
    isValued: line.is_valued === 1,
    minutes: line.minutes,
    centsPerHour: line.cents_per_hour,
    cents: line.cents,
    basis: basisOf(t, line),
  }))
}

function basisOf(t: Translator, { basis }: StatementLine): string {
  if (!basis.method) return ''
  return [t.code('hours.method', basis.method), basis.source, basis.decision].filter(Boolean).join('. ')
}

/** As hours stand before the year is closed. */
export function liveLinesOf(
  t: Translator,
  result: Statement,
  named: readonly Named[],
  projects: readonly ProjectRow[],
): Line[] {
  const project = (id: string | null) => ({ projectId: id, project: projects.find((one) => one.id === id)?.name ?? '' })
  const place = (id: string | null) => (id === null ? projects.length : projects.findIndex((one) => one.id === id))
  const label = (id: string | null) => (id === null ? '' : t.text(named.find((one) => one.id === id)?.label ?? {}).text)
  const rank = (id: string | null) => named.findIndex((one) => one.id === id)
  type Ranked = { projectId: string | null; categoryId: string; levelId?: string | null }
  const compare = (a: Ranked, b: Ranked) =>
    place(a.projectId) - place(b.projectId) ||
    rank(a.categoryId) - rank(b.categoryId) ||
    rank(a.levelId ?? null) - rank(b.levelId ?? null)
  const valued = result.lines.toSorted(compare).map((line) => ({
    ...project(line.projectId),
    category: label(line.categoryId),
    level: label(line.levelId),
    isValued: true,
    minutes: line.minutes,
    centsPerHour: line.centsPerHour,
    cents: line.cents,
    basis: '',
  }))
  const others = result.notValued.toSorted(compare)
  const empty = { level: '', isValued: false, centsPerHour: null, cents: null, basis: '' }
  return [
    ...valued,
    ...others.map(({ projectId, categoryId, minutes }) => ({
      ...empty,
      ...project(projectId),
      category: label(categoryId),
      minutes,
    })),
  ]
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
export const minutesOf = (lines: readonly Line[]): number => sum(lines.map(({ minutes }) => minutes))
/** Null when a line that counts has no value yet. */
export const centsOf = (lines: readonly Line[]): number | null => {
  const valued = lines.filter(({ isValued }) => isValued)
  return valued.some(({ cents }) => cents === null) ? null : sum(valued.map(({ cents }) => cents!))
}

const nameOf = ({ project, category, level }: Line) => [project, category, level].filter(Boolean).join(' · ')

export function linesTable(t: Translator, lines: readonly Line[], currency: string, isValued: boolean) {
  const money = (cents: number | null) => (cents === null ? t('hours.statement.no_rate') : t.money(cents, currency))
  const rate = (line: Line) => (line.isValued ? money(line.centsPerHour) : t('years.not_valued'))
  const columns = [
    { label: t('hours.column.category') },
    { label: t('hours.column.hours'), num: true },
    ...(isValued
      ? [
          { label: t('hours.column.rate'), num: true },
          { label: t('hours.column.total'), num: true },
        ]
      : []),
  ]
  const cells = (name: string, minutes: number, more: string[]) => ({
    cells: [name, t.minutes(minutes), ...(isValued ? more : [])].map((text) => ({ text })),
  })
  return {
    caption: t(isValued ? 'years.table.valued' : 'years.table.hours'),
    columns,
    rows: lines.map((line) => cells(nameOf(line), line.minutes, [rate(line), line.isValued ? money(line.cents) : ''])),
    foot: cells(t('hours.statement.total'), minutesOf(lines), ['', money(centsOf(lines))]),
  }
}

type ByCategory = { category: string; minutes: number; cents: number | null }

export function byCategoryOf(lines: readonly Line[]): ByCategory[] {
  return [...Map.groupBy(lines, ({ category }) => category)].map(([category, some]) => ({
    category,
    minutes: minutesOf(some),
    cents: some.some(({ isValued }) => isValued) ? centsOf(some) : null,
  }))
}

/** « 1,25 » people at work for a full year. */
export const fullYearsIn = (t: Translator, minutes: number): string => t.number(fullYears(minutes) / 100)

/** What applications for money ask for, activity by activity. */
export function grantTable(t: Translator, lines: readonly Line[], currency: string, isValued: boolean) {
  const row = ({ category, minutes, cents }: ByCategory) => ({
    cells: [
      category,
      t.minutes(minutes),
      fullYearsIn(t, minutes),
      ...(isValued ? [cents === null ? '' : t.money(cents, currency)] : []),
    ].map((text) => ({ text })),
  })
  const columns = [
    { label: t('hours.column.category') },
    { label: t('hours.column.hours'), num: true },
    { label: t('years.column.full_years'), num: true },
    ...(isValued ? [{ label: t('hours.column.total'), num: true }] : []),
  ]
  const all = { category: t('hours.statement.total'), minutes: minutesOf(lines), cents: centsOf(lines) }
  return {
    caption: t('years.table.grants'),
    columns,
    rows: byCategoryOf(lines).map(row),
    foot: row(all),
    divisor: t('years.divisor', { hours: t.number(FULL_YEAR_HOURS) }),
  }
}

type ByProject = { project: string; people: number; minutes: number; cents: number | null }
type People = readonly { projectId: string | null; people: number }[]

/** Project by project, then hours without one; none as long as no hours have a project. */
function byProjectOf(t: Translator, lines: readonly Line[], people: People): ByProject[] {
  if (lines.every(({ projectId }) => projectId === null)) return []
  return [...Map.groupBy(lines, ({ projectId }) => projectId)].map(([id, some]) => ({
    project: id === null ? t('years.no_project') : some[0]!.project,
    people: people.find(({ projectId }) => projectId === id)?.people ?? 0,
    minutes: minutesOf(some),
    cents: some.some(({ isValued }) => isValued) ? centsOf(some) : null,
  }))
}

/** « 12 », or « moins de 5 ». */
const peopleIn = (t: Translator, people: number): string => (isFew(people) ? t('years.few_people') : t.number(people))

/** What applications for money for one project ask for; null as long as no hours have a project. */
export function projectTable(
  t: Translator,
  lines: readonly Line[],
  given: { people: People; all: number; currency: string; isValued: boolean },
) {
  const row = ({ project, people, minutes, cents }: ByProject) => ({
    cells: [
      project,
      t.minutes(minutes),
      peopleIn(t, people),
      ...(given.isValued ? [cents === null ? '' : t.money(cents, given.currency)] : []),
    ].map((text) => ({ text })),
  })
  const columns = [
    { label: t('hours.column.project') },
    { label: t('hours.column.hours'), num: true },
    { label: t('hours.column.people'), num: true },
    ...(given.isValued ? [{ label: t('hours.column.total'), num: true }] : []),
  ]
  const rows = byProjectOf(t, lines, given.people)
  const sums = { people: given.all, minutes: minutesOf(lines), cents: centsOf(lines) }
  const foot = row({ project: t('hours.statement.total'), ...sums })
  return rows.length === 0 ? null : { caption: t('years.table.projects'), columns, rows: rows.map(row), foot }
}

const PROJECT_COLUMNS = {
  project: 'text',
  minutes: 'number',
  hours: 'decimal',
  people: 'text',
  full_years: 'decimal',
  total: 'decimal',
} as const

/** The same as a file. */
export function projectFile(
  t: Translator,
  lines: readonly Line[],
  people: People,
): { columns: Column[]; rows: Cell[][] } {
  const columns = columnsOf(PROJECT_COLUMNS, (name) => t(`years.file.${name}`))
  const rows = byProjectOf(t, lines, people).map((one): Cell[] => [
    one.project,
    one.minutes,
    one.minutes / 60,
    peopleIn(t, one.people),
    fullYears(one.minutes) / 100,
    one.cents === null ? null : one.cents / 100,
  ])
  return { columns, rows }
}

/** What share volunteering is of the whole, in sentences; '' when it cannot be said. */
export function shareText(t: Translator, value: number | null, money: Money, currency: string) {
  const found = shareOf(value, money)
  if (!found || value === null) return null
  const percent = (tenths: number) => t('years.percent', { share: t.number(tenths / 10) })
  const subsidies = partOf(money.subsidies, found.money)
  const ofWhole = partOf(money.subsidies, found.money + value)
  return {
    percent: percent(found.share),
    text: t('years.share.text', {
      share: percent(found.share),
      value: t.money(value, currency),
      money: t.money(found.money, currency),
    }),
    subsidies:
      subsidies === null || ofWhole === null
        ? ''
        : t('years.share.subsidies', {
            sum: t.money(money.subsidies!, currency),
            before: percent(subsidies),
            after: percent(ofWhole),
          }),
  }
}

export const moneyOf = (row: {
  budget_cents: number | null
  subsidies_cents: number | null
  others_cents: number | null
}): Money => ({ budget: row.budget_cents, subsidies: row.subsidies_cents, others: row.others_cents })

type Noted = { lines: readonly Line[]; people: number; country: 'FR' | 'CA'; isValued: boolean; currency: string } & {
  year: string
  why: string
  method: string
  accounts: { debit: string; credit: string }
}

/** What the notes to the accounts say of volunteering, to be copied; a paragraph each. */
export function noteOf(t: Translator, { lines, people, country, isValued, currency, ...given }: Noted): string[] {
  const minutes = minutesOf(lines)
  const size = t('years.note.size', {
    year: given.year,
    people: t.n('years.note.people', people),
    hours: t.minutes(minutes),
    full_years: fullYearsIn(t, minutes),
    divisor: t.number(FULL_YEAR_HOURS),
  })
  const kinds = byCategoryOf(lines).map(({ category, minutes: some }) => `${category} (${t.minutes(some)})`)
  const nature = kinds.length > 0 ? t('years.note.nature', { kinds: t.list(kinds) }) : ''
  const cents = centsOf(lines)
  const valued =
    cents === null
      ? ''
      : t(country === 'FR' ? 'years.note.valued' : 'years.note.valued_ca', {
          value: t.money(cents, currency),
          debit: given.accounts.debit,
          credit: given.accounts.credit,
        })
  const end = isValued
    ? [valued, given.method]
    : [t(country === 'FR' ? 'years.note.not_valued' : 'years.note.not_valued_ca'), given.why]
  return [size, nature, ...end, country === 'CA' ? t('years.note.no_receipt') : ''].filter(Boolean)
}
