// SPDX-License-Identifier: AGPL-3.0-or-later
import { importPlaces, type ImportReport, type Refusal } from '../../db/reference/import-places.ts'
import { COLUMNS, type ColumnName } from '../../db/reference/official-csv.ts'
import type { Translator } from '../text/i18n.ts'
import type { Command } from './call.ts'

/** Of each kind; the rest is counted. */
const SHOWN = 20

export const places: Command = {
  use: 'places import FILE [--dry-run] [--columns code=…,name=…]',
  words: [2, 2],
  does: 'cli.places.does',
  options: {
    'dry-run': { type: 'boolean', does: 'cli.places.dry_run' },
    columns: { type: 'string', does: 'cli.places.columns' },
  },
  async run({ dataDir }, [verb, file = ''], options, t) {
    if (verb !== 'import') throw new Error(t('cli.places.verb'))
    const isDry = options['dry-run'] === true
    const report = await importPlaces(file, dataDir, { isDry, columns: columnsIn(String(options['columns'] ?? ''), t) })
    console.log(sayReport(report, t))
    const isTaken = report.rows > report.refused.length
    if (!isTaken) console.error(t('cli.places.nothing'))
    else console.log(t(isDry ? 'cli.places.unchanged' : 'cli.places.read'))
    return isTaken ? 0 : 1
  },
}

function columnsIn(words: string, t: Translator): Partial<Record<ColumnName, string>> {
  const pairs = words
    .split(',')
    .filter(Boolean)
    .map((pair) => pair.split('=') as [string, string | undefined])
  const wrong = pairs.find(([name, heading]) => !Object.hasOwn(COLUMNS, name.trim()) || !heading?.trim())
  if (wrong) throw new Error(t('cli.places.column_wrong', { name: wrong[0], names: Object.keys(COLUMNS).join(', ') }))
  return Object.fromEntries(pairs.map(([name, heading]) => [name.trim(), heading!.trim()]))
}

function sayReport({ rows, added, renamed, same, refused }: ImportReport, t: Translator): string {
  const some = (title: string, all: readonly string[]) => [
    title,
    ...all.slice(0, SHOWN).map((one) => `  ${one}`),
    ...(all.length > SHOWN ? [`  ${t.n('cli.places.more', all.length - SHOWN)}`] : []),
  ]
  const why = ({ line, town, why: kind, about }: Refusal) =>
    t('cli.places.refused_line', { line, town, why: t(`cli.places.why.${kind}`, { about }) })
  return [
    t.n('cli.places.rows', rows),
    ...some(t.n('cli.places.added', added.length), added),
    ...some(t.n('cli.places.renamed', renamed.length), renamed),
    t.n('cli.places.same', same),
    ...some(t.n('cli.places.refused', refused.length), refused.map(why)),
  ].join('\n')
}
