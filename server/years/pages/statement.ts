// SPDX-License-Identifier: AGPL-3.0-or-later
// A closed year, as a page and as files.
import type { AssociationRow } from '../../../db/queries/association.ts'
import type { ShownStatement, StatementLine } from '../../../db/queries/years.ts'
import type { Translator } from '../../text/i18n.ts'
import { columnsOf, type Cell, type Column } from '../../web/csv.ts'
import { yearDocument } from '../../statistics/pages/year-document.ts'
import { fullYears, postingRefusal, postingsOf, progressOf, reopeningRefusal } from '../rules.ts'
import * as parts from './parts.ts'

type Given = { statement: ShownStatement; lines: readonly StatementLine[]; association: AssociationRow }
type WithPeople = Given & {
  people: readonly { project_id: string | null; people: number }[]
  /** Of which alone lines and people are; undefined for all. */
  part?: object | undefined
}

const byProject = ({ people }: WithPeople) => people.map((one) => ({ projectId: one.project_id, people: one.people }))

export const daysOf = ({ from_day, until_day }: ShownStatement) => ({ from: from_day, until: until_day })

export function titleOf(t: Translator, statement: ShownStatement): string {
  const year = parts.labelOf(t, daysOf(statement))
  if (statement.number === null) return t('years.statement.closing', { year })
  const { number } = statement
  const against = statement.reverses_number
  return against === null
    ? t('years.statement.title', { number, year })
    : t('years.statement.title_reversal', { number, against, year })
}

/** Where it stands, for lists and for the page. */
export function stateOf(t: Translator, one: ShownStatement) {
  if (one.state === 'closing') return { kind: 'wait', label: t('years.state.closing', { percent: progressOf(one) }) }
  if (one.reverses_id) return { label: t('years.state.reversal') }
  if (one.reversed_by) return { label: t('years.state.reversed') }
  return one.posted_at ? { kind: 'ok', label: t('years.state.posted') } : { kind: 'ok', label: t('years.state.closed') }
}

export function statementPage(t: Translator, given: WithPeople, reversed?: ShownStatement) {
  const { statement, lines: rows, association, part } = given
  const people = part ? (given.people[0]?.people ?? 0) : statement.people
  const lines = parts.linesOf(t, rows)
  const isValued = statement.is_valued === 1
  const cents = parts.centsOf(lines)
  const { currency } = statement
  const bases = [...new Set(lines.map(({ basis }) => basis).filter(Boolean))]
  const accounts = { debit: statement.debit_account, credit: statement.credit_account }
  return {
    id: statement.id,
    isClosing: statement.state === 'closing',
    progress: progressOf(statement),
    state: stateOf(t, statement),
    isReversal: statement.reverses_id !== null,
    reason: statement.reason,
    reverses: statement.reverses_id,
    reversedBy: statement.reversed_by,
    closed: t('years.statement.closed', {
      day: t.date(statement.closed_at ?? statement.created_at, 'long'),
      name: statement.created_name ?? '—',
    }),
    posted: statement.posted_at && postedText(t, statement),
    figures: [
      { value: t.minutes(parts.minutesOf(lines)), label: t.n('hours.statement.given_by', people) },
      ...(isValued && cents !== null ? [{ value: t.money(cents, currency), label: t('hours.statement.value') }] : []),
    ],
    table: parts.linesTable(t, lines, currency, isValued),
    bases,
    accounts: isValued ? t('years.statement.accounts', accounts) : '',
    grants: parts.grantTable(t, lines, currency, isValued),
    projects: parts.projectTable(t, lines, { people: byProject(given), all: people, currency, isValued }),
    share: part ? null : parts.shareText(t, isValued ? cents : null, parts.moneyOf(statement), currency),
    note: part
      ? []
      : parts.noteOf(t, {
          lines,
          people: statement.people,
          country: association.country,
          isValued,
          currency,
          year: parts.labelOf(t, daysOf(statement)),
          why: statement.why,
          method: statement.method_note,
          accounts,
        }),
    isValued,
    mayPost: postingRefusal(statement, reversed) === undefined,
    mayReopen: reopeningRefusal(statement) === undefined,
  }
}

const postedText = (t: Translator, { posted_at, posted_as, posted_name }: ShownStatement) =>
  t(posted_as ? 'years.statement.posted_as' : 'years.statement.posted', {
    day: t.date(posted_at!, 'long'),
    name: posted_name ?? '—',
    as: posted_as,
  })

type PageTable = {
  caption: string
  columns: readonly { label: string }[]
  rows: readonly { cells: readonly { text: string }[] }[]
  foot: { cells: readonly { text: string }[] }
}

const textsOf = ({ cells }: { cells: readonly { text: string }[] }) => {
  const [name = '', ...others] = cells.map(({ text }) => text)
  return { name, cells: others }
}
const printed = ({ caption, columns, rows, foot }: PageTable) => {
  const [first = '', ...others] = columns.map(({ label }) => label)
  return { caption, table: { first, columns: others, rows: rows.map(textsOf), foot: textsOf(foot) } }
}

