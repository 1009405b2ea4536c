// SPDX-License-Identifier: AGPL-3.0-or-later
// Blocked, paused and left-out sites at the inbox, in the queue and on the pages.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { updateAssociation } from '../../db/queries/association.ts'
import { record } from '../../db/queries/events.ts'
import { saveActor, savePeer } from '../../db/queries/fed-actors.ts'
import { signRequest } from '../../federation/signatures.ts'
import { toEvent } from '../../federation/translate/offer.ts'
import { getPublicOffer } from '../../server/public-offer/public-offer.ts'
import { acceptMember, endAffiliation } from '../../server/partners/commands/decide.ts'
import * as commands from '../../server/peers/commands.ts'
import { listKnown, lookAround, under } from '../../server/peers/known.ts'
import { domainContains, domainsOver } from '../../server/peers/rules.ts'
import { transact } from '../../server/web/transact.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { runCommand } from '../support/commands.ts'
import { keyPair } from '../support/keys.ts'
import { ask, sendActivity, startPeer, stopPeers, type Peer } from '../support/peer.ts'
import { portAt } from '../support/ports.ts'
import { startProcess, stopProcesses } from '../support/processes.ts'
import { eventContext } from '../support/event-words.ts'
import * as instances from './instances.ts'

const publicUrl = 'http://localhost:3000'
const me = `${publicUrl}/actor`
const HOUR = 3_600_000
let world: World
let member: Peer
let unknownPeer: Peer
let counter = 0

beforeEach(async () => {
  member = await startPeer({ key: 0, kind: 'association', name: 'Les Jardins du Canal' })
  unknownPeer = await startPeer({ key: 1, name: 'Fédivers' })
  world = await startApp({ kind: 'centre', env: { FEDERATION_ALLOW_HOSTS: [member.host, unknownPeer.host].join(',') } })
})
afterEach(async () => {
  await stopApps()
  await stopPeers()
})

const boss = () => instances.chief(world)
const table = (
  name: 'affiliations' | 'moderation_items' | 'listings' | 'fed_follows' | 'fed_deliveries' | 'fed_activities',
) => world.deps.db.selectFrom(name).selectAll().execute() as Promise<Record<string, unknown>[]>
const peerRow = (peer: Peer) =>
  world.deps.db.selectFrom('fed_peers').selectAll().where('host', '=', peer.host).executeTakeFirst()
const audit = async (type: string) =>
  (await world.deps.db.selectFrom('events').selectAll().where('type', '=', type).execute()).map(
    ({ actor_id, details }) => ({ actor_id, ...(JSON.parse(details) as object) }),
  )

async function post(peer: Peer, activity: Record<string, unknown>) {
  const id = `${peer.origin}/activities/${++counter}`
  const body = { id, actor: peer.actor, ...activity }
  const { status } = await sendActivity({ url: world.url, publicUrl }, peer.signer, { body, at: world.clock.now() })
  await world.settle()
  const row = await world.deps.db.selectFrom('fed_activities').selectAll().where('id', '=', id).executeTakeFirst()
  return { status, state: row?.state, error: row?.error, body: row?.body }
}
async function becomeMember() {
  await post(member, { type: 'Follow', object: me })
  const [asked] = await world.deps.db.selectFrom('affiliations').selectAll().execute()
  await acceptMember(world.deps, boss(), asked!.id)
  await world.settle()
}
/** An offer built by this instance, with the addresses of the member. */
async function eventOf(peer: Peer) {
  const maker = await startApp({ kind: 'association' })
  const offer = await getPublicOffer(maker.deps.db, maker.deps, await instances.publish(maker))
  const event = toEvent(offer!, eventContext(publicUrl))
  return JSON.parse(JSON.stringify(event).replaceAll(publicUrl, peer.origin)) as Record<string, unknown>
}
/** The smallest activity for all followers: our own profile has changed. */
async function publish(): Promise<void> {
  await transact(world.deps, async (tx) => {
    const { version } = await tx.selectFrom('association').select('version').executeTakeFirstOrThrow()
    await updateAssociation(tx, { name: `Le Centre ${version}` }, version)
    await record(tx, { type: 'association.updated', at: world.clock.iso(), details: { fields: 'name' } })
  })
  await world.settle()
}
const count = (peer: Peer, type: string) => peer.received.filter(({ body }) => body['type'] === type).length

