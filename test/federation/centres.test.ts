// SPDX-License-Identifier: AGPL-3.0-or-later
// Centres that follow each other: each decides for itself, and a loop or a second path has no effect twice.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { toEvent } from '../../federation/translate/offer.ts'
import { PUBLIC } from '../../federation/vocabulary.ts'
import { listAnnouncingSources } from '../../db/queries/sources.ts'
import { DAY } from '../../server/base/clock.ts'
import { forgetOldActivities } from '../../server/operator/retention.ts'
import { acceptOffer, refuseOffer, removeOffer } from '../../server/moderation/commands/decide.ts'
import { contentHash } from '../../server/model/offer/material.ts'
import { archiveOffer, closeOffer } from '../../server/offers/commands/end.ts'
import { editOffer } from '../../server/offers/commands/write.ts'
import { withdrawFromCentre } from '../../server/offers/commands/submissions.ts'
import { findOffer } from '../../db/queries/offers.ts'
import { acceptMember, askToJoin, endAffiliation, setTrust } from '../../server/partners/commands/decide.ts'
import { followSource } from '../../server/partners/commands/follow.ts'
import { blockDomain } from '../../server/peers/commands.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { samplePublicOffer } from '../support/offers.ts'
import { sendActivity, startPeer, stopPeers, type Peer } from '../support/peer.ts'
import { portAt } from '../support/ports.ts'
import { eventContext } from '../support/event-words.ts'
import * as instances from './instances.ts'

const { chief, actorOf, hostOf } = instances
const PORTS = { association: portAt(31), region: portAt(32), nation: portAt(33) }
const allow = Object.values(PORTS).map((port) => `127.0.0.1:${port}`)

afterEach(async () => {
  await stopApps()
  await stopPeers()
})

