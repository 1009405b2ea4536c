// SPDX-License-Identifier: AGPL-3.0-or-later
// What we say reaches everybody who should hear it, whatever their servers are up to.
import { updateAssociation } from '../../db/queries/association.ts'
import { record } from '../../db/queries/events.ts'
import { readRetryAfter, waitAfter } from '../../federation/schedule.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { sendLetter, startPeer, stopPeers, type Peer } from '../support/peer.ts'

const publicUrl = 'http://localhost:3000'
const MINUTE = 60_000
const HOUR = 60 * MINUTE
let world: World

async function begin(...peers: Peer[]) {
  world = await startApp({ env: { FEDERATION_ALLOW_HOSTS: peers.map(({ host }) => host).join(',') } })
  for (const peer of peers) {
    const body = { id: `${peer.origin}/follow`, type: 'Follow', actor: peer.actor, object: `${publicUrl}/actor` }
    await sendLetter({ url: world.url, publicUrl }, peer.signer, { body, at: world.clock.now() })
  }
  await world.settle()
  for (const peer of peers) {
    expect(peer.last('Accept')).toBeDefined()
    peer.received.length = 0
  }
}
afterEach(async () => {
  await stopApps()
  await stopPeers()
})

/** The shortest thing to say to all followers: our own profile has changed. */
async function say(): Promise<void> {
  await transact(world.deps, async (tx) => {
    const { version } = await tx.selectFrom('association').select('version').executeTakeFirstOrThrow()
    await updateAssociation(tx, { name: `Les Jardins ${version}` }, version)
    await record(tx, { type: 'association.updated', at: world.clock.iso() })
  })
}
const settle = () => world.settle()
const rows = () => world.deps.db.selectFrom('fed_deliveries').selectAll().orderBy('id').execute()
const peerRow = (peer: Peer) =>
  world.deps.db.selectFrom('fed_peers').selectAll().where('host', '=', peer.host).executeTakeFirst()
const follows = () => world.deps.db.selectFrom('fed_follows').selectAll().execute()
const names = (peer: Peer) => peer.received.map(({ body }) => (body['object'] as { name: string }).name)

test('each follower gets it once, signed, without the key, and the queue is empty', async () => {
  const [one, two] = [await startPeer({ key: 0 }), await startPeer({ key: 1 })]
  await begin(one, two)
  await say()
  await settle()
  for (const peer of [one, two]) {
    expect(peer.received).toHaveLength(1)
    expect(peer.received[0]).toMatchObject({ path: '/inbox', body: { type: 'Update', actor: `${publicUrl}/actor` } })
    expect(peer.received[0]?.headers['signature']).toContain('keyId="http://localhost:3000/actor#main-key"')
  }
  expect(await rows()).toEqual([])
  const everything = JSON.stringify(await world.deps.db.selectFrom('fed_activities').selectAll().execute())
  expect(everything + world.logged.join()).not.toContain('PRIVATE KEY')
})

test('a server that hangs does not keep the others waiting', async () => {
  const hanging = [await startPeer({ key: 0 }), await startPeer({ key: 1 }), await startPeer({ key: 2 })]
  const healthy = await startPeer({ key: 3 })
  await begin(...hanging, healthy)
  for (const peer of hanging) peer.status.inbox = 'hang'
  const from = performance.now()
  await say()
  while (healthy.received.length === 0 && performance.now() - from < 9000)
    await new Promise((done) => setTimeout(done, 20))
  expect(healthy.received).toHaveLength(1)
  expect(performance.now() - from).toBeLessThan(5000)
})