describe('a name covers', () => {
  it.each([
    ['example.org', 'example.org', true],
    ['example.org', 'un.deux.example.org', true],
    ['example.org', 'example.org:8443', true],
    ['example.org', 'example.org.', true],
    ['example.org', 'un.example.org.:8443', true],
    ['example.org:8443', 'example.org', false],
    ['example.org:8443', 'un.example.org:8443', true],
    ['example.org', 'notexample.org', false],
    ['example.org', 'example.org.evil.test', false],
    ['un.example.org', 'example.org', false],
    ['127.0.0.1:3921', '127.0.0.1:3922', false],
  ])('%s, %s: %s', (domain, host, expected) => expect(domainContains(domain, host)).toBe(expected))

  it.each([
    ['example.org', ['example.org', 'example.org.', 'example.org:8443', 'un.deux.example.org', 'un.example.org.:8443']],
    ['example.org:8443', ['example.org:8443', 'un.example.org.:8443']],
    ['un.example.org', ['un.example.org.:8443']],
    ['[::1]', ['[::1]:3000']],
    ['0.0.1', ['127.0.0.1:3921']],
  ])('%s, and the database agrees', async (domain, expected) => {
    const names = ['example.org', 'example.org.', 'example.org:8443', 'un.deux.example.org', 'un.example.org.:8443']
    const others = ['notexample.org', 'example.org-un.test', 'example.org.evil.test', '[::1]:3000', '127.0.0.1:3921']
    const hosts = [...names, ...others]
    for (const host of hosts) await savePeer(world.deps.db, host, { note: '' })
    const known = await listKnown(await lookAround(world.deps.db, world.deps), under(domain).filter)
    expect(known.map(({ host }) => host)).toEqual(expected)
    expect(hosts.filter((host) => domainContains(domain, host)).toSorted()).toEqual(expected)
  })

  it('no more than what lies above it', () => {
    expect(domainsOver('un.example.org')).toEqual(['un.example.org', 'example.org', 'org'])
  })
})

