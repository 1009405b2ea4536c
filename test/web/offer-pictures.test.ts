// SPDX-License-Identifier: AGPL-3.0-or-later
// offers §6.1 (images ≤ 3, alt): pictures of an offer, each with words for those who do not see it.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import sharp from 'sharp'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { isMaterial } from '../../server/model/offer/material.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import { forgetUnnamedFiles } from '../../server/offers/commands/files.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { publishOffer, writeOffer } from '../support/offer-form.ts'

const DAY = 86_400_000
let world: World
let b: Browser
beforeEach(async () => {
  world = await startApp()
  b = await world.signIn('bastien')
})
afterEach(stopApps)

const ALT = 'Ce que montre la photo'
const drawing = (colour = '#285', width = 40, height = 20) =>
  sharp({ create: { width, height, channels: 3, background: colour } })
const files = () => world.deps.db.selectFrom('offer_files').selectAll().orderBy('id').execute()
const contentOf = async (id: string) => {
  const { content } = await world.deps.db
    .selectFrom('offers')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return JSON.parse(content) as OfferContent
}
const revision = async (id: string) =>
  (await world.deps.db.selectFrom('offers').selectAll().where('id', '=', id).executeTakeFirstOrThrow()).revision

const attach = (bytes: Buffer, name = 'photo.png', type = 'image/png') => b.attach('La photo', { name, type, bytes })
async function add(id: string, alt: string) {
  await b.get(`/work/offers/${id}/pictures`)
  // Those that are there already have fields of the same name.
  b.document.querySelectorAll('main form:not([enctype])').forEach((one) => one.remove())
  await attach(await drawing().png().toBuffer())
    .fill(ALT, alt)
    .press('Ajouter cette photo')
}
const images = (page = b) =>
  [...page.document.querySelectorAll('.picture img')].map((one) => ({
    src: one.getAttribute('src')!,
    alt: one.getAttribute('alt'),
    size: `${one.getAttribute('width')}×${one.getAttribute('height')}`,
  }))

