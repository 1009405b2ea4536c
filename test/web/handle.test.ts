// SPDX-License-Identifier: AGPL-3.0-or-later
// Three instances in one process, none of which listens: the HTTP server of the host program chooses by Host.
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createNetServer, type Server as NetServer } from 'node:net'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { actorOf, hostOf, items, join, PORTS, publish, received, settleAll } from '../federation/instances.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { ask, sendActivity, startPeer, stopPeers } from '../support/peer.ts'

const byHost = new Map<string, RequestListener>()
let server: Server
let ways: NetServer[]
let association: World
let centre: World
let third: World

async function serve(kind: 'association' | 'centre', port: number, allow: string[] = []): Promise<World> {
  const host = `127.0.0.1:${port}`
  const hosts = [...Object.values(PORTS).map((one) => `127.0.0.1:${one}`), ...allow].join(',')
  const env = { PUBLIC_URL: `http://${host}`, FEDERATION_ALLOW_HOSTS: hosts }
  const world = await startApp({ kind, listens: false, env })
  byHost.set(host, world.handle)
  return world
}

beforeEach(async () => {
  server = createServer((req, res) => {
    const handle = byHost.get(req.headers.host ?? '')
    if (handle) handle(req, res)
    else res.writeHead(404).end()
  })
  ways = Object.values(PORTS).map(() => createNetServer((socket) => server.emit('connection', socket)))
  await Promise.all(
    ways.map((way, at) => new Promise<void>((done) => way.listen(Object.values(PORTS)[at], '127.0.0.1', done))),
  )
  association = await serve('association', PORTS.association)
  centre = await serve('centre', PORTS.centre)
  third = await serve('association', PORTS.region)
})
afterEach(async () => {
  await stopApps()
  await stopPeers()
  server.closeAllConnections()
  await Promise.all(ways.map((way) => new Promise((done) => way.close(done))))
  byHost.clear()
})

it('people sign in at each of them, and find its offers and no others', async () => {
  await publish(third)
  for (const world of [association, centre, third]) {
    const b = await world.signIn('bastien')
    await b.get('/work/people')
    expect(b.status).toBe(200)
    await b.get('/offers')
    expect(b.status).toBe(200)
    expect(b.text.includes('Conduire le camion des invendus')).toBe(world === third)
    expect(await world.deps.db.selectFrom('sessions').selectAll().execute()).toHaveLength(1)
  }
})

it('an association joins a centre and sends it an offer, through the inboxes of both', async () => {
  await join(association, centre)
  await publish(association)
  await settleAll(association, centre)
  expect(await items(centre)).toHaveLength(1)
  expect(new Set((await received(centre)).map(({ actor }) => actor))).toEqual(new Set([actorOf(association)]))
  expect(await received(third)).toEqual([])
})

it('an unsigned activity is refused, and counted for the address it comes from', async () => {
  const headers = { host: hostOf(centre), 'content-type': 'application/activity+json' }
  const reply = await ask(centre.url, { method: 'POST', path: '/inbox', headers, body: '{}' })
  expect(reply).toMatchObject({ status: 401, headers: { 'x-content-type-options': 'nosniff' } })
  expect(centre.logged.join('\n')).toMatch(/an activity was refused.*127\.0\.0/)
})

it('one stops: it answers 503, the others go on', async () => {
  await third.stop()
  const paths = { path: '/offers', headers: { host: hostOf(third) } }
  expect(await ask(third.url, paths)).toMatchObject({ status: 503, headers: { 'retry-after': '30' } })
  const b = await centre.browser().get('/offers')
  expect(b.status).toBe(200)
  await join(association, centre)
})

it('who stops finishes the request under way first', async () => {
  const peer = await startPeer()
  let isStopped = false
  const slow = await serve('association', PORTS.region, [peer.host])
  peer.pages.set('/actor', { hangs: true })
  const activity = { id: `${peer.origin}/1`, type: 'Like', actor: peer.actor, object: `${third.url}/offers/1` }
  const to = { url: slow.url, publicUrl: slow.url }
  const sent = sendActivity(to, peer.signer, { body: activity, at: slow.clock.now() })
  while (!peer.asked.includes('/actor')) await new Promise((done) => setTimeout(done, 5))
  const stopping = slow.stop().then(() => (isStopped = true))
  await new Promise((done) => setTimeout(done, 100))
  expect(isStopped).toBe(false)
  peer.answer('cut')
  expect(await sent).toMatchObject({ status: 401 })
  await stopping
})

it('what holds nobody’s data is there once, whatever is somebody’s apart', () => {
  for (const name of ['taxonomies', 'views'] as const) expect(third.deps[name]).toBe(association.deps[name])
  for (const name of ['config', 'db', 'secrets', 'commits'] as const)
    expect(third.deps[name]).not.toBe(association.deps[name])
})

it('the shipped list of towns is open once, although each instance may add places of its own', async () => {
  const open = () =>
    readdirSync('/proc/self/fd').filter((fd) => {
      const path = `/proc/self/fd/${fd}`
      // That of the list of files itself is closed by now.
      return existsSync(path) && readlinkSync(path).endsWith('/places.sqlite')
    }).length
  expect(association.deps.places.find('FR-21231')?.name).toBe('Dijon')
  const before = open()
  expect(before).toBeGreaterThan(0)
  const fourth = await startApp({ starts: false })
  expect(fourth.deps.places).not.toBe(association.deps.places)
  expect(fourth.deps.places.find('FR-21231')?.name).toBe('Dijon')
  expect(open()).toBe(before)
})
