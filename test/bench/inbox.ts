// SPDX-License-Identifier: AGPL-3.0-or-later
// Signed activities per second, stored on disk, compared with apex, Fedify and the least that is safe. All get the same
// bytes, signed beforehand, in alternating rounds.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { DATABASE_FILE } from '../../db/open.ts'
import { CONNECTIONS, deleteOf, post, PUBLIC_URL, startActors, type Requests } from './inbox/sender.ts'
import { freePort, median, prepare, residentMb, start, stop } from './instance.ts'
import type { Figure } from './run.ts'

export const INBOX = ['inbox_per_second', 'inbox_p99_ms', 'inbox_rss_mb', 'inbox_growth']
/** Fewer for the slower servers, so that a round takes about as long for each. */
const ROUND = { ours: 2000, floor: 2000, apex: 200, fedify: 120 }
const ROUNDS = 11
const WARM_UP = 400
const PEERS = ['apex', 'fedify', 'floor'] as const

type Name = keyof typeof ROUND
type Running = { port: number; folder: string; child: ChildProcess }
type Actors = Awaited<ReturnType<typeof startActors>>

export async function inboxFigures(): Promise<Figure[]> {
  const actors = await startActors()
  try {
    return [...(await throughput(actors)), await growth(actors)]
  } finally {
    actors.close()
  }
}

async function throughput(actors: Actors): Promise<Figure[]> {
  const servers = new Map<Name, Running>()
  try {
    servers.set('ours', await startOurs(actors.host))
    for (const peer of PEERS) servers.set(peer, await startPeer(peer))
    await warmUp(actors, [...servers.values()])
    const speeds: Record<Name, number[]> = { ours: [], floor: [], apex: [], fedify: [] }
    const tails: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const requests = await actors.write(ROUND.ours)
      for (const [name, server] of servers) {
        const { perSecond, p99 } = await send(server, requests.slice(0, ROUND[name]))
        speeds[name].push(perSecond)
        if (name === 'ours') tails.push(p99)
      }
    }
    const ours = servers.get('ours')!
    const { seconds, perSecond, count } = await timeToHandle(actors, ours)
    const how =
      `signed (draft-cavage, RSA-2048) Create of an Event, 2 kB, actor and key known, ${CONNECTIONS} kept connections, ` +
      `signed beforehand; each server a process of its own on this machine; median of ${ROUNDS} rounds that take turns`
    const figure = (name: Name, note: string): Figure => ({
      name: 'inbox_per_second',
      value: Math.round(median(speeds[name])),
      unit: 'activities/s',
      ...(name === 'ours' ? {} : { peer: name, ratio: ratio(speeds.ours, speeds[name]) }),
      note,
    })
    return [
      figure(
        'ours',
        `${how}; server/main.ts as npm start runs it, SQLite with synchronous=FULL, answered 202 after the commit. The ` +
          `senders are unknown peers, so their activities about objects are handled in the same commit. Of ${count} ` +
          `Delete, which are handled one by one, ${Math.round(perSecond)}/s are taken in, and the last is handled ` +
          `${seconds.toFixed(1)} s after the first was sent`,
      ),
      figure('apex', `activitypub-express 4.4.2 with its own pipeline, SQLite store with synchronous=FULL; ${RATIO}`),
      figure('fedify', `Fedify 2.3.6 on its memory store, not durable; ${RATIO}`),
      figure('floor', `express, digest, check with a kept key, JSON.parse, one grouped FULL commit; ${RATIO}`),
      { name: 'inbox_p99_ms', value: round(median(tails)), unit: 'ms', note: `ours, in the same rounds; ${how}` },
      {
        name: 'inbox_rss_mb',
        value: round(residentMb(ours.child.pid!)),
        unit: 'MB',
        note: `resident memory of ours after ${WARM_UP + ROUNDS * ROUND.ours + count} activities`,
      },
    ]
  } finally {
    for (const server of servers.values()) await end(server)
  }
}

const RATIO = 'ratio: ours / theirs, median over the rounds'
const ratio = (ours: number[], theirs: number[]) => round(median(ours.map((speed, at) => speed / theirs[at]!)))
const round = (value: number) => Math.round(value * 100) / 100

