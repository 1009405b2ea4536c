// SPDX-License-Identifier: AGPL-3.0-or-later
// What other software does otherwise than we do: no answer to some activities, ids that are always alike, answers read
// with the Follow inside.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { updateAssociation } from '../../db/queries/association.ts'
import { record } from '../../db/queries/events.ts'
import { archiveOffer, cancelOffer, closeOffer } from '../../server/offers/commands/end.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { ask, sendActivity, startPeer, stopPeers, type Peer } from '../support/peer.ts'
import { chief, contentOf, publish } from './instances.ts'

type Json = Record<string, unknown>
const publicUrl = 'http://localhost:3000'
const MINUTE = 60_000
const DAY = 86_400_000
let world: World
let peer: Peer

beforeEach(async () => {
  peer = await startPeer()
  world = await startApp({ env: { FEDERATION_ALLOW_HOSTS: peer.host } })
})
afterEach(async () => {
  await stopApps()
  await stopPeers()
})

const follow = () => ({ id: `${peer.origin}/follow`, type: 'Follow', actor: peer.actor, object: `${publicUrl}/actor` })
const undo = () => ({ id: `${peer.origin}/undo`, type: 'Undo', actor: peer.actor, object: follow() })

/** A second later each time, because HTTP dates have whole seconds. */
async function send(body: Json): Promise<void> {
  world.clock.advance(1_000)
  const answer = await sendActivity({ url: world.url, publicUrl }, peer.signer, { body, at: world.clock.now() })
  expect(answer.status).toBe(202)
  await world.settle()
}
const kindOf = (body: Json) => {
  const object = body['object']
  return typeof object === 'object' && object !== null ? `${body['type']} ${(object as Json)['type']}` : body['type']
}
const kinds = () => peer.received.map(({ body }) => kindOf(body))
const follows = () => world.deps.db.selectFrom('fed_follows').selectAll().execute()
const deliveries = () => world.deps.db.selectFrom('fed_deliveries').selectAll().orderBy('id').execute()
const peerRow = () => world.deps.db.selectFrom('fed_peers').selectAll().executeTakeFirstOrThrow()

async function rename(): Promise<void> {
  await transact(world.deps, async (tx) => {
    const { version } = await tx.selectFrom('association').select('version').executeTakeFirstOrThrow()
    await updateAssociation(tx, { name: `Les Jardins ${version}` }, version)
    await record(tx, { type: 'association.updated', at: world.clock.iso(), details: { fields: 'name' } })
  })
  await world.settle()
}

describe('federation F1: what a peer never answers stops nothing else', () => {
  const isProfile = (body: Json) => kindOf(body) === 'Update Organization'
  beforeEach(async () => {
    await send(follow())
    peer.received.length = 0
    peer.status.to = (body) => (isProfile(body) ? 'cut' : undefined)
  })

  it('an offer published behind it arrives', async () => {
    await rename()
    for (let minute = 0; minute < 3; minute++) {
      world.clock.advance(MINUTE)
      await world.settle()
    }
    expect(await peerRow()).toMatchObject({ state: 'failing' })
    await publish(world)
    await world.settle()
    expect(kinds()).toContain('Create Event')
  })

  it('while the host rests, each question to it is another activity', async () => {
    peer.status.to = () => 'cut'
    await rename()
    await publish(world)
    for (let minute = 0; minute < 60; minute++) {
      world.clock.advance(10 * MINUTE)
      await world.settle()
    }
    const tail = kinds().slice(-4)
    expect(new Set(tail).size).toBe(2)
    expect((await deliveries()).map(({ attempts }) => attempts)).toEqual([0, 0])
  })

  it('it is given up after five tries between which the host answered others, and only then', async () => {
    await rename()
    for (let count = 0; count < 8 && (await deliveries())[0]?.state === 'waiting'; count++) {
      await publish(world, { title: { fr: `Trier les dons ${count}` } })
      await world.settle()
      world.clock.advance(2 * 3600_000 + 30 * MINUTE)
      await world.settle()
    }
    expect(await deliveries()).toMatchObject([{ state: 'failed', attempts: 5 }])
    expect(await peerRow()).toMatchObject({ state: 'ok' })
  })

  it('a host that answers nothing loses nothing: no try is counted', async () => {
    peer.status.to = () => 'cut'
    await rename()
    await publish(world)
    for (let day = 0; day < 5; day++) {
      world.clock.advance(DAY)
      await world.settle()
    }
    expect((await deliveries()).map(({ state, attempts }) => [state, attempts])).toEqual([
      ['waiting', 0],
      ['waiting', 0],
    ])
  })
})

