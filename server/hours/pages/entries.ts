// SPDX-License-Identifier: AGPL-3.0-or-later
import { collator } from '../../base/intl.ts'
import { DAY } from '../../base/clock.ts'
import type { CategoryRow, EntryRow, LevelRow, RateRow } from '../../../db/queries/hours.ts'
import type { ProjectRow } from '../../../db/queries/projects.ts'
import { pickText, type Translator } from '../../text/i18n.ts'
import { columnsOf, type Cell } from '../../web/csv.ts'
import { emptyForm, namedOptions, type Form } from '../../web/forms.ts'
import { countInWords } from '../../web/rows.ts'
import { monthChart } from './chart.ts'
import type { HoursState, LineDoubt } from '../rules.ts'
import type { Statement } from '../statement.ts'

const LOOK: Record<HoursState, { kind?: 'ok' | 'wait' | 'new' | 'stop'; icon?: string }> = {
  submitted: { kind: 'wait' },
  approved: { kind: 'ok' },
  returned: { kind: 'new', icon: 'pencil' },
  replaced: {},
  withdrawn: {},
}

export function entryOf(entry: EntryRow, t: Translator) {
  const reversal = entry.reverses_id !== null
  return {
    id: entry.id,
    person: `${entry.given_name} ${entry.family_name}`.trim(),
    mark: entry.restricted_at ? { kind: 'stop', label: t('people.state.restricted') } : null,
    day: t.date(entry.worked_on, 'short'),
    duration: t.minutes(entry.minutes),
    category: t.text(entry.category_label),
    level: entry.level_label && t.text(entry.level_label),
    project: entry.project_name ?? '',
    offer: entry.offer_title && t.text(entry.offer_title),
    place: entry.place,
    note: entry.note,
    reason: entry.return_reason,
    state: { ...LOOK[entry.state], label: stateInWords(entry, t) },
    canWithdraw: entry.state === 'submitted' || entry.state === 'returned',
    canCorrect: entry.state === 'submitted' || entry.state === 'returned',
    canSetProject: ['submitted', 'returned', 'approved'].includes(entry.state) && !reversal && !entry.reversed_by,
    canReverse: entry.state === 'approved' && !reversal && !entry.reversed_by,
    isReturned: entry.state === 'returned',
    isReversal: reversal,
    asked: isConfirmed(entry) ? t('hours.entry.asked', { reason: entry.return_reason }) : '',
  }
}

const CHECKS = {
  'hours.doubt.closed': 'hours.check.closed',
  'hours.doubt.before_arrival': 'hours.check.before_arrival',
  'hours.doubt.old': 'hours.check.old',
  'hours.doubt.lone_year': 'hours.check.lone_year',
} as const

/** The lines of everybody; those that need a look are not ticked beforehand. @param given.own id of the viewer. */
export function listOf(
  rows: readonly EntryRow[],
  t: Translator,
  given: { doubts: ReadonlyMap<string, LineDoubt>; own: string | null },
) {
  const entries = rows.map((entry) => {
    const doubt = given.doubts.get(entry.id)
    return {
      ...entryOf(entry, t),
      isOwn: entry.person_id === given.own,
      check: doubt ? t(CHECKS[doubt], { day: t.date(entry.joined_on, 'short') }) : '',
    }
  })
  const ticked = rows.filter(({ id, person_id }) => !given.doubts.has(id) && person_id !== given.own)
  const total = t.minutes(ticked.reduce((sum, { minutes }) => sum + minutes, 0))
  const none = t('hours.work.none_ticked')
  return { entries, ticked: ticked.length > 0 ? t.n('hours.work.ticked', ticked.length, { total }) : none }
}

/** The person answered a question about it. */
const isConfirmed = (entry: EntryRow) => entry.state === 'submitted' && entry.return_reason !== ''

function stateInWords(entry: EntryRow, t: Translator): string {
  if (isConfirmed(entry)) return t('hours.state.confirmed')
  if (entry.reverses_id !== null) return t('hours.state.reversal')
  return entry.reversed_by ? t('hours.state.reversed') : t(`hours.state.${entry.state}`)
}

const CSV_COLUMNS = {
  person: 'text',
  day: 'day',
  category: 'text',
  offer: 'text',
  minutes: 'number',
  state: 'text',
  note: 'text',
  project: 'text',
  place: 'text',
} as const

export const csvColumns = (t: Translator) => columnsOf(CSV_COLUMNS, (name) => t(`hours.column.${name}`))

