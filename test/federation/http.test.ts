// SPDX-License-Identifier: AGPL-3.0-or-later
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { signRequest } from '../../federation/signatures.ts'
import { prefersActivity, prefersPage } from '../../federation/http-replies.ts'
import { fromEvent } from '../../federation/translate/received-offer.ts'
import { archiveOffer, closeOffer } from '../../server/offers/commands/end.ts'
import { createDraft } from '../../server/offers/commands/write.ts'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { ask, sendActivity, startPeer, stopPeers, type Reply } from '../support/peer.ts'
import { until } from '../support/processes.ts'
import * as instances from './instances.ts'

type Json = Record<string, unknown>
const roundPlace = { ...instances.contentOf().places[0]!, latitude: 47, longitude: 0 }
const publicUrl = 'http://localhost:3000'
const AS2 = { accept: 'application/activity+json' }
let world: World
beforeAll(async () => {
  world = await startApp()
})
afterAll(async () => {
  await stopApps()
  await stopPeers()
})
const get = (path: string, headers: Record<string, string> = AS2, method = 'GET') =>
  ask(world.url, { path, headers, method })

describe('discovery', () => {
  const finger = (resource: string) => get(`/.well-known/webfinger?resource=${encodeURIComponent(resource)}`, {})

  it.each([
    'acct:jardins@localhost:3000',
    'acct:JARDINS@LOCALHOST:3000',
    `${publicUrl}/actor`,
    publicUrl,
    `${publicUrl}/`,
  ])('%s leads to the actor', async (resource) => {
    const { status, json, headers } = await finger(resource)
    expect([status, headers['content-type'], headers['access-control-allow-origin']]).toEqual([
      200,
      'application/jrd+json',
      '*',
    ])
    expect(json['links']).toContainEqual({ rel: 'self', type: 'application/activity+json', href: `${publicUrl}/actor` })
  })
  it('the address of the site names its one actor (FEP-d556)', async () => {
    const { json } = await finger(publicUrl)
    expect(json).toMatchObject({
      subject: `${publicUrl}/`,
      links: [{ rel: 'https://www.w3.org/ns/activitystreams#Service' }, {}, {}],
    })
  })

  it.each([
    ['', 400],
    ['x'.repeat(10_000), 400],
    ['acct:somebody@localhost:3000', 404],
    ['acct:jardins@evil.test', 404],
    ['acct:jardins@localhost:3000?x', 404],
    ['acct:jardins@localhost:3000#x', 404],
    ['acct:jardins@localhost:3000\r\nX-Injected: 1', 404],
    ['https://localhost:3000.evil.test/', 404],
    ['__proto__', 404],
  ])('%#: refused', async (resource, status) => {
    const reply = await finger(resource)
    expect([reply.status, reply.headers['x-injected']]).toEqual([status, undefined])
  })
  it('no resource, or two', async () => {
    expect((await get('/.well-known/webfinger', {})).status).toBe(400)
    expect((await get('/.well-known/webfinger?resource=a&resource=b', {})).status).toBeGreaterThanOrEqual(400)
  })

  it('NodeInfo 2.1 shows what we are, and not how many people', async () => {
    const { json } = await get('/.well-known/nodeinfo', {})
    expect(json['links']).toEqual([
      { rel: 'http://nodeinfo.diaspora.software/ns/schema/2.1', href: `${publicUrl}/nodeinfo/2.1` },
      { rel: 'https://www.w3.org/ns/activitystreams#Application', href: `${publicUrl}/actor` },
    ])
    const info = await get('/nodeinfo/2.1', {})
    expect(info.json).toMatchObject({
      version: '2.1',
      software: { name: 'mainforte' },
      protocols: ['activitypub'],
      usage: { users: { total: 1 } },
    })
    expect(info.headers['content-type']).toContain('profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"')
  })
})

