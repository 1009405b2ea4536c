// SPDX-License-Identifier: AGPL-3.0-or-later
// offers §6.1 (images): a centre shows its own copies of the pictures of its members' offers, and leads to no other host.
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import sharp from 'sharp'
import { acceptOffer, refuseOffer, suspendOffer } from '../../server/moderation/commands/decide.ts'
import { receiveOffer } from '../../server/moderation/commands/receive.ts'
import { forgetPictureCopies } from '../../server/moderation/timetable.ts'
import { addPicture, keepPicture, removePicture } from '../../server/offers/commands/files.ts'
import { acceptMember } from '../../server/partners/commands/decide.ts'
import { pauseMember, resumeMember } from '../../server/partners/commands/pause.ts'
import { receiveJoinRequest } from '../../server/partners/commands/receive.ts'
import { OFFER_PICTURE } from '../../server/public-offer/pictures.ts'
import { drawPicture } from '../../server/web/picture.ts'
import { transact } from '../../server/web/transact.ts'
import { stopApps, type World } from '../support/app.ts'
import { CONTEURS, samplePublicOffer } from '../support/offers.ts'
import { startPeer, stopPeers, type Peer } from '../support/peer.ts'
import * as instances from './instances.ts'

const DAY = 86_400_000
const { chief } = instances
let association: World
let centre: World
let peer: Peer
beforeEach(async () => {
  association = await instances.startInstance('association', instances.PORTS.association)
  peer = await startPeer()
  centre = await instances.startInstance('centre', instances.PORTS.centre, [peer.host])
  await instances.join(association, centre)
})
afterEach(async () => {
  await stopApps()
  await stopPeers()
})

const both = () => instances.settleAll(association, centre)
const copies = () => centre.deps.db.selectFrom('picture_copies').selectAll().orderBy('source_url').execute()
const minute = () => centre.federation!.keepLogos()

async function show(offer: string, colour: string, alt: string): Promise<string> {
  const picture = sharp({ create: { width: 80, height: 40, channels: 3, background: colour } })
  const drawn = await drawPicture(await picture.png().toBuffer(), OFFER_PICTURE)
  if (!drawn.ok) throw new Error(drawn.reason)
  const by = chief(association)
  const file = await keepPicture(association.deps, by, offer, drawn.picture)
  await addPicture(association.deps, by, offer, { file, alt: { fr: alt } }, { personId: null, key: file, content: alt })
  await both()
  return file
}

async function accept() {
  const { id, version } = (await instances.items(centre))[0]!
  await acceptOffer(centre.deps, chief(centre), id, { version })
  await both()
}

const page = async () => {
  const b = await centre.browser().get(`/offers/${(await instances.listings(centre))[0]!.public_id}`)
  return [...b.document.querySelectorAll('.picture img')].map((one) => [
    one.getAttribute('src'),
    one.getAttribute('alt'),
  ])
}

it('a copy is drawn before it is read over, shown once it is accepted, and gone as soon as it is removed', async () => {
  const offer = await instances.publish(association)
  const first = await show(offer, '#c00', 'Une bêche rouge')
  expect(await copies()).toMatchObject([{ source_url: expect.stringContaining(first), bytes: null }])
  const reader = await centre.signIn('farid')
  const item = `/moderation/${(await instances.items(centre))[0]!.id}`
  await reader.get(item)
  expect(reader.text).toContain('1 photo n’est pas encore arrivée ici')
  await minute()
  const [copy] = await copies()
  await reader.get(item)
  expect(reader.document.querySelector('.picture img')!.getAttribute('src')).toBe(`/media/${copy!.id}`)
  await accept()
  expect(await page()).toEqual([[`/media/${copy!.id}`, 'Une bêche rouge']])
  expect(copy!.id).not.toBe(first)
  const served = await fetch(`${centre.url}/media/${copy!.id}`)
  expect([served.status, served.headers.get('content-type')]).toEqual([200, 'image/webp'])

  // A new picture waits for a moderator, and the old text keeps its own.
  await show(offer, '#0c0', 'Une bêche verte')
  await minute()
  expect([(await page()).length, (await copies()).length]).toEqual([1, 2])
  await reader.get(item)
  expect(reader.text).toContain('nouvelle')
  await accept()
  expect((await page()).map(([, alt]) => alt)).toEqual(['Une bêche rouge', 'Une bêche verte'])

  await removePicture(association.deps, chief(association), offer, first)
  await both()
  expect((await instances.items(centre))[0]).toMatchObject({ state: 'accepted', pending_offer: null })
  expect([(await page()).map(([, alt]) => alt), (await copies()).length]).toEqual([['Une bêche verte'], 1])
  expect((await fetch(`${centre.url}/media/${copy!.id}`)).status).toBe(404)
})