/** The page on paper. @param made YYYY-MM-DD of the closing, at the association. */
export function statementDocument(
  t: Translator,
  page: ReturnType<typeof statementPage>,
  about: { title: string; association: string; made: string; isWhole: boolean },
) {
  const { isWhole, ...named } = about
  const sentences = [
    page.isValued ? t('hours.statement.rounding') : '',
    page.accounts,
    page.grants.divisor,
    page.projects ? t('years.projects_note') : '',
    ...page.bases,
    page.share?.text ?? '',
    page.share?.subsidies ?? '',
    ...page.note,
  ]
  return yearDocument(
    t,
    { ...named, lead: page.closed },
    {
      figures: page.figures,
      charts: [],
      tables: [page.table, page.grants, ...(page.projects ? [page.projects] : [])].map(printed),
      notes: sentences.filter(Boolean),
      signs: isWhole ? [t('hours.statement.sign_treasurer'), t('hours.statement.sign_president')] : [],
    },
  )
}

const COLUMNS = {
  number: 'text',
  project: 'text',
  category: 'text',
  level: 'text',
  minutes: 'number',
  hours: 'decimal',
  rate: 'decimal',
  total: 'decimal',
  debit: 'text',
  credit: 'text',
  full_years: 'decimal',
  basis: 'text',
} as const

type File = { columns: Column[]; rows: Cell[][] }

/** A row for each line, then the sums. */
export function statementFile(t: Translator, { statement, lines: rows }: Given): File {
  const columns = columnsOf(COLUMNS, (name) => t(`years.file.${name}`))
  const lines = parts.linesOf(t, rows)
  const money = (cents: number | null) => (cents === null ? null : cents / 100)
  const number = statement.number === null ? '' : String(statement.number)
  const cells = lines.map((line): Cell[] => [
    number,
    line.project,
    line.category,
    line.level,
    line.minutes,
    line.minutes / 60,
    money(line.centsPerHour),
    money(line.cents),
    line.isValued ? statement.debit_account : '',
    line.isValued ? statement.credit_account : '',
    fullYears(line.minutes) / 100,
    line.basis,
  ])
  const minutes = parts.minutesOf(lines)
  const total = statement.is_valued === 1 ? money(parts.centsOf(lines)) : null
  const sums: Cell[] = [number, '', t('hours.statement.total'), '', minutes, minutes / 60, null, total, '', '']
  return { columns, rows: [...cells, [...sums, fullYears(minutes) / 100, '']] }
}

export const projectFile = (t: Translator, given: WithPeople): File =>
  parts.projectFile(t, parts.linesOf(t, given.lines), byProject(given))

/** What stands beside the money of the year; empty rows are left out. */
export function wholeFile(t: Translator, { statement, lines: rows }: Given): File {
  const lines = parts.linesOf(t, rows)
  const cents = statement.is_valued === 1 ? parts.centsOf(lines) : null
  const share = parts.shareText(t, cents, parts.moneyOf(statement), statement.currency)
  const sums: [string, number | null][] = [
    [t('years.field.budget'), statement.budget_cents],
    [t('years.field.subsidies'), statement.subsidies_cents],
    [t('years.field.others'), statement.others_cents],
    [t('hours.statement.value'), cents],
  ]
  const known = sums.flatMap(([label, value]): Cell[][] => (value === null ? [] : [[label, value / 100, '']]))
  const last: Cell[][] = share ? [[t('years.share.title'), null, share.percent]] : []
  const columns: Column[] = [
    { label: t('years.file.what'), is: 'text' },
    { label: t('years.file.total'), is: 'decimal' },
    { label: t('years.file.share'), is: 'text' },
  ]
  return { columns, rows: [...known, ...last] }
}

/** The eighteen fields of the French file of entries (LPF, art. A47 A-1), which software for accounts reads. */
const ENTRY_COLUMNS =
  `JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum CompAuxLib PieceRef
  PieceDate EcritureLib Debit Credit EcritureLet DateLet ValidDate Montantdevise Idevise`.split(/\s+/)

/** @param day YYYY-MM-DD of the closing, at the association. */
export function entryFile(t: Translator, { statement, lines: rows }: Given, day: string): File {
  const columns = ENTRY_COLUMNS.map((label): Column => ({
    label,
    is: label === 'Debit' || label === 'Credit' ? 'decimal' : 'text',
  }))
  const accounts = { debit: statement.debit_account, credit: statement.credit_account }
  const lines = parts.linesOf(t, rows).filter(({ cents }) => cents !== null)
  const label = titleOf(t, statement)
  const named = lines.map((line) => ({
    label: [line.project, line.category, line.level].filter(Boolean).join(' · '),
    cents: line.cents!,
  }))
  const compact = (of: string) => of.replaceAll('-', '')
  const piece = `BEN-${statement.number}`
  const cells = postingsOf(named, accounts, label).map((one): Cell[] => [
    'BEN',
    t('years.entry.journal'),
    piece,
    compact(statement.until_day),
    one.account,
    t(one.side === 'debit' ? 'years.entry.debit' : 'years.entry.credit'),
    '',
    '',
    piece,
    compact(day),
    one.label === label ? label : `${label}, ${one.label}`,
    one.debit / 100,
    one.credit / 100,
    '',
    '',
    compact(day),
    '',
    '',
  ])
  return { columns, rows: cells }
}
