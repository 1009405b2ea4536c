// SPDX-License-Identifier: AGPL-3.0-or-later
// Events of Mobilizon and gancio at a centre that follows them: read, completed and decided like other offers.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { acceptOffer } from '../../server/moderation/commands/decide.ts'
import { completeItem } from '../../server/moderation/commands/complete.ts'
import { DAY } from '../../server/base/clock.ts'
import { forgetOldActivities } from '../../server/operator/retention.ts'
import { endAffiliation, setTrust } from '../../server/partners/commands/decide.ts'
import { followSource } from '../../server/partners/commands/follow.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { sendActivity, startPeer, stopPeers, type Peer } from '../support/peer.ts'
import * as instances from './instances.ts'

type Doc = Record<string, unknown>
const publicUrl = 'http://localhost:3000'
const { chief } = instances
let centre: World
let site: Peer

beforeEach(async () => {
  site = await startPeer({ key: 0 })
  centre = await startApp({ kind: 'centre', env: { FEDERATION_ALLOW_HOSTS: site.host } })
})
afterEach(async () => {
  await stopApps()
  await stopPeers()
})

const sample = (name: string): Doc =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, 'samples', `${name}.json`), 'utf8').replaceAll(
      /https:\/\/(mobilizon|gancio)\.example/g,
      site.origin,
    ),
  ) as Doc

function dwell(uri: string, type: string, name: string) {
  const { publicKeyPem } = site.document().publicKey
  const key = { id: `${uri}#main-key`, owner: uri, publicKeyPem }
  const document = { ...site.document(), id: uri, type, name, url: uri, publicKey: key }
  site.pages.set(new URL(uri).pathname, { body: document })
}
async function follow(uri: string, address: string) {
  await followSource(centre.deps, chief(centre), address)
  await centre.settle()
  const { id } = site.last('Follow') as { id: string }
  await post({ id: `${site.origin}/accept`, type: 'Accept', actor: uri, object: id, to: [`${publicUrl}/actor`] })
}
/** As another program writes it: its own bytes, with its own context. */
async function post(activity: Doc) {
  const signer = { keyId: `${String(activity['actor'])}#main-key`, privateKey: site.signer.privateKey }
  const body = JSON.stringify({ '@context': 'https://www.w3.org/ns/activitystreams', ...activity })
  const reply = await sendActivity({ url: centre.url, publicUrl }, signer, { body, at: centre.clock.now() })
  expect(reply.status).toBe(202)
  await centre.settle()
  const rows = await instances.received(centre)
  return rows.findLast(({ id }) => id === activity['id'])!
}
const item = async () => (await instances.items(centre))[0]!
const content = async () => JSON.parse((await item()).pending_offer ?? 'null').content as Doc
const ANSWERS = { causes: ['food'], activities: ['transport'], commitment: 'one_off' }
async function complete() {
  const { id, version } = await item()
  await completeItem(centre.deps, chief(centre), id, { version, ...ANSWERS })
}
async function accept() {
  const { id, version } = await item()
  await acceptOffer(centre.deps, chief(centre), id, { version })
  await centre.settle()
}