describe('answers', () => {
  test.each<[number, string, number]>([
    [400, 'failed', 1],
    [405, 'failed', 1],
    [422, 'failed', 1],
    [301, 'failed', 1],
    [401, 'failed', 3],
    [403, 'failed', 3],
    [404, 'failed', 3],
    [500, 'failed', 10],
    [408, 'failed', 10],
    [429, 'failed', 10],
  ])('%d: %s after %d tries', async (status, state, tries) => {
    const peer = await startPeer()
    await begin(peer)
    peer.status.inbox = status
    await say()
    for (let round = 0; round < 12; round++) {
      await settle()
      world.clock.advance(29 * HOUR)
    }
    expect(peer.received).toHaveLength(tries)
    expect(await rows()).toMatchObject([{ state, attempts: tries, last_error: `http ${status}` }])
  })

  test('500 five times, then 202: the schedule is kept and it arrives', async () => {
    const peer = await startPeer()
    await begin(peer)
    peer.status.inbox = 500
    await say()
    await settle()
    for (const wait of [1 * MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR]) {
      const before = peer.received.length
      world.clock.advance(wait * 0.75)
      await settle()
      expect(peer.received).toHaveLength(before)
      if (wait === 6 * HOUR) peer.status.inbox = 202
      world.clock.advance(wait * 0.5)
      await settle()
      expect(peer.received).toHaveLength(before + 1)
    }
    expect(await rows()).toEqual([])
  })

  test('a server may ask for more time', async () => {
    const peer = await startPeer()
    await begin(peer)
    Object.assign(peer.status, { inbox: 429, retryAfter: '7200' })
    await say()
    await settle()
    world.clock.advance(1.9 * HOUR)
    await settle()
    expect(peer.received).toHaveLength(1)
    peer.status.inbox = 202
    world.clock.advance(0.2 * HOUR)
    await settle()
    expect(await rows()).toEqual([])
  })

  test('410 ends it, and the follower is no follower any more', async () => {
    const peer = await startPeer()
    await begin(peer)
    peer.status.inbox = 410
    await say()
    await settle()
    expect(await follows()).toMatchObject([{ state: 'undone' }])
    await say()
    await settle()
    expect(peer.received).toHaveLength(1)
  })
})

test('what is said of one thing arrives in order, even when the first try fails', async () => {
  const peer = await startPeer()
  await begin(peer)
  peer.status.inbox = 503
  await say()
  await settle()
  await say()
  await settle()
  await say()
  await settle()
  expect(names(peer)).toEqual(['Les Jardins 1'])
  peer.status.inbox = 202
  world.clock.advance(2 * MINUTE)
  await settle()
  expect(names(peer)).toEqual(['Les Jardins 1', 'Les Jardins 1', 'Les Jardins 2', 'Les Jardins 3'])
})

describe('a server that is away', () => {
  test('rests, counts as away after a week, is probed once a day, and is written to at once when it speaks', async () => {
    const peer = await startPeer({ key: 0 })
    await begin(peer)
    const before = await peerRow(peer)
    expect(before?.state ?? 'ok').toBe('ok')
    const { status } = peer
    const tries: number[] = []
    status.inbox = 202
    await peer.close()
    await say()
    for (let day = 0; day < 9; day++) {
      const count = world.logged.length
      for (let hour = 0; hour < 24; hour += 3) {
        await settle()
        world.clock.advance(3 * HOUR)
      }
      tries.push(world.logged.length - count)
    }
    expect(await peerRow(peer)).toMatchObject({ state: 'dead' })
    const [row] = await rows()
    expect(row?.state).toBe('waiting')
    expect(row?.attempts).toBeLessThanOrEqual(16)

    // It comes back under its old address and says something.
    const again = await startPeer({ key: 0, port: Number(peer.host.split(':')[1]) })
    const body = { id: `${peer.origin}/hello`, type: 'Like', actor: peer.actor, object: `${publicUrl}/offers/1` }
    await sendLetter({ url: world.url, publicUrl }, again.signer, { body, at: world.clock.now() })
    await settle()
    expect(again.received).toHaveLength(1)
    expect(await peerRow(peer)).toMatchObject({ state: 'ok' })
    expect(await rows()).toEqual([])
  })
})

test('waits and the server’s own wishes', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 50].map((n) => waitAfter(n, 0.5) / MINUTE)).toEqual([
    1, 5, 30, 120, 360, 720, 1440, 1440, 1440,
  ])
  const now = new Date('2026-11-22T09:00:00Z')
  expect(readRetryAfter('120', now)).toBe(120_000)
  expect(readRetryAfter('Sun, 22 Nov 2026 10:00:00 GMT', now)).toBe(HOUR)
  expect(readRetryAfter('99999999', now)).toBe(24 * HOUR)
  for (const odd of [undefined, '', '-1', 'soon']) expect(readRetryAfter(odd, now)).toBeUndefined()
})
