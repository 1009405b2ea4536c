// SPDX-License-Identifier: AGPL-3.0-or-later
// A file from a spreadsheet becomes headings and rows, whatever its encoding, separator and line ends.
import Papa from 'papaparse'
import { limits } from '../../../config/limits.ts'
import { nameKey } from '../../../db/plain.ts'
import { createYielding } from '../../queue/event-loop.ts'
import { asTyped } from '../../web/csv.ts'
import type { FieldFault } from '../../web/errors.ts'

/**
 * `line`: where the row begins in the file, the headings standing in line 1. `publisher`: whose name of the row it is;
 * absent when the file does not say.
 */
export type TableRow = { line: number; cells: string[]; publisher?: string }
/** `named`: the column whose cell is the name of a row that never changes; absent or -1 when there is none. */
export type Table = { headings: string[]; rows: TableRow[]; named?: number }
/** `columns`: what each heading is, where its format says so. */
export type ReadTable = { ok: true; table: Table; columns?: string[] } | { ok: false; fault: FieldFault }

const READ_AT_ONCE = 20
const MOST_COLUMNS = 120
const SEPARATORS = [';', ',', '\t'] as const

/** UTF-8, UTF-16 with its mark as older spreadsheets write it, else Windows-1252. */
export function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** @param leftOut headings, as nameKey has them, of columns that are not read: those that we wrote faults into. */
export async function readTable(typed: string, leftOut: readonly string[]): Promise<ReadTable> {
  const text = typed
    .replace(/^\ufeff/, '')
    .replaceAll(/\r\n?/g, '\n')
    .replace(/^sep=.\n/i, '')
  const separator = separatorOf(text)
  const first = /^(?:sep=.\r?\n)/i.test(typed.replace(/^\ufeff/, '')) ? 2 : 1
  const all: TableRow[] = []
  const yieldLoop = createYielding()
  let line = first
  for (let at = 0; at < text.length;) {
    const { data, meta, errors } = Papa.parse<string[]>(text.slice(at), {
      delimiter: separator,
      newline: '\n',
      preview: READ_AT_ONCE,
      fastMode: false,
    })
    for (const cells of data) {
      if (cells.some((cell) => cell.trim() !== '')) all.push({ line, cells: cells.map(asTyped) })
      line += 1 + cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0)
    }
    const open = errors.find(({ type }) => type === 'Quotes')
    if (open) return no('offers.import.error.quotes', { line: all.at(-1)?.line ?? first })
    if (all.length > limits.importRows + 1) return no('offers.import.error.many', { most: limits.importRows })
    if (data.length < READ_AT_ONCE || meta.cursor === 0) break
    at += meta.cursor
    await yieldLoop()
  }
  return tableOf(all, leftOut)
}

const no = (key: Exclude<FieldFault, { readonly key: unknown }>, params: Record<string, number> = {}): ReadTable => ({
  ok: false,
  fault: { key, params },
})

/** The one that parts the first line into most cells. */
function separatorOf(text: string): string {
  const counts = SEPARATORS.map((delimiter) => {
    const { data } = Papa.parse<string[]>(text.slice(0, 20_000), {
      delimiter,
      newline: '\n',
      preview: 1,
      fastMode: false,
    })
    return { delimiter, cells: data[0]?.length ?? 0 }
  })
  return counts.toSorted((a, b) => b.cells - a.cells)[0]!.delimiter
}

/** Headings first; a row keeps as many cells as there are headings. */
function tableOf([head, ...rows]: readonly TableRow[], leftOut: readonly string[]): ReadTable {
  if (!head || rows.length === 0) return no('offers.import.error.empty')
  const used = head.cells.map((_cell, at) => at).filter((at) => isUsed(at, head, rows, leftOut))
  if (used.length === 0) return no('offers.import.error.empty')
  if (used.length > MOST_COLUMNS) return no('offers.import.error.columns', { most: MOST_COLUMNS })
  return {
    ok: true,
    table: {
      headings: used.map((at) => head.cells[at]!.trim()),
      rows: rows.map(({ line, cells }) => ({ line, cells: used.map((at) => cells[at] ?? '') })),
    },
  }
}

function isUsed(at: number, head: TableRow, rows: readonly TableRow[], leftOut: readonly string[]): boolean {
  const heading = nameKey(head.cells[at]!)
  return !leftOut.includes(heading) && (heading !== '' || rows.some(({ cells }) => (cells[at] ?? '').trim() !== ''))
}
