// SPDX-License-Identifier: AGPL-3.0-or-later
import { createHash, sign } from 'node:crypto'
import { createServer, request as httpRequest } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { FedActivitiesTable } from '../../db/schema.ts'
import { createRates } from '../../federation/rates.ts'
import { readBody } from '../../federation/raw-body.ts'
import { blockDomain } from '../../server/peers/commands.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { keyPair } from '../support/keys.ts'
import { ask, sendActivity, startPeer, stopPeers, type ActivityRequest, type Peer } from '../support/peer.ts'

const publicUrl = 'http://localhost:3000'
let world: World
let peer: Peer
let other: Peer
let counter = 0

beforeAll(async () => {
  peer = await startPeer()
  other = await startPeer({ key: 1 })
  world = await startApp({ env: { FEDERATION_ALLOW_HOSTS: [peer.host, other.host].join(',') } })
})
afterAll(async () => {
  await stopApps()
  await stopPeers()
})

const like = (change: object = {}) => ({
  id: `${peer.origin}/activities/${++counter}`,
  type: 'Like',
  actor: peer.actor,
  object: `${publicUrl}/offers/1`,
  ...change,
})
const send = (request: Partial<ActivityRequest> = {}, signer = peer.signer) =>
  sendActivity({ url: world.url, publicUrl }, signer, { body: like(), at: world.clock.now(), ...request })
const rows = () => world.deps.db.selectFrom('fed_activities').selectAll().where('direction', '=', 'in').execute()
async function unmoved<T>(work: () => Promise<T>): Promise<T> {
  const before = [(await rows()).length, peer.asked.length, other.asked.length]
  const result = await work()
  expect([(await rows()).length, peer.asked.length, other.asked.length]).toEqual(before)
  return result
}

it('a signed activity is kept as it came and answered 202', async () => {
  const body = like()
  expect(await send({ body })).toMatchObject({ status: 202 })
  const row = (await rows()).find(({ id }) => id === body.id)
  expect(row).toMatchObject({
    type: 'Like',
    actor: peer.actor,
    object_id: body.object,
    state: 'ignored',
  } satisfies Partial<FedActivitiesTable>)
})

it('before anything is fetched the signature must be there and fit', async () => {
  const fresh = await startPeer({ key: 2 })
  const body = { id: `${fresh.origin}/1`, type: 'Like', actor: fresh.actor, object: 'https://a.example/' }
  const reply = await unmoved(() => send({ body, unsigned: true }))
  expect(reply).toMatchObject({ status: 401, json: { error: 'signature_missing' } })
  expect(fresh.asked).toEqual([])
})