describe('federation F10: what a peer has refused three times is not sent to it any more', () => {
  beforeEach(async () => {
    await send(follow())
    peer.received.length = 0
    peer.status.to = (body) => (kindOf(body) === 'Update Event' ? 400 : undefined)
  })
  const changeFour = async () => {
    const ids: string[] = []
    for (let count = 0; count < 4; count++) ids.push(await publish(world, { title: { fr: `Trier ${count}` } }))
    await world.settle()
    for (const id of ids) {
      await closeOffer(world.deps, chief(world), id, { reason: 'filled' })
      await world.settle()
    }
  }
  const refused = () => kinds().filter((kind) => kind === 'Update Event').length

  it('the operator reads one line, and no list that grows', async () => {
    await changeFour()
    expect(refused()).toBe(3)
    expect(await deliveries()).toEqual([])
    const b = await world.signIn('amina')
    await b.get(`/operator/federation/hosts/${encodeURIComponent(peer.host)}`)
    expect(b.text).toMatch(/ne sait pas lire ou refuse\s?: les annonces modifiées\./)
    expect(b.document.querySelector('main table')).toBeNull()
  })

  it('other kinds go on; after a month it is asked again, and what it takes then is sent as before', async () => {
    await changeFour()
    await rename()
    expect(kinds().at(-1)).toBe('Update Organization')
    world.clock.advance(31 * DAY)
    peer.status.to = undefined
    const id = await publish(world, { starts_on: '2027-03-05' })
    await world.settle()
    await closeOffer(world.deps, chief(world), id, { reason: 'filled' })
    await world.settle()
    expect(kinds().slice(-2)).toEqual(['Create Event', 'Update Event'])
    expect((await peerRow()).refused).toBe('{}')
  })
})

describe('federation F2: a Follow and its Undo may be named alike each time', () => {
  it('Follow, Undo, Follow and Undo with one id each are four wishes', async () => {
    await send(follow())
    await send(undo())
    await send(follow())
    expect(await follows()).toMatchObject([{ state: 'accepted' }])
    expect(kinds()).toEqual(['Accept Follow', 'Accept Follow'])
    await publish(world)
    await world.settle()
    expect(kinds().at(-1)).toBe('Create Event')
    await send(undo())
    expect(await follows()).toMatchObject([{ state: 'undone' }])
  })

  it('the same Follow while it holds is answered again, and changes nothing', async () => {
    await send(follow())
    const before = await follows()
    await send(follow())
    expect(await follows()).toEqual(before)
    expect(kinds()).toEqual(['Accept Follow', 'Accept Follow'])
  })

  it('an old request that somebody sends once more has no effect', async () => {
    await send(follow())
    const at = world.clock.now()
    await send(undo())
    const answer = await sendActivity({ url: world.url, publicUrl }, peer.signer, { body: follow(), at })
    await world.settle()
    expect(answer.status).toBe(202)
    expect(await follows()).toMatchObject([{ state: 'undone' }])
  })

  it('an Undo that overtakes its Follow still ends it, the second time too', async () => {
    await send(follow())
    await send(undo())
    world.clock.advance(1_000)
    const signed = world.clock.now()
    await send(undo())
    const late = { body: follow(), at: signed }
    await sendActivity({ url: world.url, publicUrl }, peer.signer, late)
    await world.settle()
    expect(await follows()).toMatchObject([{ state: 'undone' }])
  })
})

it('federation F11: our answer to a Follow has the Follow inside', async () => {
  await send(follow())
  expect(peer.last('Accept')).toMatchObject({ object: follow() })
})

describe('federation F3 and F4: who reads our activities later sees offers as they are now', () => {
  const AS2 = { accept: 'application/activity+json' }
  const read = (path: string) => ask(world.url, { path, headers: AS2 })
  const outbox = async () => (await read('/outbox?page=true')).json['orderedItems'] as Json[]
  const secret = 'Une phrase que l’on ne veut plus lire'

  it('federation F3: after a removal its words are nowhere', async () => {
    const id = await publish(world, { context: { fr: secret } })
    await world.settle()
    const said = await outbox()
    await cancelOffer(world.deps, chief(world), id, { reason: 'other' })
    await world.settle()
    await archiveOffer(world.deps, chief(world), id)
    await world.settle()
    const left = await outbox()
    expect(left.map(({ type }) => type)).toEqual(['Delete'])
    expect((await read('/outbox')).json['totalItems']).toBe(1)
    const create = await read(new URL(String(said[0]!['id'])).pathname)
    expect(create).toMatchObject({ status: 410, json: { object: { type: 'Tombstone' } } })
    expect((await read(new URL(String(left[0]!['id'])).pathname)).status).toBe(200)
    const kept = await world.deps.db.selectFrom('fed_activities').select('body').execute()
    expect(JSON.stringify([left, create, kept])).not.toContain(secret)
  })

  it('federation F3: what waits for a peer that is away is delivered without the words', async () => {
    await send(follow())
    peer.status.inbox = 503
    const id = await publish(world, { context: { fr: secret } })
    await world.settle()
    await cancelOffer(world.deps, chief(world), id, { reason: 'other' })
    await archiveOffer(world.deps, chief(world), id)
    await world.settle()
    peer.received.length = 0
    peer.status.inbox = 202
    world.clock.advance(DAY)
    await world.settle()
    expect(kinds()).toContain('Delete Tombstone')
    expect(JSON.stringify(peer.received)).not.toContain(secret)
  })

  it('federation F4: the outbox shows what an offer has become', async () => {
    const id = await publish(world)
    await world.settle()
    await closeOffer(world.deps, chief(world), id, { reason: 'filled' })
    await world.settle()
    const items = await outbox()
    const now = (await read(`/offers/${id}`)).json
    expect(items.map(({ type }) => type)).toEqual(['Update', 'Create'])
    for (const { object } of items) expect({ '@context': now['@context'], ...(object as Json) }).toEqual(now)
    expect((await read(new URL(String(items[1]!['id'])).pathname)).json['object']).toMatchObject({
      terms: { applications: 'closed' },
    })
  })
})

