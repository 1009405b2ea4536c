// SPDX-License-Identifier: AGPL-3.0-or-later
// Lists for spreadsheets: semicolons and a byte order mark, as French spreadsheets expect; no cell can be a formula.
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import type { Response } from 'express'
import Papa from 'papaparse'
import { plain } from '../../db/plain.ts'

type Rows = readonly (readonly string[])[]

/** Rows of a list in memory that are written between two turns of the event loop. */
const AT_ONCE = 500

/** Sends `rows` under `columns` as a file named `<name>.csv`. */
export function sendCsv(res: Response, name: string, columns: readonly string[], rows: Rows): Promise<void> {
  async function* batches() {
    for (let from = 0; from < rows.length; from += AT_ONCE) yield rows.slice(from, from + AT_ONCE)
  }
  return streamCsv(res, name, columns, batches())
}

/**
 * The same for rows that are read little by little: they are written as they are taken, and others are served between two
 * batches. A fault breaks the connection off, so that nobody takes half a file for a whole one.
 */
export async function streamCsv(
  res: Response,
  name: string,
  columns: readonly string[],
  batches: AsyncIterable<Rows>,
): Promise<void> {
  async function* texts() {
    yield `\ufeff${linesOf([columns])}`
    for await (const rows of batches) {
      yield linesOf(rows)
      await setImmediate()
    }
  }
  // Who leaves before the end wants nothing more, no page of faults either.
  await pipeline(Readable.from(texts()), head(res, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  })
}

const head = (res: Response, name: string): Response =>
  res
    .set('Content-Type', 'text/csv; charset=utf-8')
    .set('Content-Disposition', `attachment; filename="${plainName(name)}.csv"`)

function linesOf(rows: Rows): string {
  const text = Papa.unparse(
    rows.map((row) => [...row]),
    { delimiter: ';', escapeFormulae: true, newline: '\r\n' },
  )
  return `${text}\r\n`
}

/** « À relire » as a name that every system takes: a-relire. */
function plainName(name: string): string {
  return plain(name)
    .replaceAll(/[^\w-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
}
