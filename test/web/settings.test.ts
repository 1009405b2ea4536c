// SPDX-License-Identifier: AGPL-3.0-or-later
import { crc32, deflateSync } from 'node:zlib'
import { afterEach, expect, it } from '@jest/globals'
import sharp from 'sharp'
import { listEventsOf } from '../../db/queries/events.ts'
import { getAssociation } from '../../db/queries/association.ts'
import { findListing } from '../../db/queries/listings.ts'
import { insertOffer } from '../../db/queries/offers.ts'
import { DAY, later } from '../../server/base/clock.ts'
import { getPublicOffer } from '../../server/public-offer/public-offer.ts'
import { putListing } from '../../server/public-offer/listing.ts'
import { transact } from '../../server/web/transact.ts'
import { samplePublicOffer } from '../support/offers.ts'
import type { Browser } from '../support/browser.ts'
import { startApp, stopApps, type World } from '../support/app.ts'

afterEach(stopApps)

const SAVE = 'Enregistrer les réglages'
async function open(options: Parameters<typeof startApp>[0] = {}) {
  const world = await startApp(options)
  const b = await world.signIn('amina')
  await b.get('/settings')
  return { world, b }
}
const association = (world: World) => getAssociation(world.deps.db)
const updates = async (world: World) =>
  (await world.deps.db.selectFrom('events').selectAll().where('type', '=', 'association.updated').execute()).map(
    ({ actor_id, details }) => ({ actor_id, details: JSON.parse(details) as unknown }),
  )

it('Amina changes the name, the town and the phone; every page shows it, one line records what changed', async () => {
  const { world, b } = await open()
  expect(b.value('Nom')).toBe('Les Jardins du Canal')
  b.fill('Nom', 'Les Jardins du Port').fill('Ville ou village', 'Beaune').fill('Code postal', '21 200')
  b.fill('Téléphone', '03 80 11 22 33').choose('Vert sapin').choose('Français du Québec', 'Langues proposées')
  await b.press(SAVE)
  expect(b.status).toBe(200)
  expect(b.text).toContain('Les réglages sont enregistrés.')
  expect((await world.browser().get('/')).text).toContain('03 80 11 22 33')
  expect(b.document.documentElement.getAttribute('data-theme')).toBe('sapin')
  const row = await association(world)
  expect(row).toMatchObject({ name: 'Les Jardins du Port', place_code: 'FR-21054', postal_code: '21200', version: 2 })
  expect(await updates(world)).toEqual([
    {
      actor_id: world.id('amina'),
      details: { fields: 'contact_phone latitude longitude name place_code place_name postal_code theme' },
    },
  ])
})

it('saves nothing when nothing was changed', async () => {
  const { world, b } = await open()
  await b.press(SAVE)
  expect(b.text).toContain('Les réglages sont enregistrés.')
  expect((await association(world)).version).toBe(1)
  expect(await updates(world)).toEqual([])
})

it('shows the few that a new site needs, and folds the rest under names that say what is in it', async () => {
  const { world, b } = await open()
  const folded = () => [...b.document.querySelectorAll('main details')]
  const openOnes = () => folded().flatMap((one) => (one.hasAttribute('open') ? [one.id] : []))
  const names = [...b.document.querySelectorAll('main form .field')]
    .filter((one) => !one.closest('details'))
    .map((one) => one.querySelector('input, textarea, select')!.getAttribute('name'))
  const first = ['name', 'mission_fr', 'country', 'place']
  expect(names).toEqual([...first, 'contact_name', 'contact_phone', 'contact_hours', 'contact_email'])
  expect(openOnes()).toEqual([])
  for (const one of folded()) expect(one.querySelector('summary small')!.textContent!.length).toBeGreaterThan(20)
  // A fault opens its part alone, with what was typed.
  b.fill('Numéro RNA', 'W1').fill('Hébergeur', 'Chez nous')
  await b.press(SAVE)
  expect([b.status, openOnes(), b.value('Numéro RNA'), b.value('Hébergeur')]).toEqual([
    422,
    ['numbers'],
    'W1',
    'Chez nous',
  ])
  // So does what somebody else saved meanwhile.
  const other = await world.signIn('amina')
  await other.get('/settings')
  await other.fill('Hébergeur', 'Une coopérative').press(SAVE)
  await b.fill('Numéro RNA', '').press(SAVE)
  expect([b.status, openOnes(), b.value('Hébergeur')]).toEqual([409, ['answers'], 'Chez nous'])
  await b.press(SAVE)
  expect((await association(world)).host_name).toBe('Chez nous')
  await b.get('/settings?part=answers')
  expect(openOnes()).toEqual(['answers'])
  await b.get('/settings?part=constructor')
  expect([b.status, openOnes()]).toEqual([200, []])
})

