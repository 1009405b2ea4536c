// SPDX-License-Identifier: AGPL-3.0-or-later
// One instance at rest: its start, its memory, and the size of a first visit.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { readConfig } from '../../config/env.ts'
import { nodeEnv, nodeOptions } from '../../config/node/options.mjs'
import { openDeps } from '../../server/open-deps.ts'
import { fillWorld } from '../support/world.ts'
import type { Figure } from './run.ts'

const MAIN = join(import.meta.dirname, '../../server/main.ts')
const RUNS = 5
const IDLE_MS = 5_000
export const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

export type Prepared = { env: Record<string, string>; url: string; dataDir: string; port: number }

export async function prepare(change: Record<string, string> = {}): Promise<Prepared> {
  const port = await freePort()
  const dataDir = mkdtempSync(join(tmpdir(), 'mainforte-bench-'))
  const url = `http://127.0.0.1:${port}`
  const env = { PUBLIC_URL: url, PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'warn', ...change }
  const reading = readConfig(env)
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  const { deps } = await openDeps(reading.config)
  await fillWorld(deps, { kind: 'both' })
  await deps.db.destroy()
  return { env, url, dataDir, port }
}

export function startUnready(env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [...nodeOptions, MAIN], {
    env: { PATH: process.env['PATH'], ...nodeEnv, ...env },
    stdio: 'ignore',
  })
}

/** As npm start does, until it answers. */
export async function start(env: Record<string, string>, url: string): Promise<{ child: ChildProcess; ms: number }> {
  const from = performance.now()
  const child = startUnready(env)
  for (;;) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    // After the process has ended, an answer would be of another one.
    if (child.exitCode !== null || performance.now() - from > 30_000) throw new Error('the instance did not start')
    if (answer?.ok) return { child, ms: performance.now() - from }
    await pause(10)
  }
}

export async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

/** Resident memory in MB, from the kernel (Linux). */
export function residentMb(pid: number): number {
  const [, kb = 'NaN'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kb) / 1000
}

/** Compressed kB of the front page and of everything on our host that it names. */
async function firstVisit(url: string): Promise<number> {
  const html = await (await fetch(url)).text()
  const files = [...html.matchAll(/(?:href|src)="(\/(?:assets|media)\/[^"]+)"/g)].map(([, path]) => path!)
  const bodies = await Promise.all(
    [...new Set(files)].map(async (path) => Buffer.from(await (await fetch(url + path)).arrayBuffer())),
  )
  return [Buffer.from(html), ...bodies].reduce((sum, body) => sum + gzipSync(body).length, 0) / 1000
}

export async function instanceFigures(): Promise<Figure[]> {
  const { env, url, dataDir } = await prepare()
  try {
    const starts: number[] = []
    const rests: number[] = []
    let visit = 0
    // The first start of a version fills the cache.
    await stop((await start(env, url)).child)
    for (let run = 0; run < RUNS; run += 1) {
      const { child, ms } = await start(env, url)
      starts.push(ms)
      visit = await firstVisit(url)
      await pause(IDLE_MS)
      rests.push(residentMb(child.pid!))
      await stop(child)
    }
    const round = (value: number) => Math.round(value * 10) / 10
    const range = (values: number[]) => `${round(Math.min(...values))} to ${round(Math.max(...values))}`
    return [
      {
        name: 'start_ms',
        value: Math.round(median(starts)),
        unit: 'ms',
        note: `median of ${RUNS} starts, from spawn to /readyz answering 200, after one that filled the compile cache; ${range(starts)}`,
      },
      {
        name: 'rss_idle_mb',
        value: round(median(rests)),
        unit: 'MB',
        note: `median of ${RUNS}, VmRSS ${IDLE_MS / 1000} s after one visit of the front page; ${range(rests)}`,
      },
      {
        name: 'first_visit_kb',
        value: round(visit),
        unit: 'kB',
        note: 'front page with its style, script and icon, each gzip-compressed',
      },
    ]
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}
