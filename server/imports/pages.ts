// SPDX-License-Identifier: AGPL-3.0-or-later
import type {
  countReady,
  countVerdicts,
  ImportRow,
  PartyRow,
  PersonFound,
  ShownRow,
  Staying,
  Word,
} from '../../db/queries/imports.ts'
import type { CategoryRow, LevelRow } from '../../db/queries/hours.ts'
import { cut } from '../base/cut.ts'
import { fullName } from '../model/person.ts'
import type { Translator } from '../text/i18n.ts'
import { faultText, namedOptions } from '../web/forms.ts'
import { addressWith } from '../web/paging.ts'
import { COLUMNS, hasHours, type ImportColumn } from './columns.ts'
import { progressOf } from './commands.ts'
import { candidatesFor } from './match.ts'
import type { RowFault } from './read-row.ts'
import { MOST_WORDS } from './rules.ts'

export const columnField = (at: number) => `column_${at}`
export const wordField = (at: number) => `word_${at}`
export const personField = (number: number) => `person_${number}`
export const DOUBTS_SHOWN = 25
const SAMPLE_LENGTH = 60

type Answer<F extends (...all: never[]) => Promise<unknown>> = Awaited<ReturnType<F>>
type Shown = Answer<typeof countVerdicts> & {
  row: ImportRow
  ready: Answer<typeof countReady>
  /** One more than a page has, when there are more. */
  lines: readonly ShownRow[]
  show: string
  most: number
  sample: readonly string[]
  words: readonly Word[]
  doubts: readonly PartyRow[]
  candidates: readonly PersonFound[]
  categories: readonly CategoryRow[]
  levels: readonly LevelRow[]
  projects: readonly { id: string; name: string }[]
}

export function importPage(t: Translator, given: Shown) {
  const { row, rows, people, ready, lines, most } = given
  const columns = JSON.parse(row.columns) as string[]
  const headings = JSON.parse(row.headings) as string[]
  const path = `/work/import/${row.id}`
  const isOfHours = hasHours(columns)
  const isReady = row.state === 'ready' && row.step === 0 && row.forgotten_at === null
  const shown = lines.slice(0, most)
  const missing = missingColumn(columns)
  const canTake = (isOfHours ? ready.lines : ready.people) > 0
  const tooMany = given.words.length >= 3 * MOST_WORDS
  return {
    title: t(isOfHours ? 'imports.show.hours' : 'imports.show.members'),
    sent: t('imports.show.sent', {
      file: row.file_name || t('imports.show.pasted'),
      tool: t(`imports.tool.${row.tool}`),
      day: t.date(row.created_at, 'datetime'),
    }),
    sheet: row.sheet && t('form.table.sheet', { sheet: row.sheet }),
    base: path,
    isBusy: isAtWork(row),
    busy: t(`imports.busy.${row.state}`),
    progress: progressOf(row),
    isReady,
    missing: missing && isReady ? t('imports.show.missing', { column: t(`imports.column.${missing}`) }) : '',
    tooMany: tooMany && isReady,
    result: resultOf(t, row),
    sums: isReady ? sumsOf(t, { rows, people, isOfHours }) : [],
    take: isReady && !missing && !tooMany && canTake ? takeLabel(t, ready, isOfHours) : '',
    nothing: isReady && !missing && !canTake,
    faults: row.forgotten_at === null && (rows.get('faulty') ?? 0) > 0 ? `${path}/faults.csv` : '',
    undo: row.state === 'taken' ? `${path}/undo` : '',
    columns: headings.map((heading, at) => columnOf(t, { heading, at, columns, sample: given.sample })),
    words: isReady && isOfHours && !tooMany ? wordsOf(t, given) : [],
    doubts: given.doubts.map((party) => doubtOf(t, party, given.candidates)),
    moreDoubts: Math.max(0, (people.get('doubt') ?? 0) - given.doubts.length),
    newcomers: {
      options: (['add', 'leave'] as const).map((value) => ({ value, label: t(`imports.newcomers.${value}`) })),
      value: row.newcomers,
      ask: isReady && (people.get('new') ?? 0) > 0,
    },
    twins: {
      // With them, days may be too long, and then none of them is left.
      ask: isReady && isOfHours && (row.twins === 1 || (rows.get('there') ?? 0) + (rows.get('twice') ?? 0) > 0),
      on: row.twins === 1,
    },
    filters: filtersOf(t, path, given),
    rows: shown.map((one) => rowOf(t, one, { columns, headings, row })),
    next: lines.length > most ? addressWith(path, { show: given.show, after: String(shown.at(-1)!.line) }) : '',
    isOfHours,
    isForgotten: row.forgotten_at !== null,
  }
}