const WRONG = {
  kind: 'club',
  name: 'X',
  mission_fr: 'a'.repeat(401),
  mission_en: 'a'.repeat(401),
  street: 'a'.repeat(201),
  country: 'FR',
  place: 'Trifouillis-les-Oies',
  postal_code: '2100',
  contact_name: 'a'.repeat(121),
  contact_phone: 'demain',
  contact_hours: 'a'.repeat(121),
  contact_email: 'amina@',
  website: 'javascript:alert(1)',
  locale: 'la',
  currency: 'XXX',
  time_zone: 'Europe/Nulle-Part',
  publication_days: '3',
  rna: 'W1',
  siren: '123456789',
  siret: '12345678901234',
  neq: '12',
  bn: '12',
  director_name: 'a'.repeat(121),
  privacy_name: 'a'.repeat(121),
  privacy_title: 'a'.repeat(121),
  privacy_contact: 'a'.repeat(255),
  host_name: 'a'.repeat(121),
  host_address: 'a'.repeat(401),
  theme: 'rose',
  territory_more: 'Jura, Trifouillis',
  version: '1',
}

it.each(['fr', 'en'])('ties each fault to its field and keeps what was typed (%s)', async (language) => {
  const { world, b } = await open()
  await b.post('/language', { locale: language })
  await b.post('/settings', { ...WRONG, kind: 'centre' })
  const asCentre = Object.keys(b.errors()).length
  await b.post('/settings', WRONG)
  expect(b.status).toBe(422)
  expect(b.title).toMatch(language === 'fr' ? /^Erreur/ : /^Error/)
  const faulty = [...b.document.querySelectorAll('.field--error')].map((field) =>
    field.querySelector('input, textarea, select')?.getAttribute('name'),
  )
  const unseen = ['version', 'territory_more', 'country']
  const expected = [...Object.keys(WRONG), 'locales'].filter((name) => !unseen.includes(name))
  expect(faulty.toSorted()).toEqual(expected.toSorted())
  // Each in an open part of the page.
  expect(b.document.querySelectorAll('details:not([open]) .field--error')).toHaveLength(0)
  const summary = [...b.document.querySelectorAll('.faults a')]
  expect(summary).toHaveLength(faulty.length)
  for (const link of summary) expect(b.document.getElementById(link.getAttribute('href')!.slice(1))).not.toBeNull()
  expect(b.value(language === 'fr' ? 'Téléphone' : 'Phone')).toBe('demain')
  expect(asCentre).toBe(faulty.length)
  expect((await association(world)).version).toBe(1)
})