async function timeToHandle(actors: Actors, ours: Running) {
  const count = 1000
  const requests = await actors.write(count, deleteOf)
  const from = performance.now()
  const { perSecond } = await send(ours, requests)
  const db = new Database(join(ours.folder, DATABASE_FILE), { readonly: true })
  const left = db.prepare("SELECT count(*) FROM fed_activities WHERE state = 'waiting'").pluck()
  while (Number(left.get()) > 0) {
    if (performance.now() - from > 60_000) throw new Error('the stored activities were not handled within a minute')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const seconds = (performance.now() - from) / 1000
  db.close()
  return { seconds, perSecond, count }
}

const STORED = [1000, 100_000, 1_000_000]

/** The time of an activity after a million received ones, divided by the time after a thousand. */
async function growth(actors: Actors): Promise<Figure> {
  const servers: Running[] = []
  try {
    for (const stored of STORED) servers.push(await startOurs(actors.host, stored))
    await warmUp(actors, servers)
    const times: number[][] = STORED.map(() => [])
    for (let turn = 0; turn < ROUNDS; turn += 1) {
      const requests = await actors.write(ROUND.ours / 2)
      for (const [at, server] of servers.entries()) times[at]!.push(1 / (await send(server, requests)).perSecond)
    }
    const each = times.map((some, at) => `${Math.round(median(some) * 1e6)} µs with ${STORED[at]}`).join(', ')
    return {
      name: 'inbox_growth',
      value: ratio(times.at(-1)!, times[0]!),
      unit: 'times',
      note: `time per activity with 1 000 000 received before / with 1 000 (${each}; of 2 000 servers, one in ten with its body); median of ${ROUNDS} rounds that take turns, ${CONNECTIONS} kept connections`,
    }
  } finally {
    for (const server of servers) await end(server)
  }
}

async function startOurs(actorsHost: string, stored = 0): Promise<Running> {
  const { env, url, dataDir: folder, port } = await prepare({ PUBLIC_URL, FEDERATION_ALLOW_HOSTS: actorsHost })
  if (stored > 0) fill(join(folder, DATABASE_FILE), stored)
  return { port, folder, child: (await start(env, url)).child }
}

function fill(file: string, count: number): void {
  const db = new Database(file)
  db.pragma('synchronous = OFF')
  db.prepare(
    `WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?)
     INSERT INTO fed_activities (id, direction, type, actor, object_id, body, is_public, state, error, at)
     SELECT 'https://s' || (n * 7919 % 2000) || '.example/activities/' || n, 'in', 'Create',
       'https://s' || (n * 7919 % 2000) || '.example/actor',
       CASE WHEN n % 10 = 0 THEN 'https://s' || (n * 7919 % 2000) || '.example/events/' || n END,
       CASE WHEN n % 10 = 0 THEN '{"content":"' || hex(zeroblob(400)) || '"}' ELSE '{}' END, 1,
       CASE WHEN n % 10 = 0 THEN 'done' ELSE 'ignored' END, NULL, '2026-11-01T09:00:00.000Z' FROM n`,
  ).run(count)
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
}

/** Each program prints `ready` when it listens. */
async function startPeer(name: (typeof PEERS)[number]): Promise<Running> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'mainforte-bench-'))
  const file = join(import.meta.dirname, 'inbox', `${name}.ts`)
  const child = spawn(process.execPath, [file, String(port), folder, PUBLIC_URL], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await new Promise<void>((done, fail) => {
    child.stdout?.once('data', () => done())
    child.once('exit', () => fail(new Error(`${name} did not start`)))
  })
  child.stdout?.resume()
  return { port, folder, child }
}

async function warmUp(actors: Actors, servers: Running[]): Promise<void> {
  const requests = await actors.write(WARM_UP)
  for (const server of servers) await send(server, requests)
}

/** @throws when a request was refused: the figure would mean nothing. */
async function send({ port }: Running, requests: Requests): Promise<{ perSecond: number; p99: number }> {
  const { perSecond, latencies, statuses } = await post(port, requests)
  const refused = Object.keys(statuses).filter((status) => !status.startsWith('2'))
  if (refused.length > 0) throw new Error(`requests were refused: ${JSON.stringify(statuses)}`)
  return { perSecond, p99: latencies.toSorted((a, b) => a - b)[Math.floor(latencies.length * 0.99)]! }
}

async function end({ child, folder }: Running): Promise<void> {
  if (child.exitCode === null) await stop(child)
  rmSync(folder, { recursive: true, force: true })
}
