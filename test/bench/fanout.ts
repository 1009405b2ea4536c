// SPDX-License-Identifier: AGPL-3.0-or-later
// One offer for a thousand followers on two hundred servers, some of which hang or fail: the time and the memory.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../../config/env.ts'
import type { NewRow } from '../../db/schema.ts'
import type { Deps } from '../../server/deps.ts'
import { openDeps } from '../../server/open-deps.ts'
import { createDraft } from '../../server/offers/commands/write.ts'
import { ROLES, viewerOf } from '../../server/model/viewer.ts'
import { contentOf } from '../federation/instances.ts'
import { createBrowser } from '../support/browser.ts'
import { PASSWORD } from '../support/world.ts'
import type { HostsReport, HostsWanted } from './fanout-hosts.ts'
import { pause, prepare, residentMb, start, stop } from './instance.ts'
import type { Figure } from './run.ts'

const HOSTS: HostsWanted = { healthy: 187, hanging: 3, refusing: 5, broken: 5, answerMs: 20 }
const INBOXES = 5
const RUNS = 3
const REST_MS = 3_000
const PATIENCE_MS = 60_000

type Ports = Extract<HostsReport, { ports: unknown }>['ports']
type Served = Extract<HostsReport, { doneAt: number }>
type Run = { seconds: number; growthMb: number; afterMb: number; mostInFlight: number; mostOfHost: number }

export async function fanoutFigures(): Promise<Figure[]> {
  const runs: Run[] = []
  for (let run = 0; run < RUNS; run += 1) runs.push(await measure())
  const most = (of: (run: Run) => number) => Math.max(...runs.map(of))
  const round = (value: number) => Math.round(value * 100) / 100
  const list = (of: (run: Run) => number) => runs.map((run) => round(of(run))).join(', ')
  const set = `1 000 followers' inboxes on 200 hosts of 127.0.0.1, five a host and none shared, in a process of their own; 187 hosts answer 202 after ${HOSTS.answerMs} ms, 3 take the request and never answer, 5 refuse the connection, 5 answer 500; instance as npm start runs it`
  return [
    {
      name: 'fanout_1000_s',
      value: round(most(({ seconds }) => seconds)),
      unit: 's',
      note: `from the request that publishes one offer until the last of the 935 inboxes of healthy hosts has answered, worst of ${RUNS} (${list(({ seconds }) => seconds)}); ${set}; in flight at most ${most(({ mostInFlight }) => mostInFlight)} in all and ${most(({ mostOfHost }) => mostOfHost)} of one host, as the hosts saw it`,
    },
    {
      name: 'fanout_rss_mb',
      value: round(most(({ growthMb }) => growthMb)),
      unit: 'MB',
      note: `highest VmRSS seen (every 20 ms) during that and the 15 s after it, less VmRSS ${REST_MS / 1000} s after signing in, worst of ${RUNS} (${list(({ growthMb }) => growthMb)}; left 15 s later: ${list(({ afterMb }) => afterMb)})`,
    },
  ]
}

async function measure(): Promise<Run> {
  const hosts = fork(join(import.meta.dirname, 'fanout-hosts.ts'))
  // Their ports first, or one of them could be the port that was free for the instance.
  const { ports } = await answerOf<{ ports: Ports }>(hosts, HOSTS)
  const { env, url, dataDir } = await prepare()
  let instance: ChildProcess | undefined
  try {
    const everywhere = [...ports.healthy, ...ports.hanging, ...ports.refusing, ...ports.broken]
    const settings = { ...env, FEDERATION_ALLOW_HOSTS: everywhere.map((port) => `127.0.0.1:${port}`).join(',') }
    const offer = await fill(settings, everywhere)
    hosts.send({ expected: ports.healthy.length * INBOXES })
    instance = (await start(settings, url)).child
    return await watch(instance.pid!, await publisher(url, offer), hosts)
  } finally {
    if (instance) await stop(instance)
    hosts.kill()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** Measures the memory until everything is delivered, and for as long as hosts may hang. */
async function watch(pid: number, publish: () => Promise<void>, hosts: ChildProcess): Promise<Run> {
  await pause(REST_MS)
  const before = residentMb(pid)
  let highest = before
  const look = setInterval(() => (highest = Math.max(highest, residentMb(pid))), 20)
  try {
    const served = once(hosts, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) })
    const from = Date.now()
    await publish()
    const [{ doneAt, mostInFlight, mostOfHost }] = (await served) as [Served]
    await pause(15_000)
    const growthMb = highest - before
    return { seconds: (doneAt - from) / 1000, growthMb, afterMb: residentMb(pid) - before, mostInFlight, mostOfHost }
  } finally {
    clearInterval(look)
  }
}

/** @returns presses the button of the draft, as the signed-in coordinator. */
async function publisher(url: string, offer: string): Promise<() => Promise<void>> {
  const browser = createBrowser(url, url)
  await browser.get('/sign-in')
  await browser.post('/sign-in', { login: 'bastien@example.org', password: PASSWORD })
  await browser.get(`/work/offers/${offer}`)
  const version = browser.document.querySelector('[name="version"]')?.getAttribute('value') ?? ''
  return async () => {
    await browser.post(`/work/offers/${offer}/publication`, { version })
    if (browser.status >= 400) throw new Error(`the offer was not published: ${browser.status}`)
  }
}

async function fill(env: Record<string, string>, ports: number[]): Promise<string> {
  const reading = readConfig(env)
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  const { deps } = await openDeps(reading.config)
  const followers = ports.flatMap((port) =>
    Array.from({ length: INBOXES }, (_, at) => `http://127.0.0.1:${port}/u/${at}`),
  )
  await insertFollowers(deps, followers)
  const { id: bastien } = await deps.db
    .selectFrom('people')
    .select('id')
    .where('given_name', '=', 'Bastien')
    .executeTakeFirstOrThrow()
  const asked = { firstDay: null, lastDay: null }
  const draft = { content: contentOf(), contactId: bastien, visibility: 'public' as const, asked }
  const offer = await createDraft(deps, viewerOf(bastien, 'Bastien', ROLES), draft)
  await deps.db.destroy()
  return offer
}

/** @param followers addresses of actors; the inbox of each is under its own. */
export async function insertFollowers(deps: Deps, followers: readonly string[]): Promise<void> {
  const at = deps.clock.iso()
  const me = `${deps.config.publicUrl}/actor`
  await deps.db.transaction().execute(async (tx) => {
    for (const uri of followers) {
      const id = `${uri}/follow`
      const body = JSON.stringify({ id, type: 'Follow', actor: uri, object: me })
      const row: NewRow<'fed_activities'> = {
        id,
        direction: 'in',
        type: 'Follow',
        actor: uri,
        object_id: me,
        body,
        state: 'done',
        at,
      }
      const { seq } = await tx.insertInto('fed_activities').values(row).returning('seq').executeTakeFirstOrThrow()
      await tx
        .insertInto('fed_collections')
        .values({ collection: `${deps.config.publicUrl}/followers`, activity_id: id, seq })
        .execute()
      await tx
        .insertInto('fed_follows')
        .values({ activity_id: id, follower: uri, followed: me, state: 'accepted', at })
        .execute()
      const { host } = new URL(uri)
      const actor = { uri, host, type: 'Organization', inbox: `${uri}/inbox`, body: '{}', fetched_at: at }
      await tx.insertInto('fed_actors').values(actor).execute()
    }
  })
}

export async function answerOf<T>(child: ChildProcess, question: HostsWanted): Promise<T> {
  const answer = once(child, 'message')
  child.send(question)
  return ((await answer) as [T])[0]
}