describe('a blocked site', () => {
  async function withMember() {
    await becomeMember()
    const event = await eventOf(member)
    await post(member, { type: 'Create', object: event })
    await world.deps.db.updateTable('affiliations').set({ trust: 'trusted' }).execute()
    await post(member, { type: 'Create', object: await eventOf(member) })
    await post(unknownPeer, { type: 'Follow', object: me })
    expect(await table('listings')).toHaveLength(1)
    member.status.inbox = 503
    await publish()
    expect(await table('fed_deliveries')).toMatchObject([{ host: member.host }])
    member.status.inbox = 202
    return event
  }

  it('is gone in one transaction, after a page that shows what goes; nothing is sent to it', async () => {
    await withMember()
    const visitor = world.browser()
    expect((await visitor.get('/offers')).heading).toMatch(/^1 /)
    const [received, asked] = [member.received.length, member.asked.length]
    const b = await world.signIn('amina')
    await b.get('/operator/federation')
    await b.follow('Les Jardins du Canal')
    await b.follow('Bloquer ce site')
    expect(b.heading).toBe(`Bloquer ${member.host} ?`)
    expect(b.text).toContain('L’adhésion de « Les Jardins du Canal » se termine.')
    expect(b.text).toContain('1 annonce quitte votre site.')
    expect(b.text).toContain('1 annonce quitte la liste à relire.')
    expect(b.text).toContain('1 envoi qui attend est abandonné.')
    expect(await table('listings')).toHaveLength(1)
    await b.fill('Votre note', 'Fausses annonces').press('Bloquer ce site')
    // Done when the page is shown, before any job.
    expect(b.text).toContain('Le site est bloqué.')
    expect(b.text).toContain('Fausses annonces')
    expect((await visitor.get('/offers')).heading).toBe('Rien pour le moment')
    expect(await table('listings')).toEqual([])
    expect((await table('moderation_items')).map(({ state }) => state)).toEqual(['withdrawn', 'withdrawn'])
    expect(await table('affiliations')).toMatchObject([{ state: 'ended', ended_why: 'blocked', ended_by_us: 1 }])
    // Others may still be receiving that the offer is gone.
    expect((await table('fed_deliveries')).filter(({ host }) => host === member.host)).toEqual([])
    expect(await audit('peer.blocked')).toEqual([
      {
        actor_id: world.id('amina'),
        host: member.host,
        relations: 1,
        offers: 1,
        unread: 1,
        deliveries: 1,
        messages: 0,
      },
    ])
    await world.settle()
    await publish()
    world.clock.advance(HOUR)
    await world.settle()
    expect((await table('fed_follows')).map(({ state }) => state).toSorted()).toEqual(['accepted', 'refused', 'undone'])
    expect([member.received.length, member.asked.length]).toEqual([received, asked])
    expect(await table('fed_deliveries')).toEqual([])
    expect(count(unknownPeer, 'Undo')).toBe(1)
    await b.get('/partners')
    await b.follow('Les Jardins du Canal')
    expect(b.text).toContain('Le site est bloqué par la personne qui gère notre serveur.')
  })

  it('is refused before its key is asked for or a word is kept, and its signed questions too', async () => {
    await withMember()
    await commands.blockDomain(world.deps, boss(), { host: member.host, note: '' })
    await world.settle()
    const [rows, asked] = [(await table('fed_activities')).length, member.asked.length]
    world.clock.advance(25 * HOUR)
    expect(await post(member, { type: 'Follow', object: me })).toMatchObject({ status: 403, state: undefined })
    expect(await table('fed_activities')).toHaveLength(rows)
    expect(member.asked).toHaveLength(asked)
    const question = async (peer: Peer) => {
      const url = new URL('/actor', publicUrl)
      const headers = await signRequest({ method: 'GET', url }, peer.signer, world.clock.now())
      return (await ask(world.url, { path: '/actor', headers: { ...headers, accept: 'application/activity+json' } }))
        .status
    }
    expect([await question(member), await question(unknownPeer)]).toEqual([403, 200])
  })

  it('may send again once it is unblocked: it learns that it is no member, and nothing has come back by itself', async () => {
    await withMember()
    await commands.blockDomain(world.deps, boss(), { host: member.host, note: 'x' })
    await world.settle()
    const b = await world.signIn('amina')
    await b.get(`/operator/federation/hosts/${encodeURIComponent(member.host)}`)
    await b.follow('Débloquer')
    expect(b.text).toContain('ne reviennent pas')
    const before = member.received.length
    await b.press('Débloquer')
    expect(b.text).toContain('Le site est débloqué.')
    expect(await peerRow(member)).toMatchObject({ state: 'ok', blocked_at: null, note: '' })
    expect(await audit('peer.unblocked')).toEqual([{ actor_id: world.id('amina'), host: member.host }])
    await world.settle()
    expect([await table('listings'), await table('fed_deliveries')]).toEqual([[], []])
    const [theirs] = (await table('fed_follows')).filter(({ follower }) => follower === member.actor)
    expect(member.received.slice(before).map(({ body: { type, object } }) => [type, object])).toEqual([
      ['Undo', expect.objectContaining({ type: 'Follow', actor: me, object: member.actor })],
      ['Reject', expect.objectContaining({ id: theirs!['activity_id'] })],
    ])
    expect(await table('affiliations')).toMatchObject([{ state: 'ended' }])
    expect(await post(member, { type: 'Follow', object: me })).toMatchObject({ status: 202, state: 'done' })
    expect(await table('affiliations')).toMatchObject([{ state: 'requested', ended_why: null }])
  })

  it('takes its subdomains along, and no look-alike', async () => {
    const settler = (host: string, key: number) => ({
      actor: `https://${host}/actor`,
      origin: `https://${host}`,
      signer: { keyId: `https://${host}/actor#main-key`, privateKey: keyPair(key).privateKey },
    })
    const hosts = ['example.org', 'un.example.org', 'un.example.org:8443', 'notexample.org', 'example.org.evil.test']
    for (const host of hosts)
      await saveActor(
        world.deps.db,
        {
          uri: `https://${host}/actor`,
          host,
          type: 'Organization',
          inbox: `https://${host}/inbox`,
          key_id: `https://${host}/actor#main-key`,
          key_pem: keyPair(0).publicKey.export({ type: 'spki', format: 'pem' }) as string,
          key_fetched_at: world.clock.iso(),
          body: '{}',
          fetched_at: world.clock.iso(),
        },
        [],
      )
    const answers = async () => {
      const all = []
      for (const host of hosts) all.push((await post(settler(host, 0) as Peer, { type: 'Like', object: me })).status)
      return all
    }
    expect(await answers()).toEqual([202, 202, 202, 202, 202])
    await commands.blockDomain(world.deps, boss(), { host: 'example.org', note: '' })
    expect(await answers()).toEqual([403, 403, 403, 202, 202])
    const looked = async (host: string) => (await world.deps.directory.lookUp(host)) as { reason?: string }
    expect((await looked('deux.example.org')).reason).toBe('partners.ask.blocked')
    expect((await looked('notexample.org')).reason).toBe('partners.ask.unreachable')
    await commands.unblockDomain(world.deps, boss(), 'example.org')
    expect(await answers()).toEqual([202, 202, 202, 202, 202])
  })

  it('does not come back through a third: named, embedded, as author, or inside what is shared', async () => {
    await withMember()
    const event = await eventOf(member)
    await commands.blockDomain(world.deps, boss(), { host: member.host, note: '' })
    // A source this site follows, because an activity of an unknown peer is ignored before it is read.
    await world.deps.db
      .insertInto('affiliations')
      .values({
        id: world.deps.newId(),
        partner_uri: unknownPeer.actor,
        partner_is: 'source',
        partner_name: 'Fédivers',
        partner_url: unknownPeer.origin,
        state: 'active',
        requested_at: world.clock.iso(),
      })
      .execute()
    const asked = member.asked.length
    const shared = { id: `${unknownPeer.origin}/1`, type: 'Create', actor: unknownPeer.actor, object: event }
    const twisted = ['https://www.w3.org/ns/activitystreams', { wish: { '@id': 'as:object', '@type': '@id' } }]
    const ours = { id: `${unknownPeer.origin}/offers/1`, type: 'Event', attributedTo: member.actor }
    for (const activity of [
      { type: 'Announce', object: event['id'] },
      { type: 'Announce', object: event },
      { type: 'Announce', object: shared },
      { type: 'Announce', object: [event['id']] },
      { type: 'Create', object: ours },
      { type: 'Announce', object: [ours] },
      { '@context': twisted, type: 'Announce', wish: event['id'] },
    ])
      expect(await post(unknownPeer, activity)).toMatchObject({
        status: 202,
        state: 'ignored',
        error: 'blocked',
        body: '{}',
      })
    const own = { type: 'Announce', object: `${unknownPeer.origin}/2` }
    expect(await post(unknownPeer, own)).toMatchObject({ state: 'ignored', error: 'not_found' })
    expect(member.asked).toHaveLength(asked)
  })

  it('is not asked by a detour either: a redirect to it ends there', async () => {
    await commands.blockDomain(world.deps, boss(), { host: member.host, note: '' })
    const path = `/.well-known/webfinger?resource=${encodeURIComponent(`${unknownPeer.origin}/`)}`
    const link = { rel: 'self', type: 'application/activity+json', href: member.actor }
    unknownPeer.pages.set(path, { type: 'application/jrd+json', body: JSON.stringify({ links: [link] }) })
    expect(await world.deps.directory.lookUp(unknownPeer.host)).toEqual({ ok: false, reason: 'partners.ask.blocked' })
    expect(member.asked).toEqual([])
    expect(await world.deps.directory.lookUp(member.host)).toEqual({ ok: false, reason: 'partners.ask.blocked' })
    expect(member.asked).toEqual([])
    unknownPeer.pages.set(path, { status: 302, location: `${member.origin}/.well-known/webfinger` })
    expect(await world.deps.directory.lookUp(unknownPeer.host)).toEqual({ ok: false, reason: 'partners.ask.blocked' })
    expect(member.asked).toEqual([])
  })

  it('leaves no message that waits for its meaning', async () => {
    await becomeMember()
    const event = await eventOf(member)
    const path = new URL(String(event['id'])).pathname
    member.pages.set(path, { status: 500 })
    expect(await post(member, { type: 'Offer', object: event['id'], target: me })).toMatchObject({ state: 'waiting' })
    await commands.blockDomain(world.deps, boss(), { host: member.host, note: '' })
    expect(await audit('peer.blocked')).toMatchObject([{ messages: 1 }])
    const offer = async () => (await table('fed_activities')).filter(({ type }) => type === 'Offer')
    expect(await offer()).toMatchObject([{ state: 'ignored', error: 'blocked', body: '{}' }])
    member.pages.set(path, { body: event })
    world.clock.advance(HOUR)
    await world.settle()
    expect(await offer()).toMatchObject([{ state: 'ignored' }])
    expect(await table('moderation_items')).toEqual([])
  })

  it.each([202, 500, 'cut'] as const)('stays blocked when a delivery that was under way ends with %s', async (how) => {
    await post(unknownPeer, { type: 'Follow', object: me })
    unknownPeer.received.length = 0
    unknownPeer.status.inbox = 'hang'
    const sending = publish()
    while (unknownPeer.received.length === 0) await new Promise((done) => setImmediate(done))
    await commands.blockDomain(world.deps, boss(), { host: unknownPeer.host, note: '' })
    await world.deps.db.updateTable('fed_peers').set({ failures: 5 }).where('host', '=', unknownPeer.host).execute()
    unknownPeer.answer(how)
    // A connection that was cut is tried once more.
    const again = setInterval(() => unknownPeer.answer(how), 10)
    await sending
    clearInterval(again)
    expect(await peerRow(unknownPeer)).toMatchObject({ state: 'blocked' })
    expect(await table('fed_deliveries')).toEqual([])
    expect(await post(unknownPeer, { type: 'Like', object: me })).toMatchObject({ status: 403 })
  })

  it('has no followers here any more, also once it is unblocked', async () => {
    await post(unknownPeer, { type: 'Follow', object: me })
    await commands.blockDomain(world.deps, boss(), { host: unknownPeer.host, note: '' })
    await world.settle()
    expect(await table('fed_follows')).toMatchObject([{ state: 'undone' }])
    await commands.unblockDomain(world.deps, boss(), unknownPeer.host)
    unknownPeer.received.length = 0
    await publish()
    expect(unknownPeer.received).toEqual([])
  })

  it('takes along what it sent although it is no partner', async () => {
    await withMember()
    await world.deps.db.deleteFrom('affiliations').execute()
    await commands.blockDomain(world.deps, boss(), { host: member.host, note: '' })
    expect(await table('listings')).toEqual([])
    expect((await table('moderation_items')).map(({ state }) => state)).toEqual(['withdrawn', 'withdrawn'])
  })

  it('is blocked by an administrator only, whichever way the wish comes', async () => {
    const bastien = viewerOf(world.id('bastien'), 'Bastien', ['coordinator', 'moderator', 'treasurer'])
    const wish = { host: 'example.org', note: '' }
    await expect(commands.blockDomain(world.deps, bastien, wish)).rejects.toThrow('403')
    await expect(commands.restrictToMembers(world.deps, bastien)).rejects.toThrow('403')
    expect(await peerRow(member)).toBeUndefined()
  })

  it('may not be ourselves, nor what lies above us', async () => {
    await expect(commands.blockDomain(world.deps, boss(), { host: 'localhost:3000', note: '' })).rejects.toThrow('422')
    await expect(commands.blockDomain(world.deps, boss(), { host: 'localhost', note: '' })).rejects.toThrow('422')
  })
})

