// SPDX-License-Identifier: AGPL-3.0-or-later
// Other servers send true and false activities to a centre with one member.
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import type { FollowRow } from '../../db/queries/fed-activities.ts'
import { savePeer } from '../../db/queries/fed-actors.ts'
import { toEvent } from '../../federation/translate/offer.ts'
import { getPublicOffer } from '../../server/public-offer/public-offer.ts'
import { DAY, HOUR } from '../../server/base/clock.ts'
import { forgetOldActivities } from '../../server/operator/retention.ts'
import { acceptOffer } from '../../server/moderation/commands/decide.ts'
import { blockDomain } from '../../server/peers/commands.ts'
import { askToJoin, endAffiliation } from '../../server/partners/commands/decide.ts'
import { receiveJoinRequest } from '../../server/partners/commands/receive.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { MARKUP } from '../support/markup.ts'
import { ask, sendActivity, startPeer, stopPeers, type Peer } from '../support/peer.ts'
import { until } from '../support/processes.ts'
import { eventContext } from '../support/event-words.ts'
import * as instances from './instances.ts'

const publicUrl = 'http://localhost:3000'
const me = `${publicUrl}/actor`
let world: World
let member: Peer
let unknownPeer: Peer
let counter = 0

async function begin(kind: 'association' | 'centre' | 'both' = 'centre') {
  world = await startApp({ kind, env: { FEDERATION_ALLOW_HOSTS: [member.host, unknownPeer.host].join(',') } })
}
beforeEach(async () => {
  member = await startPeer({ key: 0, kind: 'association', name: 'Les Jardins du Canal' })
  unknownPeer = await startPeer({ key: 1, name: 'Fédivers' })
})
afterEach(async () => {
  await stopApps()
  await stopPeers()
})

const post = async (peer: Peer, activity: Record<string, unknown>) => {
  const body = { id: `${peer.origin}/activities/${++counter}`, actor: peer.actor, ...activity }
  const reply = await sendActivity({ url: world.url, publicUrl }, peer.signer, { body, at: world.clock.now() })
  expect(reply.status).toBe(202)
  await world.settle()
  const row = await world.deps.db
    .selectFrom('fed_activities')
    .selectAll()
    .where('id', '=', body.id)
    .executeTakeFirstOrThrow()
  return { id: body.id, state: row.state, error: row.error }
}
const table = (
  name: 'affiliations' | 'moderation_items' | 'listings' | 'fed_follows' | 'fed_deliveries' | 'submissions',
) => world.deps.db.selectFrom(name).selectAll().execute()
async function becomeMember() {
  await post(member, { type: 'Follow', object: me })
  await world.deps.db.updateTable('affiliations').set({ state: 'active' }).execute()
}
/** An offer built by this instance, with the addresses of the member. */
async function eventOf(change: (event: Record<string, unknown>) => void = () => {}) {
  const maker = await startApp({ kind: 'association', env: { FEDERATION_ALLOW_HOSTS: member.host } })
  const id = await instances.publish(maker)
  const offer = await getPublicOffer(maker.deps.db, maker.deps, id)
  const event = toEvent(offer!, eventContext(publicUrl))
  const moved = JSON.parse(JSON.stringify(event).replaceAll(publicUrl, member.origin)) as Record<string, unknown>
  change(moved)
  return moved
}