const NAMES = ['full_name', 'turned_name', 'given_name', 'family_name']

function missingColumn(columns: readonly string[]): ImportColumn | undefined {
  if (!columns.some((name) => NAMES.includes(name))) return 'full_name'
  return hasHours(columns) && !columns.includes('day') ? 'day' : undefined
}

function takeLabel(t: Translator, { lines, people }: Shown['ready'], isOfHours: boolean): string {
  if (!isOfHours) return t.n('imports.take.members', people)
  return people > 0
    ? `${t.n('imports.take.hours', lines)} ${t.n('imports.take.and_people', people)}`
    : t.n('imports.take.hours', lines)
}

function resultOf(t: Translator, row: ImportRow): string[] {
  const made = [t.n('imports.result.lines', row.lines_made), t.n('imports.result.people', row.people_made)]
  if (row.state === 'taken') return made
  if (row.state !== 'undone') return []
  const kept = [
    row.lines_kept > 0 ? t.n('imports.result.lines_kept', row.lines_kept) : '',
    row.people_kept > 0 ? t.n('imports.result.people_kept', row.people_kept) : '',
  ].filter(Boolean)
  return [t('imports.result.undone'), ...kept]
}

function sumsOf(t: Translator, { rows, people, isOfHours }: Pick<Shown, 'rows' | 'people'> & { isOfHours: boolean }) {
  const sum = (
    count: number | undefined,
    key: Parameters<Translator['n']>[0],
    look: { kind?: string; icon?: string } = {},
  ) => (count ? [{ ...look, label: t.n(key, count) }] : [])
  return [
    ...(isOfHours ? sum(rows.get('good'), 'imports.sum.good', { kind: 'ok' }) : []),
    ...sum(people.get('known'), 'imports.sum.known'),
    ...sum(people.get('new'), 'imports.sum.new', { kind: 'new' }),
    ...sum(people.get('doubt'), 'imports.sum.doubt', { kind: 'wait' }),
    ...sum(people.get('left'), 'imports.sum.left'),
    ...sum(rows.get('faulty'), 'imports.sum.faulty', { kind: 'wait', icon: 'warning' }),
    ...sum(rows.get('there'), 'imports.sum.there'),
    ...sum(rows.get('twice'), 'imports.sum.twice'),
  ]
}

type AtColumn = { heading: string; at: number; columns: readonly string[]; sample: readonly string[] }

function columnOf(t: Translator, { heading, at, columns, sample }: AtColumn) {
  const cell = (sample[at] ?? '').trim().replaceAll(/\s+/g, ' ')
  return {
    name: columnField(at),
    heading: heading || t('offers.import.no_heading', { number: at + 1 }),
    sample: cell === '' ? '' : cut(cell, SAMPLE_LENGTH),
    value: columns[at] ?? '',
    options: COLUMNS.map((value) => ({ value, label: t(`imports.column.${value}`) })),
  }
}

function wordsOf(t: Translator, { words, categories, levels, projects }: Shown) {
  const named = (rows: readonly (CategoryRow | LevelRow)[]) =>
    rows.map(({ id, label }) => ({ value: id, label: t.text(label).text }))
  const choices = {
    category: named(categories),
    level: named(levels),
    project: namedOptions(projects),
  }
  return (
    words
      .map((word, at) => ({
        name: wordField(at),
        kind: word.kind,
        label: t(`imports.word.${word.kind}`, { word: word.word || t('imports.word.none') }),
        value: word.target,
        options: [
          ...(word.word_key === '' ? [] : [{ value: 'new', label: t('imports.word.new', { word: word.word }) }]),
          ...(word.kind === 'category' ? [] : [{ value: 'none', label: t(`imports.word.without_${word.kind}`) }]),
          ...choices[word.kind],
        ],
        isAlone: word.word_key === '',
      }))
      // Rows without a level or a project need no question; those without a category go somewhere.
      .filter(({ kind, isAlone }) => !isAlone || kind === 'category')
  )
}

function doubtOf(t: Translator, party: PartyRow, among: readonly PersonFound[]) {
  const same = candidatesFor(party, among).map((one) => ({
    value: one.id,
    label: t('imports.doubt.same', { name: fullName(one), number: String(one.member_number) }),
  }))
  return {
    name: personField(party.number),
    label: [fullName(party), party.email].filter(Boolean).join(', '),
    options: [
      ...same,
      { value: 'new', label: t('imports.doubt.new') },
      { value: 'left', label: t('imports.doubt.left') },
    ],
  }
}