it('a picture that cannot be had is tried again, not without end, and stops no other', async () => {
  const offer = await instances.publish(association)
  await show(offer, '#c00', 'Une bêche')
  const bad = `${peer.origin}/bad.png`
  peer.pages.set('/bad.png', { type: 'image/png', body: '<html></html>' })
  const row = { offer_uri: (await copies())[0]!.offer_uri, due_at: '2026-01-01T00:00:00.000Z' }
  await centre.deps.db
    .insertInto('picture_copies')
    .values({ ...row, source_url: bad, id: 'bad' })
    .execute()
  await minute()
  await minute()
  const states = async () => (await copies()).map(({ fault, bytes }) => [fault, bytes !== null]).toSorted()
  expect(await states()).toEqual([
    [null, true],
    ['kind', false],
  ])
  expect(peer.asked.filter((path) => path === '/bad.png')).toHaveLength(1)
  for (let days = 0; days < 20; days++) {
    centre.clock.advance(DAY)
    await minute()
  }
  expect(peer.asked.filter((path) => path === '/bad.png')).toHaveLength(5)
  // What no offer names goes.
  await forgetPictureCopies(centre.deps)
  expect(await states()).toEqual([[null, true]])
})

it('copies of an offer that was refused or suspended are not kept, and drawn again once it is accepted', async () => {
  const offer = await instances.publish(association)
  await show(offer, '#c00', 'Une bêche')
  await minute()
  const { id, version } = (await instances.items(centre))[0]!
  await refuseOffer(centre.deps, chief(centre), id, { version, reason: 'other', note: '' })
  await forgetPictureCopies(centre.deps)
  expect(await copies()).toEqual([])
  await accept()
  expect(await copies()).toMatchObject([{ offer_uri: (await instances.items(centre))[0]!.offer_uri, bytes: null }])
  await minute()
  expect((await page()).map(([, alt]) => alt)).toEqual(['Une bêche'])
})

it('a copy of a member’s picture is for nobody outside while the member is paused, and is there again afterwards', async () => {
  const offer = await instances.publish(association)
  await show(offer, '#c00', 'Une bêche')
  await minute()
  await accept()
  const served = async () => (await fetch(`${centre.url}/media/${(await copies())[0]!.id}`)).status
  expect(await served()).toBe(200)
  const member = (await instances.affiliations(centre)).find(({ partner_is }) => partner_is === 'member')!
  await pauseMember(centre.deps, chief(centre), member.id, 'Appelez-nous.')
  expect(await served()).toBe(404)
  await resumeMember(centre.deps, chief(centre), member.id)
  expect(await served()).toBe(200)
})

it('a copy is for everybody only while the text that is online names it', async () => {
  const offer = await instances.publish(association)
  await show(offer, '#c00', 'Une bêche')
  await minute()
  const { id: copy } = (await copies())[0]!
  const visitor = () => fetch(`${centre.url}/media/${copy}`)
  const reader = await centre.signIn('farid')
  const other = await centre.signIn('chloe')
  const seen = async () => [
    (await visitor()).status,
    (await other.get(`/media/${copy}`)).status,
    (await reader.get(`/media/${copy}`)).status,
  ]
  expect(await seen()).toEqual([404, 404, 200])
  await accept()
  expect(await seen()).toEqual([200, 200, 200])
  // Browsers ask again soon, so that what is suspended is gone from them too.
  expect((await visitor()).headers.get('cache-control')).toBe('public, max-age=300')
  const { id, version } = (await instances.items(centre))[0]!
  await suspendOffer(centre.deps, chief(centre), id, { version, reason: 'safety', note: '' })
  expect(await seen()).toEqual([404, 404, 200])
  expect((await visitor()).headers.get('cache-control')).not.toMatch(/public|max-age=[1-9]/)
  await accept()
  expect(await seen()).toEqual([200, 200, 200])
})

it('two offers with one picture have a copy each: one that goes leaves the other its own', async () => {
  const file = await show(await instances.publish(association), '#c00', 'Une bêche')
  const url = `${association.deps.config.publicUrl}/media/${file}`
  const pictures = [{ url, width: 80, height: 40, alt: { fr: 'Une bêche' } }]
  const of = (name: string) => samplePublicOffer({ name, content: { pictures } })
  await transact(centre.deps, (tx) => receiveJoinRequest(tx, centre.deps, CONTEURS))
  await acceptMember(centre.deps, chief(centre), (await instances.affiliations(centre)).at(-1)!.id)
  for (const name of ['one', 'two'])
    await transact(centre.deps, (tx) => receiveOffer(tx, centre.deps, of(name), { isSubmission: true }))
  expect((await copies()).map(({ offer_uri }) => offer_uri).toSorted()).toEqual(
    expect.arrayContaining([of('one').uri, of('two').uri]),
  )
  await minute()
  expect((await copies()).map(({ fault }) => fault)).toEqual([null, null, null])
  const all = await instances.items(centre)
  const [one, two] = ['one', 'two'].map((name) => all.find(({ offer_uri }) => offer_uri === of(name).uri)!)
  for (const { id, version } of [one!, two!]) await acceptOffer(centre.deps, chief(centre), id, { version })
  const kept = (await copies()).find(({ offer_uri }) => offer_uri === of('two').uri)
  await suspendOffer(centre.deps, chief(centre), one!.id, { version: one!.version + 1, reason: 'safety', note: '' })
  await forgetPictureCopies(centre.deps)
  const shown = (await centre.deps.db.selectFrom('listings').selectAll().execute()).find(
    ({ offer_uri }) => offer_uri === two!.offer_uri,
  )!
  const visitor = await centre.browser().get(`/offers/${shown.public_id}`)
  const src = visitor.document.querySelector('.picture img')!.getAttribute('src')
  expect([src, (await fetch(`${centre.url}${src}`)).status]).toEqual([`/media/${kept!.id}`, 200])
})