describe('following', () => {
  it('anybody who follows an association is accepted at once', async () => {
    await begin('association')
    const { id } = await post(unknownPeer, { type: 'Follow', object: me })
    expect(unknownPeer.last('Accept')).toMatchObject({ actor: me, object: { id }, to: [unknownPeer.actor] })
    expect(await table('affiliations')).toEqual([])
    const { json } = await ask(world.url, { path: '/followers', headers: { accept: 'application/activity+json' } })
    expect(json['totalItems']).toBe(1)
  })

  it('an association that follows a centre wishes to join and waits', async () => {
    await begin()
    await post(member, { type: 'Follow', object: me })
    expect(await table('affiliations')).toMatchObject([
      { partner_uri: member.actor, partner_is: 'member', state: 'requested', partner_name: 'Les Jardins du Canal' },
    ])
    expect(member.received).toEqual([])
  })

  it('a fediverse account that follows a centre is accepted and is no member', async () => {
    await begin()
    await post(unknownPeer, { type: 'Follow', object: me })
    expect(unknownPeer.last('Accept')).toBeDefined()
    expect(await table('affiliations')).toEqual([])
  })

  it.each(['javascript:alert(1)', 'http://127.0.0.1:1/inbox', `${publicUrl}/inbox`, 'not an address'])(
    'a shared inbox of %s is not written to',
    async (sharedInbox) => {
      await begin('association')
      unknownPeer.pages.set('/actor', { body: { ...unknownPeer.document(), endpoints: { sharedInbox } } })
      await post(unknownPeer, { type: 'Follow', object: me })
      expect(unknownPeer.last('Accept')).toBeDefined()
      expect(await table('fed_deliveries')).toEqual([])
    },
  )

  it('an actor that becomes somebody else overnight asks nothing in their name', async () => {
    await begin()
    await post(member, { type: 'Like', object: me })
    world.clock.advance(25 * 3_600_000)
    const posing = { ...unknownPeer.document(), kind: 'association' }
    for (const peer of [member, unknownPeer]) peer.pages.set('/actor', { body: posing })
    const body = { id: `${member.origin}/activities/posing`, actor: member.actor, type: 'Follow', object: me }
    for (const signer of [member.signer, { ...unknownPeer.signer, keyId: member.signer.keyId }]) {
      const request = { body, at: world.clock.now() }
      expect((await sendActivity({ url: world.url, publicUrl }, signer, request)).status).toBe(401)
    }
    await world.settle()
    expect([await table('affiliations'), await table('fed_follows')]).toEqual([[], []])
  })

  it('a second Follow takes the place of the first, and undoing ends it', async () => {
    await begin('association')
    await post(unknownPeer, { type: 'Follow', object: me })
    const { id } = await post(unknownPeer, { type: 'Follow', object: me })
    expect(await table('fed_follows')).toMatchObject([{ activity_id: id, state: 'accepted' }])
    expect(
      await post(member, { type: 'Undo', object: { id, type: 'Follow', actor: unknownPeer.actor, object: me } }),
    ).toMatchObject({ state: 'ignored' })
    expect(await table('fed_follows')).toMatchObject([{ state: 'accepted' }])
    await post(unknownPeer, { type: 'Undo', object: { id: `${unknownPeer.origin}/other`, type: 'Follow', object: me } })
    expect(await table('fed_follows')).toMatchObject([{ state: 'undone' }])
  })

  it('a Follow that comes after it was taken back makes nobody a follower', async () => {
    await begin('association')
    const id = `${unknownPeer.origin}/follows/late`
    const follow = { type: 'Follow', actor: unknownPeer.actor, object: me }
    await post(unknownPeer, { type: 'Undo', object: { ...follow, id } })
    expect(await post(unknownPeer, { ...follow, id })).toMatchObject({ state: 'ignored', error: 'taken_back' })
    expect(await table('fed_follows')).toEqual([])
    await post(unknownPeer, follow)
    expect(await table('fed_follows')).toMatchObject([{ state: 'accepted' }])
  })

  it('the same Follow again, even later, is answered once', async () => {
    await begin('association')
    const { id } = await post(unknownPeer, { type: 'Follow', object: me })
    const again = { id, type: 'Follow', actor: unknownPeer.actor, object: me }
    for (let n = 0; n < 3; n++) {
      const reply = await sendActivity({ url: world.url, publicUrl }, unknownPeer.signer, {
        body: again,
        at: world.clock.now(),
      })
      expect(reply.status).toBe(202)
      await world.settle()
    }
    expect(unknownPeer.received.filter(({ body }) => body['type'] === 'Accept')).toHaveLength(1)
  })

  it('a server that was away and writes to us gets at once what waited for it', async () => {
    await begin('association')
    unknownPeer.status.inbox = 500
    await post(unknownPeer, { type: 'Follow', object: me })
    unknownPeer.status.inbox = 202
    unknownPeer.received.length = 0
    const at = world.clock.iso()
    const away = { state: 'dead' as const, failures: 9, first_failed_at: at, next_probe_at: at }
    await world.deps.db.updateTable('fed_peers').set(away).where('host', '=', unknownPeer.host).execute()
    await post(unknownPeer, { type: 'Like', object: me })
    expect(unknownPeer.last('Accept')).toBeDefined()
    const peer = world.deps.db.selectFrom('fed_peers').selectAll().where('host', '=', unknownPeer.host)
    expect(await peer.executeTakeFirst()).toMatchObject({ state: 'ok', failures: 0, next_probe_at: null })
  })

  it('who asks to join and takes it back, again and again, or under many names, fills nobody’s mailbox', async () => {
    await begin()
    const written = async () => (await world.mails()).filter(({ template }) => template === 'partners/received')
    const perRequest = async () => new Set((await written()).map(({ to }) => to)).size
    for (let time = 0; time < 6; time++) {
      const { id } = await post(member, { type: 'Follow', object: me })
      await post(member, { type: 'Undo', object: id })
    }
    expect(await written()).toHaveLength(3 * (await perRequest()))
    let names = 0
    const manyAsk = async () => {
      for (let n = 0; n < 25; n++) {
        const partner = { uri: `https://a${++names}.example/actor`, name: 'A', url: 'https://a.example/', summary: '' }
        await transact(world.deps, (tx) => receiveJoinRequest(tx, world.deps, { ...partner, role: 'association' }))
      }
    }
    await manyAsk()
    expect((await written()).length).toBeLessThanOrEqual(20 * (await perRequest()))
    // A fault that goes on does not stop the mails of the next days.
    for (let day = 0; day < 2; day++) {
      const before = (await written()).length
      world.clock.advance(20 * HOUR)
      await manyAsk()
      expect(await written()).toHaveLength(before + 20 * (await perRequest()))
    }
    world.clock.advance(2 * DAY)
    const before = (await written()).length
    await post(member, { type: 'Follow', object: me })
    expect(await written()).toHaveLength(before + (await perRequest()))
  })

  it('a Follow of somebody else is ignored', async () => {
    await begin('association')
    expect(await post(unknownPeer, { type: 'Follow', object: `${publicUrl}.evil.test/actor` })).toMatchObject({
      state: 'ignored',
    })
    expect(await table('fed_follows')).toEqual([])
  })

  it('Mastodon’s own words are read through JSON-LD without fetching anything', async () => {
    await begin('association')
    const context = [
      'https://www.w3.org/ns/activitystreams',
      { toot: 'http://joinmastodon.org/ns#', Emoji: 'toot:Emoji' },
      'https://unknown.example/context',
    ]
    expect(await post(unknownPeer, { '@context': context, type: 'Follow', object: me })).toMatchObject({
      state: 'done',
    })
    const twisted = [
      'https://www.w3.org/ns/activitystreams',
      { wish: { '@id': 'as:object', '@type': '@id' }, object: { '@id': 'as:target', '@type': '@id' } },
    ]
    expect(
      await post(unknownPeer, { '@context': twisted, type: 'Follow', wish: me, object: 'https://a.example/' }),
    ).toMatchObject({ state: 'done' })
    expect(unknownPeer.asked.filter((path) => path !== '/actor')).toEqual([])
  })

  it.each([
    ['of another type', { Follow: 'as:Like' }, {}],
    ['with a word we refuse', { harmless: '_:constructor' }, { harmless: 'x' }],
  ])('what JSON-LD makes of it may not be an activity %s', async (_what, terms, more) => {
    await begin('association')
    const context = ['https://www.w3.org/ns/activitystreams', terms]
    expect(await post(unknownPeer, { '@context': context, type: 'Follow', object: me, ...more })).toMatchObject({
      state: 'ignored',
      error: 'not_readable',
    })
    expect(await table('fed_follows')).toEqual([])
  })
})

