// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Imported, ImportLine, ImportRow } from '../../../db/queries/offer-imports.ts'
import { cut } from '../../base/cut.ts'
import { whenText, whereText, type Wording } from '../../public-offer/words.ts'
import type { Translator } from '../../text/i18n.ts'
import type { Column } from '../../web/csv.ts'
import { faultText } from '../../web/forms.ts'
import { addressWith, pagerOf, type Page } from '../../web/paging.ts'
import { columnLabel, OFFER_COLUMNS } from '../import/columns.ts'
import type { Table } from '../../web/table-file.ts'
import type { ReadRow } from '../import/read-rows.ts'

/** `made`: of this file; `known`: of another one; `own`: an offer of this site; `twice`: like a line above. */
export type RowState = 'new' | 'faulty' | 'made' | 'known' | 'own' | 'twice'
export type StatedRow = ReadRow & { state: RowState; offerId: string; like: number }

type Known = { importId: string; same: readonly Imported[]; own: ReadonlySet<string> }

/** What becomes of each row, or became of it before. */
export function stateRows(rows: readonly ReadRow[], { importId, same, own }: Known): StatedRow[] {
  const byHash = new Map(same.map((one) => [one.hash, one]))
  const seen = new Map<string, number>()
  return rows.map((row) => {
    const state = (is: RowState, more: { offerId?: string; like?: number } = {}): StatedRow => ({
      ...row,
      state: is,
      offerId: more.offerId ?? '',
      like: more.like ?? 0,
    })
    const before = byHash.get(row.hash)
    const like = seen.get(row.hash)
    seen.set(row.hash, like ?? row.line)
    if (own.has(row.reference)) return state('own', { offerId: row.reference })
    if (like !== undefined) return state('twice', { like })
    if (before) return state(before.import_id === importId ? 'made' : 'known', { offerId: before.offer_id })
    return state(row.faults.length > 0 ? 'faulty' : 'new')
  })
}

export const columnField = (at: number) => `column_${at}`
const SAMPLE_LENGTH = 60

type Shown = {
  row: ImportRow
  made: readonly Imported[]
  table: Table | null
  columns: readonly string[]
  rows: readonly StatedRow[]
  path: string
  page: Page
}

export function importPage(view: Wording, { row, made, table, columns, rows, path, page }: Shown) {
  const { t } = view
  const counts = Map.groupBy(rows, ({ state }) => state)
  const count = (state: RowState) => counts.get(state)?.length ?? 0
  const here = count('made') + count('known') + count('own')
  const untouched = made.filter((one) => one.untouched).length
  return {
    title: t('offers.import.rows_title'),
    sent: t('offers.import.sent', { day: t.date(row.created_at, 'datetime') }),
    sheet: table?.sheet ? t('form.table.sheet', { sheet: table.sheet }) : '',
    base: path,
    isKept: table !== null,
    drafts: made.length,
    undo: untouched > 0 ? { href: `${path}/undo`, label: t.n('offers.import.undo.link', untouched) } : null,
    fresh: count('new'),
    sums: [
      ...(count('new') > 0 ? [{ kind: 'ok', label: t.n('offers.import.sum.new', count('new')) }] : []),
      ...(count('faulty') > 0
        ? [{ kind: 'wait', icon: 'warning', label: t.n('offers.import.sum.faulty', count('faulty')) }]
        : []),
      ...(here > 0 ? [{ label: t.n('offers.import.sum.here', here) }] : []),
      ...(count('twice') > 0 ? [{ label: t.n('offers.import.sum.twice', count('twice')) }] : []),
    ],
    faults: count('faulty') > 0 ? `${path}/faults.csv` : '',
    columns: (table?.headings ?? []).map((heading, at) => columnOf(t, { table: table!, heading, at, columns })),
    noTitle: table !== null && !columns.some((name) => name.startsWith('title_')),
    rows: rows
      .slice(page.offset, page.offset + page.limit)
      .map((one) => rowOf(view, one, { columns, headings: table?.headings ?? [] })),
    pager: pagerOf(page, (to) => addressWith(path, { page: to === 1 ? '' : String(to) })),
  }
}

type AtColumn = { table: Table; heading: string; at: number; columns: readonly string[] }

function columnOf(t: Translator, { table, heading, at, columns }: AtColumn) {
  const sample = table.rows.map(({ cells }) => cells[at] ?? '').find((cell) => cell.trim() !== '')
  return {
    name: columnField(at),
    heading: heading || t('offers.import.no_heading', { number: at + 1 }),
    sample: sample === undefined ? '' : cut(sample.trim().replaceAll(/\s+/g, ' '), SAMPLE_LENGTH),
    value: columns[at] ?? '',
    options: OFFER_COLUMNS.filter(({ name }) => name !== 'reference' || columns[at] === 'reference').map(
      ({ name }) => ({
        value: name,
        label: columnLabel(t, name),
      }),
    ),
  }
}

const LOOKS = {
  new: { kind: 'ok', icon: 'pencil' },
  faulty: { kind: 'wait', icon: 'warning' },
  made: { kind: 'ok' },
  known: {},
  own: {},
  twice: {},
} as const

type Heads = { columns: readonly string[]; headings: readonly string[] }

function rowOf(view: Wording, row: StatedRow, heads: Heads) {
  const { t } = view
  const { input } = row
  return {
    line: row.line,
    title: row.title || t('offers.untitled'),
    href: row.offerId ? `/work/offers/${row.offerId}` : '',
    state: { ...LOOKS[row.state], label: t(`offers.import.state.${row.state}`, { line: row.like }) },
    facts: input ? [whenText(view, input.content), whereText(view, input.content)].filter(Boolean) : [],
    note: row.isOver && row.state === 'new' ? t('offers.import.over') : '',
    faults: row.state === 'faulty' ? faultsOf(t, row, heads) : [],
  }
}

/** « Ville : … » with the heading as the file has it. */
function faultsOf(t: Translator, { faults }: ReadRow, { columns, headings }: Heads): string[] {
  return faults.map(({ column, fault }) =>
    t('offers.import.fault', {
      column: headings[columns.indexOf(column)] || labelOf(t, column),
      fault: faultText(t, fault),
    }),
  )
}

const labelOf = (t: Translator, column: string) =>
  OFFER_COLUMNS.some(({ name }) => name === column) ? columnLabel(t, column) : t.code('offers.form', column)

/** The rows that have faults, as they were sent, with a column that says what is to be mended. */
export function faultsFile(
  t: Translator,
  { table, columns, rows }: { table: Table } & Pick<Shown, 'columns' | 'rows'>,
) {
  const { headings } = table
  const labels = [...headings, t('offers.import.column.fault')]
  return {
    name: t('offers.import.file'),
    columns: labels.map((label): Column => ({ label, is: 'text' })),
    rows: rows
      .filter(({ state }) => state === 'faulty')
      .map((row) => [...row.cells, faultsOf(t, row, { columns, headings }).join(' ')]),
  }
}

/** Files that were sent before. */
export function recentOf(t: Translator, lines: readonly ImportLine[]) {
  return lines.map(({ id, rows, created_at, drafts }) => ({
    href: `/work/offers/import/${id}`,
    label: t('offers.import.sent', { day: t.date(created_at, 'datetime') }),
    text: `${t.n('offers.import.rows', rows)}, ${t.n('offers.import.drafts', drafts)}`,
  }))
}
