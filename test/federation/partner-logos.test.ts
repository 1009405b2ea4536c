// SPDX-License-Identifier: AGPL-3.0-or-later
// J4: the logo and the mission of an association stand on each of its offers, at home and at every centre.
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import sharp from 'sharp'
import { removeLogo, saveLogo } from '../../server/association/commands.ts'
import { drawLogo } from '../../server/association/logo.ts'
import { acceptOffer } from '../../server/moderation/commands/decide.ts'
import { endAffiliation } from '../../server/partners/commands/decide.ts'
import { stopApps, type World } from '../support/app.ts'
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
const copies = () => centre.deps.db.selectFrom('partner_logos').selectAll().execute()
const uploads = () => centre.deps.db.selectFrom('uploads').selectAll().execute()
const minute = () => centre.federation!.keepLogos()

async function show(colour: string, alt: string): Promise<void> {
  const picture = sharp({ create: { width: 80, height: 40, channels: 3, background: colour } })
  const drawn = await drawLogo(await picture.png().toBuffer())
  if (!drawn.ok) throw new Error(drawn.reason)
  await saveLogo(association.deps, chief(association), alt, drawn.logo)
  await both()
  await minute()
}

async function publishAndAccept(): Promise<string> {
  await instances.publish(association)
  await both()
  const { id, version } = (await instances.items(centre))[0]!
  await acceptOffer(centre.deps, chief(centre), id, { version })
  await both()
  return `/offers/${(await instances.listings(centre))[0]!.public_id}`
}

it('J4: a centre shows its own copy, with its words, and follows each change without another approval', async () => {
  const page = await publishAndAccept()
  await show('#c00', 'Une bêche rouge')
  const b = centre.browser()
  await b.get(page)
  const image = b.document.querySelector('img.logo')!
  expect(image.getAttribute('alt')).toBe('Une bêche rouge')
  expect([image.getAttribute('width'), image.getAttribute('height')]).toEqual(['80', '40'])
  expect(image.getAttribute('src')).toMatch(/^\/media\//)
  expect((await fetch(centre.url + image.getAttribute('src')!)).headers.get('content-type')).toBe('image/webp')
  await b.get('/associations')
  expect(b.document.querySelector('img.logo')!.getAttribute('src')).toBe(image.getAttribute('src'))

  await show('#0c0', 'Une bêche verte')
  centre.clock.advance(60_000)
  await b.get(page)
  expect(b.document.querySelector('img.logo')!.getAttribute('alt')).toBe('Une bêche verte')
  expect((await uploads()).length).toBe(1)
  expect((await instances.items(centre)).map(({ state, pending_revision }) => [state, pending_revision])).toEqual([
    ['accepted', null],
  ])
  const home = association.browser()
  await home.get(`/offers/${(await instances.listings(association))[0]!.public_id}`)
  expect(home.document.querySelector('img.logo')!.getAttribute('alt')).toBe('Une bêche verte')

  await removeLogo(association.deps, chief(association))
  await both()
  await minute()
  expect([await copies(), await uploads()]).toEqual([[], []])
})

it('J4: a picture that cannot be used is put off for a day, the copy before it stays, and the next one is fetched', async () => {
  await show('#c00', 'Une bêche')
  const [before] = await uploads()
  const bad = {
    'not found': { status: 404, body: '' },
    'a drawing with a script': {
      type: 'image/svg+xml',
      body: '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
    },
    'a page': { type: 'image/png', body: '<html></html>' },
    'more than a megabyte': { type: 'image/png', body: 'x'.repeat(1_100_000) },
    'another address': { status: 302, location: 'http://10.0.0.1/logo.png', body: '' },
  }
  const faults: Record<string, string> = {
    'not found': 'status 404',
    'a drawing with a script': 'kind',
    'a page': 'kind',
    'more than a megabyte': 'too_large',
    'another address': 'scheme_refused',
  }
  for (const [what, answer] of Object.entries(bad)) {
    await centre.deps.db
      .updateTable('fed_actors')
      .set({ icon_url: `${peer.origin}/logo.png?${encodeURIComponent(what)}`, icon_alt: 'Autre' })
      .where('uri', '=', instances.actorOf(association))
      .execute()
    peer.pages.set(`/logo.png?${encodeURIComponent(what)}`, answer)
    await minute()
    await minute()
    const [copy] = await copies()
    expect([what, copy!.upload_id, copy!.fault]).toEqual([what, before!.id, faults[what]])
    expect(peer.asked.filter((path) => path.endsWith(encodeURIComponent(what))).length).toBeLessThan(2)
  }
  association.clock.advance(DAY)
  centre.clock.advance(DAY)
  await show('#00c', 'Une vague')
  expect(await copies()).toMatchObject([{ alt: 'Une vague', fault: null }])
  expect((await uploads()).map(({ id }) => id)).not.toContain(before!.id)
})

it('J4: the copy of a member that left is deleted', async () => {
  await show('#c00', 'Une bêche')
  const [row] = await instances.affiliations(centre)
  await endAffiliation(centre.deps, chief(centre), row!.id, 'Fin')
  await both()
  await minute()
  expect([await copies(), await uploads()]).toEqual([[], []])
})