describe('a picture', () => {
  it('is drawn anew without its metadata, and shown with its words, its size and no other host', async () => {
    const id = await publishOffer(b)
    await b.get(`/work/offers/${id}`)
    await b.follow('Photos')
    expect(b.heading).toBe('Photos et fiche de « Servir la soupe du soir »')
    const exif = { IFD0: { Artist: 'Amina Benali' }, IFD3: { GPSLatitude: '47/1 19/1 0/1' } }
    const sent = await drawing('#285', 2400, 1600).withExif(exif).jpeg().toBuffer()
    attach(sent, '../../photo.php.jpg', 'image/jpeg').fill(ALT, 'Deux bénévoles servent la soupe.')
    await b.press('Ajouter cette photo')
    expect([b.url, b.text.includes('La photo est ajoutée.')]).toEqual([`/work/offers/${id}/pictures`, true])

    const [kept] = await files()
    expect(kept).toMatchObject({ kind: 'picture', media_type: 'image/webp', width: 800, height: 533 })
    expect(kept!.bytes.includes('Amina')).toBe(false)
    expect((await sharp(kept!.bytes).metadata()).exif).toBeUndefined()

    const visitor = await world.browser().get(`/offers/${id}`)
    expect(images(visitor)).toEqual([
      { src: `/media/${kept!.id}`, alt: 'Deux bénévoles servent la soupe.', size: '800×533' },
    ])
    const answer = await fetch(`${world.url}/media/${kept!.id}`)
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('x-content-type-options')]).toEqual([
      200,
      'image/webp',
      'nosniff',
    ])
    const json = (await (await fetch(`${world.url}/api/v1/offers/${id}`)).json()) as Pick<OfferContent, 'pictures'>
    expect(json.pictures).toEqual([
      {
        url: `${world.deps.config.publicUrl}/media/${kept!.id}`,
        width: 800,
        height: 533,
        alt: { fr: 'Deux bénévoles servent la soupe.' },
      },
    ])
  })

  it('without words comes back with the file, which need not be chosen again; twice pressed, it is one', async () => {
    const id = await writeOffer(b)
    await b.get(`/work/offers/${id}/pictures`)
    await attach(await drawing().png().toBuffer()).press('Ajouter cette photo')
    expect([b.status, b.errors()]).toEqual([422, { [ALT]: 'Dites en une phrase ce que montre la photo.' }])
    expect([b.text.includes('Votre photo est bien arrivée.'), images()[0]!.alt]).toEqual([true, ''])
    expect((await contentOf(id)).pictures).toEqual([])
    const form = [...b.document.querySelectorAll('form[enctype] [name]')].map(
      (one) => [one.getAttribute('name')!, one.getAttribute('value') ?? ''] as const,
    )
    const fields = { ...Object.fromEntries(form), alt_fr: 'La salle, le soir.' }
    for (let n = 0; n < 2; n++) await b.post(`/work/offers/${id}/pictures`, fields)
    expect([b.url, (await contentOf(id)).pictures.length, (await files()).length]).toEqual([
      `/work/offers/${id}/pictures`,
      1,
      1,
    ])
  })

  it('that is none is refused, with its words kept', async () => {
    const id = await writeOffer(b)
    const png = await drawing().png().toBuffer()
    const WRONG: [Buffer, string][] = [
      [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'), 'Ce fichier n’est pas une photo'],
      [png.subarray(0, 60), 'Cette photo ne s’ouvre pas'],
      [Buffer.alloc(10_600_000, 1), 'Cette photo dépasse 10 Mo'],
    ]
    for (const [bytes, fault] of WRONG) {
      await b.get(`/work/offers/${id}/pictures`)
      await attach(bytes).fill(ALT, 'La salle, le soir.').press('Ajouter cette photo')
      expect([b.status, b.errors()['La photo']]).toEqual([422, expect.stringContaining(fault)])
      // Of a form that was too heavy, nothing was read.
      expect(b.value(ALT)).toBe(bytes.length > 1e6 ? '' : 'La salle, le soir.')
    }
    await b.get(`/work/offers/${id}/pictures`)
    await b.fill(ALT, 'La salle, le soir.').press('Ajouter cette photo')
    expect([b.status, b.errors()['La photo']]).toEqual([422, 'Choisissez une photo.'])
    expect(await files()).toEqual([])
  })

  it('has words in each language of the offer', async () => {
    await b.get('/work/offers/new')
    await b.post('/work/offers/new', { title_fr: 'Servir la soupe', title_en: 'Serving soup' })
    const id = b.url.split('/').at(-1)!
    await b.get(`/work/offers/${id}/pictures`)
    attach(await drawing().png().toBuffer()).fill(`${ALT}, en français`, 'La salle.')
    await b.press('Ajouter cette photo')
    expect(Object.keys(b.errors())).toEqual([`${ALT}, en anglais`])
    await b.fill(`${ALT}, en anglais`, 'The hall.').press('Ajouter cette photo')
    expect((await contentOf(id)).pictures.map(({ alt }) => alt)).toEqual([{ fr: 'La salle.', en: 'The hall.' }])
  })

  it('of another offer, or one that was never sent, cannot be named', async () => {
    const [one, other] = [await writeOffer(b), await writeOffer(b)]
    await add(one, 'La salle.')
    const [{ id: file } = { id: '' }] = await files()
    for (const named of [file, 'none']) {
      await b.post(`/work/offers/${other}/pictures`, { file: named, alt_fr: 'La salle.' })
      expect([b.status, (await contentOf(other)).pictures]).toEqual([422, []])
    }
    for (const path of ['first', 'removal']) await b.post(`/work/offers/${other}/pictures/${path}`, { picture: file })
    expect([(await contentOf(one)).pictures.length, (await files()).length]).toEqual([1, 1])
  })
})

