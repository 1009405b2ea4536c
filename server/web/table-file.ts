// SPDX-License-Identifier: AGPL-3.0-or-later
// A file from a spreadsheet becomes headings and rows, whatever its encoding, separator and line ends.
import Papa from 'papaparse'
import { nameKey } from '../../db/plain.ts'
import { createYielding } from '../queue/event-loop.ts'
import type { MessageKey } from '../text/message-keys.ts'
import { asTyped } from './csv.ts'
import type { FieldFault } from './errors.ts'

/**
 * `line`: where the row begins in the file, the headings standing in line 1. `publisher`: whose name of the row it is;
 * absent when the file does not say.
 */
export type TableRow = { line: number; cells: string[]; publisher?: string }
/**
 * `named`: the column whose cell is the name of a row that never changes; absent or -1 when there is none. `sheet`:
 * which one of a workbook it is, where several have content.
 */
export type Table = { headings: string[]; rows: TableRow[]; named?: number; sheet?: string }
/** `columns`: what each heading is, where its format says so. */
export type ReadTable = { ok: true; table: Table; columns?: string[] } | { ok: false; fault: FieldFault }
/**
 * `most`: rows. `empty`: what is said when there are none. `leftOut`: headings, as nameKey has them, of columns that
 * are not read: those that we wrote faults into.
 */
export type Reading = { most: number; empty: MessageKey; leftOut: readonly string[] }

const READ_AT_ONCE = 100
/** Characters that the parser is given at a time: it looks through all of them again for each part. */
const WINDOW = 64 * 1024
export const MOST_COLUMNS = 120
/** Of a row, whether they are read or not: as many as spreadsheets have. */
const MOST_CELLS = 16_384
const SEPARATORS = [';', ',', '\t'] as const

/** UTF-8, UTF-16 with its mark as older spreadsheets write it, else Windows-1252. */
export async function decode(bytes: Buffer): Promise<string> {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeAs(new TextDecoder('utf-16le'), bytes)
  try {
    return await decodeAs(new TextDecoder('utf-8', { fatal: true }), bytes)
  } catch {
    return decodeAs(new TextDecoder('windows-1252'), bytes)
  }
}

const DECODED_AT_ONCE = 1024 * 1024

async function decodeAs(decoder: TextDecoder, bytes: Buffer): Promise<string> {
  const yieldLoop = createYielding()
  const parts: string[] = []
  for (let at = 0; at < bytes.length; at += DECODED_AT_ONCE) {
    parts.push(decoder.decode(bytes.subarray(at, at + DECODED_AT_ONCE), { stream: true }))
    await yieldLoop()
  }
  return [...parts, decoder.decode()].join('')
}

export async function readTable(typed: string, { most, empty, leftOut }: Reading): Promise<ReadTable> {
  const yieldLoop = createYielding()
  const whole = typed.replace(/^\ufeff/, '')
  const first = /^sep=.\r?\n/i.test(whole) ? 2 : 1
  const text = (await withPlainEnds(whole, yieldLoop)).replace(/^sep=.\n/i, '')
  const separator = separatorOf(text)
  const all: TableRow[] = []
  let line = first
  let window = WINDOW
  for (let at = 0; at < text.length;) {
    const isEnd = at + window >= text.length
    const { data, meta, errors } = Papa.parse<string[]>(text.slice(at, at + window), {
      delimiter: separator,
      newline: '\n',
      preview: READ_AT_ONCE,
      fastMode: false,
    })
    if (data.some(({ length }) => length > MOST_CELLS)) return no('form.table.columns', { most: MOST_COLUMNS })
    const open = errors.find(({ type }) => type === 'Quotes')
    // The last row goes on behind the window, or may.
    if (!isEnd && (open || data.length < READ_AT_ONCE || meta.cursor >= window)) {
      window *= 4
      continue
    }
    window = WINDOW
    for (const cells of data) {
      if (cells.some((cell) => cell.trim() !== '')) all.push({ line, cells: cells.map(asTyped) })
      line += 1 + cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0)
    }
    if (open) return no('form.table.quotes', { line: all.at(-1)?.line ?? first })
    if (all.length > most + 1) return no('form.table.many', { most })
    if (data.length < READ_AT_ONCE || meta.cursor === 0) break
    at += meta.cursor
    await yieldLoop()
  }
  return tableOf(all, { empty, leftOut })
}

/** With « \n » at the end of each line. */
async function withPlainEnds(text: string, yieldLoop: () => Promise<void>): Promise<string> {
  const parts: string[] = []
  for (let at = 0; at < text.length;) {
    let end = Math.min(text.length, at + 4 * WINDOW)
    if (text[end - 1] === '\r' && text[end] === '\n') end += 1
    parts.push(text.slice(at, end).replaceAll(/\r\n?/g, '\n'))
    at = end
    await yieldLoop()
  }
  return parts.join('')
}

const no = (key: MessageKey, params: Record<string, number> = {}): ReadTable => ({
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

/** @param all headings first; a row keeps as many cells as there are headings. */
export async function tableOf(
  all: readonly TableRow[],
  { empty, leftOut }: Pick<Reading, 'empty' | 'leftOut'>,
): Promise<ReadTable> {
  const yieldLoop = createYielding()
  const [head] = all
  if (!head || all.length === 1) return no(empty)
  const used = await usedColumns(all, leftOut)
  if (used.length === 0) return no(empty)
  if (used.length > MOST_COLUMNS) return no('form.table.columns', { most: MOST_COLUMNS })
  const kept: TableRow[] = []
  for (const { line, cells } of all) {
    if (line === head.line) continue
    kept.push({ line, cells: used.map((at) => cells[at] ?? '') })
    if (kept.length % READ_AT_ONCE === 0) await yieldLoop()
  }
  return { ok: true, table: { headings: used.map((at) => head.cells[at]!.trim()), rows: kept } }
}

/** @returns the columns that have a heading, or something below, in their order. */
async function usedColumns(all: readonly TableRow[], leftOut: readonly string[]): Promise<number[]> {
  const yieldLoop = createYielding()
  const head = all[0]!
  const used = new Set<number>()
  const unnamed = new Set<number>()
  for (const [at, cell] of head.cells.entries()) {
    const heading = cell === '' ? '' : nameKey(cell)
    if (heading === '') unnamed.add(at)
    else if (!leftOut.includes(heading)) used.add(at)
    if (at % READ_AT_ONCE === 0) await yieldLoop()
  }
  for (const { line, cells } of all) {
    if (unnamed.size === 0) break
    if (line === head.line) continue
    for (const [at, cell] of cells.entries()) if (cell.trim() !== '' && unnamed.delete(at)) used.add(at)
    await yieldLoop()
  }
  return [...used].toSorted((a, b) => a - b)
}