describe('JSON-LD', () => {
  const AS = 'https://www.w3.org/ns/activitystreams'
  const many = <T>(count: number, make: (n: number) => T) => Array.from({ length: count }, (_, n) => make(n))
  const terms = (count: number) => Object.fromEntries(many(count, (n) => [`t${n}`, `${unknownPeer.origin}/ns#${n}`]))
  const nested = (depth: number): object => (depth === 0 ? {} : { type: `S${depth}`, tag: nested(depth - 1) })
  const scoped = () =>
    Object.fromEntries(many(18, (n) => [`S${n + 1}`, { '@id': `urn:x:${n}`, '@context': { [`w${n}`]: `urn:y:${n}` } }]))

  it.each<[string, () => object]>([
    [
      'contexts inside',
      () => ({ '@context': [AS, terms(2000)], tag: many(480, (n) => ({ '@context': { [`u${n}`]: 'urn:x' } })) }),
    ],
    ['contexts inside terms', () => ({ '@context': [AS, terms(300), scoped()], tag: many(60, () => nested(17)) })],
    ['words', () => ({ '@context': [AS, terms(300)], to: many(3500, (n) => `${unknownPeer.origin}/${n}`) })],
    [
      'contexts, in few words',
      () => ({ '@context': [AS, { y: 'urn:y' }], tag: many(24, () => ({ '@context': { x: 'urn:x' } })) }),
    ],
    ['terms, in few words', () => ({ '@context': [AS, terms(401)] })],
    ['contexts inside one term', () => ({ '@context': [AS, { S1: { '@id': 'urn:x', '@context': {} } }] })],
  ])('an activity of an unknown peer with too many %s is not read', async (_what, words) => {
    await begin('association')
    const kept = await post(unknownPeer, { type: 'Follow', object: me, ...words() })
    expect(kept).toMatchObject({ state: 'ignored', error: 'not_readable' })
  })

  it('a short activity with somebody’s own terms, and a long one about themselves, are read', async () => {
    await begin('association')
    await post(unknownPeer, { '@context': [AS, terms(60)], type: 'Follow', object: me })
    expect(unknownPeer.last('Accept')).toBeDefined()
    const attachment = many(500, (n) => ({ type: 'PropertyValue', name: `n${n}`, value: 'x' }))
    const update = { '@context': [AS, terms(60)], type: 'Update', object: { id: unknownPeer.actor, attachment } }
    expect(await post(unknownPeer, update)).toMatchObject({ state: 'done' })
  })
})

describe('a home that does not answer', () => {
  /** Less than the ten seconds of a request: what waited for it would not be handled in time. */
  const SOON_MS = 6_000
  async function hanging(peers: Peer[], count: number) {
    const requests: (() => Promise<unknown>)[] = []
    for (const peer of peers) {
      for (let n = 0; n < count; n++) {
        const id = `${peer.origin}/a${n}`
        const publicKey = { ...peer.document().publicKey, id: `${id}#main-key`, owner: id }
        const signer = { ...peer.signer, keyId: publicKey.id }
        peer.pages.set(`/a${n}`, { body: { ...peer.document(), id, publicKey } })
        await post({ ...peer, actor: id, signer } as Peer, { type: 'Like', object: me })
        peer.pages.set(`/a${n}`, { hangs: true })
        const body = { id: `${id}/changes`, type: 'Update', actor: id, object: id }
        requests.push(() => sendActivity({ url: world.url, publicUrl }, signer, { body, at: world.clock.now() }))
      }
    }
    for (const send of requests) await send()
  }
  function release(peer: Peer) {
    peer.pages.clear()
    peer.answer('cut')
  }
  const follow = (peer: Peer) =>
    sendActivity({ url: world.url, publicUrl }, peer.signer, {
      body: { id: `${peer.origin}/activities/${++counter}`, type: 'Follow', actor: peer.actor, object: me },
      at: world.clock.now(),
    })

  it.each([
    ['one is', 1],
    ['six are', 6],
  ])('%s waited for, and nobody else has to wait with us', async (_who, count) => {
    await begin()
    await post(unknownPeer, { type: 'Like', object: me })
    await hanging([member], count)
    await follow(unknownPeer)
    await until(() => unknownPeer.last('Accept'), 'the follow waited for somebody else', undefined, SOON_MS)
    release(member)
  })

  it('however many they are, partners are answered at once', async () => {
    const others = [await startPeer({ key: 1 }), await startPeer({ key: 1 })]
    world = await startApp({
      kind: 'centre',
      env: { FEDERATION_ALLOW_HOSTS: [member, ...others].map(({ host }) => host).join(',') },
    })
    await becomeMember()
    await hanging(others, 25)
    await new Promise((done) => setTimeout(done, 1500))
    await follow(member)
    await until(() => member.last('Accept'), 'the partner waited for unknown peers', undefined, SOON_MS)
    others.forEach(release)
  })
})

