// SPDX-License-Identifier: AGPL-3.0-or-later
import { importPlaces, type ImportReport } from '../../db/reference/import-places.ts'
import { COLUMNS, type ColumnName } from '../../db/reference/official-csv.ts'
import type { Command } from './call.ts'

/** Of each kind; the rest is counted. */
const SHOWN = 20

export const places: Command = {
  use: 'places import FILE [--dry-run] [--columns code=…,name=…]',
  words: [2, 2],
  does: 'Put an official list of municipalities (CSV, of Québec or of France) into the list of towns of this instance.',
  options: {
    'dry-run': { type: 'boolean', does: 'only print what it would change, and what it refuses' },
    columns: {
      type: 'string',
      does: `under which headings they stand, where they are not found: ${Object.keys(COLUMNS).join(', ')}`,
    },
  },
  async run({ dataDir }, [verb, file = ''], options) {
    if (verb !== 'import') throw new Error('there is one thing to do: places import FILE')
    const isDry = options['dry-run'] === true
    const report = await importPlaces(file, dataDir, { isDry, columns: columnsIn(String(options['columns'] ?? '')) })
    console.log(sayReport(report))
    const isTaken = report.rows > report.refused.length
    if (!isTaken) console.error('nothing of it could be taken')
    else console.log(isDry ? 'nothing was changed' : 'start the server again, so that it reads the new list')
    return isTaken ? 0 : 1
  },
}

function columnsIn(words: string): Partial<Record<ColumnName, string>> {
  const pairs = words
    .split(',')
    .filter(Boolean)
    .map((pair) => pair.split('=') as [string, string | undefined])
  const wrong = pairs.find(([name, heading]) => !Object.hasOwn(COLUMNS, name.trim()) || !heading?.trim())
  if (wrong)
    throw new Error(`--columns: « ${wrong[0]} » is none of ${Object.keys(COLUMNS).join(', ')}, or has no heading`)
  return Object.fromEntries(pairs.map(([name, heading]) => [name.trim(), heading!.trim()]))
}

function sayReport({ rows, added, renamed, same, refused }: ImportReport): string {
  const some = (title: string, all: readonly string[]) => [
    `${all.length} ${title}`,
    ...all.slice(0, SHOWN).map((one) => `  ${one}`),
    ...(all.length > SHOWN ? [`  and ${all.length - SHOWN} more`] : []),
  ]
  return [
    `${rows} rows`,
    ...some('new', added),
    ...some('with another name', renamed),
    `${same} as before`,
    ...some('refused', refused),
  ].join('\n')
}
