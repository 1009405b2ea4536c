// SPDX-License-Identifier: AGPL-3.0-or-later
// Our activities reach all their addressees, however their servers fail.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { sql } from 'kysely'
import { updateAssociation } from '../../db/queries/association.ts'
import { record } from '../../db/queries/events.ts'
import { insertActivities } from '../../db/queries/fed-activities.ts'
import { retryFanOuts } from '../../db/queries/fed-fanouts.ts'
import { countDeliveries } from '../../db/queries/operator.ts'
import { insertDeliveries } from '../../db/queries/fed-deliveries.ts'
import { AT_ONCE } from '../../federation/delivery.ts'
import { beginFanOut } from '../../federation/fan-out.ts'
import { openPolicy } from '../../federation/policy.ts'
import { BACK_OFF, MAX_TRIES, readRetryAfter } from '../../federation/retries.ts'
import { signRequest } from '../../federation/signatures.ts'
import { waitAfter } from '../../server/queue/back-off.ts'
import { SLOW_SLOTS } from '../../server/queue/slots.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { ask, sendActivity, startPeer, stopPeers, type Peer } from '../support/peer.ts'

const publicUrl = 'http://localhost:3000'
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
let world: World

async function begin(...known: (Peer | { host: string })[]) {
  world = await startApp({ env: { FEDERATION_ALLOW_HOSTS: known.map(({ host }) => host).join(',') } })
  const peers = known.filter((one) => 'actor' in one)
  for (const peer of peers) {
    const body = { id: `${peer.origin}/follow`, type: 'Follow', actor: peer.actor, object: `${publicUrl}/actor` }
    await sendActivity({ url: world.url, publicUrl }, peer.signer, { body, at: world.clock.now() })
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

/** The smallest activity for all followers: our own profile has changed. */
async function publish(): Promise<void> {
  await transact(world.deps, async (tx) => {
    const { version } = await tx.selectFrom('association').select('version').executeTakeFirstOrThrow()
    await updateAssociation(tx, { name: `Les Jardins ${version}` }, version)
    await record(tx, { type: 'association.updated', at: world.clock.iso(), details: { fields: 'name' } })
  })
}
const settle = () => world.settle()
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const from = performance.now()
  while (!(await isSo()) && performance.now() - from < 240_000) await pause(20)
  expect(await isSo()).toBe(true)
}
/** Deliveries postponed; one that hangs is postponed after ten seconds. */
const givenUp = () => world.logged.filter((line) => line.includes('a delivery did not arrive')).length
const rows = () => world.deps.db.selectFrom('fed_deliveries').selectAll().orderBy('id').execute()
const peerRow = (peer: Peer) =>
  world.deps.db.selectFrom('fed_peers').selectAll().where('host', '=', peer.host).executeTakeFirst()
const follows = () => world.deps.db.selectFrom('fed_follows').selectAll().execute()
const names = (peer: Peer) => peer.received.map(({ body }) => (body['object'] as { name: string }).name)

it('each follower gets it once, signed, without the key, and the queue is empty', async () => {
  const [one, two] = [await startPeer({ key: 0 }), await startPeer({ key: 1 })]
  await begin(one, two)
  await publish()
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

it('the library that reads and writes for us is there before a transaction begins, for which others would wait', async () => {
  const peer = await startPeer()
  const apex = jest.requireActual<object>('activitypub-express')
  const waited: boolean[] = []
  // Each instance loads it at its first use. The outer handle refuses inside a transaction.
  const noted: Promise<unknown>[] = []
  const note = () => {
    const asked = world.deps.db.selectFrom('association').select('name').execute()
    noted.push(
      asked.then(
        () => waited.push(false),
        () => waited.push(true),
      ),
    )
  }
  jest.doMock('activitypub-express', () => ({
    __esModule: true,
    get default() {
      note()
      return apex
    },
  }))
  try {
    await begin(peer)
    await begin()
    await publish()
    await settle()
    world = await startApp({ env: { FEDERATION_ALLOW_HOSTS: peer.host } })
    peer.status.inbox = 410
    const at = world.clock.iso()
    const row = { id: 'x', direction: 'out', type: 'Update', actor: `${publicUrl}/actor`, body: '{}', at } as const
    await transact(world.deps, async (tx) => {
      await insertActivities(tx, [{ ...row, state: 'done' }])
      const to = { inbox: `${peer.origin}/inbox`, host: peer.host, order_key: 'x' }
      await insertDeliveries(tx, [{ activity_id: 'x', ...to, state: 'waiting', not_before: at, created_at: at }])
    })
    await settle()
    expect(await rows()).toMatchObject([{ state: 'failed', last_error: 'http 410' }])
    await Promise.all(noted)
    expect(waited).toEqual([false, false, false])
  } finally {
    jest.dontMock('activitypub-express')
  }
})

async function addFollowers(peer: Peer, count: number, inbox: (at: number) => object): Promise<void> {
  const at = world.clock.iso()
  await transact(world.deps, async (tx) => {
    for (let one = 0; one < count; one++) {
      const uri = `${peer.origin}/u/${one}`
      const rest = { host: peer.host, type: 'Person', body: '{}', fetched_at: at, inbox: `${uri}/inbox` }
      await tx
        .insertInto('fed_actors')
        .values({ uri, ...rest, ...inbox(one) })
        .execute()
      const follow = { activity_id: `${uri}/follow`, follower: uri, followed: `${publicUrl}/actor` }
      await tx
        .insertInto('fed_follows')
        .values({ ...follow, state: 'accepted', at })
        .execute()
    }
  })
}

it('a server on which ten thousand follow with one shared inbox is written to once', async () => {
  const peer = await startPeer()
  await begin(peer)
  await addFollowers(peer, 10_000, () => ({ shared_inbox: `${peer.origin}/shared` }))
  await publish()
  await settle()
  expect(peer.received.map(({ path }) => path).toSorted()).toEqual(['/inbox', '/shared'])
})

/** Lets so many deliveries be written and no more, as if the process were killed in the middle of the next ones. */
async function failAfter(deliveries: number): Promise<void> {
  const limit = sql.lit(deliveries)
  await sql`drop trigger if exists killed`.execute(world.deps.db)
  await sql`create trigger killed before insert on fed_deliveries when (select count(*) from fed_deliveries) >= ${limit}
    begin select raise(abort, 'killed'); end`.execute(world.deps.db)
}

it('to hundreds of followers deliveries are written a few at a time, and each is sent once, wherever it was killed', async () => {
  const [many, one] = [await startPeer({ key: 0 }), await startPeer({ key: 1 })]
  await begin(many, one)
  const count = 280
  // The first and one of the last, in the order in which they are read.
  const isShared = (at: number) => at === 0 || at === 279
  const shared = { inbox: `${many.origin}/shared` }
  await addFollowers(many, count, (at) => (isShared(at) ? shared : {}))
  await publish()
  const written: number[] = []
  for (const most of [110, 210]) {
    await failAfter(most)
    world.clock.advance(2 * SECOND)
    await settle()
    written.push((await rows()).length)
    expect([...many.received, ...one.received]).toEqual([])
  }
  expect(written).toEqual([100, 200])
  await sql`drop trigger killed`.execute(world.deps.db)
  world.clock.advance(MINUTE)
  // What is published now arrives behind it.
  await publish()
  await settle()
  const paths = (peer: Peer) => peer.received.map(({ path }) => path)
  const expected = Array.from({ length: count }, (_, at) => (isShared(at) ? '/shared' : `/u/${at}/inbox`))
  const each = [...new Set([...expected, '/inbox'])]
  expect(paths(many).toSorted()).toEqual([...each, ...each].toSorted())
  expect(names(one)).toEqual(['Les Jardins 1', 'Les Jardins 2'])
  for (const path of each) {
    const told = many.received.filter((activity) => activity.path === path)
    expect(told.map(({ body }) => (body['object'] as { name: string }).name)).toEqual([
      'Les Jardins 1',
      'Les Jardins 2',
    ])
  }
  expect(await rows()).toEqual([])
  expect(await world.deps.db.selectFrom('fed_fanouts').selectAll().execute()).toEqual([])
})

it('an activity whose deliveries cannot be written is parked, named as not arrived, and tried again at a start', async () => {
  const peer = await startPeer()
  await begin(peer)
  await addFollowers(peer, 150, () => ({}))
  await publish()
  await failAfter(110)
  for (let round = 0; round < 5; round++) {
    await settle()
    world.clock.advance(MINUTE)
  }
  const parked = () => world.deps.db.selectFrom('fed_fanouts').select(['attempts', 'parked_at']).execute()
  expect(await parked()).toEqual([{ attempts: 5, parked_at: expect.any(String) }])
  await sql`drop trigger killed`.execute(world.deps.db)
  await publish()
  await settle()
  // The next one goes to everybody, and of the first one what was written.
  expect(peer.received).toHaveLength(100 + 151)
  expect((await countDeliveries(world.deps.db)).failed).toBe(1)
  expect(world.logged.join()).toContain('the deliveries of an activity could not be written attempts=5 parked=true')
  await retryFanOuts(world.deps.db)
  await settle()
  expect(peer.received).toHaveLength(2 * 151)
  expect((await countDeliveries(world.deps.db)).failed).toBe(0)
})

it('what one follower is sent about a thing arrives behind what all followers are sent about it', async () => {
  const peer = await startPeer()
  await begin(peer)
  await addFollowers(peer, 120, () => ({}))
  const at = world.clock.iso()
  const rest = { direction: 'out', type: 'Update', actor: `${publicUrl}/actor`, state: 'done', at } as const
  const policy = openPolicy(world.deps)
  await transact(world.deps, async (tx) => {
    await insertActivities(
      tx,
      ['to all', 'to one'].map((id) => ({ ...rest, id, body: JSON.stringify({ id }) })),
    )
    const one = { order_key: 'x', after: '' }
    const parts = { deps: world.deps, policy }
    await beginFanOut(tx, parts, { ...one, activity_id: 'to all', inboxes: [], followed: `${publicUrl}/actor` })
    await beginFanOut(tx, parts, {
      ...one,
      activity_id: 'to one',
      inboxes: [`${peer.origin}/u/99/inbox`],
      followed: null,
    })
  })
  policy.close()
  await settle()
  const told = peer.received.filter(({ path }) => path === '/u/99/inbox').map(({ body }) => body['id'])
  expect(told).toEqual(['to all', 'to one'])
  expect(peer.received).toHaveLength(122)
})

it('an inbox that is ours, private or no address at all is passed over', async () => {
  const peer = await startPeer()
  await begin(peer)
  const inboxes = [
    `${publicUrl}/inbox`,
    'https://127.0.0.1/inbox',
    'https://10.0.0.8/inbox',
    'javascript:alert(1)',
    'x',
  ]
  await addFollowers(peer, inboxes.length, (at) => ({ inbox: inboxes[at] }))
  await publish()
  await world.federation?.settle()
  expect(peer.received).toHaveLength(1)
  expect(await rows()).toEqual([])
  expect(world.logged.filter((line) => line.includes('an inbox cannot be written to'))).toHaveLength(4)
})

it('of one server two are under way at most, and one until it has answered', async () => {
  const peer = await startPeer()
  await begin(peer)
  await addFollowers(peer, 12, () => ({}))
  let open = 0
  const seen: number[] = []
  // Long enough that a busy machine has sent the second before the first is answered.
  peer.status.delayMs = 200
  peer.status.arrived = () => seen.push(++open)
  peer.status.answered = () => open--
  await publish()
  await settle()
  expect(peer.received).toHaveLength(13)
  expect(seen.slice(0, 2)).toEqual([1, 1])
  expect(Math.max(...seen)).toBe(2)
})

it('however many hang, no more than their places are held, and one of each server', async () => {
  const peers: Peer[] = []
  for (let one = 0; one < AT_ONCE + 8; one++) peers.push(await startPeer({ key: 0 }))
  await begin(...peers)
  // Hosts are served in the order of their names, so the healthy one is last.
  const [healthy, ...hanging] = peers.toSorted((a, b) => (a.host < b.host ? 1 : -1)) as [Peer, ...Peer[]]
  for (const peer of hanging) {
    await addFollowers(peer, 3, () => ({}))
    peer.status.inbox = 'hang'
  }
  await publish()
  await until(() => healthy.received.length > 0)
  // More hang than there are slots: some had to wait for the healthy one, and none was postponed.
  expect(givenUp()).toBe(0)
  const held = hanging.map(({ received }) => received.length)
  expect(Math.max(...held)).toBe(1)
  expect(held.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(AT_ONCE + SLOW_SLOTS)
})

it('somebody who follows from more hosts that hang than there are places does not keep partners waiting', async () => {
  const partner = await startPeer()
  // One server under many names, before the partner's. Unreferenced, so that a failing test ends.
  const hanging = createServer(() => {}).unref()
  await new Promise<void>((done) => hanging.listen(0, '0.0.0.0', done))
  const { port } = hanging.address() as AddressInfo
  const hosts = Array.from({ length: AT_ONCE + SLOW_SLOTS + 20 }, (_, n) => `127.0.0.${100 + n}:${port}`)
  await begin(partner, ...hosts.map((host) => ({ host })))
  const at = world.clock.iso()
  await transact(world.deps, async (tx) => {
    for (const host of hosts) {
      const uri = `http://${host}/actor`
      const actor = { uri, host, type: 'Person', body: '{}', fetched_at: at, inbox: `http://${host}/inbox` }
      await tx.insertInto('fed_actors').values(actor).execute()
      const follow = { activity_id: `${uri}/follow`, follower: uri, followed: `${publicUrl}/actor` }
      await tx
        .insertInto('fed_follows')
        .values({ ...follow, state: 'accepted', at })
        .execute()
    }
    const relation = { id: 'x', partner_uri: partner.actor, partner_is: 'centre', partner_name: 'x', partner_url: 'x' }
    await tx
      .insertInto('affiliations')
      .values({ ...relation, state: 'active', requested_at: at } as never)
      .execute()
  })
  await publish()
  await until(() => partner.received.length === 1)
  expect(givenUp()).toBe(0)
  hanging.closeAllConnections()
  hanging.close()
})

it('a text that goes to many inboxes is still known when many others come in between', async () => {
  const [many, other] = [await startPeer({ key: 0 }), await startPeer({ key: 1 })]
  await begin(many, other)
  const at = world.clock.iso()
  const queued = (id: string, inbox: string) => {
    const row = { activity_id: id, inbox, host: new URL(inbox).host, order_key: inbox + id }
    return { ...row, state: 'waiting' as const, not_before: at, created_at: at }
  }
  const ids = Array.from({ length: 40 }, (_, n) => `${publicUrl}/activities/${n}`)
  await transact(world.deps, async (tx) => {
    const sent = {
      direction: 'out',
      type: 'Update',
      actor: `${publicUrl}/actor`,
      body: '{}',
      state: 'done',
      at,
    } as const
    await insertActivities(
      tx,
      [`${publicUrl}/activities/shared`, ...ids].map((id) => ({ ...sent, id })),
    )
    const shared = ids.map((_, n) => queued(`${publicUrl}/activities/shared`, `${many.origin}/inbox?${n}`))
    await insertDeliveries(tx, [...shared, ...ids.map((id) => queued(id, `${other.origin}/inbox`))])
  })
  await settle()
  expect([many.received.length, other.received.length, (await rows()).length]).toEqual([40, 40, 0])
})

it('what is sent while a server hangs does not wait for it', async () => {
  const [hanging, healthy] = [await startPeer({ key: 0 }), await startPeer({ key: 1 })]
  await begin(hanging, healthy)
  hanging.status.inbox = 'hang'
  await publish()
  await until(() => hanging.received.length === 1 && healthy.received.length === 1)
  await pause(1500)
  await publish()
  await until(() => healthy.received.length === 2)
  expect([hanging.received.length, givenUp()]).toEqual([1, 0])
})

it('a server that hangs does not keep the others waiting', async () => {
  const hanging = [await startPeer({ key: 0 }), await startPeer({ key: 1 }), await startPeer({ key: 2 })]
  const healthy = await startPeer({ key: 3 })
  await begin(...hanging, healthy)
  for (const peer of hanging) peer.status.inbox = 'hang'
  await publish()
  await until(() => healthy.received.length === 1)
  expect(givenUp()).toBe(0)
})

describe('answers', () => {
  it.each<[number, string, number]>([
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
    [507, 'failed', 10],
  ])('%d: %s after %d tries', async (status, state, tries) => {
    const peer = await startPeer()
    await begin(peer)
    peer.status.inbox = status
    await publish()
    for (let round = 0; round < 12; round++) {
      await settle()
      world.clock.advance(29 * HOUR)
    }
    expect(peer.received).toHaveLength(tries)
    expect(await rows()).toMatchObject([{ state, attempts: tries, last_error: `http ${status}` }])
  })

  it('500 five times, then 202: the schedule is kept and it arrives', async () => {
    const peer = await startPeer()
    await begin(peer)
    peer.status.inbox = 500
    await publish()
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

  it('a server may ask for more time', async () => {
    const peer = await startPeer()
    await begin(peer)
    Object.assign(peer.status, { inbox: 429, retryAfter: '7200' })
    await publish()
    await settle()
    world.clock.advance(1.9 * HOUR)
    await settle()
    expect(peer.received).toHaveLength(1)
    peer.status.inbox = 202
    world.clock.advance(0.2 * HOUR)
    await settle()
    expect(await rows()).toEqual([])
  })

  it.each([429, 503])('%d with Retry-After lets the whole server rest, whatever it sends meanwhile', async (status) => {
    const peer = await startPeer()
    await begin(peer)
    await addFollowers(peer, 6, () => ({}))
    Object.assign(peer.status, { inbox: status, retryAfter: '3600' })
    await publish()
    await settle()
    expect(peer.received).toHaveLength(1)
    // A signed request for our actor shows that the server is there; the wait it asked for still holds.
    const request = { method: 'GET', url: new URL('/actor', publicUrl) }
    const headers = await signRequest(request, peer.signer, world.clock.now())
    await ask(world.url, { path: '/actor', headers: { ...headers, accept: 'application/activity+json' } })
    await until(async () => (await rows()).every(({ not_before }) => not_before === world.clock.iso()))
    world.clock.advance(0.9 * HOUR)
    await settle()
    expect(peer.received).toHaveLength(1)
    Object.assign(peer.status, { inbox: 202, retryAfter: undefined })
    world.clock.advance(0.2 * HOUR)
    await settle()
    expect(await rows()).toEqual([])
    expect(await peerRow(peer)).toMatchObject({ state: 'ok', next_probe_at: null, last_error: null })
  })

  it.each([502, 503, 504])('%d means that the server is away: the message loses no try', async (status) => {
    const peer = await startPeer()
    await begin(peer)
    peer.status.inbox = status
    await publish()
    for (let round = 0; round < 14; round++) {
      await settle()
      world.clock.advance(29 * HOUR)
    }
    expect(await rows()).toMatchObject([{ state: 'waiting' }])
    expect(await peerRow(peer)).toMatchObject({ state: 'dead' })
  })

  it('a server of which a week brings nothing but 500 counts as away, and one good answer ends that', async () => {
    const peer = await startPeer()
    await begin(peer)
    peer.status.inbox = 500
    for (let day = 0; day < 10; day++) {
      await publish()
      await settle()
      if (day !== 7 && day !== 8) expect(await peerRow(peer)).toMatchObject({ state: day < 7 ? 'ok' : 'dead' })
      world.clock.advance(24 * HOUR)
    }
    world.clock.advance(5 * HOUR)
    const before = peer.received.length
    await settle()
    expect(peer.received).toHaveLength(before + 1)
    await settle()
    expect(peer.received).toHaveLength(before + 1)
    peer.status.inbox = 202
    world.clock.advance(29 * HOUR)
    await settle()
    expect(await peerRow(peer)).toMatchObject({ state: 'ok', first_failed_at: null })
  })

  it('a certificate that does not fit and a name that does not exist are noted as what they are', async () => {
    const peer = await startPeer()
    await begin(peer)
    await addFollowers(peer, 1, () => ({ inbox: `https://${peer.host}/inbox` }))
    await addFollowers(await startPeer(), 1, () => ({ inbox: 'https://nobody.invalid/inbox' }))
    await publish()
    await settle()
    expect((await rows()).map(({ state, last_error }) => [state, last_error?.split(' ')[0]])).toEqual([
      ['waiting', 'unreachable'],
      ['waiting', 'unreachable'],
    ])
  })

  it('410 of an inbox that thirty thousand actors share keeps nobody waiting, and ends whoever of them follows', async () => {
    const peer = await startPeer()
    await begin(peer)
    await addFollowers(peer, 100, () => ({ shared_inbox: `${peer.origin}/shared` }))
    await sql`insert into fed_activities (id, direction, type, actor, body, state, at)
      select activity_id, 'in', 'Follow', follower, '{}', 'done', at from fed_follows where true
      on conflict do nothing`.execute(world.deps.db)
    await sql`with recursive n (at) as (values (1) union all select at + 1 from n where at < 30000)
      insert into fed_actors (uri, host, type, inbox, shared_inbox, body, fetched_at)
      select ${`${peer.origin}/s/`} || at, ${peer.host}, 'Person', 'x', ${`${peer.origin}/shared`}, '{}', '' from n`.execute(
      world.deps.db,
    )
    peer.status.inbox = 410
    await publish()
    await settle()
    expect((await follows()).map(({ state }) => state)).toEqual(Array.from({ length: 101 }, () => 'undone'))
  })

  it('410 ends it, and the follower is no follower any more', async () => {
    const peer = await startPeer()
    await begin(peer)
    peer.status.inbox = 410
    await publish()
    await settle()
    expect(await follows()).toMatchObject([{ state: 'undone' }])
    await publish()
    await settle()
    expect(peer.received).toHaveLength(1)
  })
})

it('activities about one object arrive in order, even when the first try fails', async () => {
  const peer = await startPeer()
  await begin(peer)
  peer.status.inbox = 503
  await publish()
  await settle()
  await publish()
  await settle()
  await publish()
  await settle()
  expect(names(peer)).toEqual(['Les Jardins 1'])
  peer.status.inbox = 202
  world.clock.advance(2 * MINUTE)
  await settle()
  expect(names(peer)).toEqual(['Les Jardins 1', 'Les Jardins 1', 'Les Jardins 2', 'Les Jardins 3'])
})

it('a relation ends, for people to see, when the partner’s inbox is gone', async () => {
  const peer = await startPeer({ kind: 'association' })
  world = await startApp({ kind: 'centre', env: { FEDERATION_ALLOW_HOSTS: peer.host } })
  const body = { id: `${peer.origin}/follow`, type: 'Follow', actor: peer.actor, object: `${publicUrl}/actor` }
  await sendActivity({ url: world.url, publicUrl }, peer.signer, { body, at: world.clock.now() })
  await settle()
  const farid = await world.signIn('farid')
  await farid.get('/partners')
  const { id } = await world.deps.db.selectFrom('affiliations').select('id').executeTakeFirstOrThrow()
  await farid.post(`/partners/${id}/acceptance`, {})
  await settle()
  expect(peer.last('Accept')).toBeDefined()

  peer.status.inbox = 410
  await publish()
  await settle()
  const affiliations = await world.deps.db.selectFrom('affiliations').selectAll().execute()
  expect(affiliations).toMatchObject([{ state: 'ended', ended_by_us: 0 }])
  expect((await follows()).map(({ state }) => state)).toEqual(['undone', 'undone'])
  await farid.get(`/partners/${id}`)
  expect(farid.text).toContain('Terminée')
  expect((await rows()).map(({ state }) => state)).not.toContain('waiting')
})

it('a server that does not answer for days uses up none of the tries of a message', async () => {
  const peer = await startPeer()
  await begin(peer)
  const { port } = new URL(peer.origin)
  await peer.close()
  await publish()
  for (let day = 0; day < 12; day++) {
    await settle()
    world.clock.advance(24 * HOUR)
  }
  expect(await rows()).toMatchObject([{ state: 'waiting', attempts: 0 }])
  const back = await startPeer({ port: Number(port) })
  back.status.inbox = 500
  await settle()
  expect(await rows()).toMatchObject([{ state: 'waiting', attempts: 1, last_error: 'http 500' }])
})

describe('every row has an end', () => {
  it('what a server never takes is given up after thirty days, shown for ninety, then forgotten', async () => {
    const peer = await startPeer()
    await begin(peer)
    await peer.close()
    await publish()
    await settle()
    world.clock.advance(29 * 24 * HOUR)
    await settle()
    expect((await rows()).map(({ state }) => state)).toEqual(['waiting'])
    world.clock.advance(1 * 24 * HOUR)
    await settle()
    expect(await rows()).toMatchObject([
      { state: 'failed', last_error: expect.stringMatching(/^too_late/) as unknown as string },
    ])
    world.clock.advance(91 * 24 * HOUR)
    await settle()
    expect(await rows()).toEqual([])
  })

  it('a server may have ten thousand waiting, and no more', async () => {
    const peer = await startPeer()
    await begin(peer)
    const at = world.clock.iso()
    const row = { activity_id: 'x', host: peer.host, order_key: 'x', state: 'failed' as const, not_before: at }
    await transact(world.deps, (tx) =>
      insertDeliveries(
        tx,
        Array.from({ length: 9_998 }, (_, one) => ({ ...row, inbox: `${peer.origin}/${one}`, created_at: at })),
      ),
    )
    await addFollowers(peer, 4, () => ({}))
    await publish()
    await settle()
    expect(peer.received).toHaveLength(2)
    expect(world.logged.join()).toContain('the queue for these hosts is full')
  })

  it('a lease that has run out makes the row free again', async () => {
    const peer = await startPeer()
    await begin(peer)
    peer.status.inbox = 500
    await publish()
    await settle()
    const lease_until = new Date(world.clock.now().getTime() + 2 * MINUTE).toISOString()
    const state = 'sending' as const
    await world.deps.db.updateTable('fed_deliveries').set({ state, lease_until, not_before: lease_until }).execute()
    peer.status.inbox = 202
    world.clock.advance(1 * MINUTE)
    await settle()
    expect(peer.received).toHaveLength(1)
    world.clock.advance(10 * MINUTE)
    await settle()
    expect(peer.received).toHaveLength(2)
  })
})

it('a server that is blocked while a message to it is under way stays blocked', async () => {
  const peer = await startPeer()
  await begin(peer)
  peer.status.delayMs = 200
  await publish()
  const arriving = settle()
  await until(() => peer.received.length === 1)
  const blocked = { state: 'blocked' as const, failures: 1, first_failed_at: world.clock.iso() }
  await world.deps.db.updateTable('fed_peers').set(blocked).where('host', '=', peer.host).execute()
  await arriving
  expect(await peerRow(peer)).toMatchObject(blocked)
  await publish()
  await settle()
  expect(peer.received).toHaveLength(1)
})

it('a server that answers and has been written to a moment ago costs no further writing about it', async () => {
  const peer = await startPeer()
  await begin(peer)
  await publish()
  await settle()
  const before = await peerRow(peer)
  const changed = await world.deps.db
    .updateTable('fed_peers')
    .set({ last_error: 'a mark' })
    .where('host', '=', peer.host)
    .executeTakeFirst()
  expect(changed.numUpdatedRows).toBe(1n)
  world.clock.advance(MINUTE / 2)
  await publish()
  await settle()
  expect(peer.received).toHaveLength(2)
  expect(await peerRow(peer)).toEqual({ ...before, last_error: 'a mark' })
})

it('what cannot be noted is sent again, and keeps nobody else from being noted', async () => {
  const [one, two] = [await startPeer({ key: 0 }), await startPeer({ key: 1 })]
  await begin(one, two)
  one.status.inbox = 410
  await sql`create trigger full before update on fed_follows begin select raise(abort, 'disk full'); end`.execute(
    world.deps.db,
  )
  await publish()
  await settle()
  expect(two.received).toHaveLength(1)
  expect(await rows()).toMatchObject([{ host: one.host, state: 'sending' }])
  await sql`drop trigger full`.execute(world.deps.db)
  world.clock.advance(11 * MINUTE)
  await settle()
  expect(one.received).toHaveLength(2)
  expect((await follows()).find(({ follower }) => follower === one.actor)).toMatchObject({ state: 'undone' })
})

describe('a server that is away', () => {
  it('of a server that has been away for three months nobody follows any more', async () => {
    const peer = await startPeer({ key: 0 })
    await begin(peer)
    await peer.close()
    for (let day = 0; day < 100; day += 5) {
      await publish()
      await settle()
      world.clock.advance(5 * 24 * HOUR)
      expect(await follows()).toMatchObject([{ state: day < 90 ? 'accepted' : 'undone' }])
    }
  })

  it('rests, counts as away after a week, is probed once a day, and is written to at once when it sends something', async () => {
    const peer = await startPeer({ key: 0 })
    await begin(peer)
    const before = await peerRow(peer)
    expect(before?.state ?? 'ok').toBe('ok')
    const { status } = peer
    status.inbox = 202
    await peer.close()
    await publish()
    const tries: number[] = []
    for (let day = 0; day < 9; day++) {
      const count = world.logged.filter((line) => line.includes('did not arrive')).length
      for (let hour = 0; hour < 24; hour += 3) {
        await settle()
        world.clock.advance(3 * HOUR)
      }
      tries.push(world.logged.filter((line) => line.includes('did not arrive')).length - count)
      expect((await peerRow(peer))?.state).toBe(day < 7 ? 'failing' : 'dead')
    }
    expect(tries.slice(-2).every((count) => count <= 1)).toBe(true)
    expect(await peerRow(peer)).toMatchObject({ state: 'dead' })
    const [row] = await rows()
    expect(row?.state).toBe('waiting')
    expect(row?.attempts).toBeLessThanOrEqual(16)

    // The next probe is not due for hours.
    await settle()
    expect((await peerRow(peer))?.next_probe_at ?? '').not.toBe('')
    world.clock.advance(1 * HOUR)
    const again = await startPeer({ key: 0, port: Number(peer.host.split(':')[1]) })
    const body = { id: `${peer.origin}/hello`, type: 'Like', actor: peer.actor, object: `${publicUrl}/offers/1` }
    await sendActivity({ url: world.url, publicUrl }, again.signer, { body, at: world.clock.now() })
    await settle()
    expect(again.received).toHaveLength(1)
    expect(await peerRow(peer)).toMatchObject({ state: 'ok' })
    expect(await rows()).toEqual([])
  })
})

it('after a week without an answer a server counts as away, wherever its waits would have fallen', async () => {
  const peer = await startPeer({ key: 0 })
  await begin(peer)
  await peer.close()
  await publish()
  const longest = jest.spyOn(Math, 'random').mockReturnValue(0.99)
  for (let hour = 0; hour <= 7 * 24; hour++) {
    await settle()
    world.clock.advance(HOUR)
  }
  longest.mockRestore()
  expect((await peerRow(peer))?.state).toBe('dead')
})

it('waits and the server’s own wishes', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => waitAfter(n, BACK_OFF, 0.5)! / MINUTE)).toEqual([
    1, 5, 30, 120, 360, 720, 1440, 1440, 1440,
  ])
  expect(waitAfter(MAX_TRIES, BACK_OFF)).toBeUndefined()
  const least = Array.from({ length: MAX_TRIES - 1 }, (_, n) => waitAfter(n + 1, BACK_OFF, 0)!).reduce(
    (sum, wait) => sum + wait,
  )
  expect(least).toBeGreaterThanOrEqual(48 * HOUR)
  expect([0, 0.999].map((random) => Math.round(waitAfter(4, BACK_OFF, random)! / MINUTE))).toEqual([96, 144])
  expect(new Set(Array.from({ length: 20 }, () => waitAfter(4, BACK_OFF))).size).toBeGreaterThan(10)
  const now = new Date('2026-11-22T09:00:00Z')
  expect(readRetryAfter('120', now)).toBe(120_000)
  expect(readRetryAfter('Sun, 22 Nov 2026 10:00:00 GMT', now)).toBe(HOUR)
  expect(readRetryAfter('99999999', now)).toBe(24 * HOUR)
  for (const odd of [undefined, '', '-1', 'soon']) expect(readRetryAfter(odd, now)).toBeUndefined()
})