describe('answers', () => {
  beforeEach(async () => {
    await begin('association')
    const centre = { ...unknownPeer.document(), kind: 'centre' }
    unknownPeer.pages.set('/actor', { body: centre })
    unknownPeer.pages.set(`/.well-known/webfinger?resource=${encodeURIComponent(`${unknownPeer.origin}/`)}`, {
      type: 'application/jrd+json',
      body: JSON.stringify({ links: [{ rel: 'self', type: 'application/activity+json', href: unknownPeer.actor }] }),
    })
    await askToJoin(world.deps, instances.chief(world), unknownPeer.host)
    await world.settle()
  })
  const asked = () => String(unknownPeer.last('Follow')!['id'])

  it('the centre we asked accepts', async () => {
    await post(unknownPeer, { type: 'Accept', object: { ...unknownPeer.last('Follow') } })
    expect(await table('affiliations')).toMatchObject([{ state: 'active' }])
  })

  it('a third party cannot answer for it, nor can a Follow we never sent be accepted', async () => {
    expect(await post(member, { type: 'Accept', object: asked() })).toMatchObject({
      state: 'ignored',
      error: 'asked_somebody_else',
    })
    expect(await post(member, { type: 'Reject', object: asked() })).toMatchObject({ state: 'ignored' })
    const forged = { id: `${publicUrl}/activities/forged`, type: 'Follow', actor: me, object: member.actor }
    expect(await post(member, { type: 'Accept', object: forged })).toMatchObject({
      state: 'ignored',
      error: 'unknown_object',
    })
    expect(await table('affiliations')).toMatchObject([{ state: 'asking' }])
    expect((await table('fed_follows')).map((row) => (row as { state: string }).state)).toEqual(['asked'])
  })

  it('a yes to what we took back in the meantime binds nobody', async () => {
    const [question] = (await table('affiliations')) as { id: string }[]
    await endAffiliation(world.deps, instances.chief(world), question!.id)
    await world.settle()
    expect(await post(unknownPeer, { type: 'Accept', object: asked() })).toMatchObject({
      state: 'ignored',
      error: 'taken_back',
    })
    expect((await table('affiliations')).map((row) => (row as { state: string }).state)).not.toContain('active')
    expect((await table('fed_follows')).map((row) => (row as { state: string }).state)).toEqual(['undone'])
  })

  it('a yes to a question that is forgotten binds nobody', async () => {
    const [question] = (await table('affiliations')) as { id: string }[]
    await endAffiliation(world.deps, instances.chief(world), question!.id)
    await world.settle()
    world.clock.advance(91 * DAY)
    await forgetOldActivities(world.deps)
    expect(await table('fed_follows')).toEqual([])
    expect(await post(unknownPeer, { type: 'Accept', object: asked() })).toMatchObject({ state: 'ignored' })
    expect(await table('affiliations')).toMatchObject([{ state: 'ended' }])
    await askToJoin(world.deps, instances.chief(world), unknownPeer.host)
    await world.settle()
    expect(await post(unknownPeer, { type: 'Accept', object: asked() })).toMatchObject({ state: 'done' })
    expect(await table('affiliations')).toMatchObject([{ state: 'active' }])
  })

  it('no after yes ends it', async () => {
    await post(unknownPeer, { type: 'Accept', object: asked() })
    await post(unknownPeer, { type: 'Reject', object: asked(), summary: 'Plus de place' })
    expect(await table('affiliations')).toMatchObject([{ state: 'ended' }])
  })

  it('a decision about an offer counts only from the centre it was sent to', async () => {
    await post(unknownPeer, { type: 'Accept', object: asked() })
    await instances.publish(world)
    await world.settle()
    const offer = unknownPeer.last('Offer')!
    expect(await post(member, { type: 'Accept', object: offer['id'], revision: 1 })).toMatchObject({ state: 'ignored' })
    expect(await table('submissions')).toMatchObject([{ state: 'sent' }])
    await post(unknownPeer, {
      type: 'Reject',
      object: offer['id'],
      reasonCode: 'duplicate',
      summary: '<p>Déjà <script>x</script>là</p>',
    })
    expect(await table('submissions')).toMatchObject([{ state: 'refused', reason_code: 'duplicate', note: 'Déjà là' }])
  })
})