describe('a paused site', () => {
  it('gets what was published once it is resumed, and is read all the while', async () => {
    await post(member, { type: 'Follow', object: me })
    await post(unknownPeer, { type: 'Follow', object: me })
    const b = await world.signIn('amina')
    await b.get(`/operator/federation/hosts/${encodeURIComponent(unknownPeer.host)}`)
    await b.press('Mettre en pause')
    expect(b.text).toContain('En pause. Vos envois attendent.')
    await publish()
    await publish()
    world.clock.advance(5 * HOUR)
    await world.settle()
    expect(count(unknownPeer, 'Update')).toBe(0)
    expect(await table('fed_deliveries')).toMatchObject([
      { state: 'waiting', attempts: 0 },
      { state: 'waiting', attempts: 0 },
    ])
    expect(await post(unknownPeer, { type: 'Like', object: me })).toMatchObject({ status: 202 })
    expect(count(unknownPeer, 'Update')).toBe(0)
    await b.get('/operator/federation?state=paused')
    expect(b.text).toContain('2 envois attendent ou ne sont pas arrivés')
    await b.follow('Fédivers')
    await b.press('Reprendre les envois')
    await world.settle()
    expect(count(unknownPeer, 'Update')).toBe(2)
    expect(await table('fed_deliveries')).toEqual([])
    expect([...(await audit('peer.paused')), ...(await audit('peer.resumed'))]).toEqual([
      { actor_id: world.id('amina'), host: unknownPeer.host },
      { actor_id: world.id('amina'), host: unknownPeer.host },
    ])
  })

  it('is paused once, and resumed once', async () => {
    await commands.pausePeer(world.deps, boss(), unknownPeer.host)
    await expect(commands.pausePeer(world.deps, boss(), unknownPeer.host)).rejects.toThrow('409')
    await commands.resumePeer(world.deps, boss(), unknownPeer.host)
    await expect(commands.resumePeer(world.deps, boss(), unknownPeer.host)).rejects.toThrow('409')
  })
})

