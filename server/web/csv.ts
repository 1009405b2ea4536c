// SPDX-License-Identifier: AGPL-3.0-or-later
// Lists for spreadsheets: semicolons and a byte order mark, as French spreadsheets expect; no cell can be a formula.
import type { Response } from 'express'
import Papa from 'papaparse'

/** Sends `rows` under `columns` as a file named `<name>.csv`. */
export function sendCsv(
  res: Response,
  name: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const text = Papa.unparse(
    { fields: [...columns], data: rows.map((row) => [...row]) },
    { delimiter: ';', escapeFormulae: true, newline: '\r\n' },
  )
  res
    .set('Content-Type', 'text/csv; charset=utf-8')
    .set('Content-Disposition', `attachment; filename="${plainName(name)}.csv"`)
    .send(`\ufeff${text}\r\n`)
}

/** « À relire » as a name that every system takes: a-relire. */
function plainName(name: string): string {
  const letters = name.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
  return letters.replaceAll(/[^\w-]+/g, '-').replaceAll(/^-+|-+$/g, '')
}