describe('offers', () => {
  it('a member’s offer enters the queue; that of an unknown peer does not', async () => {
    await begin()
    await becomeMember()
    const event = await eventOf()
    await post(member, { type: 'Create', object: event })
    expect(await table('moderation_items')).toMatchObject([
      { offer_uri: event['id'], state: 'pending', title: 'Conduire le camion des invendus' },
    ])
    const copy = JSON.parse(JSON.stringify(event).replaceAll(member.origin, unknownPeer.origin)) as object
    expect(await post(unknownPeer, { type: 'Create', object: copy })).toMatchObject({
      state: 'ignored',
      error: 'not_a_member',
    })
    expect(await table('moderation_items')).toHaveLength(1)
  })

  it('an offer that comes after it was deleted stays away', async () => {
    await begin()
    await becomeMember()
    const event = await eventOf()
    await post(member, { type: 'Delete', object: { id: event['id'], type: 'Tombstone' } })
    expect(await post(member, { type: 'Create', object: event })).toMatchObject({ state: 'ignored', error: 'deleted' })
    expect(await table('moderation_items')).toEqual([])
  })

  it('a member cannot change what is not its own (P3)', async () => {
    await begin()
    await becomeMember()
    const foreign = await eventOf((event) => Object.assign(event, { attributedTo: `${member.origin}/other` }))
    expect(await post(member, { type: 'Create', object: foreign })).toMatchObject({
      state: 'ignored',
      error: 'wrong_owner',
    })
    const elsewhere = await eventOf((event) => Object.assign(event, { id: `${unknownPeer.origin}/offers/1` }))
    expect(await post(member, { type: 'Create', object: elsewhere })).toMatchObject({ state: 'ignored' })
    const ours = await eventOf((event) => Object.assign(event, { id: `${publicUrl}/offers/1`, attributedTo: me }))
    expect(await post(member, { type: 'Update', object: ours })).toMatchObject({ state: 'ignored' })
    expect(await table('moderation_items')).toEqual([])
  })

  it('nobody can delete what is not theirs, and nobody can change our actor', async () => {
    await begin()
    await becomeMember()
    const event = await eventOf()
    await post(member, { type: 'Create', object: event })
    expect(await post(unknownPeer, { type: 'Delete', object: event['id'] })).toMatchObject({
      state: 'ignored',
      error: 'wrong_owner',
    })
    expect(await table('moderation_items')).toMatchObject([{ state: 'pending' }])
    await post(unknownPeer, {
      type: 'Update',
      object: { id: me, type: 'Organization', inbox: unknownPeer.actor, attributedTo: unknownPeer.actor },
    })
    const { json } = await ask(world.url, { path: '/actor', headers: { accept: 'application/activity+json' } })
    expect(json['inbox']).toBe(`${publicUrl}/inbox`)
    await post(member, { type: 'Delete', object: { id: event['id'], type: 'Tombstone' } })
    expect(await table('moderation_items')).toMatchObject([{ state: 'withdrawn' }])
  })

  it('a submitted offer is asked for at its home; while that is away it waits, and others do not wait for it', async () => {
    await begin()
    await becomeMember()
    const event = await eventOf()
    const path = new URL(String(event['id'])).pathname
    member.pages.set(path, { status: 500 })
    const first = await post(member, { type: 'Offer', object: event['id'], target: me })
    expect(first).toMatchObject({ state: 'waiting', error: 'http_error' })
    await post(unknownPeer, { type: 'Follow', object: me })
    expect(unknownPeer.last('Accept')).toBeDefined()
    member.pages.set(path, { body: event })
    world.clock.advance(6000)
    await world.settle()
    expect(await table('moderation_items')).toMatchObject([{ offer_uri: event['id'], state: 'pending' }])
  })

  it('what can never be handled is parked after five tries, and the next one passes', async () => {
    await begin()
    await becomeMember()
    const event = await eventOf()
    member.pages.set(new URL(String(event['id'])).pathname, { status: 500 })
    const { id } = await post(member, { type: 'Offer', object: event['id'], target: me })
    await post(member, { type: 'Create', object: event }).then(({ state }) => expect(state).toBe('waiting'))
    for (let round = 0; round < 5; round++) {
      world.clock.advance(15 * 60_000)
      await world.settle()
    }
    const row = await world.deps.db
      .selectFrom('fed_activities')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({ state: 'parked', attempts: 5, error: 'http_error' })
    expect(await table('moderation_items')).toHaveLength(1)
  })

  it('a fault names the place in the code, and nothing of the activity', async () => {
    await begin()
    await becomeMember()
    const event = await eventOf()
    // Some faults quote their input, here with a line that looks like one of ours.
    const words = `Conduire\n    at ${join(import.meta.dirname, '../../server/secret.ts')}:1:1`
    Object.assign((event['terms'] as { title: object }).title, { fr: words })
    await sql`create trigger quotes before insert on moderation_items
      begin select raise(abort, new.title); end`.execute(world.deps.db)
    const { state, error } = await post(member, { type: 'Create', object: event })
    expect([state, error]).toEqual([
      'waiting',
      expect.stringMatching(/^fault: SqliteError SQLITE_\w+ db\/[a-z/-]+\.ts:\d+$/),
    ])
    const lines = world.logged.filter((line) => line.includes('could not be handled'))
    expect(lines).toEqual([expect.stringContaining(String(error))])
    expect(world.logged.join()).not.toMatch(/Conduire|secret/)
  })

  it('what an activity asks of others ends after ten requests over its whole life, and a person may give it another', async () => {
    await begin()
    await becomeMember()
    const event = await eventOf()
    const path = new URL(String(event['id'])).pathname
    member.pages.set(path, { status: 302, location: `${path}?again` })
    member.pages.set(`${path}?again`, { status: 302, location: `${path}?more` })
    member.pages.set(`${path}?more`, { status: 500 })
    const asked = () => member.asked.filter((one) => one.startsWith(path)).length
    const { id } = await post(member, { type: 'Offer', object: event['id'], target: me })
    for (let round = 0; round < 5; round++) {
      world.clock.advance(15 * 60_000)
      await world.settle()
    }
    const row = () =>
      world.deps.db.selectFrom('fed_activities').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    expect(asked()).toBeLessThanOrEqual(10)
    expect(await row()).toMatchObject({ state: 'parked', fetches: 10 })
    member.pages.set(path, { body: event })
    const b = await world.signIn('amina')
    await b.get('/operator/federation')
    await b.press(`Essayer de nouveau (Annonce à relire, ${member.host})`)
    await world.settle()
    expect(await row()).toMatchObject({ state: 'done', fetches: 1 })
    expect(await table('moderation_items')).toMatchObject([{ offer_uri: event['id'], state: 'pending' }])
  })

  it('a redirect that turns in a circle is followed for ten requests in all', async () => {
    await begin()
    await becomeMember()
    member.pages.set('/offers/1', { status: 302, location: '/offers/1' })
    const { id } = await post(member, { type: 'Offer', object: `${member.origin}/offers/1`, target: me })
    for (let round = 0; round < 5; round++) {
      world.clock.advance(15 * 60_000)
      await world.settle()
    }
    expect(member.asked.filter((path) => path === '/offers/1').length).toBeLessThanOrEqual(10)
    const row = await world.deps.db.selectFrom('fed_activities').selectAll().where('id', '=', id).executeTakeFirst()
    expect(row?.state).not.toBe('waiting')
  })

  it('an activity of an unknown peer about an object is set aside with the commit that keeps it', async () => {
    await begin()
    const body = {
      id: `${unknownPeer.origin}/activities/${++counter}`,
      type: 'Create',
      actor: unknownPeer.actor,
      object: { id: `${unknownPeer.origin}/notes/1`, type: 'Note', content: 'Bonjour' },
    }
    await sendActivity({ url: world.url, publicUrl }, unknownPeer.signer, { body, at: world.clock.now() })
    const [row] = await world.deps.db.selectFrom('fed_activities').selectAll().execute()
    expect(row).toMatchObject({ id: body.id, state: 'ignored', error: 'not_a_member', body: '{}', object_id: null })
  })

  it('who still has something waiting is applied in order, whatever comes next', async () => {
    await begin()
    await post(unknownPeer, { type: 'Like', object: me })
    unknownPeer.pages.set('/actor', { status: 500 })
    expect(await post(unknownPeer, { type: 'Update', object: unknownPeer.actor })).toMatchObject({ state: 'waiting' })
    const note = await post(unknownPeer, { type: 'Create', object: `${unknownPeer.origin}/notes/1` })
    expect(note).toMatchObject({ state: 'waiting' })
    world.clock.advance(6000)
    await world.settle()
    const states = () => world.deps.db.selectFrom('fed_activities').select(['type', 'state']).orderBy('seq').execute()
    expect((await states()).at(-1)).toEqual({ type: 'Create', state: 'waiting' })
    unknownPeer.pages.set('/actor', { body: unknownPeer.document() })
    world.clock.advance(31_000)
    await world.settle()
    const rows = await states()
    expect(rows.map(({ type, state }) => `${type} ${state}`)).toEqual(['Like ignored', 'Update done', 'Create ignored'])
  })

  it('a thousand wait behind one that cannot be handled; who sends more keeps them', async () => {
    await begin()
    await post(unknownPeer, { type: 'Like', object: me })
    unknownPeer.pages.set('/actor', { status: 500 })
    expect(await post(unknownPeer, { type: 'Update', object: unknownPeer.actor })).toMatchObject({ state: 'waiting' })
    const rest = {
      direction: 'in' as const,
      type: 'Follow',
      body: '{}',
      state: 'waiting' as const,
      at: world.clock.iso(),
    }
    const rows = Array.from({ length: 1000 }, (_, n) => ({
      ...rest,
      id: `${unknownPeer.origin}/f/${n}`,
      actor: unknownPeer.actor,
    }))
    await world.deps.db.insertInto('fed_activities').values(rows).execute()
    const send = (peer: Peer) =>
      sendActivity({ url: world.url, publicUrl }, peer.signer, {
        body: { id: `${peer.origin}/activities/${++counter}`, type: 'Follow', actor: peer.actor, object: me },
        at: world.clock.now(),
      })
    const [theirs, others] = await Promise.all([send(unknownPeer), send(member)])
    expect([theirs, others]).toMatchObject([{ status: 429, headers: { 'retry-after': '300' } }, { status: 202 }])
    const count = await world.deps.db
      .selectFrom('fed_activities')
      .select(({ fn }) => fn.countAll().as('n'))
      .executeTakeFirst()
    expect(count?.n).toBe(1003)
  })

  it('fifty activities of one member and of an unknown peer at once have one effect each', async () => {
    await begin()
    await becomeMember()
    const event = await eventOf()
    const send = (peer: Peer, activity: object) =>
      sendActivity({ url: world.url, publicUrl }, peer.signer, { body: activity, at: world.clock.now() })
    const ofMember = {
      id: `${member.origin}/activities/${++counter}`,
      type: 'Create',
      actor: member.actor,
      object: event,
    }
    const ofUnknownPeer = { ...ofMember, id: `${unknownPeer.origin}/activities/1`, actor: unknownPeer.actor }
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, n) => (n % 2 ? send(member, ofMember) : send(unknownPeer, ofUnknownPeer))),
    )
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([202]))
    await world.settle()
    expect(await table('moderation_items')).toHaveLength(1)
    const rows = await world.deps.db.selectFrom('fed_activities').select(['type', 'state']).orderBy('id').execute()
    expect(
      rows
        .filter(({ type }) => type === 'Create')
        .map(({ state }) => state)
        .toSorted(),
    ).toEqual(['done', 'ignored'])
  })

  it.each([
    ['a page', { type: 'text/html', body: '<html>' }],
    ['another id', { body: { id: 'https://victim.example/offers/1', type: 'Event' } }],
    ['nothing any more', { status: 410 }],
  ])('a submitted offer whose address shows %s is not taken', async (_name, page) => {
    await begin()
    await becomeMember()
    member.pages.set('/offers/1', page)
    expect(await post(member, { type: 'Offer', object: `${member.origin}/offers/1`, target: me })).toMatchObject({
      state: expect.stringMatching(/ignored|waiting/),
    })
    expect(await table('moderation_items')).toEqual([])
    expect(member.asked.filter((path) => path === '/offers/1').length).toBeLessThanOrEqual(2)
  })

  it('a submitted offer whose address serves another one is refused', async () => {
    await begin()
    await becomeMember()
    const event = await eventOf()
    member.pages.set(new URL(String(event['id'])).pathname, { body: event })
    member.pages.set('/offers/alias', { body: event })
    expect(await post(member, { type: 'Offer', object: `${member.origin}/offers/alias`, target: me })).toMatchObject({
      state: 'ignored',
      error: 'wrong_id',
    })
    expect(await table('moderation_items')).toEqual([])
  })

  it('whatever markup stands in an offer, on our pages it is text', async () => {
    await begin()
    await becomeMember()
    const event = await eventOf((one) => {
      const terms = one['terms'] as Record<string, unknown>
      const lines = Array.from({ length: 12 }, (_, n) => MARKUP.filter((_one, at) => at % 12 === n).join(' '))
      const long = { fr: MARKUP.join(' ').slice(0, 900) }
      Object.assign(terms, { title: { fr: `Aider ${MARKUP[0]}` }, tasks: { fr: lines }, context: long, profile: long })
      Object.assign(terms, { support: long, practical: long, contact_label: MARKUP[1], summary: { fr: MARKUP[2] } })
      Object.assign(terms['association'] as object, { name: `Les Jardins ${MARKUP[3]}`, url: 'javascript:alert(1)' })
      Object.assign((terms['places'] as object[])[0]!, { label: MARKUP[4], street: MARKUP[5] })
    })
    expect(await post(member, { type: 'Create', object: event })).toMatchObject({ state: 'done' })
    const [item] = (await table('moderation_items')) as { id: string; version: number }[]
    const b = await world.signIn('farid')
    await b.get(`/moderation/${item!.id}`)
    const pages = [b.document]
    await acceptOffer(world.deps, instances.chief(world), item!.id, { version: item!.version })
    const [listing] = (await table('listings')) as { public_id: string }[]
    for (const path of [`/offers/${listing!.public_id}`, '/offers', '/moderation'])
      pages.push((await b.get(path)).document)
    for (const page of pages) {
      const all = [...page.querySelectorAll('*')]
      const names = all.map(({ tagName }) => tagName.toLowerCase())
      for (const name of ['iframe', 'object', 'embed', 'math', 'xmp', 'marquee', 'base', 'style', 'noscript'])
        expect(names).not.toContain(name)
      const attributes = all.flatMap((one) => [...one.attributes])
      expect(attributes.filter(({ name }) => name.startsWith('on') || name === 'style')).toEqual([])
      const links = attributes.filter(({ name }) => ['href', 'src', 'action', 'srcset', 'formaction'].includes(name))
      expect(links.filter(({ value }) => /evil|^\s*(javascript|data|vbscript):/i.test(value))).toEqual([])
    }
    expect(pages[1]!.body.textContent).toContain('alert(1)')
  })

  it('five hundred tags bring no request', async () => {
    await begin()
    await becomeMember()
    const tag = Array.from({ length: 500 }, (_, n) => ({ type: 'Mention', href: `${member.origin}/tags/${n}` }))
    const event = await eventOf((one) => Object.assign(one, { tag, inReplyTo: `${member.origin}/thread` }))
    const before = member.asked.length
    await post(member, { type: 'Create', object: event })
    expect(member.asked.length - before).toBeLessThanOrEqual(1)
  })
})