describe('refused, with nothing kept and nobody asked', () => {
  const date = (hours: number) => new Date(Date.parse('2026-11-22T09:00:00Z') + hours * 3_600_000)
  it.each<[string, () => Partial<ActivityRequest>, number]>([
    ['one byte changed', () => ({ tamper: (body) => body.replace('Like', 'Lake') }), 401],
    ['a byte that breaks the JSON', () => ({ tamper: (body) => body.replace('{', '[') }), 401],
    ['13 hours old', () => ({ at: date(-13) }), 401],
    ['2 hours ahead', () => ({ at: date(2) }), 401],
    ['no date', () => ({ headers: ({ date: _date, ...rest }) => rest }), 401],
    ['no digest', () => ({ headers: ({ digest: _digest, ...rest }) => rest }), 401],
    [
      'two digests',
      () => ({ headers: (headers) => ({ ...headers, digest: [headers['digest'] ?? '', headers['digest'] ?? ''] }) }),
      401,
    ],
    ['another host', () => ({ headers: (headers) => ({ ...headers, host: 'other.example' }) }), 401],
    ['an unreadable signature', () => ({ headers: (headers) => ({ ...headers, signature: 'nonsense' }) }), 401],
    [
      'an actor on another server',
      () => ({ body: like({ actor: 'https://victim.example/actor', id: 'https://victim.example/1' }) }),
      401,
    ],
    ['an id on another server', () => ({ body: like({ id: 'https://victim.example/1' }) }), 401],
    ['us as the actor', () => ({ body: like({ actor: `${publicUrl}/actor`, id: `${publicUrl}/activities/1` }) }), 401],
    ['no actor', () => ({ body: like({ actor: undefined }) }), 400],
    ['two actors', () => ({ body: like({ actor: [peer.actor, other.actor] }) }), 400],
    ['no id', () => ({ body: like({ id: undefined }) }), 400],
    ['no type', () => ({ body: like({ type: undefined }) }), 400],
    ['a list of types that both mean something', () => ({ body: like({ type: ['Create', 'Delete'] }) }), 400],
    ...['Follow', 'Undo', 'Accept', 'Reject', 'Create', 'Update', 'Offer', 'Delete', 'Announce'].map(
      (type): [string, () => Partial<ActivityRequest>, number] => [
        `federation F18: ${type} of nothing`,
        () => ({ body: like({ type, object: undefined }) }),
        400,
      ],
    ),
    ['a list', () => ({ body: '[]' }), 400],
    ['null', () => ({ body: 'null' }), 400],
    ['broken JSON', () => ({ body: '{' }), 400],
    ['a key twice', () => ({ body: '{"type":"Like","type":"Follow"}' }), 400],
    ['__proto__', () => ({ body: '{"type":"Like","__proto__":{"a":1}}' }), 400],
    ['@graph', () => ({ body: like({ '@graph': [] }) }), 400],
    ['_meta', () => ({ body: `{"type":"Like","actor":"${peer.actor}","_meta":{}}` }), 400],
    ['300 kB', () => ({ body: like({ content: 'x'.repeat(300_000) }) }), 413],
    ['depth 200', () => ({ body: `{"a":${'['.repeat(200)}${']'.repeat(200)}}` }), 400],
    ['a page', () => ({ type: 'text/html' }), 415],
    ['plain JSON', () => ({ type: 'application/json' }), 415],
    ['no type of content', () => ({ type: '' }), 415],
    ['compressed', () => ({ headers: (headers) => ({ ...headers, 'content-encoding': 'gzip' }) }), 415],
  ])('%s', async (name, request, status) => {
    // The first request brings the key, so that a second fetch of it would be seen.
    await send()
    const reply = await unmoved(() => send(request()))
    expect([name, reply.status]).toEqual([name, status])
    expect(JSON.stringify(reply.json)).not.toContain('    at ')
  })

  it.each([
    ['only the date', ['date']],
    ['no request target', ['host', 'date', 'digest']],
    ['no host', ['(request-target)', 'date', 'digest']],
    ['no digest', ['(request-target)', 'host', 'date']],
  ])('a signature that covers %s', async (_name, covered) => {
    const reply = await unmoved(() =>
      send({
        headers: (headers) => {
          const lines = covered.map((name) => `${name}: ${name === '(request-target)' ? 'post /inbox' : headers[name]}`)
          const value = sign('sha256', Buffer.from(lines.join('\n')), peer.signer.privateKey).toString('base64')
          return {
            ...headers,
            signature: `keyId="${peer.signer.keyId}",headers="${covered.join(' ')}",signature="${value}"`,
          }
        },
      }),
    )
    expect(reply.status).toBe(401)
  })

  it('a key that belongs to somebody else', async () => {
    await send()
    const reply = await unmoved(() => send({}, other.signer))
    expect(reply).toMatchObject({ status: 401, json: { error: 'key_of_another' } })
    const forged = { keyId: peer.signer.keyId, privateKey: other.signer.privateKey }
    expect((await send({}, forged)).status).toBe(401)
  })
})