function filtersOf(t: Translator, path: string, { rows, show }: Shown) {
  const all = [...rows.values()].reduce((sum, count) => sum + count, 0)
  return [
    { label: t.n('imports.filter.all', all), href: path, current: show === '' },
    ...(['good', 'faulty', 'there', 'twice'] as const)
      .filter((verdict) => (rows.get(verdict) ?? 0) > 0)
      .map((verdict) => ({
        label: t.n(`imports.filter.${verdict}`, rows.get(verdict)!),
        href: addressWith(path, { show: verdict }),
        current: show === verdict,
      })),
  ]
}

type Around = { columns: readonly string[]; headings: readonly string[]; row: ImportRow }

function rowOf(t: Translator, one: ShownRow, around: Around) {
  const name = [one.given_name, one.family_name].filter(Boolean).join(' ')
  return {
    line: one.line,
    name: name || t('imports.row.nobody'),
    href: one.person_id && one.person === 'known' ? `/work/people/${one.person_id}` : '',
    facts: [
      one.worked_on && one.minutes !== null ? t.date(one.worked_on, 'short') : '',
      one.minutes === null ? '' : t.minutes(one.minutes),
      one.category ?? '',
      cut(one.note.replaceAll(/\s+/g, ' '), SAMPLE_LENGTH),
    ]
      .filter(Boolean)
      .join(', '),
    state: stateOf(t, one, around),
    faults: one.verdict === 'faulty' ? faultsOf(t, one, around) : [],
  }
}

function stateOf(t: Translator, one: ShownRow, { row, columns }: Around) {
  const state = (key: string, look: { kind?: string; icon?: string } = {}) => ({
    ...look,
    label: t.code('imports.row', key),
  })
  if (one.verdict === 'faulty') return state('faulty', { kind: 'wait', icon: 'warning' })
  if (one.is_made === 1) return state(row.state === 'undone' ? 'undone' : 'made', { kind: 'ok' })
  if (one.verdict === 'unread') return state('unread')
  if (one.verdict !== 'good' && row.twins === 0) return state(one.verdict)
  if (one.person === 'doubt') return state('doubt', { kind: 'wait' })
  if (one.person === 'left' || (one.person === 'new' && row.newcomers === 'leave')) return state('left')
  if (one.person === 'new') return state('new', { kind: 'new' })
  return hasHours(columns) ? state('good', { kind: 'ok' }) : state('known')
}

type Faulty = { faults: readonly unknown[] }

/** « Date : … » with the heading as the file has it. */
export function faultsOf(
  t: Translator,
  { faults }: Faulty,
  { headings, columns }: { headings: readonly string[]; columns: readonly string[] },
): string[] {
  return (faults as readonly RowFault[]).map(({ column, fault }) =>
    t('offers.import.fault', {
      column: headings[columns.indexOf(column)] || t(`imports.column.${column}`),
      fault: faultText(t, fault),
    }),
  )
}

export function undoPage(t: Translator, row: ImportRow, { lines, closed, corrected }: Omit<Staying, 'last'>) {
  const path = `/work/import/${row.id}`
  const going = lines - closed - corrected
  return {
    title: t('imports.undo.title'),
    text: [
      t.n('imports.undo.lines', going),
      row.people_made > 0 ? t.n('imports.undo.people', row.people_made) : '',
      closed > 0 ? t.n('imports.undo.closed', closed) : '',
      corrected > 0 ? t.n('imports.undo.corrected', corrected) : '',
      t('imports.undo.words'),
    ]
      .filter(Boolean)
      .join(' '),
    button: t('imports.undo.button'),
    action: `${path}/undo`,
    back: path,
  }
}

/** Whether its rows are being stored, read, taken in or taken back. */
export const isAtWork = ({ state, step }: Pick<ImportRow, 'state' | 'step'>): boolean =>
  ['checking', 'taking', 'undoing'].includes(state) || step < 0

/** Files that were sent before. */
export function recentOf(t: Translator, files: readonly ImportRow[]) {
  return files.map((row) => ({
    href: `/work/import/${row.id}`,
    label: row.file_name || t('imports.show.pasted'),
    text: [
      t.date(row.created_at, 'datetime'),
      t.n('offers.import.rows', row.rows),
      t(`imports.state.${row.state}`),
    ].join(', '),
  }))
}