describe('federation F13: Join is answered with Ignore', () => {
  it('and nothing is kept of who wanted to come', async () => {
    const id = await publish(world)
    await world.settle()
    const message = 'Je viens avec ma fille'
    await send({
      id: `${peer.origin}/joins/1`,
      type: 'Join',
      actor: peer.actor,
      object: `${publicUrl}/offers/${id}`,
      participationMessage: message,
    })
    expect(peer.last('Ignore')).toMatchObject({ object: `${peer.origin}/joins/1`, to: [peer.actor] })
    const kept = await world.deps.db.selectFrom('fed_activities').select('body').execute()
    expect(JSON.stringify(kept)).not.toContain(message)
    await send({ id: `${peer.origin}/joins/2`, type: 'Join', actor: peer.actor, object: `${peer.origin}/events/1` })
    expect(kinds()).toEqual(['Ignore'])
  })
})

describe('federation F17: small answers', () => {
  const get = (path: string, accept: string) => ask(world.url, { path, headers: { accept } })

  it('NodeInfo counts the offers that are online, not what was said of them', async () => {
    const ids = [await publish(world), await publish(world, { title: { fr: 'Lire des histoires' } })]
    await world.settle()
    await closeOffer(world.deps, chief(world), ids[0]!, { reason: 'filled' })
    await world.settle()
    expect((await get('/nodeinfo/2.1', 'application/json')).json).toMatchObject({ usage: { localPosts: 1 } })
  })

  it('what was removed answers 410 to people too, and in their words', async () => {
    const id = await publish(world)
    await world.settle()
    await cancelOffer(world.deps, chief(world), id, { reason: 'other' })
    await archiveOffer(world.deps, chief(world), id)
    await world.settle()
    const page = await get(`/offers/${id}`, 'text/html')
    expect([page.status, String(page.json['text']).includes('Page introuvable')]).toEqual([410, true])
    expect((await get(`/offers/${id}`, 'application/activity+json')).status).toBe(410)
  })

  it('whoever asks for JSON gets the offer, and a browser its page', async () => {
    const id = await publish(world)
    expect((await get(`/offers/${id}`, 'application/json')).json).toMatchObject({ type: 'Event' })
    const browser = 'text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8'
    expect((await get(`/offers/${id}`, browser)).headers['content-type']).toContain('text/html')
  })

  it('a calendar that is subscribed to names no method, and a list of one page no links', async () => {
    await publish(world)
    expect((await get('/offers.ics', 'text/calendar')).json['text']).not.toContain('METHOD')
    expect((await get('/api/v1/offers', 'application/json')).headers).not.toHaveProperty('link')
  })
})

it('federation F14: a job posting holds the whole offer, and says from where one may help', async () => {
  const posting = async (change: Parameters<typeof publish>[1]) => {
    const b = await world.browser().get(`/offers/${await publish(world, change)}`)
    const found = JSON.parse(b.document.querySelector('script[type="application/ld+json"]')!.textContent) as Json
    // What takes place on its days is an Event too.
    return [found].flat().find((one) => one['@type'] === 'JobPosting')!
  }
  const [place] = contentOf().places
  const here = await posting({ places: [{ ...place!, street: '12 rue du Port', region: 'Bourgogne-Franche-Comté' }] })
  expect(here).not.toHaveProperty('jobLocationType')
  expect(here['description']).toContain('<ul><li>Conduire le camion</li><li>Charger et décharger</li></ul>')
  expect(here['jobLocation']).toMatchObject([
    { address: { streetAddress: '12 rue du Port', addressRegion: 'Bourgogne-Franche-Comté' } },
  ])
  const away = await posting({ title: { fr: 'Traduire' }, work_mode: 'remote', places: [] })
  expect(away).toMatchObject({
    jobLocationType: 'TELECOMMUTE',
    applicantLocationRequirements: { '@type': 'Country', name: 'FR' },
    description: expect.stringContaining('De chez vous'),
  })
})