describe('a group of Mobilizon', () => {
  let group: string
  let person: string
  let event: Doc
  beforeEach(async () => {
    event = sample('mobilizon-event')
    group = String(event['attributedTo'])
    person = String(event['actor'])
    dwell(group, 'Group', 'Les Jardins partagés')
    dwell(person, 'Person', 'Léa')
    site.pages.set(new URL(String(event['id'])).pathname, { body: JSON.stringify(event) })
    const path = `/.well-known/webfinger?resource=${encodeURIComponent(`acct:jardins@${site.host}`)}`
    const link = { rel: 'self', type: 'application/activity+json', href: group }
    site.pages.set(path, { type: 'application/jrd+json', body: { links: [link] } })
    await follow(group, `@jardins@${site.host}`)
  })
  const change = (more: Doc) => {
    event = { ...event, updated: '2026-11-21T10:00:00Z', ...more }
    site.pages.set(new URL(String(event['id'])).pathname, { body: JSON.stringify(event) })
  }

  it('is followed by its handle', async () => {
    expect(await instances.affiliations(centre)).toMatchObject([
      { partner_uri: group, partner_is: 'source', state: 'active', partner_name: 'Les Jardins partagés' },
    ])
  })

  it.each(['mobilizon-announce', 'mobilizon-create'])(
    'its event arrives by %s, read as far as it goes',
    async (name) => {
      expect(await post(sample(name))).toMatchObject({ state: 'done', error: null })
      expect(await item()).toMatchObject({
        state: 'pending',
        is_foreign: 1,
        is_direct: 0,
        offer_uri: event['id'],
        association_uri: group,
        association_name: 'Les Jardins partagés',
      })
      expect(JSON.parse((await item()).unmapped)).toEqual(['category', 'contacts', 'details', 'hour', 'images', 'tags'])
      expect(await content()).toMatchObject({
        title: { fr: 'Trier les dons de la collecte' },
        context: { fr: 'Nous trions les dons du samedi.\nVenez avec des gants !' },
        practical: { fr: 'https://jardins.example/collecte' },
        causes: [],
        activities: [],
        commitment: '',
        starts_on: '2026-12-05',
        ends_on: '2026-12-05',
        minutes_per_session: 180,
        work_mode: 'on_site',
        capacity: 8,
        apply_mode: 'link',
        language: ['fr'],
        places: [
          { code: 'FR-21054', name: 'Beaune', label: 'Halle des Quais', street: '2 rue du Port', precision: 'exact' },
        ],
      })
      expect(JSON.parse((await item()).pending_offer!).standing).toMatchObject({
        applications: 'open',
        status: 'confirmed',
        remaining: 5,
        publish_until: '2026-12-05T11:00:00.000Z',
      })
      expect(JSON.stringify(await instances.items(centre))).not.toContain('@lea')
    },
  )

  it('both at once are one offer', async () => {
    await post(sample('mobilizon-create'))
    await post(sample('mobilizon-announce'))
    expect(await instances.items(centre)).toHaveLength(1)
  })

  it('is not accepted before it is complete, then it is shown with the way to the original', async () => {
    await post(sample('mobilizon-announce'))
    await expect(accept()).rejects.toThrow('incomplete')
    await complete()
    await accept()
    const [listing] = await instances.listings(centre)
    expect(listing).toMatchObject({ home_url: event['id'], via: '', cause: 'food', commitment: 'one_off' })
    const b = centre.browser()
    await b.get(`/offers/${listing!.public_id}`)
    const button = b.document.querySelector('aside .btn--main')
    expect(button?.getAttribute('href')).toBe(event['id'])
    expect(b.text).toContain('Voir sur le site d’origine')
    const api = await fetch(`${centre.url}/api/v1/offers/${listing!.public_id}`)
    expect(await api.json()).toMatchObject({ apply_mode: 'link', apply_url: event['id'] })
  })

  it('is left and named when several are accepted at once before it is complete, and may be refused with others', async () => {
    await post(sample('mobilizon-announce'))
    const b = await centre.signIn('farid')
    const items = `${(await item()).id}:${(await item()).version}`
    await b.post('/moderation/decisions', { items, decision: 'accept' })
    expect(b.text).toContain('Rien n’a été envoyé. Quelqu’un a répondu entre-temps')
    expect(b.text).toMatch(/reste à compléter.{0,3}« Trier les dons de la collecte »/)
    expect([await item(), await instances.listings(centre)]).toMatchObject([{ state: 'pending' }, []])
    site.received.length = 0
    await b.post('/moderation/decisions', { items, decision: 'refuse', reason: 'off_territory', note: '' })
    await centre.settle()
    expect(await item()).toMatchObject({ state: 'refused', reason_code: 'off_territory' })
    expect(site.received.filter(({ body }) => body['type'] === 'Reject')).toEqual([])
  })

  it('a change waits, with what was completed kept; cancelling applies at once', async () => {
    await post(sample('mobilizon-announce'))
    await complete()
    await accept()
    change({ name: 'Trier les dons de la grande collecte', content: '<p>Nous trions tout, dimanche.</p>' })
    const update = { ...sample('mobilizon-create'), type: 'Update', id: `${site.origin}/updates/1` }
    await post({ ...update, object: event })
    expect(await item()).toMatchObject({ state: 'pending', accepted_revision: 1, pending_revision: 2 })
    expect(await content()).toMatchObject(ANSWERS)
    expect(await instances.listings(centre)).toMatchObject([{ title: 'Trier les dons de la collecte' }])
    change({ updated: '2026-11-21T11:00:00Z', status: 'CANCELLED', 'ical:status': 'CANCELLED' })
    await post({ ...update, id: `${site.origin}/updates/2`, object: event })
    expect(await instances.listings(centre)).toMatchObject([
      { title: 'Trier les dons de la collecte', status: 'cancelled' },
    ])
  })

  it('an older text that was held up on its way does not take the place of the newer one', async () => {
    const older = { ...event }
    await post(sample('mobilizon-announce'))
    change({ name: 'Trier les dons de la grande collecte' })
    const update = { type: 'Update', actor: group, to: event['to'] as string[] }
    await post({ ...update, id: `${site.origin}/updates/2`, object: event })
    const newer = await item()
    await post({ ...update, id: `${site.origin}/updates/1`, object: older })
    expect(await item()).toMatchObject({ title: newer.title, latest_revision: newer.latest_revision })
    expect(await content()).toMatchObject({ title: { fr: 'Trier les dons de la grande collecte' } })
  })

  it('is taken off when somebody of the site deletes it, and its home confirms that', async () => {
    await post(sample('mobilizon-announce'))
    await complete()
    await accept()
    expect(await post(sample('mobilizon-delete'))).toMatchObject({ state: 'ignored', error: 'still_there' })
    expect(await instances.listings(centre)).toHaveLength(1)
    site.pages.set(new URL(String(event['id'])).pathname, { status: 410 })
    await post({ ...sample('mobilizon-delete'), id: `${site.origin}/deletes/2` })
    expect(await instances.listings(centre)).toEqual([])
    centre.clock.advance(91 * DAY)
    await forgetOldActivities(centre.deps)
    expect(await centre.deps.db.selectFrom('offer_announces').selectAll().execute()).toEqual([])
  })

  it.each([
    ['a draft', { draft: true }, 'draft'],
    [
      'one for who has the link',
      { to: ['x:followers'], cc: ['https://www.w3.org/ns/activitystreams#Public'] },
      'not_public',
    ],
    ['one that is over', { startTime: '2026-11-01T09:00:00Z', endTime: '2026-11-01T10:00:00Z' }, 'window_unusable'],
    ['one without a name', { name: ' <p></p> ' }, 'field_unusable:name'],
    ['one of another site', { attributedTo: 'https://elsewhere.example/@group' }, 'wrong_owner'],
  ])('%s is not taken', async (_what, more, reason) => {
    change(more)
    expect(await post(sample('mobilizon-announce'))).toMatchObject({ state: 'ignored', error: reason })
    expect(await instances.items(centre)).toEqual([])
  })

  it.each([
    [
      'a town that is not named, by its point',
      { location: { type: 'Place', name: 'Ici', latitude: 47.0246, longitude: 4.8401 } },
      'Beaune',
      [],
    ],
    [
      'a town we do not know',
      { location: { type: 'Place', name: 'Nulle-Part-sur-Rien' } },
      'Nulle-Part-sur-Rien',
      ['place'],
    ],
    ['nothing at all', { location: null }, '', ['place']],
    [
      'a hall that is called like a town elsewhere, by its point',
      { location: { type: 'Place', name: 'Simple', latitude: 47.0246, longitude: 4.8401 } },
      'Beaune',
      [],
    ],
    [
      'the same hall with an address that names no town',
      { location: { type: 'Place', name: 'Simple', address: '2 rue du Port' } },
      'Simple',
      ['place'],
    ],
    ['a town alone, for a person to check', { location: { type: 'Place', name: 'Beaune' } }, 'Beaune', ['place']],
  ])('its place: %s', async (_what, more, town, unmapped) => {
    change(more)
    await post(sample('mobilizon-announce'))
    const { places } = (await content()) as { places: { name: string }[] }
    expect(places.map(({ name }) => name).join()).toBe(town)
    expect(JSON.parse((await item()).unmapped).filter((name: string) => name === 'place')).toEqual(unmapped)
  })

  it('an event online is done from home, one in another language stands under ours', async () => {
    change({ location: null, isOnline: true, inLanguage: 'it', name: 'Riunione' })
    await post(sample('mobilizon-announce'))
    expect(await content()).toMatchObject({ work_mode: 'remote', places: [], title: { fr: 'Riunione' } })
    expect(JSON.parse((await item()).unmapped)).toContain('language')
  })

  // gancio and FEP-8a8e write it in the address of a place.
  const call = { type: 'VirtualLocation', url: 'https://call.example/meeting' }
  const hall = { type: 'Place', name: 'Halle des Quais', address: '2 rue du Port, 21200 Beaune' }
  it.each([
    ['from home', [{ type: 'Place', name: 'La visio', address: call }], 'remote', 0],
    ['in part from home', [hall, { type: 'Place', name: 'La visio', address: call }], 'hybrid', 1],
  ])('one that takes place in a call is done %s', async (_what, location, work_mode, count) => {
    change({ location })
    await post(sample('mobilizon-announce'))
    const offer = (await content()) as { work_mode: string; places: unknown[] }
    expect(offer).toMatchObject({ work_mode })
    expect(offer.places).toHaveLength(count)
  })

  it('what somebody of the site sends about an event that is not theirs is read at its home', async () => {
    await post(sample('mobilizon-announce'))
    const changed = { ...event, name: 'Tout autre chose', updated: '2026-11-21T10:00:00Z' }
    await post({ id: `${site.origin}/u`, type: 'Update', actor: person, object: changed, attributedTo: group })
    expect(await content()).toMatchObject({ title: { fr: 'Trier les dons de la collecte' } })
  })

  it('no longer followed, its events leave', async () => {
    await post(sample('mobilizon-announce'))
    await complete()
    await accept()
    const [source] = await instances.affiliations(centre)
    await endAffiliation(centre.deps, chief(centre), source!.id)
    await centre.settle()
    expect(await instances.listings(centre)).toEqual([])
    const undone = site.received.filter(({ body }) => body['type'] === 'Undo').map(({ body }) => body['object'])
    expect(undone).toContainEqual(expect.objectContaining({ type: 'Follow', object: group }))
  })

  it('nothing of it goes online unseen: that choice is not offered, and refused to who sends it all the same', async () => {
    const [source] = await instances.affiliations(centre)
    const b = await centre.signIn('farid')
    await b.get(`/partners/${source!.id}`)
    const levels = [...b.document.querySelectorAll('input[name=trust]')].map((one) => one.getAttribute('value'))
    expect(levels).toEqual(['new', 'standard'])
    expect(b.text).not.toContain('Relire après')
    await expect(setTrust(centre.deps, chief(centre), source!.id, 'trusted')).rejects.toMatchObject({ status: 409 })
    await setTrust(centre.deps, chief(centre), source!.id, 'standard')
    await post(sample('mobilizon-announce'))
    expect(await item()).toMatchObject({ state: 'pending' })
  })

  it('a moderator reads where it is from, completes it, and accepts', async () => {
    await post(sample('mobilizon-announce'))
    const b = await centre.signIn('farid')
    await b.get('/moderation')
    expect(b.text).toContain('Les Jardins partagés (autre type de site)')
    expect(b.document.querySelector('main tbody .state')!.textContent).toMatch(/À\scompléter/)
    await b.follow('Trier les dons de la collecte')
    expect(b.text).toContain('Vient d’un autre type de site')
    expect(b.text).toContain('Il manque trois choses avant de pouvoir l’accepter. Compléter l’annonce')
    expect(b.text).toContain('Ce site: 0 annonce acceptée, 0 refusée')
    expect(b.text).not.toContain('L’association n’a rien écrit')
    expect(b.text).toContain('les mots-clés')
    expect(b.text).toContain('Publiée par Les Jardins partagés')
    expect(b.text).not.toContain('Demander une précision')
    await b.press('Enregistrer ces réponses')
    expect(b.status).toBe(422)
    expect(Object.keys(b.errors())).toEqual(['La cause', 'L’activité principale', 'L’engagement'])
    b.fill('La cause', 'food').fill('L’activité principale', 'transport').fill('L’engagement', 'one_off')
    await b.press('Enregistrer ces réponses')
    expect(b.text).toContain('C’est complété')
    expect(b.text).not.toContain('Il manque trois choses')
    await b.choose('Accepter').press('Envoyer ma décision')
    expect(await instances.listings(centre)).toHaveLength(1)
  })
})