describe('one question after the other', () => {
  const newcomer = () => startPeer({ key: 6 })
  const open = (peers: Peer[], env: Record<string, string> = {}) =>
    startApp({ env: { FEDERATION_ALLOW_HOSTS: peers.map(({ host }) => host).join(','), ...env } })
  const from = (sender: Peer, change: object = {}) => ({
    id: `${sender.origin}/activities/${++counter}`,
    type: 'Like',
    actor: sender.actor,
    object: 'https://a.example/',
    ...change,
  })

  it('without a signature, and with one that does not hold, the words are not looked at', async () => {
    await send()
    const garbage = { body: '{"a":' }
    expect(await unmoved(() => send({ ...garbage, unsigned: true }))).toMatchObject({
      status: 401,
      json: { error: 'signature_missing' },
    })
    const forged = { keyId: peer.signer.keyId, privateKey: other.signer.privateKey }
    await send({}, forged)
    expect(await unmoved(() => send(garbage, forged))).toMatchObject({
      status: 401,
      json: { error: 'signature_wrong' },
    })
  })

  it('of a key nobody here knows, only an activity that could be kept makes us ask', async () => {
    const sender = await newcomer()
    const app = await open([sender])
    const post = (body: unknown) =>
      sendActivity({ url: app.url, publicUrl }, sender.signer, { body, at: app.clock.now() }).then(
        ({ status }) => status,
      )
    expect(await post('{"a":')).toBe(400)
    expect(await post(from(sender, { type: [] }))).toBe(400)
    expect(await post(from(sender, { id: 'https://victim.example/1' }))).toBe(401)
    expect(sender.asked).toEqual([])
    expect(await post(from(sender))).toBe(202)
    expect(sender.asked).toEqual(['/actor'])
    const [row] = await app.deps.db.selectFrom('fed_activities').select('fetches').execute()
    expect(row).toEqual({ fetches: 1 })
  })

  it('a key that stands under its own address is found through the actor, not by asking for it', async () => {
    const sender = await newcomer()
    const keyId = `${sender.actor}/main-key`
    const document = sender.document()
    sender.pages.set('/actor', { body: { ...document, publicKey: { ...document.publicKey, id: keyId } } })
    const app = await open([sender])
    const signer = { ...sender.signer, keyId }
    const post = () => sendActivity({ url: app.url, publicUrl }, signer, { body: from(sender), at: app.clock.now() })
    expect([(await post()).status, (await post()).status]).toEqual([202, 202])
    expect(sender.asked).toEqual(['/actor'])
  })

  it('a neighbour on the same server cannot lend its key', async () => {
    await send()
    const neighbour = `${peer.origin}/neighbour`
    expect(await unmoved(() => send({ body: like({ actor: neighbour }) }))).toMatchObject({ status: 401 })
  })

  it('an address that leads to somebody else signs neither with their key nor in their name', async () => {
    const sender = await newcomer()
    const alias = `${sender.origin}/alias`
    sender.pages.set('/alias', { body: sender.document() })
    const app = await open([sender])
    const post = (signer: Peer['signer'], change: object = {}) =>
      sendActivity({ url: app.url, publicUrl }, signer, { body: from(sender, change), at: app.clock.now() })
    expect((await post(sender.signer, { actor: alias })).status).toBe(401)
    const unlisted = { ...sender.signer, keyId: `${sender.actor}#spare-key` }
    expect((await post(unlisted)).status).toBe(401)
    expect(await app.deps.db.selectFrom('fed_activities').selectAll().execute()).toEqual([])
  })

  it('of one server thirty actors are asked for in an hour, however many names it invents', async () => {
    const sender = await newcomer()
    const app = await open([sender])
    const post = (n: number) => {
      const actor = `${sender.origin}/people/${n}`
      const signer = { ...sender.signer, keyId: `${actor}#main-key` }
      return sendActivity({ url: app.url, publicUrl }, signer, { body: from(sender, { actor }), at: app.clock.now() })
    }
    const replies = await Promise.all(Array.from({ length: 40 }, (_, n) => post(n)))
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([401]))
    expect(sender.asked).toHaveLength(30)
    app.clock.advance(61 * 60_000)
    await post(40)
    expect(sender.asked).toHaveLength(31)
  })

  function senderAt(app: World, sender: Peer) {
    return (address: string, name: string) => {
      const actor = `${sender.origin}/people/${name}`
      const signer = { ...sender.signer, keyId: `${actor}#main-key` }
      const headers = (given: Record<string, string>) => ({ ...given, 'x-forwarded-for': address })
      const request = { body: from(sender, { actor }), at: app.clock.now(), headers }
      return sendActivity({ url: app.url, publicUrl }, signer, request)
    }
  }

  it('nor are more than three hundred, however many addresses make us ask', async () => {
    const sender = await newcomer()
    const app = await open([sender], { TRUSTED_PROXIES: '127.0.0.1' })
    const post = senderAt(app, sender)
    for (let n = 0; n < 11; n++)
      await Promise.all(Array.from({ length: 30 }, (_, m) => post(`203.0.113.${n}`, `no-${n}-${m}`)))
    expect(sender.asked).toHaveLength(300)
  })

  it('an honest server brings as many new actors as it has, also while somebody invents names there', async () => {
    const sender = await newcomer()
    const app = await open([sender], { TRUSTED_PROXIES: '127.0.0.1' })
    const post = senderAt(app, sender)
    const real = Array.from({ length: 40 }, (_, n) => `real-${n}`)
    for (const name of real) {
      const id = `${sender.origin}/people/${name}`
      const publicKey = { ...sender.document().publicKey, id: `${id}#main-key`, owner: id }
      sender.pages.set(`/people/${name}`, { body: { ...sender.document(), id, publicKey } })
    }
    const invented = await Promise.all(real.map((name) => post('203.0.113.9', `no-${name}`)))
    expect(new Set(invented.map(({ status }) => status))).toEqual(new Set([401]))
    expect(sender.asked).toHaveLength(30)
    const honest: number[] = []
    for (const name of real) honest.push((await post('198.51.100.1', name)).status)
    expect(new Set(honest)).toEqual(new Set([202]))
  })

  it('nobody signs with our own name', async () => {
    const ours = { keyId: `${publicUrl}/actor#main-key`, privateKey: peer.signer.privateKey }
    const body = like({ actor: `${publicUrl}/actor`, id: `${publicUrl}/activities/1` })
    expect(await unmoved(() => send({ body }, ours))).toMatchObject({ status: 401, json: { error: 'ourselves' } })
  })

  it('a blocked sender gets 403 before anything else is checked, and is never asked', async () => {
    const sender = await newcomer()
    const app = await open([sender])
    const post = (request: Partial<ActivityRequest> = {}) =>
      sendActivity({ url: app.url, publicUrl }, sender.signer, { body: from(sender), at: app.clock.now(), ...request })
    expect((await post()).status).toBe(202)
    await blockDomain(app.deps, 'command line', { host: sender.host, note: '' })
    app.clock.advance(11_000)
    expect(await post({ tamper: (body) => `${body} ` })).toMatchObject({ status: 403, json: { error: 'blocked' } })
    expect(await post({ body: '{' })).toMatchObject({ status: 403 })
    expect(sender.asked).toEqual(['/actor'])
    expect(await app.deps.db.selectFrom('fed_activities').selectAll().execute()).toHaveLength(1)
  })

  it('who is blocked does not hide behind other keys it names', async () => {
    const sender = await newcomer()
    const app = await open([sender])
    const spellings = ['keyid', 'Keyid', 'kEyid', 'keYid', 'keyiD', 'KEyid', 'KeYid', 'KeyiD', 'KEYID']
    const decoys = spellings.map((name) => `${name}="https://a.example/actor"`).join(',')
    const post = () =>
      sendActivity({ url: app.url, publicUrl }, sender.signer, {
        body: from(sender),
        at: app.clock.now(),
        headers: (headers) => ({ ...headers, signature: `${decoys},${headers['signature']}` }),
      })
    expect((await post()).status).toBe(202)
    await blockDomain(app.deps, 'command line', { host: sender.host, note: '' })
    app.clock.advance(11_000)
    expect(await post()).toMatchObject({ status: 403, json: { error: 'blocked' } })
    expect(await app.deps.db.selectFrom('fed_activities').selectAll().execute()).toHaveLength(1)
  })

  it('an actor that has gone is refused from this moment on', async () => {
    const sender = await newcomer()
    const app = await open([sender])
    const post = (change: object = {}) =>
      sendActivity({ url: app.url, publicUrl }, sender.signer, { body: from(sender, change), at: app.clock.now() })
    for (let n = 0; n < 3; n++) expect((await post()).status).toBe(202)
    expect((await post({ type: 'Delete', object: sender.actor })).status).toBe(202)
    await app.settle()
    expect((await post()).status).toBe(401)
    expect(sender.asked).toEqual(['/actor'])
  })

  it('a Delete of an unknown account has no effect: nobody is asked, nothing is kept, others are let in', async () => {
    const sender = await newcomer()
    const app = await open([sender])
    const post = (body: object, signer = sender.signer) =>
      sendActivity({ url: app.url, publicUrl }, signer, { body, at: app.clock.now() }).then(({ status }) => status)
    const leaves = (n: number) => {
      const actor = `${sender.origin}/people/${n}`
      const keyId = `${actor}#main-key`
      return post(from(sender, { type: 'Delete', actor, object: actor }), { ...sender.signer, keyId })
    }
    expect(new Set(await Promise.all(Array.from({ length: 40 }, (_, n) => leaves(n))))).toEqual(new Set([401]))
    expect(sender.asked).toEqual([])
    expect(await app.deps.db.selectFrom('fed_activities').selectAll().execute()).toEqual([])
    expect(await post(from(sender))).toBe(202)
    // For a known actor, or another activity, only the owner of the key can send it.
    const forged = { keyId: sender.signer.keyId, privateKey: other.signer.privateKey }
    expect(await post(from(sender, { type: 'Delete', object: sender.actor }), forged)).toBe(401)
    const unknownKey = { ...sender.signer, keyId: `${sender.actor}#other-key` }
    expect(await post(from(sender, { type: 'Delete', object: sender.actor }), unknownKey)).toBe(401)
    const actor = `${sender.origin}/people/1`
    const unknown = { ...sender.signer, keyId: `${actor}#main-key` }
    expect(await post(from(sender, { type: 'Delete', actor, object: `${sender.origin}/notes/1` }), unknown)).toBe(401)
    expect(sender.asked).toContain('/people/1')
  })

  it('what another process writes about an actor counts after ten seconds', async () => {
    const sender = await newcomer()
    const app = await open([sender])
    const post = () =>
      sendActivity({ url: app.url, publicUrl }, sender.signer, { body: from(sender), at: app.clock.now() })
    for (let n = 0; n < 3; n++) expect((await post()).status).toBe(202)
    await app.deps.db.updateTable('fed_actors').set({ gone_at: app.clock.iso() }).execute()
    app.clock.advance(11_000)
    expect((await post()).status).toBe(401)
  })

  it('every answer carries the headers that all pages have', async () => {
    for (const reply of [await send(), await send({ unsigned: true }), await send({ type: 'text/html' })]) {
      expect(reply.headers).toMatchObject({
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
        'x-content-type-options': 'nosniff',
        'content-type': 'application/json; charset=utf-8',
      })
      expect(reply.headers['x-powered-by']).toBeUndefined()
    }
  })

  it('a body without end is broken off where it becomes too long', async () => {
    const { port } = new URL(world.url)
    const reply = await unmoved(
      () =>
        new Promise<{ status: number; sent: number }>((done) => {
          const headers = { 'content-type': 'application/activity+json' }
          const req = httpRequest({ port, host: '127.0.0.1', method: 'POST', path: '/inbox', headers, agent: false })
          let sent = 0
          const more = () => {
            if (req.destroyed || sent > 64_000_000) return
            sent += 65_536
            req.write(Buffer.alloc(65_536, 0x20), () => setImmediate(more))
          }
          req.on('response', (res) => done({ status: res.statusCode ?? 0, sent }))
          req.on('error', () => {})
          more()
        }),
    )
    expect(reply.status).toBe(413)
    expect(reply.sent).toBeLessThan(8_000_000)
  })

  it('who has hung up before we look is not waited for', async () => {
    const server = createServer()
    const found = new Promise((done) =>
      server.once('request', (req) => {
        req.once('close', () => setImmediate(() => void readBody(req, 1000, 60_000).then(done)))
        client.destroy()
      }),
    )
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
    client.write(
      'POST /inbox HTTP/1.1\r\nhost: a\r\ncontent-type: application/activity+json\r\ncontent-length: 9\r\n\r\n',
    )
    expect(await found).toEqual({ status: 400, reason: 'broken_off' })
    await new Promise((done) => server.close(done))
  })

  it('a body that comes drop by drop is waited for a while only', async () => {
    const server = createServer((req, res) => {
      void readBody(req, 1000, 60).then((body) =>
        res.writeHead(Buffer.isBuffer(body) ? 200 : body.status, { connection: 'close' }).end(),
      )
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    const headers = { 'content-type': 'application/activity+json' }
    const status = await new Promise<number | undefined>((done) => {
      const req = httpRequest({ port, host: '127.0.0.1', method: 'POST', headers, agent: false })
      const drops = setInterval(() => req.write(' '), 5)
      req.on('response', (res) => {
        clearInterval(drops)
        done(res.resume().statusCode)
      })
      req.on('error', () => {})
    })
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
    expect(status).toBe(408)
  })

  it('who keeps us waiting for many requests at once leaves some for others', () => {
    const rates = createRates(world.deps)
    const ends = Array.from({ length: 65 }, (_, n) => rates.begin(`2001:db8::${n}`))
    expect(ends.findIndex((end) => !end)).toBe(64)
    expect(rates.begin('2001:db8:1::1')).toBeDefined()
    ends[0]!()
    expect(rates.begin('2001:db8::1')).toBeDefined()
    expect(rates.begin('2001:db8::1')).toBeUndefined()
  })

  it('who signs with keys of servers that do not answer leaves some for others, too', async () => {
    const unanswering = await Promise.all([4, 4, 4].map((key) => startPeer({ key })))
    const app = await open([peer, ...unanswering], { TRUSTED_PROXIES: '127.0.0.1' })
    const post = (address: string, signer: Peer['signer'], body: object) =>
      sendActivity({ url: app.url, publicUrl }, signer, {
        body,
        at: app.clock.now(),
        headers: (headers) => ({ ...headers, 'x-forwarded-for': address }),
      })
    const strange = (n: number) => {
      const sender = unanswering[n % 3]!
      const actor = `${sender.origin}/people/${n}`
      sender.pages.set(`/people/${n}`, { hangs: true })
      return [{ ...sender.signer, keyId: `${actor}#main-key` }, from(sender, { actor })] as const
    }
    const over = Promise.allSettled(Array.from({ length: 64 }, (_, n) => post('203.0.113.9', ...strange(n))))
    const until = async (isSo: () => boolean) => {
      while (!isSo()) await new Promise((done) => setTimeout(done, 20))
    }
    await until(() => unanswering.every(({ asked }) => asked.length === 2))
    expect(await post('203.0.113.9', ...strange(64))).toMatchObject({ status: 429, headers: { 'retry-after': '30' } })
    expect(await post('198.51.100.1', peer.signer, like())).toMatchObject({ status: 202 })
    for (const sender of unanswering) {
      sender.pages.clear()
      sender.answer('cut')
    }
    for (const reply of await over) expect(reply).toMatchObject({ value: { status: 401 } })
  })

  it('however many bodies are waited for, there is an end; and pages are answered all the while', async () => {
    const app = await open([peer])
    const { port } = new URL(app.url)
    const head =
      'POST /inbox HTTP/1.1\r\nHost: x\r\nContent-Type: application/activity+json\r\nContent-Length: 9\r\n\r\n '
    const sockets = Array.from({ length: 256 }, () => connect(Number(port), '127.0.0.1').on('error', () => {}))
    await Promise.all(sockets.map((socket) => new Promise<void>((done) => socket.write(head, () => done()))))
    const post = () =>
      sendActivity({ url: app.url, publicUrl }, peer.signer, { body: like(), at: app.clock.now(), unsigned: true })
    /** The server notices closed sockets with some delay. */
    const until = async (isSo: (status: number) => boolean) => {
      const from = performance.now()
      let reply = await post()
      while (!isSo(reply.status) && performance.now() - from < 240_000) {
        await new Promise((done) => setTimeout(done, 20))
        reply = await post()
      }
      return reply
    }
    expect(await until((status) => status === 503)).toMatchObject({
      status: 503,
      json: { error: 'busy' },
      headers: { 'retry-after': '30' },
    })
    expect((await ask(app.url, { path: '/livez' })).status).toBe(200)
    for (const socket of sockets) socket.destroy()
    expect((await until((status) => status !== 503)).status).toBe(401)
  })

  it('a head without end is broken off where it becomes too long', async () => {
    const { port } = new URL(world.url)
    let sent = 0
    const answer = await new Promise<string>((done) => {
      const socket = connect(Number(port), '127.0.0.1')
      let text = ''
      socket.on('data', (chunk) => (text += chunk.toString()))
      socket.on('error', () => {}).on('close', () => done(text))
      socket.write('POST /inbox HTTP/1.1\r\nHost: x\r\n')
      const more = () => {
        if (socket.destroyed) return
        sent += 4000
        socket.write(`x-more: ${'x'.repeat(4000)}\r\n`, () => setImmediate(more))
      }
      more()
    })
    expect(answer).toMatch(/^HTTP\/1.1 431 /)
    expect(sent).toBeLessThan(1_000_000)
  })

  it('the address that counts is the one before the proxies we trust, and nobody else names it', async () => {
    const claims = { 'x-forwarded-for': '192.0.2.1, 203.0.113.9' }
    const post = (app: World) =>
      sendActivity({ url: app.url, publicUrl }, peer.signer, {
        body: like(),
        at: app.clock.now(),
        unsigned: true,
        headers: (headers) => ({ ...headers, ...claims }),
      })
    const behind = await open([peer], { TRUSTED_PROXIES: '127.0.0.1' })
    await post(behind)
    expect(behind.logged.at(-1)).toContain('reason=signature_missing from=203.0.113.0')
    const direct = await open([peer])
    await post(direct)
    expect(direct.logged.at(-1)).toContain('from=127.0.0.0')
  })

  it('one address may ask six thousand times in five minutes, one server send three thousand activities; then they wait', () => {
    const rates = createRates(world.deps)
    const requests = Array.from({ length: 6001 }, (_, n) => rates.mayRequest(`2001:db8:0:ff${(n % 90) + 10}::${n}`))
    expect(requests.indexOf(false)).toBe(6000)
    expect(rates.mayRequest('2001:db8:1::1')).toBe(true)
    expect(rates.mayRequest('127.0.0.1')).toBe(true)
    const partner = { address: '192.0.2.1', isPartner: true }
    const sent = Array.from({ length: 3001 }, () => rates.mayEnter('loud.example', partner))
    expect(sent.indexOf(false)).toBe(3000)
    expect([rates.mayEnter('other.example', partner), rates.mayEnter(peer.host, partner)]).toEqual([true, true])
    const now = world.clock.iso()
    world.clock.advance(-60 * 60_000)
    expect(rates.mayRequest('2001:db8:0:ff10::1')).toBe(true)
    world.clock.set(now)
  })

  it('servers that are no partners may send six hundred activities from one address, however many they are', async () => {
    const rates = createRates(world.deps)
    const unknownPeer = { address: '192.0.2.1', isPartner: false }
    const sent = Array.from({ length: 601 }, (_, n) => rates.mayEnter(`${n}.example`, unknownPeer))
    expect(sent.indexOf(false)).toBe(600)
    expect(rates.mayEnter('1.example', { ...unknownPeer, isPartner: true })).toBe(true)
    expect(rates.mayEnter('1.example', { ...unknownPeer, address: '192.0.2.2' })).toBe(true)
    const app = await open([])
    const { db } = app.deps
    const uri = 'https://loud.example/actor'
    const signer = { ...peer.signer, keyId: `${uri}#main-key` }
    const key_pem = String(keyPair().publicKey.export({ type: 'spki', format: 'pem' }))
    const key = { key_id: signer.keyId, key_pem, key_fetched_at: app.clock.iso() }
    const about = {
      host: 'loud.example',
      type: 'Person',
      inbox: `${uri}/inbox`,
      body: '{}',
      fetched_at: app.clock.iso(),
    }
    await db
      .insertInto('fed_actors')
      .values({ uri, ...about, ...key })
      .execute()
    const post = (n: number) =>
      sendActivity({ url: app.url, publicUrl }, signer, {
        body: { id: `${uri}/${n}`, type: 'Like', actor: uri, object: publicUrl },
        at: app.clock.now(),
      })
    const statuses: number[] = []
    for (let from = 0; from < 602; from += 43)
      for (const { status } of await Promise.all(Array.from({ length: 43 }, (_, n) => post(from + n))))
        statuses.push(status)
    expect([202, 429].map((status) => statuses.filter((one) => one === status).length)).toEqual([600, 2])
    const relation = { partner_uri: uri, partner_is: 'centre', partner_name: 'x', partner_url: 'x' } as const
    const row = { id: 'x', ...relation, state: 'active', requested_at: app.clock.iso() } as const
    await db.insertInto('affiliations').values(row).execute()
    app.clock.advance(11_000)
    expect((await post(602)).status).toBe(202)
  })
})

it('a document that claims to be somebody else proves nothing', async () => {
  const liar = await startPeer({ key: 3 })
  liar.pages.set('/actor', { body: { ...liar.document(), id: peer.actor } })
  const allowed = await startApp({ env: { FEDERATION_ALLOW_HOSTS: [liar.host, peer.host].join(',') } })
  const body = { id: `${liar.origin}/1`, type: 'Follow', actor: liar.actor, object: `${publicUrl}/actor` }
  const reply = await sendActivity({ url: allowed.url, publicUrl }, liar.signer, { body, at: allowed.clock.now() })
  expect(reply.status).toBe(401)
  const known = await allowed.deps.db.selectFrom('fed_actors').selectAll().execute()
  for (const actor of known)
    expect(actor.key_pem).not.toContain(
      String(keyPair(3).publicKey.export({ type: 'spki', format: 'pem' })).slice(60, 120),
    )
})

it('the same activity a hundred times at once is kept once', async () => {
  const body = like()
  const replies = await Promise.all(Array.from({ length: 100 }, () => send({ body })))
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([202]))
  expect((await rows()).filter(({ id }) => id === body.id)).toHaveLength(1)
})