describe('several pictures', () => {
  it('are three at most, in an order, described anew, and gone with their bytes when they are removed', async () => {
    const id = await publishOffer(b)
    for (const alt of ['Une', 'Deux', 'Trois']) await add(id, alt)
    expect(b.text).toContain('Cette annonce a ses trois photos.')
    await b.post(`/work/offers/${id}/pictures`, { alt_fr: 'Quatre', file: (await files())[0]!.id })
    expect([b.status, b.text.includes('Cette annonce a ses trois photos.')]).toEqual([409, true])
    expect((await contentOf(id)).pictures).toHaveLength(3)
    await b.get(`/work/offers/${id}/pictures`)
    expect([b.hasButton('Mettre en premier 1'), b.hasButton('Mettre en premier 2')]).toEqual([false, true])
    await b.press('Mettre en premier 3')
    expect(images().map(({ alt }) => alt)).toEqual(['Trois', 'Une', 'Deux'])
    const [third] = images()
    await b.post(`/work/offers/${id}/pictures/texts`, { file: third!.src.slice(7), alt_fr: 'La troisième' })
    expect(images().map(({ alt }) => alt)).toEqual(['La troisième', 'Une', 'Deux'])
    await b.post(`/work/offers/${id}/pictures/texts`, { file: third!.src.slice(7), alt_fr: '' })
    expect([b.status, b.errors()[ALT]]).toEqual([422, 'Dites en une phrase ce que montre la photo.'])
    await b.get(`/work/offers/${id}/pictures`)
    await b.press('Retirer 1')
    for (let n = 0; n < 2; n++) await b.post(`/work/offers/${id}/pictures/removal`, { picture: third!.src.slice(7) })
    expect([images().map(({ alt }) => alt), (await files()).length]).toEqual([['Une', 'Deux'], 2])
    expect((await fetch(world.url + third!.src)).status).toBe(404)
    const visitor = await world.browser().get(`/offers/${id}`)
    expect(images(visitor).map(({ alt }) => alt)).toEqual(['Une', 'Deux'])
  })

  it('stay when the text is edited, and a copy has its own', async () => {
    const id = await publishOffer(b)
    await add(id, 'La salle')
    await b.get(`/work/offers/${id}/edit`)
    await b.fill('Titre', 'Servir la soupe chaude').press('Enregistrer les changements')
    expect([(await contentOf(id)).pictures.length, await revision(id)]).toEqual([1, 3])
    await b.get(`/work/offers/${id}`)
    await b.press('Copier en brouillon')
    const copy = b.url.split('/').at(-2)!
    await b.get(`/work/offers/${id}/pictures`)
    await b.press('Retirer 1')
    await b.get(`/work/offers/${copy}/pictures`)
    const [kept] = images()
    expect([kept!.alt, (await fetch(world.url + kept!.src)).status]).toEqual(['La salle', 200])
  })

  it('of an offer that is archived, or of a draft that is discarded, are served no longer, and go', async () => {
    const id = await writeOffer(b)
    await add(id, 'La salle')
    const [{ id: file } = { id: '' }] = await files()
    const status = async () => (await fetch(`${world.url}/media/${file}`)).status
    expect(await status()).toBe(200)
    await b.get(`/work/offers/${id}/removal`)
    await b.press('Jeter ce brouillon')
    expect(await status()).toBe(404)
    await forgetUnnamedFiles(world.deps)
    expect(await files()).toEqual([])
  })

  it('that no text names go after a day', async () => {
    const id = await writeOffer(b)
    await add(id, 'La salle')
    await b.get(`/work/offers/${id}/pictures`)
    b.document.querySelectorAll('form:not([enctype])').forEach((one) => one.remove())
    await attach(await drawing('#820').png().toBuffer()).press('Ajouter cette photo')
    expect(await files()).toHaveLength(2)
    await forgetUnnamedFiles(world.deps)
    expect(await files()).toHaveLength(2)
    world.clock.advance(DAY + 1)
    await forgetUnnamedFiles(world.deps)
    expect((await files()).map(({ id: file }) => file)).toEqual([
      (await contentOf(id)).pictures[0]!.url.split('/').at(-1),
    ])
  })
})

it('a moderator reads a new or a described picture, not one that is taken away or put first', () => {
  const picture = (name: string, alt = 'La salle') => ({
    url: `https://a.example/media/${name}`,
    width: 4,
    height: 3,
    alt: { fr: alt },
  })
  const with_ = (...pictures: OfferContent['pictures']): OfferContent => ({ ...emptyContent(), pictures })
  const [one, two] = [picture('1'), picture('2')]
  expect(isMaterial(with_(one), with_(one, two))).toBe(true)
  expect(isMaterial(with_(one), with_(two))).toBe(true)
  expect(isMaterial(with_(one), with_(picture('1', 'Le jardin')))).toBe(true)
  expect(isMaterial(with_(one, two), with_(two, one))).toBe(false)
  expect(isMaterial(with_(one, two), with_(two))).toBe(false)
})