describe('the actor', () => {
  it('has everything others look for', async () => {
    const { status, json, headers } = await get('/actor')
    expect([status, headers['content-type'], headers['vary']]).toEqual([
      200,
      'application/activity+json; charset=utf-8',
      expect.stringContaining('Accept'),
    ])
    expect(json).toMatchObject({
      id: `${publicUrl}/actor`,
      type: 'Organization',
      preferredUsername: 'jardins',
      name: 'Les Jardins du Canal',
      url: `${publicUrl}/`,
      inbox: `${publicUrl}/inbox`,
      outbox: `${publicUrl}/outbox`,
      followers: `${publicUrl}/followers`,
      following: `${publicUrl}/following`,
      manuallyApprovesFollowers: false,
      discoverable: true,
      kind: 'association',
      publicKey: { id: `${publicUrl}/actor#main-key`, owner: `${publicUrl}/actor` },
    })
    expect(json['@context']).toContain('https://www.w3.org/ns/activitystreams')
    const text = JSON.stringify(json)
    for (const secret of ['PRIVATE', 'example.org', 'Benali', '03 80']) expect(text).not.toContain(secret)
  })
  it('is a page for people, something for programs that take anything, and answers HEAD', async () => {
    expect((await get('/actor', { accept: 'text/html' })).headers['location']).toBe('/')
    expect((await get('/actor', { accept: '*/*' })).status).toBe(200)
    expect((await get('/actor', {})).status).toBe(200)
    expect((await get('/actor', AS2, 'HEAD')).status).toBe(200)
  })
})