export const csvRow =
  (t: Translator) =>
  (entry: EntryRow): Cell[] => [
    `${entry.given_name} ${entry.family_name}`.trim(),
    entry.worked_on,
    t.text(entry.category_label).text,
    entry.offer_title ? t.text(entry.offer_title).text : '',
    entry.minutes,
    stateInWords(entry, t),
    entry.note,
    entry.project_name ?? '',
    entry.place,
  ]

const DURATIONS = [60, 90, 120, 180, 240]

export function choicesOf(
  t: Translator,
  given: {
    categories: CategoryRow[]
    recent: string[]
    offers: { id: string; title: { fr?: string; en?: string } }[]
    projects: readonly ProjectRow[]
    today: string
  },
) {
  const rank = (id: string) => (given.recent.includes(id) ? given.recent.indexOf(id) : given.recent.length)
  const categories = [...given.categories].sort((a, b) => rank(a.id) - rank(b.id))
  const yesterday = new Date(new Date(`${given.today}T00:00:00Z`).getTime() - DAY).toISOString().slice(0, 10)
  return {
    categories: categories.map(({ id, label }) => ({ value: id, label: pickText(label, t.locale).text })),
    firstCategory: categories[0]?.id ?? '',
    today: given.today,
    days: [
      { value: given.today, label: t('hours.form.today') },
      { value: yesterday, label: t('hours.form.yesterday') },
    ],
    durations: DURATIONS.map((minutes) => ({ value: t.minutes(minutes), label: t.minutes(minutes) })),
    projects: namedOptions(given.projects),
    offers: given.offers.map(({ id, title }) => ({ value: id, label: t.text(title).text })),
  }
}

export function yearOf(t: Translator, year: number, statement: Statement, waiting: number[]) {
  const wait = waiting.reduce((sum, minutes) => sum + minutes, 0)
  return {
    year: String(year),
    total: t.minutes(statement.minutes + wait),
    approved: t.minutes(statement.minutes),
    waiting: wait > 0 ? t.minutes(wait) : null,
    isEmpty: statement.minutes + wait === 0,
    chart: monthChart(t, year, t('hours.my.chart'), statement.byMonth, waiting),
    summary: t('hours.my.chart_summary', {
      year: String(year),
      approved: t.minutes(statement.minutes),
      waiting: t.minutes(wait),
    }),
  }
}

/** Approved hours of that year by activity, and of all years together; nothing where it would say the same once more. */
export function ownTotals(
  t: Translator,
  year: number,
  given: {
    statement: Statement
    categories: readonly CategoryRow[]
    years: readonly { year: string; minutes: number }[]
  },
) {
  const { statement, categories, years } = given
  const label = (id: string) => t.text(categories.find((one) => one.id === id)?.label ?? {}).text
  const rows = statement.byCategory
    .filter(({ minutes }) => minutes !== 0)
    .toSorted((a, b) => b.minutes - a.minutes)
    .map((one) => ({ cells: [{ text: label(one.categoryId) }, { text: t.minutes(one.minutes) }] }))
  const worked = years.filter(({ minutes }) => minutes !== 0)
  const first = worked.map((one) => one.year).toSorted()[0]
  const columns = [{ label: t('hours.column.category') }, { label: t('hours.column.hours'), num: true }]
  return {
    byActivity: rows.length > 0 ? { caption: t('hours.my.by_activity', { year: String(year) }), columns, rows } : null,
    ever:
      first === undefined || first === String(year)
        ? ''
        : t('hours.my.ever', { total: t.minutes(worked.reduce((sum, one) => sum + one.minutes, 0)), year: first }),
  }
}