describe('gancio', () => {
  let actor: string
  beforeEach(async () => {
    actor = String(sample('gancio-create')['actor'])
    dwell(actor, 'Application', 'Dijon en fête')
    const links = [{ rel: 'https://www.w3.org/ns/activitystreams#Application', href: actor }]
    site.pages.set('/.well-known/nodeinfo', { type: 'application/json', body: { links } })
    await follow(actor, site.host)
  })

  it('its event arrives whole, changes and goes by its own word', async () => {
    expect(await post(sample('gancio-create'))).toMatchObject({ state: 'done', error: null })
    expect(await item()).toMatchObject({ is_foreign: 1, association_name: 'Dijon en fête' })
    expect(await content()).toMatchObject({
      title: { fr: 'Monter la scène du festival' },
      summary: {},
      starts_on: '2026-12-12',
      minutes_per_session: 360,
      places: [{ code: 'FR-21231', label: 'Le Consortium', street: '37 rue de Longvic' }],
    })
    expect(JSON.parse((await item()).pending_offer!).url).toBe(`${site.origin}/event/monter-la-scene`)
    await complete()
    await accept()
    centre.clock.advance(60_000)
    await post(sample('gancio-update'))
    expect(await item()).toMatchObject({ state: 'pending', title: 'Monter la grande scène du festival' })
    await accept()
    expect(await instances.listings(centre)).toMatchObject([
      { title: 'Monter la grande scène du festival', home_url: `${site.origin}/event/monter-la-scene`, cause: 'food' },
    ])
    await post(sample('gancio-delete'))
    expect(await instances.listings(centre)).toEqual([])
  })

  it('what it sends about another site is ignored', async () => {
    const create = sample('gancio-create')
    const object = { ...(create['object'] as Doc), id: 'https://elsewhere.example/m/1' }
    expect(await post({ ...create, object })).toMatchObject({ state: 'ignored', error: 'wrong_owner' })
  })
})
