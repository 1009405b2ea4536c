// SPDX-License-Identifier: AGPL-3.0-or-later
// Twenty thousand events wait, and two hundred servers follow: how fast are pages while they are handled?
import { fork, type ChildProcess } from 'node:child_process'
import { Agent, request } from 'node:http'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { readConfig } from '../../config/env.ts'
import type { NewRow } from '../../db/schema.ts'
import type { Deps } from '../../server/deps.ts'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { createDraft } from '../../server/offers/commands/write.ts'
import { publishOffer } from '../../server/offers/commands/publish.ts'
import { openDeps } from '../../server/open-deps.ts'
import { ROLES, viewerOf } from '../../server/model/viewer.ts'
import { contentOf } from '../federation/instances.ts'
import { randomFrom } from '../support/random.ts'
import { answerOf, insertFollowers } from './fanout.ts'
import type { HostsReport, HostsWanted } from './fanout-hosts.ts'
import { pause, prepare, startUnready, stop } from './instance.ts'
import type { Figure } from './run.ts'

const EVENTS = 20_000
const OFFERS = 40
const SEED = 20_261_128
const HOSTS: HostsWanted = { healthy: 200, hanging: 0, refusing: 0, broken: 0, answerMs: 20 }
const PROBE_EVERY_MS = 20
const WATCHED_MS = 60_000

type Ports = Extract<HostsReport, { ports: unknown }>['ports']

export async function backlogFigures(): Promise<Figure[]> {
  const hosts = fork(join(import.meta.dirname, 'fanout-hosts.ts'))
  const { ports } = await answerOf<{ ports: Ports }>(hosts, HOSTS)
  const { env, url, dataDir } = await prepare()
  let instance: ChildProcess | undefined
  try {
    const settings = { ...env, FEDERATION_ALLOW_HOSTS: ports.healthy.map((port) => `127.0.0.1:${port}`).join(',') }
    await fill(settings, ports.healthy)
    instance = startUnready(settings)
    const waits = await probe(url)
    await stop(instance)
    instance = undefined
    return [figure(waits, leftIn(dataDir))]
  } finally {
    if (instance) await stop(instance)
    hosts.kill()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

function figure(waits: number[], left: Record<string, number>): Figure {
  const sorted = waits.toSorted((a, b) => a - b)
  const at = (part: number) => Math.round(sorted[Math.ceil(sorted.length * part) - 1]! * 10) / 10
  const read = Object.entries(left).map(([name, count]) => `${name} ${count}`)
  return {
    name: 'backlog_livez_p99_ms',
    value: at(0.99),
    unit: 'ms',
    note: `from sending GET /livez to its answer, one every ${PROBE_EVERY_MS} ms whether the one before has been answered or not, for ${WATCHED_MS / 1000} s after the port is open (${waits.length} requests; median ${at(0.5)}, p99.9 ${at(0.999)}, longest ${at(1)}; one without an answer counts until the end); ${EVENTS} events (seed ${SEED}: one in ten for the followers, four in ten for a mail, five in ten for nobody), 200 followers on as many hosts that answer after ${HOSTS.answerMs} ms; afterwards: ${read.join(', ')}`,
  }
}

/** Sends requests at fixed times, so that a blocked process delays as many as it would for people. */
async function probe(url: string): Promise<number[]> {
  const agent = new Agent({ keepAlive: true })
  const ask = (wait: number) =>
    new Promise<boolean>((done) => {
      const asked = request(`${url}/livez`, { agent, timeout: wait }, (answer) => {
        answer.resume()
        answer.on('end', () => done(answer.statusCode === 200))
      })
      asked.on('timeout', () => asked.destroy())
      asked.on('error', () => done(false))
      asked.end()
    })
  const isOpen = () =>
    new Promise<boolean>((done) => {
      const asked = request(
        `${url}/livez`,
        { timeout: WATCHED_MS },
        (answer) => void done(answer.resume() !== undefined),
      )
      asked.on('socket', (socket) => socket.on('connect', () => done(true)))
      asked.on('error', () => done(false))
      asked.end()
    })
  while (!(await isOpen())) await pause(5)
  const from = performance.now()
  const end = from + WATCHED_MS
  const waits: Promise<number>[] = []
  for (let next = from; next < end; next += PROBE_EVERY_MS) {
    await pause(Math.max(0, next - performance.now()))
    const sent = performance.now()
    waits.push(ask(end - sent).then((ok) => (ok ? performance.now() - sent : end - sent)))
  }
  const all = await Promise.all(waits)
  agent.destroy()
  return all
}

function leftIn(dataDir: string): Record<string, number> {
  const file = new Database(join(dataDir, 'mainforte.sqlite'), { readonly: true })
  const one = (sql: string) => file.prepare(sql).pluck().get() as number
  const cursor = (name: string) =>
    one(`SELECT coalesce(max(seq), 0) FROM event_cursors WHERE consumer = '${name}'`) -
    one('SELECT min(seq) FROM events')
  const left = {
    'read for mails': cursor('notices'),
    'read for the followers': cursor('federation'),
    'mails written': one('SELECT count(*) FROM mails'),
    'activities made': one("SELECT count(*) FROM fed_activities WHERE direction = 'out'"),
    'deliveries waiting': one('SELECT count(*) FROM fed_deliveries'),
  }
  file.close()
  return left
}

export async function fill(env: Record<string, string>, ports: number[]): Promise<void> {
  const reading = readConfig(env)
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  const { deps } = await openDeps(reading.config)
  await insertFollowers(
    deps,
    ports.map((port) => `http://127.0.0.1:${port}/u/0`),
  )
  const people = (await deps.db.selectFrom('people').select('id').execute()).map(({ id }) => id)
  const offers = await publishAll(deps, people[0]!)
  const { next, one } = randomFrom(SEED)
  const rows = Array.from({ length: EVENTS }, (): NewRow<'events'> => {
    const at = deps.clock.iso()
    const kind = next()
    if (kind < 0.1)
      return { at, type: 'offer.standing_changed', subject_id: one(offers), details: '{"what":"capacity"}' }
    if (kind < 0.5) return { at, type: 'person.second_factor_on', subject_id: one(people), details: '{}' }
    return { at, type: 'session.signed_in', subject_id: one(people), details: '{}' }
  })
  for (let from = 0; from < rows.length; from += 500)
    await deps.db
      .insertInto('events')
      .values(rows.slice(from, from + 500))
      .execute()
  await deps.db.destroy()
}

/** Forty offers. @param change of their content. */
export async function publishAll(deps: Deps, personId: string, change: Partial<OfferContent> = {}): Promise<string[]> {
  const viewer = viewerOf(personId, 'Bastien', ROLES)
  const ids: string[] = []
  for (let count = 0; count < OFFERS; count++) {
    const asked = { firstDay: null, lastDay: null }
    const draft = { content: contentOf(change), contactId: personId, visibility: 'public' as const, asked }
    ids.push(await createDraft(deps, viewer, draft))
    await publishOffer(deps, viewer, ids.at(-1)!)
  }
  return ids
}
