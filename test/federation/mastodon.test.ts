// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { cancelOffer } from '../../server/offers/commands/end.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { readAccount, readStatus, SIGNATURES } from '../support/mastodon.ts'
import { keyPair } from '../support/keys.ts'
import { ask, startPeer, stopPeers, type Peer } from '../support/peer.ts'
import * as instances from './instances.ts'

const publicUrl = 'http://localhost:3000'
const AS2 = { accept: 'application/activity+json' }
type Json = Record<string, unknown>
type Samples = { actor: Json; deletion: Json; requests: { name: string; state: string; activity: Json }[] }
const samples = readFileSync(join(import.meta.dirname, 'samples/mastodon.json'), 'utf8')

let world: World
let peer: Peer
let offer: string
let form: string

beforeAll(async () => {
  peer = await startPeer()
  world = await startApp({ env: { FEDERATION_ALLOW_HOSTS: peer.host } })
  offer = `${publicUrl}/offers/${await instances.publish(world)}`
  await world.settle()
})
afterAll(async () => {
  await stopApps()
  await stopPeers()
})

/** The samples with the addresses of this test; `mark` separates the ids of one round from those of another. */
function recorded(mark: string): Samples {
  const key = keyPair().publicKey.export({ type: 'spki', format: 'pem' }) as string
  let text = samples
    .replaceAll('https://social.example', peer.origin)
    .replaceAll('https://association.example', publicUrl)
    .replaceAll('OFFER', offer)
    .replaceAll('PUBLIC-KEY', JSON.stringify(key).slice(1, -1))
  for (const { activity } of (JSON.parse(text) as Samples).requests)
    text = text.replaceAll(`"${String(activity['id'])}"`, `"${String(activity['id'])}?${mark}"`)
  return JSON.parse(text) as Samples
}

async function send(activity: Json) {
  const body = JSON.stringify(activity)
  const keyId = `${peer.origin}/users/farid#main-key`
  const url = new URL('/inbox', publicUrl)
  const headers = SIGNATURES[form]!({ url, body, keyId, key: keyPair().privateKey, at: world.clock.now() })
  const reply = await ask(world.url, { method: 'POST', path: '/inbox', headers, body })
  await world.settle()
  return reply.status
}
const newest = async () => (await instances.received(world)).at(-1)!
const follow = async () => (await instances.follows(world)).map(({ state }) => state)

describe.each(Object.keys(SIGNATURES))('signed as %s', (name) => {
  const { requests } = JSON.parse(samples) as Samples
  let now: Samples
  beforeAll(() => {
    form = name
    now = recorded(name.replace(' ', ''))
    peer.pages.set('/users/farid', { body: now.actor })
  })

  it.each(requests.map(({ name: what, state }, at) => ({ what, state, at })))(
    '$what is taken and comes out as $state',
    async ({ what, state, at }) => {
      const before = JSON.stringify(await instances.listings(world))
      expect(await send(now.requests[at]!.activity)).toBe(202)
      const row = await newest()
      expect([row.id, row.state]).toEqual([now.requests[at]!.activity['id'], state])
      if (state === 'ignored') expect(row.body).toBe('{}')
      expect(JSON.stringify(await instances.listings(world))).toBe(before)
      expect(await follow()).toEqual([what.startsWith('Undo of the Follow') ? 'undone' : 'accepted'])
    },
  )

  it('the answer to the Follow went to the shared inbox, with the Follow inside', () => {
    const accept = peer.received.findLast(({ body }) => body['type'] === 'Accept')!
    expect([accept.path, accept.body['object']]).toMatchObject(['/inbox', { id: now.requests[0]!.activity['id'] }])
  })

  it('the name it now has is read at its home, not in the activity', async () => {
    const actors = await world.deps.db.selectFrom('fed_actors').select('name').execute()
    expect(actors).toEqual([{ name: 'Farid' }])
  })
})

describe('an account is deleted', () => {
  beforeAll(() => {
    form = 'cavage'
  })

  it('one that follows us is a follower no more, although its document is gone already', async () => {
    const { requests, deletion } = recorded('again')
    await send(requests[0]!.activity)
    expect(await follow()).toEqual(['accepted'])
    peer.pages.set('/users/farid', { status: 410 })
    expect(await send(deletion)).toBe(202)
    expect(await follow()).toEqual(['undone'])
  })

  it('one nobody here ever knew is refused, and its home is not asked', async () => {
    const app = await startApp({ env: { FEDERATION_ALLOW_HOSTS: peer.host } })
    const before = peer.asked.length
    const body = JSON.stringify(recorded('x').deletion)
    const url = new URL('/inbox', publicUrl)
    const signed = { url, body, keyId: `${peer.origin}/users/farid#main-key`, key: keyPair().privateKey }
    for (let round = 0; round < 3; round++) {
      const headers = SIGNATURES['cavage']!({ ...signed, at: app.clock.now() })
      expect((await ask(app.url, { method: 'POST', path: '/inbox', headers, body })).status).toBe(401)
    }
    expect(peer.asked.length - before).toBe(0)
    expect(await instances.received(app)).toEqual([])
  })
})

describe('a person there sees', () => {
  const get = async (path: string) => (await ask(world.url, { path, headers: AS2 })).json

  it('our account, with its description, its page and follows open to all', async () => {
    expect(readAccount(await get('/actor'))).toEqual({
      handle: '@jardins@localhost:3000',
      name: 'Les Jardins du Canal',
      note: '<p>Un jardin partagé au bord du canal.</p>',
      url: `${publicUrl}/`,
      isLocked: false,
      isDiscoverable: true,
      fields: [],
    })
  })

  it('an offer: what, where, when, and the page where one applies', async () => {
    const object = await get(new URL(offer).pathname)
    const status = readStatus(object, `${publicUrl}/followers`)!
    expect(status.text).toBe(
      [
        'Conduire le camion des invendus',
        '<p>Le samedi matin, aller chercher les invendus et les apporter à l’accueil de jour.</p>' +
          '<p>5 décembre 2026 · Accueil de jour, Dijon · 4 personnes attendues</p>',
        offer,
      ].join('\n\n'),
    )
    expect(status).toMatchObject({ url: offer, visibility: 'public', language: 'fr', images: [] })
    expect(status.hashtags).toEqual(['bénévolat', 'sécuritéalimentaire', 'accompagnementettransport'])
    expect(status.createdAt.toISOString()).toBe('2026-11-22T09:00:00.000Z')
    const page = await ask(world.url, { path: new URL(status.url).pathname, headers: { accept: 'text/html' } })
    expect(page.json['text']).toContain('Conduire le camion des invendus')
  })

  it('a change as a change: one that is cancelled shows it where a person reads', async () => {
    const path = new URL(offer).pathname
    const before = readStatus(await get(path), '')!
    world.clock.advance(60_000)
    await cancelOffer(world.deps, instances.chief(world), path.slice('/offers/'.length), { reason: 'other' })
    await world.settle()
    const update = (await instances.sent(world)).findLast(({ type }) => type === 'Update')!
    const { object } = JSON.parse(update.body) as { object: Json }
    const after = readStatus(object, '')!
    expect(after.editedAt.getTime()).toBeGreaterThan(before.editedAt.getTime())
    expect(after.text).toContain('· Annulé</p>\n')
  })
})