export function statementPage(
  t: Translator,
  year: number,
  statement: Statement,
  given: {
    categories: CategoryRow[]
    levels: LevelRow[]
    projects: ProjectRow[]
    names: Map<string, string>
    currency: string
    rates: RateRow[]
    waiting: number
  },
) {
  const named = [...given.categories, ...given.levels]
  const label = (id: string) => t.text(named.find((one) => one.id === id)?.label ?? {}).text
  const project = (id: string | null) => given.projects.find((one) => one.id === id)?.name ?? ''
  const lineLabel = ({ projectId, categoryId, levelId }: Statement['lines'][number]) =>
    [project(projectId), label(categoryId), levelId === null ? '' : label(levelId)].filter(Boolean).join(' · ')
  const money = (cents: number | null) =>
    cents === null ? t('hours.statement.no_rate') : t.money(cents, given.currency)
  const month = (index: number) => t.date(`${year}-${String(index + 1).padStart(2, '0')}`, 'month')
  const busiest = statement.byMonth.indexOf(Math.max(...statement.byMonth))
  const { compare } = collator(t.locale)
  return {
    year: String(year),
    isEmpty: statement.minutes === 0 && statement.people === 0,
    figures: [
      { value: t.minutes(statement.minutes), label: t.n('hours.statement.given_by', statement.people) },
      ...(statement.cents === null || statement.lines.length === 0
        ? []
        : [{ value: money(statement.cents), label: t('hours.statement.value') }]),
    ],
    chart: monthChart(t, year, t('hours.statement.chart'), statement.byMonth),
    summary: t('hours.statement.chart_summary', {
      month: month(busiest),
      hours: t.minutes(statement.byMonth[busiest]!),
    }),
    lines: statement.lines
      .map((line) => ({
        label: lineLabel(line),
        hours: t.minutes(line.minutes),
        rate: line.centsPerHour === null ? t('hours.statement.no_rate') : t.money(line.centsPerHour, given.currency),
        total: money(line.cents),
      }))
      .sort((a, b) => compare(a.label, b.label)),
    linesTotal: {
      hours: t.minutes(statement.minutes - statement.notValuedMinutes),
      total: money(statement.cents),
    },
    notValued: statement.notValuedMinutes > 0 ? t.minutes(statement.notValuedMinutes) : null,
    missingRate: statement.cents === null,
    people: statement.byPerson
      .map(({ personId, minutes }) => ({ name: given.names.get(personId) ?? '—', hours: t.minutes(minutes) }))
      .sort((a, b) => compare(a.name, b.name)),
    byCategory: statement.byCategory.map(({ categoryId, minutes }) => ({
      label: label(categoryId),
      hours: t.minutes(minutes),
    })),
    total: t.minutes(statement.minutes),
    waiting: given.waiting > 0 ? countInWords(t, 'hours.work.waiting', given.waiting) : '',
    sources: given.rates.filter((rate) => rate.valid_from <= `${year}-12-31`).map((rate) => rateOf(t, rate, named)),
  }
}

/** An activity or a level. */
export type Named = { id: string; label: { fr?: string; en?: string } }

/** @param named activities and levels. */
export function rateOf(t: Translator, rate: RateRow, named: readonly Named[]) {
  const of = named.find(({ id }) => id === (rate.category_id ?? rate.level_id))
  const label = of ? t.text(of.label).text : t('hours.rates.all')
  return {
    id: rate.id,
    category: rate.level_id === null ? label : t('hours.rates.level', { level: label }),
    amount: t.money(rate.cents_per_hour, rate.currency),
    from: t.date(rate.valid_from, 'short'),
    source: [methodOf(t, rate), rate.source, rate.decision].filter(Boolean).join('. '),
  }
}

/** « Salaire minimum : 12,02 € × 1,5 ». */
function methodOf(t: Translator, rate: RateRow): string {
  const name = t(`hours.method.${rate.method}`)
  if (rate.base_cents === null || rate.times_percent === null) return name
  const params = {
    method: name,
    amount: t.money(rate.base_cents, rate.currency),
    times: t.number(rate.times_percent / 100),
  }
  return t('hours.method.multiple', params)
}

/** The open levels to choose from. */
export const levelOptions = (t: Translator, levels: readonly LevelRow[]) =>
  levels
    .filter(({ archived_at }) => archived_at === null)
    .map(({ id, label }) => ({ value: id, label: t.text(label).text }))

/** As what hours of an activity count for the Compte d'engagement citoyen (France). */
export const cecOptions = (t: Translator) =>
  (['governing', 'supervising'] as const).map((value) => ({ value, label: t(`hours.cec.${value}`) }))

/** The activities and the levels of the page of settings. @param sent the level of one activity that was not taken. */
export function listsOf(
  t: Translator,
  categories: readonly CategoryRow[],
  levels: readonly LevelRow[],
  sent?: { category: string; form: Form },
) {
  const actionOf = ({ archived_at }: { archived_at: string | null }) =>
    t(archived_at ? 'hours.settings.restore' : 'hours.settings.archive')
  const toOf = ({ archived_at }: { archived_at: string | null }) => (archived_at ? 'open' : 'archived')
  return {
    categories: categories.map((one) => ({
      id: one.id,
      label: t.text(one.label),
      valued: one.valued === 1,
      archived: one.archived_at !== null,
      levelForm: sent?.category === one.id ? sent.form : emptyForm({ level: one.level_id ?? '' }),
      cecForm: emptyForm({ cec_role: one.cec_role }),
      action: actionOf(one),
      to: toOf(one),
    })),
    levels: levels.map((one) => ({
      id: one.id,
      label: t.text(one.label),
      archived: one.archived_at !== null,
      action: actionOf(one),
      to: toOf(one),
    })),
    levelOptions: levelOptions(t, levels),
  }
}