describe('an association, its region, and the nation', () => {
  let association: World
  let region: World
  let nation: World
  const all = () => instances.settleAll(association, region, nation)

  beforeEach(async () => {
    association = await instances.startInstance('association', PORTS.association, allow)
    region = await instances.startInstance('centre', PORTS.region, allow)
    nation = await instances.startInstance('centre', PORTS.nation, allow)
    await instances.join(association, region)
    await followSource(nation.deps, chief(nation), hostOf(region))
    await all()
  })

  const item = async (of: World) => (await instances.items(of))[0]
  const shown = async (of: World) =>
    (await instances.listings(of)).filter(({ applications }) => applications === 'open').map(({ title }) => title)
  async function decide(at: World, by: typeof acceptOffer = acceptOffer) {
    const { id, version } = (await item(at))!
    await by(at.deps, chief(at), id, { version })
    await all()
  }
  async function edit(id: string, title: string) {
    const { version } = (await findOffer(association.deps.db, id))!
    const input = instances.inputOf(association, { title: { fr: title } })
    await editOffer(association.deps, chief(association), id, { ...input, version })
    await all()
  }
  async function published() {
    const id = await instances.publish(association)
    await all()
    await decide(region)
    return id
  }
  const FIRST = 'Conduire le camion des invendus'
  const kinds = async (of: World) =>
    (await instances.affiliations(of)).map(({ partner_is: is, state }) => `${is} ${state}`).toSorted()
  const sentBy = async (of: World, type: string) => (await instances.sent(of)).filter((one) => one.type === type)

  it('following is accepted at once, both sides know, and it is no membership', async () => {
    expect(await kinds(nation)).toEqual(['source active'])
    expect(await kinds(region)).toEqual(['follower active', 'member active'])
    expect(await instances.items(nation)).toEqual([])
  })

  it('what the region approved waits at the nation, under its own address, with who announced it', async () => {
    await published()
    expect(await item(nation)).toMatchObject({
      state: 'pending',
      offer_uri: (await item(region))!.offer_uri,
      association_uri: actorOf(association),
      is_direct: 0,
      hops: 2,
      via: '',
    })
    expect(await listAnnouncingSources(nation.deps.db, (await item(nation))!.offer_uri)).toMatchObject([
      { uri: actorOf(region), isCentre: true, hops: 1 },
    ])
    expect(await shown(nation)).toEqual([])
    await decide(nation)
    expect(await shown(nation)).toEqual([FIRST])
    expect((await item(nation))!.accepted_hash).toBe((await item(region))!.accepted_hash)
    const [announce] = await sentBy(nation, 'Announce')
    expect(JSON.parse(announce!.body)).toMatchObject({
      object: (await item(region))!.offer_uri,
      revision: 1,
      terms: { hops: 2, content_hash: (await item(nation))!.accepted_hash },
    })
  })

  it('the nation shows in its list, on the page and in open data that the region read it over too', async () => {
    await published()
    await decide(nation)
    const rename = (at: World, name: string) => at.deps.db.updateTable('association').set({ name }).execute()
    await rename(nation, 'Centre national')
    const list = await nation.browser().get('/offers')
    expect(list.text).toContain('Relu par le Centre du bénévolat de la Côte, puis par le Centre national')
    expect((await nation.browser().get('/embed/offers')).text).toContain('Relu par le Centre du bénévolat de la Côte,')
    await list.follow(FIRST)
    expect(list.text).toContain('Relu par le Centre national le')
    expect(list.text).toContain('Relu par le Centre du bénévolat de la Côte le')
    const also = async (at: World, path = '/api/v1/offers') => {
      const body = (await (await fetch(at.url + path)).json()) as { also_approved_by: unknown; api_url: string }[]
      const one = (await (await fetch(at.url + new URL(body[0]!.api_url).pathname)).json()) as (typeof body)[0]
      expect(one.also_approved_by).toEqual(body[0]!.also_approved_by)
      return one.also_approved_by
    }
    const { url } = (await listAnnouncingSources(nation.deps.db, (await item(nation))!.offer_uri))[0]!
    expect(await also(nation)).toEqual([{ id: actorOf(region), name: 'Centre du bénévolat de la Côte', url }])
    expect(await also(region)).toEqual([])
    expect((await region.browser().get('/offers')).text).toContain('Relu par le Centre du bénévolat de la Côte le')
  })

  it('the association does not take the nation for a centre it joined, and nobody is answered who did not ask', async () => {
    await published()
    await decide(nation)
    expect(await kinds(association)).toEqual(['centre active', 'follower active'])
    expect(await instances.submissions(association)).toHaveLength(1)
    expect((await instances.sent(nation)).map(({ type }) => type)).toEqual(['Follow', 'Follow', 'Announce'])
  })

  it('what the region announced before it was followed is not lost, what it took back is not taken', async () => {
    const [source] = await instances.affiliations(nation)
    await endAffiliation(nation.deps, chief(nation), source!.id)
    await all()
    await published()
    const gone = await instances.publish(association, { title: { fr: 'Autre chose' } })
    await all()
    const other = (await instances.items(region)).find(({ title }) => title === 'Autre chose')!
    await acceptOffer(region.deps, chief(region), other.id, { version: other.version })
    await all()
    await withdrawFromCentre(association.deps, chief(association), gone, actorOf(region))
    await all()
    expect(await instances.items(nation)).toEqual([])
    await followSource(nation.deps, chief(nation), hostOf(region))
    await all()
    const seen = (await instances.items(nation)).map(({ title, state }) => `${title} ${state}`)
    expect(seen.filter((one) => one.endsWith('pending'))).toEqual([`${FIRST} pending`])
  })

  it('followed again, what is still announced comes back once', async () => {
    await published()
    await decide(nation)
    const [source] = await instances.affiliations(nation)
    await endAffiliation(nation.deps, chief(nation), source!.id)
    await all()
    expect(await instances.listings(nation)).toEqual([])
    await followSource(nation.deps, chief(nation), hostOf(region))
    await all()
    expect(await instances.items(nation)).toMatchObject([{ state: 'pending', title: FIRST }])
    await decide(nation)
    expect(await shown(nation)).toEqual([FIRST])
  })

  it('a new text waits at both, each keeps the old one until its own moderators accept', async () => {
    const id = await published()
    await decide(nation)
    await edit(id, 'Conduire le grand camion')
    expect([await shown(region), await shown(nation)]).toEqual([[FIRST], [FIRST]])
    expect(await item(nation)).toMatchObject({ state: 'pending', accepted_revision: 1, pending_revision: 2 })
    await decide(region)
    expect([await shown(region), await shown(nation)]).toEqual([['Conduire le grand camion'], [FIRST]])
    await decide(nation)
    expect(await shown(nation)).toEqual(['Conduire le grand camion'])
    expect(await sentBy(nation, 'Announce')).toHaveLength(1)
    expect(await sentBy(nation, 'Accept')).toEqual([])
  })

  it('closed at home, it is gone from both at once', async () => {
    const id = await published()
    await decide(nation)
    await closeOffer(association.deps, chief(association), id, { reason: 'filled' })
    await all()
    expect([await shown(region), await shown(nation)]).toEqual([[], []])
    expect(await item(nation)).toMatchObject({ state: 'accepted' })
  })

  it('deleted at home, it leaves both, and nobody is listened to any more', async () => {
    const id = await published()
    await decide(nation)
    await closeOffer(association.deps, chief(association), id, { reason: 'filled' })
    await archiveOffer(association.deps, chief(association), id)
    await all()
    expect([await instances.listings(region), await instances.listings(nation)]).toEqual([[], []])
    expect((await instances.follows(association)).find(({ follower }) => follower === actorOf(nation))).toMatchObject({
      state: 'undone',
    })
    expect(await kinds(association)).toEqual(['centre active', 'follower ended'])
  })

  it.each([
    ['the association takes it back from the region', 'withdraw'],
    ['the region takes it off', 'remove'],
    ['the association leaves the region', 'leave'],
    ['the nation no longer follows', 'unfollow'],
    ['the region sends the nation away', 'send away'],
  ])('%s: it leaves the nation', async (_what, how) => {
    const id = await published()
    await decide(nation)
    const end = async (instance: World, is: string) => {
      const row = (await instances.affiliations(instance)).find(({ partner_is }) => partner_is === is)
      await endAffiliation(instance.deps, chief(instance), row!.id)
    }
    if (how === 'withdraw') await withdrawFromCentre(association.deps, chief(association), id, actorOf(region))
    if (how === 'remove') {
      const { id: itemId, version } = (await item(region))!
      await removeOffer(region.deps, chief(region), itemId, { version, reason: 'safety', note: '' })
    }
    if (how === 'leave') await end(association, 'centre')
    if (how === 'unfollow') await end(nation, 'source')
    if (how === 'send away') await end(region, 'follower')
    await all()
    expect(await instances.listings(nation)).toEqual([])
    expect(await item(nation)).toMatchObject({ state: 'withdrawn' })
    expect((await instances.sent(nation)).filter(({ type }) => type === 'Undo').length).toBeGreaterThanOrEqual(2)
    expect((await instances.follows(nation)).filter((one) => one.followed === actorOf(association))).toMatchObject([
      { state: 'undone' },
    ])
    if (how === 'unfollow') expect(await kinds(region)).toEqual(['follower ended', 'member active'])
    if (how === 'send away') expect(await kinds(nation)).toEqual(['source ended'])
    expect(await instances.listings(region)).toHaveLength(how === 'unfollow' || how === 'send away' ? 1 : 0)
  })

  it('refused by the nation, it stays so, and nobody hears of it', async () => {
    const id = await published()
    const { id: itemId, version } = (await item(nation))!
    await refuseOffer(nation.deps, chief(nation), itemId, { version, reason: 'off_territory', note: 'Non.' })
    await all()
    expect((await instances.sent(nation)).map(({ type }) => type)).toEqual(['Follow', 'Follow', 'Undo'])
    expect(JSON.stringify(await instances.received(association))).not.toContain('off_territory')
    await edit(id, 'Conduire le grand camion')
    expect(await item(nation)).toMatchObject({ state: 'refused' })
  })

  it('the acceptance of a trusted region holds for the text it read, not for the one that comes after (P2)', async () => {
    const source = (await instances.affiliations(nation))[0]!
    await setTrust(nation.deps, chief(nation), source.id, 'trusted')
    const id = await published()
    expect(await shown(nation)).toEqual([FIRST])
    expect(await item(nation)).toMatchObject({ state: 'accepted', decided_at: null })
    await edit(id, 'Conduire le grand camion')
    await decide(region)
    expect(await shown(nation)).toEqual([FIRST])
    expect(await item(nation)).toMatchObject({ state: 'pending' })
  })

  it('two centres that follow each other send everything once, and do not delay each other', async () => {
    await followSource(region.deps, chief(region), hostOf(nation))
    await all()
    expect(await kinds(region)).toEqual(['follower active', 'member active', 'source active'])
    const id = await published()
    await decide(nation)
    await all()
    for (const one of [region, nation]) expect(await sentBy(one, 'Announce')).toHaveLength(1)
    expect(await item(region)).toMatchObject({ state: 'accepted', is_direct: 1, hops: 1 })
    await withdrawFromCentre(association.deps, chief(association), id, actorOf(region))
    await all()
    expect([await instances.listings(region), await instances.listings(nation)]).toEqual([[], []])
  })

  it('the association joins the nation too: its offer is there once, and it learns what was decided', async () => {
    const id = await published()
    await decide(nation)
    await instances.join(association, nation)
    await all()
    expect(await instances.items(nation)).toMatchObject([{ state: 'accepted', is_direct: 1, via: expect.any(String) }])
    const sent = (await instances.submissions(association)).find(({ centre_uri: uri }) => uri === actorOf(nation))
    expect(sent).toMatchObject({ offer_id: id, state: 'accepted' })
    expect(await sentBy(nation, 'Announce')).toHaveLength(1)
    await withdrawFromCentre(association.deps, chief(association), id, actorOf(nation))
    await all()
    expect(await instances.listings(nation)).toEqual([])
    expect(await instances.listings(region)).toHaveLength(1)
  })
})