describe('an offer', () => {
  let id: string
  let draft: string
  beforeAll(async () => {
    id = await instances.publish(world)
    draft = await createDraft(world.deps, instances.chief(world), instances.inputOf(world))
    await world.settle()
  })

  it('has one address for people and programs', async () => {
    const event = await get(`/offers/${id}`)
    expect([event.status, event.headers['content-type']]).toEqual([200, 'application/activity+json; charset=utf-8'])
    expect(event.headers['vary']).toContain('Accept')
    expect(fromEvent(event.json as never)).toMatchObject({ ok: true, offer: { uri: `${publicUrl}/offers/${id}` } })
    const page = await get(`/offers/${id}`, { accept: 'text/html' })
    expect(page.headers['content-type']).toContain('text/html')
    expect(page.headers['vary']).toContain('Accept')
    expect((await get(`/offers/${id}`, AS2, 'HEAD')).status).toBe(200)
  })

  it('names no person: the contact, mails and phones stay at home (P6)', async () => {
    const text =
      JSON.stringify((await get(`/offers/${id}`)).json) + JSON.stringify((await get('/outbox?page=true')).json)
    for (const secret of ['@example.org', 'Moreau', 'Benali', '03 80']) expect(text).not.toContain(secret)
  })

  it('a draft, one for members, or none at all is not there', async () => {
    expect((await get(`/offers/${draft}`)).status).toBe(404)
    expect((await get('/offers/nothing')).status).toBe(404)
    expect((await get(`/offers/${encodeURIComponent("' or 1=1")}`)).status).toBe(404)
    await world.deps.db.updateTable('offers').set({ visibility: 'members' }).where('id', '=', id).execute()
    expect((await get(`/offers/${id}`)).status).toBe(404)
    await world.deps.db.updateTable('offers').set({ visibility: 'public' }).where('id', '=', id).execute()
  })

  it('its publication can be read alone and in the outbox', async () => {
    const outbox = await get('/outbox')
    expect(outbox.json).toMatchObject({
      type: 'OrderedCollection',
      totalItems: 1,
      first: `${publicUrl}/outbox?page=true`,
    })
    const page = await get('/outbox?page=true')
    const [create] = page.json['orderedItems'] as Record<string, unknown>[]
    expect(create).toMatchObject({
      type: 'Create',
      actor: `${publicUrl}/actor`,
      object: { id: `${publicUrl}/offers/${id}` },
    })
    const alone = await get(new URL(String(create?.['id'])).pathname)
    expect(alone.json).toMatchObject({ type: 'Create', object: { type: 'Event' } })
    expect(page.json).not.toHaveProperty('next')
  })

  it('what is online is a list others may begin with', async () => {
    expect((await get('/actor')).json['upcomingEvents']).toBe(`${publicUrl}/upcoming`)
    const page = await get('/upcoming?page=true')
    expect(page.json).toMatchObject({ partOf: `${publicUrl}/upcoming`, orderedItems: [`${publicUrl}/offers/${id}`] })
    world.clock.advance(400 * 86_400_000)
    expect((await get('/upcoming')).json['totalItems']).toBe(0)
    world.clock.advance(-400 * 86_400_000)
  })

  it('pages for people link to the same for programs', async () => {
    const alternate = '<link rel="alternate" type="application/activity+json" href='
    const front = await get('/', { accept: 'text/html' })
    expect(front.json['text']).toContain(`${alternate}"${publicUrl}/actor">`)
    const page = await get(`/offers/${id}`, { accept: 'text/html' })
    expect(page.json['text']).toContain(`${alternate}"${publicUrl}/offers/${id}">`)
  })

  it('in its second language it has the same, its main language first', async () => {
    const title = { fr: 'Lire des histoires', en: 'Reading stories' }
    const both = await instances.publish(world, { title, language: ['en', 'fr'] })
    await world.settle()
    const { json } = await get(`/offers/${both}`)
    expect(json).toMatchObject({ name: title.en, nameMap: title, inLanguage: 'en' })
    for (const map of ['nameMap', 'summaryMap']) expect(Object.keys(json[map] as object)[0]).toBe('en')
    // Written in French only; the English text is not empty.
    expect(json['content']).toContain('invendus')
    expect((await get('/actor')).json['summaryMap']).toEqual({
      fr: '<p>Un jardin partagé au bord du canal.</p>',
      en: '<p>A shared garden by the canal.</p>',
    })
  })

  // What gancio (server/federation/events.js) and Mobilizon (…/converter/event.ex, address.ex) require.
  describe.each([
    ['with a place, days and a number of people', {}],
    ['from home, without a day or a number', { work_mode: 'remote', places: [], starts_on: null, capacity: null }],
    ['in two places, one of them at a round degree', { places: [roundPlace, roundPlace], causes: [], activities: [] }],
  ])('%s', (_name, change: Partial<OfferContent>) => {
    let sent: Json
    let event: Json
    beforeAll(async () => {
      const one = await instances.publish(world, change)
      await world.settle()
      sent = JSON.parse((await instances.sent(world)).findLast(({ type }) => type === 'Create')!.body) as Json
      event = (await get(`/offers/${one}`)).json
      expect(sent['object']).toEqual({ ...event, '@context': undefined })
    })
    const isInstant = (value: unknown) => new Date(String(value)).toISOString() === value
    it.each<[string, () => boolean]>([
      ['the type is one word', () => event['type'] === 'Event'],
      ['it begins and ends, in this order', () => isInstant(event['startTime']) && isInstant(event['endTime'])],
      ['the end is not before the beginning', () => String(event['startTime']) <= String(event['endTime'])],
      ['the place has a name', () => String((event['location'] as Json)['name']).length > 0],
      [
        'coordinates are given both or not at all, as decimals',
        () => {
          const { latitude, longitude } = event['location'] as Json
          return [latitude, longitude].every(
            (one) => one === undefined || (Number.isFinite(one) && Number(one) % 1 !== 0),
          )
        },
      ],
      ['attachments are a list', () => Array.isArray(event['attachment'])],
      [
        'tags are a list of names with #, without spaces',
        () => (event['tag'] as Json[]).every(({ name }) => /^#[\p{L}\p{N}_]+$/u.test(String(name))),
      ],
      [
        'to and cc are lists, of the activity too',
        () => [event, sent].every(({ to, cc }) => [to, cc].every(Array.isArray)),
      ],
      ['the public is named in full', () => String(event['to']) === 'https://www.w3.org/ns/activitystreams#Public'],
      ['one owner, by address; no actor', () => event['attributedTo'] === `${publicUrl}/actor` && !('actor' in event)],
      ['its name and its text are there', () => [event['name'], event['summary'], event['content']].every(Boolean)],
      ['one applies at its home', () => event['joinMode'] === 'external' && !!event['externalParticipationUrl']],
      ['it takes place', () => event['status'] === 'CONFIRMED' && event['eventStatus'] === 'EventScheduled'],
    ])('%s', (_fact, holds) => expect(holds()).toBe(true))
  })

  it('put away, it is gone for ever and shows it', async () => {
    const gone = await instances.publish(world)
    await world.settle()
    await closeOffer(world.deps, instances.chief(world), gone, { reason: 'filled' })
    await archiveOffer(world.deps, instances.chief(world), gone)
    await world.settle()
    for (const method of ['GET', 'HEAD']) expect((await get(`/offers/${gone}`, AS2, method)).status).toBe(410)
    expect((await get(`/offers/${gone}`)).json).toMatchObject({ type: 'Tombstone', formerType: 'Event' })
  })
})

describe('collections', () => {
  let app: World
  const read = (path: string) => ask(app.url, { path, headers: AS2 })
  const pathOf = (page: Reply, link: string) => String(page.json[link]).slice(publicUrl.length)
  beforeAll(async () => {
    app = await startApp()
    for (let n = 0; n < 45; n++) await instances.publish(app)
    await app.settle()
  })

  it.each(['/outbox', '/upcoming'])('%s is read from one end to the other, and back', async (path) => {
    const whole = await read(path)
    expect(whole.json).toMatchObject({ type: 'OrderedCollection', totalItems: 45 })
    const seen: unknown[][] = []
    let page = await read(pathOf(whole, 'first'))
    for (;;) {
      expect(page.json).toMatchObject({ type: 'OrderedCollectionPage', partOf: publicUrl + path })
      seen.push(page.json['orderedItems'] as unknown[])
      if (!page.json['next']) break
      page = await read(pathOf(page, 'next'))
    }
    expect(seen.map(({ length }) => length)).toEqual([20, 20, 5])
    expect(new Set(seen.flat().map((one) => JSON.stringify(one))).size).toBe(45)
    const last = await read(pathOf(whole, 'last'))
    expect((last.json['orderedItems'] as unknown[]).at(-1)).toEqual(seen.flat().at(-1))
    expect(last.json).not.toHaveProperty('next')
    const before = await read(pathOf(last, 'prev'))
    expect(before.json['orderedItems']).toEqual(seen.flat().slice(5, 25))
    expect((await read(pathOf(page, 'prev'))).json['orderedItems']).toEqual(seen[1])
  })

  it('a page that is none is refused, one beyond the end is empty and leads back', async () => {
    for (const query of ['page=evil', 'before=x', 'page=true&before=1', 'after=-1', 'after=1&after=2', 'page=true&x=1'])
      expect([query, (await read(`/outbox?${query}`)).status]).toEqual([query, 400])
    const { json } = await read('/outbox?after=999999')
    expect(json).toMatchObject({ orderedItems: [], next: `${publicUrl}/outbox?before=1000000` })
  })

  it('followers: everybody is counted, organisations are named, people are not', async () => {
    const centre = await startPeer({ name: 'Centre' })
    const person = await startPeer({ key: 1, name: 'Farid' })
    person.pages.set('/actor', { body: { ...person.document(), type: 'Person' } })
    const open = await startApp({ env: { FEDERATION_ALLOW_HOSTS: [centre.host, person.host].join(',') } })
    for (const peer of [centre, person]) {
      const body = { id: `${peer.origin}/1`, type: 'Follow', actor: peer.actor, object: `${publicUrl}/actor` }
      await sendActivity({ url: open.url, publicUrl }, peer.signer, { body, at: open.clock.now() })
    }
    await open.settle()
    const list = await ask(open.url, { path: '/followers', headers: AS2 })
    expect(list.json).toMatchObject({ totalItems: 2, first: `${publicUrl}/followers?page=true` })
    const page = await ask(open.url, { path: '/followers?page=true', headers: AS2 })
    expect(page.json['orderedItems']).toEqual([centre.actor])
    expect((await ask(open.url, { path: '/outbox', headers: AS2 })).json['totalItems']).toBe(0)
  })
})

it('everything that can be read answers HEAD as well, with how long it may be kept', async () => {
  const paths = ['/actor', '/outbox', '/outbox?page=true', '/followers', '/following', '/upcoming', '/nodeinfo/2.1']
  const known = [...paths, '/.well-known/nodeinfo', `/.well-known/webfinger?resource=${publicUrl}`]
  for (const path of known) {
    const head = await get(path, AS2, 'HEAD')
    expect([path, head.status, head.headers['cache-control']]).toEqual([
      path,
      200,
      expect.stringMatching(/^public, max-age=/),
    ])
  }
  const missing = await get('/offers/nothing')
  expect([missing.status, missing.headers['cache-control']]).toEqual([404, 'no-store'])
})

it('what is nobody’s business is not there', async () => {
  const inbox = await get('/inbox')
  expect([inbox.status, inbox.headers['allow']]).toEqual([405, 'POST'])
  expect((await get('/activities/unknown')).status).toBe(404)
  for (const path of ['/outbox', '/actor', '/followers']) expect((await get(path, AS2, 'POST')).status).toBe(405)
  const { json } = await get('/following?page=true')
  expect(json).toEqual({
    '@context': json['@context'],
    id: `${publicUrl}/following`,
    type: 'OrderedCollection',
    totalItems: 0,
  })
})

it('a private activity cannot be read by anybody', async () => {
  const peer = await startPeer()
  const app = await startApp({ env: { FEDERATION_ALLOW_HOSTS: peer.host } })
  const body = { id: `${peer.origin}/1`, type: 'Follow', actor: peer.actor, object: `${publicUrl}/actor` }
  await sendActivity({ url: app.url, publicUrl }, peer.signer, { body, at: app.clock.now() })
  await app.settle()
  const accept = peer.last('Accept')!
  const read = async (path: string) => ask(app.url, { path, headers: AS2 })
  expect((await read(new URL(String(accept['id'])).pathname)).status).toBe(404)
  expect((await read('/outbox?page=true')).json['orderedItems']).toEqual([])
  const { db } = app.deps
  const [sent] = await db.selectFrom('fed_activities').select('seq').where('direction', '=', 'out').execute()
  const misplaced = { collection: `${publicUrl}/outbox`, activity_id: String(accept['id']), seq: sent!.seq }
  await db.insertInto('fed_collections').values(misplaced).execute()
  expect((await read('/outbox?page=true')).json['orderedItems']).toEqual([])
  const id = `${publicUrl}/activities/theirs`
  const theirs = { id, actor: peer.actor, type: 'Create', body: '{"a":1}', is_public: 1 as const, at: app.clock.iso() }
  await db
    .insertInto('fed_activities')
    .values({ ...theirs, direction: 'in', state: 'done' })
    .execute()
  expect((await read('/activities/theirs')).status).toBe(404)
})

it('a partner that starts again and asks for us is written to at once', async () => {
  const peer = await startPeer()
  const app = await startApp({ env: { FEDERATION_ALLOW_HOSTS: peer.host } })
  peer.status.inbox = 500
  const body = { id: `${peer.origin}/1`, type: 'Follow', actor: peer.actor, object: `${publicUrl}/actor` }
  await sendActivity({ url: app.url, publicUrl }, peer.signer, { body, at: app.clock.now() })
  await app.settle()
  peer.status.inbox = 202
  const before = peer.received.length
  const signed = (signer = peer.signer) =>
    signRequest({ method: 'GET', url: new URL('/actor', publicUrl) }, signer, app.clock.now())
  await ask(app.url, {
    path: '/actor',
    headers: { ...AS2, ...(await signed()), signature: 'keyId="x",signature="AAAA"' },
  })
  await app.settle()
  expect(peer.received).toHaveLength(before)
  await ask(app.url, { path: '/actor', headers: { ...AS2, ...(await signed()) } })
  await until(() => peer.received.length === before + 1, 'nobody wrote')
})

it('when the federation is off nothing of it is there', async () => {
  const app = await startApp({ env: { FEDERATION: 'off' } })
  for (const path of ['/actor', '/inbox', '/.well-known/webfinger?resource=x', '/nodeinfo/2.1']) {
    expect((await ask(app.url, { path, headers: AS2 })).status).toBe(404)
  }
})

it.each([
  ['application/activity+json', true, false],
  ['application/ld+json; profile="https://www.w3.org/ns/activitystreams"', true, false],
  ['application/activity+json, text/html;q=0.1', true, false],
  ['text/html, application/activity+json', false, true],
  ['application/activity+json, text/html', true, false],
  ['text/html;q=0.5, application/ld+json;q=0.6', true, false],
  ['application/activity+json;q=0', false, false],
  ['application/activity+json, */*;q=0.1', true, false],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', false, true],
  ['*/*', false, false],
  ['', false, false],
  [undefined, false, false],
])('Accept: %s', (accept, activity, page) => {
  expect([prefersActivity(accept), prefersPage(accept)]).toEqual([activity, page])
})

it('an instance without a key makes one: of 2048 bits, sealed, once for all who ask, and kept over a restart', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'mainforte-')), 'mainforte.sqlite')
  const options = { env: { PUBLIC_URL: 'http://own.example:3000' }, file, hasKey: false } as const
  const asks = async ({ url }: World) => (await ask(url, { path: '/actor', headers: AS2 })).json['publicKey'] as Json
  try {
    const first = await startApp(options)
    const told = await Promise.all([asks(first), asks(first), asks(first)])
    const pem = String(told[0]!['publicKeyPem'])
    expect(createPublicKey(pem).asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 })
    expect(told.every(({ publicKeyPem }) => publicKeyPem === pem)).toBe(true)
    const kept = await first.deps.db.selectFrom('fed_keys').select(['public_pem', 'private_sealed']).execute()
    expect(kept).toEqual([{ public_pem: pem, private_sealed: expect.not.stringContaining('PRIVATE') }])
    const opened = createPrivateKey(first.deps.secrets.open(kept[0]!.private_sealed, 'actor key'))
    expect(createPublicKey(opened).export({ type: 'spki', format: 'pem' })).toBe(pem)
    await first.stop()
    expect(await asks(await startApp({ ...options, empty: true }))).toMatchObject({ publicKeyPem: pem })
  } finally {
    rmSync(dirname(file), { recursive: true, force: true })
  }
})
