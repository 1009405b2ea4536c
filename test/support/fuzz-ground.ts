// SPDX-License-Identifier: AGPL-3.0-or-later
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { sql } from 'kysely'
import { acceptOffer } from '../../server/moderation/commands/decide.ts'
import { acceptMember } from '../../server/partners/commands/decide.ts'
import { toEvent } from '../../federation/translate/offer.ts'
import { getPublicOffer } from '../../server/public-offer/public-offer.ts'
import * as instances from '../federation/instances.ts'
import { startApp, type World } from './app.ts'
import { requestOf, type Fault } from './faults.ts'
import { ask, sendActivity, startPeer, type Peer } from './peer.ts'
import { eventContext } from './event-words.ts'

const OURS = 'http://localhost:3000'
const ME = `${OURS}/actor`
/** Requests between pauses of six minutes, so that no rate limit hides the rest. */
const PAUSE_EVERY = 100
const MINUTE = 60_000
const EVERYBODY = 'https://www.w3.org/ns/activitystreams#Public'

export type Seen = { status: number; wrong: string[] }
export type Ground = Awaited<ReturnType<typeof openGround>>

export async function openGround() {
  const member = await startPeer({ key: 0, kind: 'association', name: 'Les Jardins du Canal' })
  const unknownPeer = await startPeer({ key: 1, name: 'Fédivers' })
  const world = await startApp({
    kind: 'centre',
    env: { FEDERATION_ALLOW_HOSTS: [member.host, unknownPeer.host].join(','), LOG_LEVEL: 'error' },
    // Its timetable would write rows meanwhile.
    starts: false,
  })
  const server = createServer(world.handle)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const event = await eventOf(member)
  let number = 0
  let last = 0
  const next = (peer: Peer) => `${peer.origin}/activities/${++number}`

  const plain = async (peer: Peer, activity: object) => {
    const body = { id: next(peer), actor: peer.actor, ...activity }
    const to = { url, publicUrl: OURS }
    const { status } = await sendActivity(to, peer.signer, { body, at: world.clock.now() })
    if (status !== 202) throw new Error(`the ground could not be laid: ${status}`)
  }
  const settle = async () => {
    await world.settle()
    // A postponed activity would delay everything behind it.
    for (let round = 0; round < 6 && (await isWaiting(world)); round++) {
      world.clock.advance(11 * MINUTE)
      await world.settle()
    }
  }
  await plain(member, { type: 'Follow', object: ME })
  await world.settle()
  await acceptMember(world.deps, instances.chief(world), (await instances.affiliations(world))[0]!.id)
  await plain(unknownPeer, { type: 'Follow', object: ME })
  await plain(member, { type: 'Create', object: event, to: [EVERYBODY] })
  await settle()
  const [item] = await instances.items(world)
  await acceptOffer(world.deps, instances.chief(world), item!.id, { version: item!.version })
  await settle()
  const asked = (await instances.follows(world)).find(({ follower }) => follower === ME)!
  const bases = basesOf(member, event, asked.activity_id)
  await watchTables(world)

  /** Our requests to others: a refused activity may cause one, for the actor that it names. */
  const out: string[] = []
  const note = (message: unknown) => {
    const { request } = message as { request: { host?: string; path: string; getHeader(name: string): unknown } }
    // The activities of this test itself are sent without a user agent.
    if (!request.path.startsWith('/inbox') || request.getHeader('user-agent'))
      out.push(String(request.getHeader('host')) + request.path)
  }
  subscribe('http.client.request.start', note)

  /** For a wrong key, its actor or owner may be fetched once in ten minutes. */
  const lookedUp = new Map<string, number>()
  function mayLookUp(...named: unknown[]): boolean {
    const [place, ...more] = out
    if (place === undefined || more.length > 0 || !named.map(placeOf).includes(place)) return false
    const now = world.clock.now().getTime()
    const isDue = now - (lookedUp.get(place) ?? 0) >= 10 * MINUTE
    lookedUp.set(place, now)
    return isDue
  }

  async function sendOne(wanted: Fault): Promise<Seen> {
    if (number % PAUSE_EVERY === 0) world.clock.advance(6 * MINUTE)
    const wrong: string[] = []
    const peer = wanted.byUnknownPeer ? unknownPeer : member
    const { signer } = wanted.borrowed === wanted.byUnknownPeer ? member : unknownPeer
    const activity = { ...bases[wanted.base % bases.length]!(next(peer)), actor: peer.actor }
    const about = { ours: OURS, theirs: member.origin, at: world.clock.now() }
    const { claimed, ...request } = requestOf(wanted, activity, signer, about)
    const before = await touched(world)
    if (before !== last) wrong.push('the request before it changed rows later')
    out.length = 0
    const { status } = await ask(url, { method: 'POST', ...request })
    if (status >= 500) wrong.push(`answered ${status}`)
    if (status >= 400) {
      const after = await touched(world)
      if (after !== before) wrong.push(`refused with ${status}, and changed rows`)
      if (out.length > 0 && !mayLookUp(claimed, signer.keyId))
        wrong.push(`refused with ${status}, and asked ${out.join(' ')}`)
    } else {
      await settle()
      const fault = await faultOf(world)
      if (fault) wrong.push(`kept, and could not be handled: ${fault}`)
      await makeGood(world)
    }
    last = await touched(world)
    return { status, wrong }
  }
  const close = () => {
    unsubscribe('http.client.request.start', note)
    server.closeAllConnections()
    server.close()
  }
  return { sendOne, world, close }
}