describe('exchanging with listed sites only', () => {
  async function withBoth() {
    await becomeMember()
    await post(unknownPeer, { type: 'Follow', object: me })
    unknownPeer.status.inbox = 503
    await publish()
    unknownPeer.status.inbox = 202
    expect(await table('fed_deliveries')).toMatchObject([{ host: unknownPeer.host }])
    member.received.length = unknownPeer.received.length = 0
  }

  it('shows beforehand who is left out, then neither accepts nor sends anything', async () => {
    await withBoth()
    const b = await world.signIn('amina')
    await b.get('/operator/federation')
    await b.follow('Ne parler qu’avec nos partenaires')
    expect(b.text).toContain('Un seul site reste')
    expect(b.text).toContain('1 site serait laissé de côté')
    expect(b.text).toContain(unknownPeer.host)
    expect(b.text).not.toContain(member.host)
    expect(b.text).toContain('1 compte qui vous suit ne reçoit plus rien.')
    expect(await table('fed_deliveries')).toHaveLength(1)
    await b.press('Ne parler qu’avec nos partenaires')
    expect(b.text).toContain('Les autres sont laissés de côté.')
    expect(await table('fed_deliveries')).toEqual([])
    expect(await audit('peers.restricted')).toMatchObject([{ actor_id: world.id('amina'), deliveries: 1, offers: 0 }])
    const asked = unknownPeer.asked.length
    expect(await post(unknownPeer, { type: 'Like', object: me })).toMatchObject({ status: 403, state: undefined })
    expect(await post(member, { type: 'Like', object: me })).toMatchObject({ status: 202 })
    expect(await post(member, { type: 'Announce', object: `${unknownPeer.origin}/1` })).toMatchObject({
      state: 'ignored',
      error: 'left_out',
    })
    await publish()
    world.clock.advance(HOUR)
    await world.settle()
    expect([count(member, 'Update'), unknownPeer.received.length]).toEqual([1, 0])
    expect(await table('fed_deliveries')).toEqual([])
    expect(await world.deps.directory.lookUp(unknownPeer.host)).toEqual({ ok: false, reason: 'partners.ask.left_out' })
    expect(unknownPeer.asked).toHaveLength(asked)
  })

  it('lets in a site that is added by hand, and lets go of it again', async () => {
    await withBoth()
    await commands.restrictToMembers(world.deps, boss())
    const b = await world.signIn('amina')
    await b.get('/operator/federation?state=left_out')
    await b.follow('Fédivers')
    await b.press('Ajouter à la liste')
    expect(b.text).toContain('Le site est dans votre liste.')
    expect(await post(unknownPeer, { type: 'Like', object: me })).toMatchObject({ status: 202 })
    await publish()
    expect(count(unknownPeer, 'Update')).toBe(1)
    await b.follow('Retirer de la liste')
    await b.press('Retirer de la liste')
    expect(await post(unknownPeer, { type: 'Like', object: me })).toMatchObject({ status: 403 })
    expect(await audit('peer.allowed')).toMatchObject([{ actor_id: world.id('amina'), host: unknownPeer.host }])
    expect(await audit('peer.left_out')).toHaveLength(1)
  })

  it('is taken back: those who follow hear what is new, not what they missed', async () => {
    await withBoth()
    await commands.restrictToMembers(world.deps, boss())
    await publish()
    const b = await world.signIn('amina')
    await b.get('/operator/federation')
    await b.follow('Changer la liste, ou parler avec tous')
    await b.press('Parler de nouveau avec tous')
    expect(b.text).toContain('Votre site parle avec tous les sites')
    await publish()
    expect(count(unknownPeer, 'Update')).toBe(1)
    expect(await post(unknownPeer, { type: 'Like', object: me })).toMatchObject({ status: 202 })
    await expect(commands.openToAll(world.deps, boss())).rejects.toThrow('409')
  })

  it('lets a partner hear the last word, and leaves it out a week later', async () => {
    await withBoth()
    await commands.restrictToMembers(world.deps, boss())
    const [row] = await world.deps.db.selectFrom('affiliations').selectAll().execute()
    await endAffiliation(world.deps, boss(), row!.id)
    await world.settle()
    expect(count(member, 'Reject')).toBe(1)
    expect(await post(member, { type: 'Like', object: me })).toMatchObject({ status: 202 })
    world.clock.advance(8 * 24 * HOUR)
    expect(await post(member, { type: 'Like', object: me })).toMatchObject({ status: 403 })
  })

  it('drops a last word that a week was not enough for', async () => {
    await withBoth()
    await commands.restrictToMembers(world.deps, boss())
    const [row] = await world.deps.db.selectFrom('affiliations').selectAll().execute()
    member.status.inbox = 503
    await endAffiliation(world.deps, boss(), row!.id)
    await world.settle()
    expect((await table('fed_deliveries')).length).toBeGreaterThan(0)
    world.clock.advance(8 * 24 * HOUR)
    const received = member.received.length
    await world.settle()
    expect(await table('fed_deliveries')).toEqual([])
    expect(member.received).toHaveLength(received)
  })

  it('does not let in a blocked site', async () => {
    await commands.restrictToMembers(world.deps, boss())
    await commands.blockDomain(world.deps, boss(), { host: 'example.org', note: '' })
    await expect(commands.allowPeer(world.deps, boss(), 'un.example.org')).rejects.toThrow('409')
  })
})