it('names who answers for the site where the law asks for it (pages F18)', async () => {
  const { world, b } = await open()
  const visitor = world.browser()
  expect((await visitor.get('/legal')).text).toContain('Écrivez-nous pour connaître son nom et son adresse.')
  b.fill('Responsable de la publication', 'Odile Roy').fill('Responsable des données personnelles', 'Amina Benali')
  b.fill('Son titre', 'secrétaire').fill('Comment la joindre', 'donnees@example.org')
  b.fill('Hébergeur', 'Le Chaton').fill('Son adresse et son téléphone', '3 rue du Port, Dijon\n03 80 00 00 01')
  await b.press(SAVE)
  expect(b.status).toBe(200)
  await visitor.get('/legal')
  expect(visitor.text).toContain('Responsable de la publication : Odile Roy'.replace(' :', ':'))
  expect(visitor.text).toContain('Le Chaton 3 rue du Port, Dijon 03 80 00 00 01')
  expect(visitor.text).not.toContain('Écrivez-nous')
  await visitor.get('/privacy')
  expect(visitor.text).toContain('Amina Benali, secrétaire donnees@example.org')
  expect(visitor.text).toContain('Ce site est hébergé par Le Chaton.')
})

it('asks which town is meant, without any script, and takes the answer', async () => {
  const { world, b } = await open()
  b.fill('Ville ou village', 'Saint-Denis')
  await b.press(SAVE)
  expect(b.errors()['Ville ou village']).toContain('Plusieurs villes')
  b.choose('Saint-Denis (Seine-Saint-Denis, 93200)')
  await b.press(SAVE)
  expect(b.status).toBe(200)
  expect((await association(world)).place_code).toBe('FR-93066')
})

it('informs whoever saves later that somebody was faster, shows what is saved, and lets them decide', async () => {
  const { world, b } = await open()
  const elise = await world.signIn('amina')
  await elise.get('/settings')
  await elise.fill('Quand appeler', 'le matin').press(SAVE)
  await b.fill('Quand appeler', 'l’après-midi').press(SAVE)
  expect(b.status).toBe(409)
  expect(b.text).toContain('le matin')
  expect(b.value('Quand appeler')).toBe('l’après-midi')
  await b.press(SAVE)
  expect(b.status).toBe(200)
  expect((await association(world)).contact_hours).toBe('l’après-midi')
})

it('a new name reaches the offers that are online, in the list and in the search', async () => {
  const { world, b } = await open()
  const id = world.deps.newId()
  const { content } = samplePublicOffer()
  await transact(world.deps, async (tx) => {
    const at = world.clock.iso()
    await insertOffer(tx, {
      id,
      state: 'published',
      content,
      capacity: null,
      revision: 1,
      content_hash: 'x',
      publish_from: at,
      publish_until: later(at, 30 * DAY),
      published_at: at,
      created_at: at,
      updated_at: at,
    })
    const offer = await getPublicOffer(tx, world.deps, id)
    await putListing(tx, world.deps, { offer: offer!, origin: 'home', offerId: id })
  })
  await b.fill('Nom', 'La Bêche Enchantée').fill('Ce que vous faites, en français', 'On jardine.').press(SAVE)
  const listing = await findListing(world.deps.db, id)
  expect(listing).toMatchObject({
    association_name: 'La Bêche Enchantée',
    content: { association_mission: 'On jardine.' },
  })
  const visitor = await world.browser().get('/offers?q=enchantee')
  expect(visitor.text).toContain('Lire des histoires')
  await b.get('/settings')
  await b.choose('d’un centre').press(SAVE)
  expect(b.errors()['Ce site est celui']).toContain('annonces en ligne')
})

it('lets a centre name its territory, and take a part of it away again', async () => {
  const { world, b } = await open({ kind: 'centre' })
  await b.fill('Ajouter', 'Jura, Beaune').press(SAVE)
  expect((await association(world)).territory).toEqual(['FR-D21', 'FR-D39', 'FR-21054'])
  expect(b.text).toContain('Jura département')
  await b.uncheck('Côte-d’Or').press(SAVE)
  expect((await association(world)).territory).toEqual(['FR-D39', 'FR-21054'])
  await b.fill('Ajouter', 'Trifouillis, Doubs').press(SAVE)
  expect(b.status).toBe(422)
  expect(Object.values(b.errors()).join()).toBe('Nous ne trouvons pas : Trifouillis. Vérifiez ces noms.')
})