function basesOf(member: Peer, event: Record<string, unknown>, asked: string) {
  const offer = String(event['id'])
  const tombstone = { id: offer, type: 'Tombstone', formerType: 'Event', deleted: '2026-11-22T09:00:00Z' }
  const context = { '@context': 'https://www.w3.org/ns/activitystreams' }
  const everybody = { to: [EVERYBODY], cc: [`${member.origin}/followers`] }
  const counts = {
    id: `${member.origin}/counts/2026-11-21`,
    type: 'Document',
    attributedTo: member.actor,
    name: 'Counts 2026-11-21',
    stats: [{ offer, day: '2026-11-21', views: 37, applyClicks: 4, applications: 1 }],
  }
  const bodies: Record<string, unknown>[] = [
    { type: 'Update', object: { ...event, revision: 2, updated: '2026-11-22T09:10:00.000Z' }, ...everybody },
    { type: 'Offer', object: offer, target: ME, to: [ME], revision: 1, terms: { via: 'aaaa.bbbb' } },
    { type: 'Create', object: event, ...everybody },
    { type: 'Create', object: { ...event, terms: undefined, id: `${offer}-2` }, ...everybody },
    { type: 'Delete', object: tombstone, ...everybody },
    { type: 'Follow', object: ME, to: [ME] },
    { type: 'Undo', object: { id: `${member.origin}/activities/1`, type: 'Follow', actor: member.actor, object: ME } },
    { type: 'Undo', object: `${member.origin}/activities/2`, to: [ME] },
    { type: 'Accept', object: asked, to: [ME], revision: 1 },
    {
      type: 'Reject',
      object: asked,
      to: [ME],
      reasonCode: 'incomplete',
      summary: 'Il manque une date.',
    },
    { type: 'Announce', object: offer, ...everybody },
    { type: 'Update', object: { id: member.actor, type: 'Organization', name: 'Un autre nom' }, ...everybody },
    { type: 'Like', object: `${OURS}/offers/1` },
    { type: 'Create', object: counts, to: [ME] },
    {
      type: 'Create',
      object: { id: `${member.origin}/notes/1`, type: 'Note', content: '<p>Bonjour</p>', attributedTo: member.actor },
    },
  ]
  return bodies.map((body) => (id: string) => ({ ...context, id, actor: member.actor, ...body }))
}

/** An offer built by this instance, served at the address of the member. */
async function eventOf(member: Peer): Promise<Record<string, unknown>> {
  const maker = await startApp({ env: { FEDERATION_ALLOW_HOSTS: member.host } })
  const id = await instances.publish(maker)
  const offer = await getPublicOffer(maker.deps.db, maker.deps, id)
  const event = toEvent(offer!, eventContext(OURS))
  const moved = JSON.parse(JSON.stringify(event).replaceAll(OURS, member.origin)) as Record<string, unknown>
  member.pages.set(new URL(String(moved['id'])).pathname, { body: moved })
  return moved
}

/** Counts written rows, except those of actors: a key may be fetched again. */
async function watchTables({ deps: { db } }: World): Promise<void> {
  const { rows } = await sql<{
    name: string
  }>`select name from sqlite_schema where type = 'table' and sql not like '%VIRTUAL%'
    and name not like 'sqlite_%' and name not like 'listings_fts%' and name <> 'fed_actors'`.execute(db)
  await sql`create table touched (times integer)`.execute(db)
  await sql`insert into touched values (0)`.execute(db)
  for (const { name } of rows)
    for (const verb of ['insert', 'update', 'delete'])
      await sql
        .raw(
          `create trigger "on_${verb}_${name}" after ${verb} on "${name}" begin update touched set times = times + 1; end`,
        )
        .execute(db)
  for (const name of KEPT) await sql.raw(`create table "kept_${name}" as select * from "${name}"`).execute(db)
}

async function touched({ deps: { db } }: World): Promise<number> {
  const { rows } = await sql<{ times: number }>`select times from touched`.execute(db)
  return rows[0]!.times
}

const KEPT = ['fed_actors', 'affiliations', 'fed_follows'] as const
async function makeGood({ deps: { db } }: World): Promise<void> {
  for (const name of ['affiliations', 'fed_follows'])
    await sql.raw(`insert or replace into "${name}" select * from "kept_${name}"`).execute(db)
  // Only what a deletion removed: when a key was last fetched must stay.
  await sql`update fed_actors set gone_at = null, key_id = k.key_id, key_pem = k.key_pem
    from kept_fed_actors k where k.uri = fed_actors.uri and fed_actors.gone_at is not null`.execute(db)
}

async function isWaiting({ deps: { db } }: World): Promise<boolean> {
  return (await sql`select 1 from fed_activities where state = 'waiting' limit 1`.execute(db)).rows.length > 0
}

async function faultOf({ deps: { db } }: World): Promise<string | undefined> {
  const { rows } = await sql<{ error: string }>`select error from fed_activities
    where state in ('waiting', 'parked') and error like 'fault:%' limit 1`.execute(db)
  return rows[0]?.error
}

function placeOf(claimed: unknown): string | undefined {
  const id = typeof claimed === 'object' && claimed !== null ? (Object.values(claimed) as unknown[]).flat()[0] : claimed
  const text = typeof id === 'object' && id !== null ? (id as { id?: unknown }).id : id
  return typeof text === 'string' && URL.canParse(text)
    ? new URL(text).host + new URL(text).pathname + new URL(text).search
    : undefined
}