describe('announces, in whatever order they come', () => {
  const publicUrl = 'http://localhost:3000'
  let nation: World
  let home: Peer
  let east: Peer
  let west: Peer
  let unknownPeer: Peer
  let uri: string

  beforeEach(async () => {
    home = await startPeer({ key: 0, kind: 'association', name: 'Les Conteurs' })
    east = await startPeer({ key: 1, kind: 'centre', name: 'Région Est' })
    west = await startPeer({ key: 2, kind: 'centre', name: 'Région Ouest' })
    unknownPeer = await startPeer({ key: 3, kind: 'centre', name: 'Ailleurs' })
    const hosts = [home, east, west, unknownPeer].map(({ host }) => host)
    nation = await startApp({ kind: 'centre', env: { FEDERATION_ALLOW_HOSTS: hosts.join(',') } })
    uri = `${home.origin}/offers/lecture`
    const offer = samplePublicOffer({ association: { uri: home.actor, name: 'Les Conteurs', url: home.origin } })
    home.pages.set('/offers/lecture', { body: toEvent(offer, eventContext('')) })
    home.pages.set('/notes/1', { body: { id: `${home.origin}/notes/1`, type: 'Note', attributedTo: home.actor } })
    for (const source of [east, west]) {
      finger(source)
      await followSource(nation.deps, chief(nation), source.host)
      await nation.settle()
      const { id } = source.last('Follow') as { id: string }
      await post(source, 'accept', { type: 'Accept', object: id, to: [`${publicUrl}/actor`] })
    }
  })

  function finger(peer: Peer) {
    const path = `/.well-known/webfinger?resource=${encodeURIComponent(`${peer.origin}/`)}`
    const link = { rel: 'self', type: 'application/activity+json', href: peer.actor }
    peer.pages.set(path, { type: 'application/jrd+json', body: { links: [link] } })
  }
  async function post(peer: Peer, name: string, activity: Record<string, unknown>) {
    const body = { id: `${peer.origin}/activities/${name}`, actor: peer.actor, ...activity }
    await sendActivity({ url: nation.url, publicUrl }, peer.signer, { body, at: nation.clock.now() })
    await nation.settle()
    const row = await nation.deps.db
      .selectFrom('fed_activities')
      .selectAll()
      .where('id', '=', body.id)
      .executeTakeFirst()
    return row?.error ?? row?.state
  }
  const announce = (peer: Peer, name = 'a', object: unknown = uri, more = {}) =>
    post(peer, name, { type: 'Announce', object, to: ['https://www.w3.org/ns/activitystreams#Public'], ...more })
  const undo = (peer: Peer, name = 'a', of = peer) =>
    post(peer, `undo-${name}`, { type: 'Undo', object: `${of.origin}/activities/${name}` })
  async function accept() {
    const [item] = await instances.items(nation)
    await acceptOffer(nation.deps, chief(nation), item!.id, { version: item!.version })
    await nation.settle()
  }
  const state = async () => (await instances.items(nation)).map((one) => one.state).join()
  const carriers = async () => (await listAnnouncingSources(nation.deps.db, uri)).map(({ name }) => name)
  const isListed = async () => (await instances.listings(nation)).length === 1

  type Step = () => Promise<unknown>
  const rows: [string, () => Step[], { state: string; carriers: string[]; listed: boolean }][] = [
    [
      'one centre announces',
      () => [() => announce(east), accept],
      { state: 'accepted', carriers: ['Région Est'], listed: true },
    ],
    [
      'two announce the same',
      () => [() => announce(east), accept, () => announce(west)],
      { state: 'accepted', carriers: ['Région Est', 'Région Ouest'], listed: true },
    ],
    [
      'the first takes it back, the other stays',
      () => [() => announce(east), accept, () => announce(west), () => undo(east)],
      { state: 'accepted', carriers: ['Région Ouest'], listed: true },
    ],
    [
      'both take it back',
      () => [() => announce(east), accept, () => announce(west), () => undo(west), () => undo(east)],
      { state: 'withdrawn', carriers: [], listed: false },
    ],
    [
      'announced again, under the same id and another',
      () => [() => announce(east), accept, () => announce(east), () => announce(east, 'b')],
      { state: 'accepted', carriers: ['Région Est'], listed: true },
    ],
    [
      'of two announces one is taken back',
      () => [() => announce(east), accept, () => announce(east, 'b'), () => undo(east)],
      { state: 'accepted', carriers: ['Région Est'], listed: true },
    ],
    [
      'taken back before it came',
      () => [() => undo(east), () => announce(east)],
      { state: '', carriers: [], listed: false },
    ],
    [
      'taken back while it waited, and announced anew',
      () => [() => announce(east), () => undo(east), () => announce(east, 'b')],
      { state: 'pending', carriers: ['Région Est'], listed: false },
    ],
    [
      'somebody takes back what another announced',
      () => [() => announce(east), accept, () => undo(unknownPeer, 'a', east), () => undo(west, 'a', east)],
      { state: 'accepted', carriers: ['Région Est'], listed: true },
    ],
    ['an unknown peer announces', () => [() => announce(unknownPeer)], { state: '', carriers: [], listed: false }],
    [
      'a note is announced',
      () => [() => announce(east, 'a', `${home.origin}/notes/1`)],
      { state: '', carriers: [], listed: false },
    ],
    [
      'what is inside the announce is not believed',
      () => [() => announce(east, 'a', { id: uri, type: 'Event', name: 'Faux', attributedTo: home.actor }), accept],
      { state: 'accepted', carriers: ['Région Est'], listed: true },
    ],
    [
      'an announce that goes back to ours does not keep it listed',
      () => [() => announce(east), accept, () => announce(west, 'a', uri, { terms: { hops: 3 } }), () => undo(east)],
      { state: 'withdrawn', carriers: ['Région Ouest'], listed: false },
    ],
  ]
  it.each(rows)('%s', async (_what, steps, expected) => {
    for (const step of steps()) await step()
    expect({ state: await state(), carriers: await carriers(), listed: await isListed() }).toEqual(expected)
    const titles = (await instances.items(nation)).map(({ title }) => title)
    expect(titles.filter((title) => title !== 'Lire des histoires à l’école Prévert')).toEqual([])
    const announced = (await instances.sent(nation)).filter(({ type }) => type === 'Announce')
    expect(announced.length).toBeLessThanOrEqual(1)
  })

  it.each([
    ['an association wishes to join', 'association', {}, 'member requested'],
    ['a centre looks', 'centre', {}, 'follower active'],
    ['a site that is both wishes to join', 'both', {}, 'member requested'],
    ['a site that is both, and names its wish, looks', 'both', { terms: { wish: 'offers' } }, 'follower active'],
  ])('who follows a centre: %s', async (_what, kind, more, expected) => {
    unknownPeer.pages.set('/actor', { body: { ...unknownPeer.document(), kind } })
    await post(unknownPeer, 'f', { type: 'Follow', object: `${publicUrl}/actor`, ...more })
    const theirs = (await instances.affiliations(nation)).filter(({ partner_uri: one }) => one === unknownPeer.actor)
    expect(theirs.map(({ partner_is: is, state: how }) => `${is} ${how}`)).toEqual([expected])
    expect(unknownPeer.last('Accept') !== undefined).toBe(expected.startsWith('follower'))
  })

  it('an address that serves another offer is refused', async () => {
    home.pages.set('/offers/alias', home.pages.get('/offers/lecture')!)
    expect(await announce(east, 'alias', `${home.origin}/offers/alias`)).toBe('wrong_id')
    expect(await instances.items(nation)).toEqual([])
  })

  it.each([
    ['the only one', false],
    ['one of two', true],
  ])('who announced it is blocked after it was accepted: %s', async (_what, isAlsoWest) => {
    await announce(east)
    if (isAlsoWest) await announce(west, 'b')
    await accept()
    await blockDomain(nation.deps, chief(nation), { host: east.host, note: '' })
    await nation.settle()
    expect([await state(), await isListed()]).toEqual(isAlsoWest ? ['accepted', true] : ['withdrawn', false])
    const followsHome = (await instances.follows(nation)).find(({ followed }) => followed === home.actor)
    expect(['asked', 'accepted'].includes(followsHome!.state)).toBe(isAlsoWest)
    expect(east.received.filter(({ body }) => body['type'] === 'Undo')).toEqual([])
  })

  it('followed for the tenth time, what a site announces is still handled, and counts once', async () => {
    east.pages.set('/actor', { body: { ...east.document(), kind: 'centre', outbox: `${east.origin}/outbox` } })
    const announced = {
      id: `${east.origin}/activities/a`,
      type: 'Announce',
      actor: east.actor,
      object: uri,
      to: PUBLIC,
    }
    east.pages.set('/outbox', {
      body: {
        id: `${east.origin}/outbox`,
        type: 'OrderedCollection',
        orderedItems: [],
        first: { orderedItems: [announced] },
      },
    })
    nation.clock.advance(25 * 3_600_000)
    await post(east, 'renamed', { type: 'Update', object: east.actor })
    await announce(east)
    for (let round = 0; round < 10; round++) {
      const source = (await instances.affiliations(nation)).find(({ partner_uri: one }) => one === east.actor)
      await endAffiliation(nation.deps, chief(nation), source!.id)
      await nation.settle()
      expect(await state()).toBe('withdrawn')
      await followSource(nation.deps, chief(nation), east.host)
      await nation.settle()
      const { id } = east.last('Follow') as { id: string }
      await post(east, `accept-${round}`, { type: 'Accept', object: id, to: [`${publicUrl}/actor`] })
      await nation.settle()
      expect([round, await state()]).toEqual([round, 'pending'])
    }
    expect(await instances.items(nation)).toHaveLength(1)
  })

  it('a change sent by who does not own the offer, and an announce of who is not followed, cost no question', async () => {
    await announce(east)
    const asked = home.asked.length
    expect(await post(unknownPeer, 'u', { type: 'Update', object: uri })).toBe('wrong_owner')
    expect(await announce(unknownPeer, 'b', `${home.origin}/notes/1`)).toBe('not_a_source')
    expect(home.asked).toHaveLength(asked)
  })

  it('our own offers announced to us are nothing new', async () => {
    expect(await announce(east, 'a', `${publicUrl}/offers/mine`)).toBe('done')
    expect(await instances.items(nation)).toEqual([])
  })

  it('one Follow reaches its home, whoever announces whatever of it', async () => {
    await announce(east)
    await announce(west)
    await announce(west, 'b')
    expect(home.received.filter(({ body }) => body['type'] === 'Follow')).toHaveLength(1)
  })

  it('a trusted centre that read another text does not put this one online', async () => {
    const [source] = await instances.affiliations(nation)
    await setTrust(nation.deps, chief(nation), source!.id, 'trusted')
    await announce(east, 'a', uri, { terms: { hops: 1, content_hash: 'f'.repeat(64) } })
    expect([await state(), await isListed()]).toEqual(['pending', false])
  })

  it('a trusted centre puts online the text it read', async () => {
    const [source] = await instances.affiliations(nation)
    await setTrust(nation.deps, chief(nation), source!.id, 'trusted')
    const { content } = samplePublicOffer()
    await announce(east, 'a', uri, { terms: { hops: 1, content_hash: contentHash(content) } })
    expect([await state(), await isListed()]).toEqual(['accepted', true])
  })

  it('what changed before its home let us listen is read when it does', async () => {
    await announce(east)
    await accept()
    const closed = samplePublicOffer({
      association: { uri: home.actor, name: 'Les Conteurs', url: home.origin },
      updatedAt: '2026-11-21T08:00:00.000Z',
      standing: { applications: 'closed' },
    })
    home.pages.set('/offers/lecture', { body: toEvent(closed, eventContext('')) })
    const { id } = home.last('Follow') as { id: string }
    await post(home, 'accept', { type: 'Accept', object: id, to: [`${publicUrl}/actor`] })
    expect(await instances.listings(nation)).toMatchObject([{ applications: 'closed' }])
  })

  it('an association with another name has it on offers that came through others, and nothing has to be read again', async () => {
    await announce(east)
    await accept()
    const [before] = await instances.items(nation)
    home.pages.set('/actor', { body: { ...home.document(), kind: 'association', name: 'Les Conteurs du Port' } })
    expect(await post(home, 'renamed', { type: 'Update', object: home.actor })).toBe('done')
    expect(await instances.listings(nation)).toMatchObject([{ association_name: 'Les Conteurs du Port' }])
    const [after] = await instances.items(nation)
    expect(after).toMatchObject({
      association_name: 'Les Conteurs du Port',
      state: 'accepted',
      version: before!.version,
    })
    expect((await nation.browser().get('/offers?q=port')).text).toContain('Les Conteurs du Port')
  })

  it('a home that sends us round and round when it lets us listen is shown to the operator', async () => {
    const titles = ['lecture', 'jardin', 'cuisine', 'chant']
    for (const name of titles) {
      const offer = samplePublicOffer({ association: { uri: home.actor, name: 'Les Conteurs', url: home.origin } })
      const event = toEvent(offer, eventContext(''))
      home.pages.set(`/offers/${name}`, { body: { ...event, id: `${home.origin}/offers/${name}` } })
      await announce(east, name, `${home.origin}/offers/${name}`)
    }
    expect(await instances.items(nation)).toHaveLength(4)
    for (const name of titles) home.pages.set(`/offers/${name}`, { status: 302, location: `/offers/${name}` })
    const { id } = home.last('Follow') as { id: string }
    expect(await post(home, 'accept', { type: 'Accept', object: id, to: [`${publicUrl}/actor`] })).toBe('budget_spent')
    const activity = (await instances.received(nation)).find(
      ({ actor, type }) => actor === home.actor && type === 'Accept',
    )
    expect(activity).toMatchObject({ state: 'parked', fetches: 10 })
  })

  it('who took its announce back is forgotten after ninety days, who carries it still is not', async () => {
    await announce(east)
    await accept()
    await announce(west)
    await undo(east)
    const announcers = async () =>
      (await nation.deps.db.selectFrom('offer_announces').selectAll().execute()).map((row) => row.announcer_uri)
    nation.clock.advance(89 * DAY)
    await forgetOldActivities(nation.deps)
    expect((await announcers()).toSorted()).toEqual([east.actor, west.actor].toSorted())
    nation.clock.advance(2 * DAY)
    await forgetOldActivities(nation.deps)
    expect(await announcers()).toEqual([west.actor])
    expect([await state(), await carriers()]).toEqual(['accepted', ['Région Ouest']])
    await announce(east, 'b')
    expect((await carriers()).toSorted()).toEqual(['Région Est', 'Région Ouest'])
  })

  it('while its home does not answer the announce waits, and is taken then', async () => {
    home.pages.set('/offers/lecture', { status: 503 })
    expect(await announce(east)).toBe('http_error')
    expect(await state()).toBe('')
    const offer = samplePublicOffer({ association: { uri: home.actor, name: 'Les Conteurs', url: home.origin } })
    home.pages.set('/offers/lecture', { body: toEvent(offer, eventContext('')) })
    nation.clock.advance(60_000)
    await nation.settle()
    expect(await state()).toBe('pending')
  })
})

it('who follows a centre for its offers may still ask to join it', async () => {
  const site = await instances.startInstance('both', PORTS.association, allow)
  const centre = await instances.startInstance('centre', PORTS.region, allow)
  await followSource(site.deps, chief(site), hostOf(centre))
  await instances.settleAll(site, centre)
  await askToJoin(site.deps, chief(site), hostOf(centre))
  await instances.settleAll(site, centre)
  const wish = (await instances.affiliations(centre)).find(({ partner_is }) => partner_is === 'member')
  expect(wish).toMatchObject({ state: 'requested' })
  await acceptMember(centre.deps, chief(centre), wish!.id)
  await instances.settleAll(centre, site)
  const states = (await instances.affiliations(site)).map(({ partner_is, state }) => [partner_is, state])
  expect(states.toSorted()).toEqual([
    ['centre', 'active'],
    ['source', 'active'],
  ])
})
