// SPDX-License-Identifier: AGPL-3.0-or-later
// French spreadsheets expect semicolons and a byte order mark; no text can be a formula, and no number becomes a text.
import { setImmediate } from 'node:timers/promises'
import type { Response } from 'express'
import { plain } from '../../db/plain.ts'
import { telephoneInGroups } from '../model/telephone.ts'
import { dateTimeIn, dayIn } from '../base/clock.ts'
import { streamTexts } from './stream.ts'

/** `decimal` has two places, `thousandths` three. A column of numbers may hold a word, such as « moins de 5 », which is written as a text. */
export type Column = {
  label: string
  is: 'text' | 'number' | 'decimal' | 'thousandths' | 'telephone' | 'day' | 'instant'
}
/** A day is YYYY-MM-DD or an ISO instant, an instant is ISO; null and '' are empty cells. */
export type Cell = string | number | null
type Rows = readonly (readonly Cell[])[]
/** How a reader writes numbers and days. */
export type Habits = { decimalSign: ',' | '.'; timeZone: string }
type Head = { name: string; columns: readonly Column[] }

/** The columns of a file, by name, in the order of their cells. */
export function columnsOf<const N extends string>(
  kinds: Record<N, Column['is']>,
  label: (name: N) => string,
): Column[] {
  return (Object.entries(kinds) as [N, Column['is']][]).map(([name, is]) => ({ label: label(name), is }))
}

/**
 * Rows are sent as they are read, and other requests are served between two batches. A fault breaks the
 * connection off, so that nobody takes half a file for a whole one.
 */
export async function streamCsv(res: Response, { name, columns }: Head, batches: AsyncIterable<Rows>): Promise<void> {
  const { t, site } = res.req
  const habits: Habits = { decimalSign: t.locale === 'en' ? '.' : ',', timeZone: site.timeZone as string }
  async function* texts() {
    yield `\ufeff${linesOf([columns.map(({ label }) => label)])}`
    for await (const rows of batches) {
      if (rows.length > 0) yield linesOf(rows.map((row) => writtenRow(columns, row, habits)))
      await setImmediate()
    }
  }
  await streamTexts(head(res, name), texts())
}

/** As it stands in the file, before quotes. */
export const writtenRow = (columns: readonly Column[], row: readonly Cell[], habits: Habits): string[] =>
  row.map((cell, at) => (cell === null || cell === '' ? '' : written(columns[at]!.is, cell, habits)))

function written(is: Column['is'], cell: string | number, { decimalSign, timeZone }: Habits): string {
  if (typeof cell === 'number') return placed(is, cell).replace('.', decimalSign)
  if (is === 'day') return dayIn(timeZone, cell) ?? harmless(cell)
  if (is === 'instant') return dateTimeIn(timeZone, cell) ?? harmless(cell)
  return is === 'telephone' ? (telephoneInGroups(cell) ?? harmless(cell)) : harmless(cell)
}

function placed(is: Column['is'], cell: number): string {
  const places = is === 'decimal' ? 2 : is === 'thousandths' ? 3 : undefined
  return places === undefined ? String(cell) : cell.toFixed(places)
}

// Full-width signs count as formulas in East Asian settings; programs differ in what ends a line.
const FORMULA = /(^|[\t\v\f\r\n\u0085\u2028\u2029])([^\S\t\v\f\r\n\u0085\u2028\u2029]*[=+\-@＝＋－＠﹢﹣﹦﹫])/g
const SIGN = /[=+\-@＝＋－＠﹢﹣﹦﹫]/
/** With an apostrophe before each line of it that a spreadsheet could take for a formula. */
const harmless = (text: string): string => (SIGN.test(text) ? text.replaceAll(FORMULA, "$1'$2") : text)

const APOSTROPHE = /(^|[\t\v\f\r\n\u0085\u2028\u2029])'([^\S\t\v\f\r\n\u0085\u2028\u2029]*[=+\-@＝＋－＠﹢﹣﹦﹫])/g
/** A cell of a file that was written here, without those apostrophes. */
export const asTyped = (cell: string): string => (cell.includes("'") ? cell.replaceAll(APOSTROPHE, '$1$2') : cell)

/** Signs at which some spreadsheet, by its settings, parts cells or lines. */
const PARTS = /[,;|\t\v\f\r\n\u0085\u2028\u2029"]|^[\s']|\s$/
const DECIMAL = /^-?\d+,\d+$/

const head = (res: Response, name: string): Response =>
  res
    .set('Content-Type', 'text/csv; charset=utf-8')
    .set('Content-Disposition', `attachment; filename="${plainName(name)}.csv"`)

const linesOf = (rows: readonly string[][]): string => rows.map((row) => `${row.map(quoted).join(';')}\r\n`).join('')

/** RFC 4180; Papa Parse takes twice as long, because it tests each cell against all that may need quotes anywhere. */
const quoted = (cell: string): string =>
  PARTS.test(cell) && !DECIMAL.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell

/** « À relire » becomes a-relire, a file name that every system accepts. */
export function plainName(name: string): string {
  return plain(name)
    .replaceAll(/[^\w-]+/g, '-')
    .replaceAll(/^-+|(?<!-)-+$/g, '')
}