it('keeps the pages of a centre as long as associations are its members', async () => {
  const { world, b } = await open({ kind: 'centre' })
  await world.deps.db
    .insertInto('affiliations')
    .values({
      id: 'a',
      partner_uri: 'https://jardins.example/actor',
      partner_is: 'member',
      partner_name: 'Les Jardins',
      partner_url: 'https://jardins.example/',
      state: 'active',
      requested_at: world.clock.iso(),
    })
    .execute()
  await b.choose('d’une association').press(SAVE)
  expect(b.errors()['Ce site est celui']).toContain('encore membres')
})

it('is only for administrators, who alone find it', async () => {
  const world = await startApp()
  for (const [name, status] of [
    ['bastien', 403],
    ['elise', 403],
    ['chloe', 403],
    ['amina', 200],
  ] as const) {
    const b = await world.signIn(name)
    expect((await b.get('/settings')).status).toBe(status)
    if (status === 403) {
      await b.post('/settings', { ...WRONG })
      expect(b.status).toBe(403)
      await b.post('/settings/logo/removal', {})
      expect(b.status).toBe(403)
    }
  }
  await world.browser().get('/settings')
  expect((await association(world)).version).toBe(1)
})

// ── The logo ──

const picture = (width = 40, height = 20) =>
  sharp({ create: { width, height, channels: 3, background: { r: 28, g: 86, b: 66 } } })
const attach = (b: Browser, bytes: Buffer, name = 'logo.png', type = 'image/png') =>
  b.attach(b.hasButton('Enlever le logo') ? 'Une autre image' : 'Votre image', { name, type, bytes })
const send = (b: Browser, bytes: Buffer, name?: string, type?: string) =>
  attach(b, bytes, name, type).fill('Ce que montre l’image', 'Une bêche').press('Enregistrer le logo')
const uploads = (world: World) => world.deps.db.selectFrom('uploads').selectAll().execute()

it('redraws a logo upright and without metadata, shows it on every page, and takes it away with all its bytes', async () => {
  const { world, b } = await open()
  const exif = { IFD0: { Artist: 'Amina Benali' }, IFD3: { GPSLatitude: '47/1 19/1 0/1' } }
  const sent = await picture(1200, 800).withExif(exif).withMetadata({ orientation: 6 }).jpeg().toBuffer()
  await send(b, sent, '../../etc/photo.php.jpg', 'image/jpeg')
  expect(b.text).toContain('Le logo est enregistré.')
  const [kept] = await uploads(world)
  expect(kept).toMatchObject({ media_type: 'image/webp', width: 400, height: 600 })
  const drawn = await sharp(kept!.bytes).metadata()
  expect([drawn.format, drawn.exif, drawn.orientation]).toEqual(['webp', undefined, undefined])
  expect(kept!.bytes.includes('Amina')).toBe(false)

  const image = b.document.querySelector('.brand img')!
  expect(image.getAttribute('alt')).toBe('Une bêche')
  const answer = await fetch(world.url + image.getAttribute('src')!, {
    headers: { accept: 'application/activity+json' },
  })
  expect(answer.headers.get('content-type')).toBe('image/webp')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
  expect(answer.headers.get('cache-control')).toContain('immutable')
  expect(answer.headers.get('set-cookie')).toBeNull()

  await b.press('Enlever le logo')
  expect(await uploads(world)).toEqual([])
  expect((await fetch(world.url + image.getAttribute('src')!)).status).toBe(404)
  expect((await updates(world)).map(({ details }) => details)).toEqual([
    { fields: 'logo_alt logo_id' },
    { fields: 'logo_alt logo_id' },
  ])
})

it('keeps only the newest logo, and changes its words alone when no file is sent', async () => {
  const { world, b } = await open()
  await send(b, await picture().png().toBuffer())
  await send(b, await picture(50).webp().toBuffer())
  expect((await uploads(world)).map(({ width }) => width)).toEqual([50])
  await b.fill('Ce que montre l’image', 'Une vague').press('Enregistrer le logo')
  expect(await association(world)).toMatchObject({ logo_alt: 'Une vague' })
  expect(await uploads(world)).toHaveLength(1)
})