it('the list asks the same few questions, however many sites there are', async () => {
  const questions = async () => {
    let asked = 0
    const counting = world.deps.db.withPlugin({
      transformQuery: ({ node }) => {
        asked += 1
        return node
      },
      transformResult: async ({ result }) => result,
    })
    const all = await listKnown(await lookAround(counting, world.deps), {})
    return { asked, sites: all.length }
  }
  const few = await questions()
  for (let n = 0; n < 300; n += 1) await savePeer(world.deps.db, `site-${n}.example`, { note: '' })
  expect(await questions()).toEqual({ asked: few.asked, sites: few.sites + 300 })
  expect(few.asked).toBeLessThan(10)
})

describe('the command line, beside a server that runs', () => {
  afterEach(stopProcesses)

  it('blocks a domain, lifts the block, and prints the queue', async () => {
    const instance = await startProcess({ name: 'commands', kind: 'centre', port: portAt(31), knows: [] })
    const env = { PUBLIC_URL: instance.url, PORT: String(portAt(31)), DATA_DIR: instance.dataDir }
    const run = (...words: string[]) => runCommand(words, { NODE_ENV: 'test', ...env })
    const signer = { keyId: 'https://un.example.org/actor#main-key', privateKey: keyPair(0).privateKey }
    const send = async () => {
      const body = {
        id: 'https://un.example.org/1',
        type: 'Like',
        actor: 'https://un.example.org/actor',
        object: instance.actor,
      }
      return (await sendActivity({ url: instance.url, publicUrl: instance.url }, signer, { body, at: new Date() }))
        .status
    }
    /** The server reads the policy once a second. */
    const becomes = async (status: number) => {
      const until = Date.now() + 240_000
      while ((await send()) !== status && Date.now() < until) await new Promise((done) => setTimeout(done, 100))
      return send()
    }
    expect(await send()).toBe(401)
    expect((await run('block-domain', 'example.org', '--dry-run')).code).toBe(0)
    expect(await send()).toBe(401)
    const blocked = await run('block-domain', 'https://example.org/about', '--note', 'why')
    expect([blocked.code, blocked.out]).toEqual([
      0,
      expect.stringContaining('example.org – relations: 0, offers online: 0'),
    ])
    expect(await becomes(403)).toBe(403)
    expect((await run('block-domain', 'example.org')).code).toBe(1)
    expect((await run('allow-domain', 'example.org')).out).toContain('example.org is spoken with')
    expect(await becomes(401)).toBe(401)
    expect((await run('queue')).err).toContain('nothing waits')
    expect((await run('queue', 'example.org')).out).toContain('example.org\t0\t0\t-\tfine')
    expect((await run('block-domain', 'un mot')).code).toBe(1)
    expect((await run('queue', '--help')).code).toBe(0)
  })
})