it('a member that deletes itself is no member any more', async () => {
  await begin()
  await becomeMember()
  await post(member, { type: 'Create', object: await eventOf() })
  await post(member, { type: 'Delete', object: member.actor })
  expect(await table('affiliations')).toMatchObject([{ state: 'ended' }])
  expect(await table('moderation_items')).toMatchObject([{ state: 'withdrawn' }])
})

it('no long text of an unknown peer is kept, not even about itself; that of a partner is', async () => {
  await begin()
  const attachment = [{ type: 'PropertyValue', name: 'x', value: 'y'.repeat(60_000) }]
  for (const peer of [member, unknownPeer])
    peer.pages.set('/actor', { body: { ...peer.document(), attachment, outbox: `${peer.origin}/outbox` } })
  await becomeMember()
  for (const peer of [member, unknownPeer]) await post(peer, { type: 'Follow', object: me, attachment })
  const actors = await world.deps.db.selectFrom('fed_actors').select('body').execute()
  for (const { body } of actors) expect(body).toMatch(/^\{"outbox":"http:[^"]+"\}$/)
  const activities = await world.deps.db
    .selectFrom('fed_activities')
    .select(['actor', 'state', 'body'])
    .where('body', 'like', '%yyyy%')
    .execute()
  expect(activities).toMatchObject([{ actor: member.actor, state: 'done' }])
})

it('a key that is longer than any is not kept, nor tried', async () => {
  await begin()
  const { publicKey } = unknownPeer.document()
  const publicKeyPem = `${'x'.repeat(9000)}\n${String(publicKey.publicKeyPem)}`
  unknownPeer.pages.set('/actor', { body: { ...unknownPeer.document(), publicKey: { ...publicKey, publicKeyPem } } })
  const body = { id: `${unknownPeer.origin}/1`, type: 'Follow', actor: unknownPeer.actor, object: me }
  const reply = await sendActivity({ url: world.url, publicUrl }, unknownPeer.signer, { body, at: world.clock.now() })
  expect(reply.status).toBe(401)
  expect(await world.deps.db.selectFrom('fed_actors').select('key_pem').execute()).toEqual([{ key_pem: null }])
})

describe('after ninety days', () => {
  const bodies = () =>
    world.deps.db
      .selectFrom('fed_activities')
      .select(['id', 'direction', 'type', 'state', 'body'])
      .orderBy('seq')
      .execute()

  it('what others sent is forgotten, and still not handled twice; what we sent stays', async () => {
    await begin()
    await becomeMember()
    const event = await eventOf()
    const kept = await post(member, { type: 'Create', object: event })
    const follow = await post(unknownPeer, { type: 'Follow', object: me })
    await world.deps.db.updateTable('moderation_items').set({ state: 'refused' }).execute()
    world.clock.advance(60 * DAY)
    const young = await post(unknownPeer, { type: 'Update', object: unknownPeer.actor })
    const before = await bodies()
    world.clock.advance(31 * DAY)
    await forgetOldActivities(world.deps)
    const after = await bodies()
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id))
    for (const { id, direction, body, ...rest } of after) {
      const was = before.find((one) => one.id === id)!
      expect(rest).toEqual({ type: was.type, state: was.state })
      expect([id, body]).toEqual([id, direction === 'in' && id !== young.id ? '{}' : was.body])
    }
    const again = { id: kept.id, type: 'Create', actor: member.actor, object: event }
    await sendActivity({ url: world.url, publicUrl }, member.signer, { body: again, at: world.clock.now() })
    await world.settle()
    expect(await table('moderation_items')).toMatchObject([{ state: 'refused' }])
    expect(await post(unknownPeer, { type: 'Undo', object: follow.id })).toMatchObject({ state: 'done' })
    const { json } = await ask(world.url, { path: '/followers', headers: { accept: 'application/activity+json' } })
    expect(json['totalItems']).toBe(0)
  })

  it('what was put aside and never looked at is let go of', async () => {
    await begin()
    await post(unknownPeer, { type: 'Follow', object: me })
    await world.deps.db.updateTable('fed_activities').set({ state: 'parked', error: 'timeout' }).execute()
    world.clock.advance(89 * DAY)
    await forgetOldActivities(world.deps)
    expect((await bodies())[0]).toMatchObject({ state: 'parked', body: expect.stringContaining('Follow') })
    world.clock.advance(2 * DAY)
    await forgetOldActivities(world.deps)
    expect((await bodies()).filter(({ direction }) => direction === 'in')).toEqual([])
  })

  it('what meant nothing here is forgotten altogether, and means nothing when it comes again', async () => {
    await begin()
    const note = { type: 'Create', object: { id: `${unknownPeer.origin}/notes/1`, type: 'Note', content: 'Bonjour' } }
    const kept = await post(unknownPeer, note)
    await post(unknownPeer, { type: 'Follow', object: me })
    world.clock.advance(89 * DAY)
    await forgetOldActivities(world.deps)
    expect(await bodies()).toMatchObject([{ id: kept.id, state: 'ignored' }, { type: 'Follow' }, { type: 'Accept' }])
    world.clock.advance(2 * DAY)
    await forgetOldActivities(world.deps)
    expect(await bodies()).toMatchObject([{ type: 'Follow', state: 'done' }, { type: 'Accept' }])
    const again = { id: kept.id, actor: unknownPeer.actor, ...note }
    await sendActivity({ url: world.url, publicUrl }, unknownPeer.signer, { body: again, at: world.clock.now() })
    await world.settle()
    expect((await bodies()).at(-1)).toMatchObject({ id: kept.id, state: 'ignored' })
  })

  it('who only passed by is no longer known, and asked for again; partners and followers are kept', async () => {
    await begin()
    await becomeMember()
    await post(unknownPeer, { type: 'Like', object: me })
    const known = async () =>
      (await world.deps.db.selectFrom('fed_actors').select('uri').execute()).map(({ uri }) => uri)
    world.clock.advance(91 * DAY)
    await forgetOldActivities(world.deps)
    expect(await known()).toEqual([member.actor])
    unknownPeer.asked.length = 0
    await post(unknownPeer, { type: 'Follow', object: me })
    expect(unknownPeer.asked).toEqual(['/actor'])
    world.clock.advance(91 * DAY)
    await forgetOldActivities(world.deps)
    expect((await known()).toSorted()).toEqual([member.actor, unknownPeer.actor].toSorted())
  })

  it('nor is the server of an unknown peer; what people decided about one is kept', async () => {
    await begin()
    await becomeMember()
    await post(unknownPeer, { type: 'Like', object: me })
    const peers = async () =>
      (await world.deps.db.selectFrom('fed_peers').select('host').execute()).map(({ host }) => host).toSorted()
    const decided = { 'a.example': { state: 'blocked' as const }, 'b.example': { note: 'Vu avec Farid' } }
    for (const [host, what] of Object.entries(decided)) await savePeer(world.deps.db, host, what)
    await savePeer(world.deps.db, 'c.example', {
      next_probe_at: new Date(world.clock.now().getTime() + 92 * DAY).toISOString(),
    })
    world.clock.advance(89 * DAY)
    await forgetOldActivities(world.deps)
    const all = ['a.example', 'b.example', 'c.example', member.host]
    expect(await peers()).toEqual([...all, unknownPeer.host].toSorted())
    world.clock.advance(2 * DAY)
    await forgetOldActivities(world.deps)
    expect(await peers()).toEqual(all.toSorted())
    await post(unknownPeer, { type: 'Like', object: me })
    expect(await peers()).toEqual([...all, unknownPeer.host].toSorted())
  })

  it('a follow that has ended is forgotten, one that was ended by a block is not', async () => {
    await begin()
    await post(unknownPeer, { type: 'Follow', object: me })
    await becomeMember()
    world.clock.advance(60 * DAY)
    await post(unknownPeer, { type: 'Undo', object: { type: 'Follow', id: `${unknownPeer.origin}/x`, object: me } })
    await blockDomain(world.deps, instances.chief(world), { host: member.host, note: '' })
    await world.settle()
    const ended = async () =>
      ((await table('fed_follows')) as FollowRow[]).map(({ follower, state }) => [follower, state])
    const wereMember = [member.actor, 'refused']
    world.clock.advance(80 * DAY)
    await forgetOldActivities(world.deps)
    expect((await ended()).toSorted()).toEqual([wereMember, [unknownPeer.actor, 'undone']].toSorted())
    world.clock.advance(11 * DAY)
    await forgetOldActivities(world.deps)
    expect(await ended()).toEqual([wereMember])
    expect(await post(unknownPeer, { type: 'Follow', object: me })).toMatchObject({ state: 'done' })
    expect(await ended()).toContainEqual([unknownPeer.actor, 'accepted'])
  })
})