it('a changed key is taken after one question; a thousand bad signatures bring no second one', async () => {
  const turning = await startPeer({ key: 4 })
  const app = await startApp({ env: { FEDERATION_ALLOW_HOSTS: turning.host } })
  let n = 0
  const post = (request: Partial<ActivityRequest> = {}) => {
    const body = { id: `${turning.origin}/${++n}`, type: 'Like', actor: turning.actor, object: 'https://a.example/' }
    return sendActivity({ url: app.url, publicUrl }, turning.signer, { body, at: app.clock.now(), ...request })
  }
  expect((await post()).status).toBe(202)
  turning.rotate(5)
  const replies = await Promise.all([post(), post(), post()])
  expect(replies.map(({ status }) => status)).toEqual([202, 202, 202])
  expect(turning.asked).toEqual(['/actor', '/actor'])
  const bad = {
    headers: (headers: Record<string, string>) => ({
      ...headers,
      signature: `${headers['signature']}`.replace(/signature=".{20}/, `signature="${'A'.repeat(20)}`),
    }),
  }
  for (let round = 0; round < 40; round++) await Promise.all(Array.from({ length: 25 }, () => post(bad)))
  expect(turning.asked).toHaveLength(2)
  expect((await post(bad)).status).toBe(429)
  expect((await post()).status).toBe(202)
  app.clock.advance(11 * 60_000)
  await post(bad)
  expect(turning.asked).toHaveLength(3)
})

it('an actor that signs now with one of its keys, now with another, is let in with both and asked for once', async () => {
  const turning = await startPeer({ key: 6 })
  const first = turning.signer
  turning.rotate(7)
  const { publicKey: second } = turning.document()
  turning.rotate(6)
  const other = `${turning.actor}#other-key`
  const document = turning.document()
  const publicKey = [document.publicKey, { ...second, id: other }]
  turning.pages.set('/actor', () => ({ body: { ...document, publicKey } }))
  const app = await startApp({ env: { FEDERATION_ALLOW_HOSTS: turning.host } })
  let n = 0
  const post = async (signer: typeof first) => {
    const body = { id: `${turning.origin}/${++n}`, type: 'Like', actor: turning.actor, object: 'https://a.example/' }
    return (await sendActivity({ url: app.url, publicUrl }, signer, { body, at: app.clock.now() })).status
  }
  const keys = [first, { keyId: other, privateKey: keyPair(7).privateKey }]
  for (let round = 0; round < 3; round++) for (const key of keys) expect(await post(key)).toBe(202)
  expect(turning.asked).toEqual(['/actor'])
  // Each key under its own id only, and a key that is no longer listed proves nothing.
  expect(await post({ ...first, keyId: other })).toBe(401)
  publicKey.pop()
  app.clock.advance(25 * 3_600_000)
  expect([await post(first), await post(keys[1]!)]).toEqual([202, 401])
  expect(await app.deps.db.selectFrom('fed_further_keys').selectAll().execute()).toEqual([])
})

it('a blocked server gets 403, its subdomains too, and nothing is kept', async () => {
  const app = await startApp({ env: { FEDERATION_ALLOW_HOSTS: peer.host } })
  await blockDomain(app.deps, 'command line', { host: peer.host, note: '' })
  const reply = await sendActivity({ url: app.url, publicUrl }, peer.signer, { body: like(), at: app.clock.now() })
  expect(reply.status).toBe(403)
  expect(await app.deps.db.selectFrom('fed_activities').selectAll().execute()).toEqual([])
})

it('before the set-up there is no actor and no inbox', async () => {
  const app = await startApp({ empty: true })
  const reply = await sendActivity({ url: app.url, publicUrl }, peer.signer, { body: like(), at: app.clock.now() })
  expect(reply.status).toBe(404)
  expect((await ask(app.url, { path: '/actor' })).status).toBe(404)
})

it('whatever is done to a good activity, the answer is never a fault of ours', async () => {
  const good = JSON.stringify(like({ type: 'Follow' }))
  const mutation = fc.tuple(fc.nat(good.length), fc.nat(20), fc.string({ unit: 'binary', maxLength: 12 }))
  await fc.assert(
    fc.asyncProperty(mutation, fc.boolean(), async ([at, length, text], signed) => {
      const body = good.slice(0, at) + text.toWellFormed() + good.slice(at + length)
      const reply = await send({ body, unsigned: !signed })
      expect(reply.status).toBeLessThan(500)
    }),
    { numRuns: 150 },
  )
  const digest = createHash('sha256').update(good).digest('base64')
  const header = fc.constantFrom('signature', 'signature-input', 'digest', 'date', 'content-digest')
  await fc.assert(
    fc.asyncProperty(
      header,
      fc.string({ unit: fc.constantFrom(...'keyId="",=:;()headers@ 09') }),
      async (name, value) => {
        const reply = await send({ headers: (headers) => ({ ...headers, digest: `SHA-256=${digest}`, [name]: value }) })
        expect([400, 401, 429]).toContain(reply.status)
      },
    ),
    { numRuns: 100 },
  )
  expect(world.logged.filter((line) => / error /.test(line))).toEqual([])
})
