// SPDX-License-Identifier: AGPL-3.0-or-later
// French spreadsheets expect semicolons and a byte order mark; no cell can be a formula.
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import type { Response } from 'express'
import Papa from 'papaparse'
import { plain } from '../../db/plain.ts'

type Rows = readonly (readonly string[])[]

/**
 * Rows are sent as they are read, and other requests are served between two batches. A fault breaks the
 * connection off, so that nobody takes half a file for a whole one.
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
      if (rows.length > 0) yield linesOf(rows)
      await setImmediate()
    }
  }
  // A client that disconnects early is not an error.
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

/** « À relire » becomes a-relire, a file name that every system accepts. */
function plainName(name: string): string {
  return plain(name)
    .replaceAll(/[^\w-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
}
