// SPDX-License-Identifier: AGPL-3.0-or-later
// `npm run bench`, or `npm run bench -- NAME…`: one JSON object a line, with how it was measured.
import { backlogFigures } from './backlog.ts'
import { fanoutFigures } from './fanout.ts'
import { fuzzFigures } from './fuzz.ts'
import { HOSTILE_INPUT, hostileInputFigures } from './hostile-input.ts'
import { IMPORT, importFigures } from './import.ts'
import { inboxFigures, INBOX } from './inbox.ts'
import { instanceFigures } from './instance.ts'
import { instancesFigures } from './instances.ts'
import { DESK, deskFigures } from './size/desk.ts'
import { LEDGER, ledgerFigures } from './size/ledger.ts'
import { SEARCH, searchFigures } from './size/search.ts'
import { SURGE, surgeFigures } from './surge.ts'

export type Figure = { name: string; value: number; unit: string; peer?: string; ratio?: number; note: string }
/** `isWanted`: some measure several things, each of which takes long. */
type Bench = { names: readonly string[]; run(isWanted: (name: string) => boolean): Promise<Figure[]> }

const benches: Bench[] = [
  { names: ['start_ms', 'rss_idle_mb', 'first_visit_kb'], run: instanceFigures },
  { names: ['instance_extra_mb', 'instance_extra_ms'], run: instancesFigures },
  { names: ['fanout_1000_s', 'fanout_rss_mb'], run: fanoutFigures },
  { names: INBOX, run: inboxFigures },
  { names: ['backlog_livez_p99_ms'], run: backlogFigures },
  { names: ['fuzz_10000_faults'], run: fuzzFigures },
  { names: HOSTILE_INPUT, run: hostileInputFigures },
  { names: LEDGER, run: ledgerFigures },
  { names: DESK, run: deskFigures },
  { names: IMPORT, run: importFigures },
  { names: SURGE, run: () => surgeFigures() },
  { names: SEARCH['10k'], run: (isWanted) => searchFigures('10k', isWanted) },
  { names: SEARCH['100k'], run: (isWanted) => searchFigures('100k', isWanted) },
  { names: SEARCH['1m'], run: (isWanted) => searchFigures('1m', isWanted) },
]

const wanted = process.argv.slice(2)
const known = benches.flatMap(({ names }) => names)
const unknown = wanted.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there are: ${known.join(', ')}`)
  process.exit(2)
}
const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name)
for (const bench of benches) {
  if (!bench.names.some(isWanted)) continue
  for (const figure of await bench.run(isWanted)) if (isWanted(figure.name)) console.log(JSON.stringify(figure))
}