/** A PNG whose header names 40 000 pixels a side. */
function giant(): Buffer {
  const chunk = (type: string, body: Buffer) => {
    const typed = Buffer.concat([Buffer.from(type), body])
    const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    size.writeUInt32BE(body.length)
    sum.writeUInt32BE(crc32(typed))
    return Buffer.concat([size, typed, sum])
  }
  const head = chunk('IHDR', Buffer.from('00009c4000009c400100000000', 'hex'))
  const body = chunk('IDAT', deflateSync(Buffer.alloc(100_000)))
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), head, body, chunk('IEND', Buffer.alloc(0))])
}

it.each([
  [
    'an SVG with a script',
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    'image/svg+xml',
    'PNG, JPEG',
  ],
  ['HTML named .png', Buffer.from('<!doctype html><script>alert(1)</script>'), 'image/png', 'PNG, JPEG'],
  [
    'an activity',
    Buffer.from('{"@context":"https://www.w3.org/ns/activitystreams","type":"Note"}'),
    'image/png',
    'PNG, JPEG',
  ],
  ['a GIF', Buffer.from('GIF89a\u0001\0\u0001\0'), 'image/png', 'PNG, JPEG'],
  ['40 000 × 40 000 pixels', giant(), 'image/png', 'trop grande'],
  ['a broken picture', Buffer.from('89504e470d0a1a0a0000', 'hex'), 'image/png', 'pas à lire'],
])('refuses %s as a logo, beside the field', async (_what, bytes, type, why) => {
  const { world, b } = await open()
  await send(b, bytes, 'logo.png', type)
  expect(b.status).toBe(422)
  expect(b.errors()['Votre image']).toContain(why)
  expect(b.value('Ce que montre l’image')).toBe('Une bêche')
  expect(await uploads(world)).toEqual([])
})

it('keeps nothing of a polyglot but its picture', async () => {
  const { world, b } = await open()
  const script = '<script>alert(1)</script>'
  await send(b, Buffer.concat([await picture().png().toBuffer(), Buffer.from(script)]))
  const [kept] = await uploads(world)
  expect(kept!.bytes.includes(script)).toBe(false)
})

it('asks for words with each logo, and for a picture of at most 2 MB', async () => {
  const { world, b } = await open()
  await attach(b, await picture().png().toBuffer()).press('Enregistrer le logo')
  expect(b.errors()['Ce que montre l’image']).toContain('Décrivez')
  await b.fill('Ce que montre l’image', 'Une bêche').press('Enregistrer le logo')
  expect(b.errors()['Votre image']).toBe('Choisissez une image.')
  await send(b, Buffer.alloc(3 * 1024 * 1024, 1))
  expect(b.status).toBe(422)
  expect(b.errors()['Votre image']).toContain('2 Mo')
  expect(await uploads(world)).toEqual([])
  expect(await listEventsOf(world.deps.db, 'logo', 'association')).toEqual([])
})

it('takes a file only with the token or from our own pages', async () => {
  const { world, b } = await open()
  const body = new FormData()
  body.append('logo_alt', 'Une bêche')
  body.append('logo', new File([new Uint8Array(await picture().png().toBuffer())], 'logo.png'))
  const to = (headers: Record<string, string>) =>
    fetch(`${world.url}/settings/logo`, {
      method: 'POST',
      body,
      headers: { cookie: b.cookie, ...headers },
      redirect: 'manual',
    })
  expect((await to({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await to({ origin: 'null' })).status).toBe(403)
  expect((await to({})).status).toBe(403)
  const token = b.document.querySelector('form[action="/settings/logo"] input[name="_csrf"]')!.getAttribute('value')!
  body.append('_csrf', token)
  expect((await to({})).status).toBe(303)
  expect(await uploads(world)).toHaveLength(1)
})
