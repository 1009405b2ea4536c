// SPDX-License-Identifier: AGPL-3.0-or-later
// `npm run bench`, or `npm run bench -- NAME…`: one JSON object a line, with how it was measured.
import { backlogFigures } from './backlog.ts'
import { fanoutFigures } from './fanout.ts'
import { fuzzFigures } from './fuzz.ts'
import { HOSTILE_INPUT, hostileInputFigures } from './hostile-input.ts'
import { inboxFigures, INBOX } from './inbox.ts'
import { instanceFigures } from './instance.ts'
import { instancesFigures } from './instances.ts'

export type Figure = { name: string; value: number; unit: string; peer?: string; ratio?: number; note: string }
type Bench = { names: string[]; run(): Promise<Figure[]> }

const benches: Bench[] = [
  { names: ['start_ms', 'rss_idle_mb', 'first_visit_kb'], run: instanceFigures },
  { names: ['instance_extra_mb', 'instance_extra_ms'], run: instancesFigures },
  { names: ['fanout_1000_s', 'fanout_rss_mb'], run: fanoutFigures },
  { names: INBOX, run: inboxFigures },
  { names: ['backlog_livez_p99_ms'], run: backlogFigures },
  { names: ['fuzz_10000_faults'], run: fuzzFigures },
  { names: HOSTILE_INPUT, run: hostileInputFigures },
]

const wanted = process.argv.slice(2)
const known = benches.flatMap(({ names }) => names)
const unknown = wanted.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there are: ${known.join(', ')}`)
  process.exit(2)
}
for (const bench of benches) {
  if (wanted.length > 0 && !bench.names.some((name) => wanted.includes(name))) continue
  for (const figure of await bench.run()) {
    if (wanted.length === 0 || wanted.includes(figure.name)) console.log(JSON.stringify(figure))
  }
}
