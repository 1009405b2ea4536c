// SPDX-License-Identifier: AGPL-3.0-or-later
// WEB_PROCESSES: several processes at one port, of which one writes.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import Database from 'better-sqlite3'
import type { Browser } from '../support/browser.ts'
import { publishOffer } from '../support/offer-form.ts'
import { sendActivity, startPeer, stopPeers } from '../support/peer.ts'
import { portAt } from '../support/ports.ts'
import { startProcess, stopProcesses, until, type Process } from '../support/processes.ts'

jest.setTimeout(600_000)
const [PORT, PEER] = [portAt(47), portAt(48)]
let site: Process
let bastien: Browser

beforeAll(async () => {
  const knows = [PORT, PEER].map((port) => `127.0.0.1:${port}`)
  const env = { WEB_PROCESSES: '3', TRUSTED_PROXIES: '127.0.0.1' }
  site = await startProcess({ name: 'readers', kind: 'association', port: PORT, knows, env })
  bastien = await site.signIn('bastien')
})
afterAll(async () => {
  await stopProcesses()
  await stopPeers()
})

function rows<T = Record<string, unknown>>(query: string): T[] {
  const db = new Database(join(site.dataDir, 'mainforte.sqlite'), { readonly: true })
  try {
    return db.prepare(query).all() as T[]
  } finally {
    db.close()
  }
}

/** The processes that the one of the site started, without those that have ended (/proc/PID/stat: state, parent). */
const readers = () =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && /\) [^Z] (\d+) /.exec(statOf(pid))?.[1] === String(site.pid))
    .map(Number)

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return ''
  }
}

/** On a connection of its own each time, so that any of the processes may take it. */
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(site.url + path, { headers: { 'accept-language': 'fr', connection: 'close', ...headers } })

const publish = (title: string) => publishOffer(bastien, title)

it('every process has what was published and no longer what was closed, from the next request on', async () => {
  const id = await publish('Servir la soupe')
  const all = ['/', '/offers', '/offers.atom', '/api/v1/offers']
  const look = async () => {
    const found = await Promise.all(Array.from({ length: 12 }, (_, at) => get(all[at % all.length]!)))
    return (await Promise.all(found.map((one) => one.text()))).map((text) => text.includes(id))
  }
  // The listing follows from the event that was committed with the answer.
  await until(async () => (await look()).every(Boolean), 'it is not shown everywhere')
  await bastien.post(`/work/offers/${id}/closing`, { reason: 'filled' })
  expect((await look()).filter(Boolean)).toEqual([])
  expect(await (await get(`/offers/${id}`)).text()).toContain('ont trouvé toutes les personnes')
})

it('visitors are served while the process that writes is busy', async () => {
  const id = await publish('Trier les dons')
  await until(async () => (await (await get('/offers')).text()).includes(id))
  process.kill(site.pid!, 'SIGSTOP')
  try {
    const answers = await Promise.all(Array.from({ length: 10 }, () => get('/offers')))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect((await get(`/offers/${id}`)).headers.get('vary')?.split(', ')).toContain('Accept')
  } finally {
    process.kill(site.pid!, 'SIGCONT')
  }
})

it('forms, sessions, downloads, health and other sites reach the process that writes, as from the client', async () => {
  const id = await publish('Lire des histoires')
  expect((await get('/livez')).status).toBe(200)
  expect(await (await get('/readyz')).json()).toMatchObject({ status: 'ready' })
  const csv = await fetch(`${site.url}/work/offers.csv`, { headers: { cookie: bastien.cookie } })
  expect(await csv.text()).toContain('Lire des histoires')
  expect((await get(`/offers/${id}`, { accept: 'application/activity+json' })).headers.get('content-type')).toContain(
    'application/activity+json',
  )
  expect((await get('/offers/nothing')).status).toBe(404)
  expect((await get('/nothing')).status).toBe(404)
  expect((await get('/work/offers')).url).toContain('/sign-in')

  const visitor = site.browser()
  await visitor.get(`/offers/${id}/apply`)
  expect(visitor.status).toBe(200)
  await visitor.get('/offers')
  await visitor.press('English')
  expect(visitor.document.documentElement.lang).toBe('en')
  await visitor.get('/offers')
  expect(visitor.document.documentElement.lang).toBe('en')

  // A session that was not seen for a while is written down as seen, also by a public page.
  const db = new Database(join(site.dataDir, 'mainforte.sqlite'))
  db.prepare(`update sessions set seen_at = ?`).run(new Date(Date.now() - 900_000).toISOString())
  db.close()
  for (let n = 0; n < 6; n++) expect((await get('/offers', { cookie: visitor.cookie })).status).toBe(200)

  // The proxy in front says who the client is; what a client says of itself counts for nothing.
  const wrong = async (address: string) => {
    const headers = { 'x-forwarded-for': address, 'x-mainforte-client': `10.9.9.${n++}`, origin: site.url }
    const body = new URLSearchParams({ login: 'nobody@example.org', password: 'not the one' })
    return (await fetch(`${site.url}/sign-in`, { method: 'POST', headers, body })).status
  }
  let n = 0
  let status = 0
  for (let tries = 0; tries < 60 && status !== 429; tries++) status = await wrong('203.0.113.7')
  expect(status).toBe(429)
  expect(await wrong('203.0.113.8')).not.toBe(429)

  const peer = await startPeer({ port: PEER })
  const body = { id: `${peer.origin}/follow`, type: 'Follow', actor: peer.actor, object: site.actor }
  const sent = await sendActivity({ url: site.url, publicUrl: site.url }, peer.signer, { body, at: new Date() })
  expect(sent.status).toBe(202)
  await until(() => peer.last('Accept'), 'the follow was not answered')
})

it('every visitor is counted once, whichever processes they meet', async () => {
  const id = await publish('Arroser le jardin')
  await until(async () => (await (await get('/offers')).text()).includes(id))
  for (let visit = 0; visit < 12; visit++) await get(`/offers/${id}`, { 'user-agent': `Mozilla/5.0 ${visit % 3}` })
  await site.stop()
  expect(rows(`select sum(views) as views from offer_counts where offer_id = '${id}'`)).toEqual([{ views: 3 }])
  await site.start()
  bastien = await site.signIn('bastien')
})

it('a reading process that ends is replaced, and none is left behind by the one that writes', async () => {
  // The first of them answers while the other one is still starting.
  await until(() => site.output.match(/ready .*url/g)?.length === 2, 'it is not ready')
  const before = readers()
  expect(before).toHaveLength(2)
  process.kill(before[0]!, 'SIGKILL')
  await until(() => {
    const now = readers()
    return now.length === 2 && !now.includes(before[0]!)
  }, 'it is not replaced')
  expect(site.output.match(/a web process ended/g)).toHaveLength(1)
  expect((await get('/offers')).status).toBe(200)
  const now = readers()
  expect(await site.stop()).toBe(0)
  expect(now.filter(isThere)).toEqual([])
  await site.start()
  await until(() => site.output.match(/ready .*url/g)?.length === 3, 'it is not ready')
  const again = readers()
  await site.kill()
  await until(() => again.every((pid) => !isThere(pid)), 'a reading process goes on without the one that writes')
})

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
