// SPDX-License-Identifier: AGPL-3.0-or-later
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { createHttpClient } from '../../federation/http-client.ts'
import { readPlainJson } from '../../federation/plain-json.ts'
import { textOfHtml } from '../../server/text/plain-text.ts'
import { compareWords } from '../../server/moderation/pages/compare-words.ts'
import { HOSTILE_HTML, HOSTILE_JSON, LONG_TEXTS } from '../support/hostile-input.ts'
import type { Figure } from './run.ts'

export const HOSTILE_INPUT = ['html_to_text_ms', 'plain_json_ms', 'word_diff_ms', 'fetch_bomb_rss_mb']
const RUNS = 5

/** The slowest of the inputs; each counts with the shortest of five runs, which other work disturbs least. */
function worst<T>(inputs: readonly T[], read: (input: T) => unknown): number {
  const times = inputs.map((input) => {
    const runs = Array.from({ length: RUNS }, () => {
      const from = performance.now()
      read(input)
      return performance.now() - from
    })
    return Math.min(...runs)
  })
  return Math.round(Math.max(...times) * 10) / 10
}

/** Memory above rest while a small answer that unpacks to fifty megabytes is refused. */
async function bombMb(): Promise<number> {
  const bomb = gzipSync(Buffer.alloc(50_000_000))
  const server = createServer((_req, res) => void res.setHeader('content-encoding', 'gzip').end(bomb))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const http = createHttpClient({ allowHosts: new Set([host]), userAgent: 'bench', now: () => new Date() })
  const before = process.memoryUsage().rss
  let most = 0
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss - before)), 1)
  const answer = await http.ask(`http://${host}/`)
  most = Math.max(most, process.memoryUsage().rss - before)
  clearInterval(watch)
  http.close()
  server.close()
  if (answer.ok) throw new Error('fifty megabytes were taken')
  return Math.round(most / 1024 / 1024)
}

export async function hostileInputFigures(): Promise<Figure[]> {
  const shortest = `the longest of all inputs, each the shortest of ${RUNS} runs`
  const html = HOSTILE_HTML.map(([piece]) => piece.repeat(200_000))
  const bodies = HOSTILE_JSON.map(([body]) => Buffer.from(body))
  const [before, after] = LONG_TEXTS
  return [
    {
      name: 'html_to_text_ms',
      value: worst(html, textOfHtml),
      unit: 'ms',
      note: `received HTML of 200 000 times the same piece to plain text; ${shortest}`,
    },
    {
      name: 'plain_json_ms',
      value: worst(bodies, readPlainJson),
      unit: 'ms',
      note: `hostile bodies up to 240 kB judged; ${shortest}`,
    },
    {
      name: 'word_diff_ms',
      value: worst([after], (text) => compareWords(before, text)),
      unit: 'ms',
      note: `two texts of 3 000 words compared; the shortest of ${RUNS} runs`,
    },
    {
      name: 'fetch_bomb_rss_mb',
      value: await bombMb(),
      unit: 'MB',
      note: 'memory above rest, looked at every millisecond, while a gzip answer of 50 MB unpacked is refused',
    },
  ]
}
