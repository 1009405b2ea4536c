// SPDX-License-Identifier: AGPL-3.0-or-later
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it } from '@jest/globals'
import { inTransaction, openConnection, openDb } from '../../db/open.ts'
import { insertAffiliation } from '../../db/queries/affiliations.ts'
import { listOwnCounts } from '../../db/queries/figures.ts'
import { record } from '../../db/queries/events.ts'
import { updateStanding } from '../../db/queries/listings.ts'
import { insertOffer } from '../../db/queries/offers.ts'
import type { OfferContent, OfferStanding, PublicOffer } from '../../server/model/offer/content.ts'
import { contentHash } from '../../server/model/offer/material.ts'
import { getPublicOffer, offerUri } from '../../server/public-offer/public-offer.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import { viaToken } from '../../server/public-offer/via.ts'
import { keepListing, publicIdOf, putListing, removeListing, setStanding } from '../../server/public-offer/listing.ts'
import { writeCounts } from '../../server/statistics/count.ts'
import { transact } from '../../server/web/transact.ts'
import { createOfferSearch } from '../../server/offer-search/offer-search.ts'
import { MOST_IN_CALENDAR } from '../../server/search/feeds/calendar-offers.ts'
import { publishOffer } from '../support/offer-form.ts'
import { START, startApp, stopApps, type World } from '../support/app.ts'

afterEach(stopApps)

const UNTIL = '2026-12-20T23:00:00.000Z'

function place(world: World, town: string) {
  const found = world.deps.places.resolve(town, { country: 'FR' })!
  return {
    code: found.code,
    label: '',
    name: found.name,
    region: found.regionName,
    department: found.departmentName,
    country: found.country,
    postalCode: found.postalCodes[0] ?? null,
    street: null,
    latitude: null,
    longitude: null,
    precision: 'municipality' as const,
  }
}

type Sketch = Partial<Omit<OfferContent, 'title' | 'places'>> & {
  title: string
  towns?: string[]
  association?: string
  standing?: Partial<OfferStanding>
  at?: string
}

function sketch(
  world: World,
  { title, towns = ['Dijon'], association, standing, at, ...content }: Sketch,
): PublicOffer {
  const host = `https://${(association ?? 'rive').toLowerCase().replaceAll(/[^a-z]+/g, '-')}.example`
  const uri = `${host}/offers/${title.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`
  const places = content.work_mode === 'remote' ? [] : towns.map((town) => place(world, town))
  const all: OfferContent = {
    ...emptyContent(),
    title: { fr: title },
    commitment: 'regular',
    work_mode: 'on_site',
    capacity: null,
    contact_label: 'Farid, de l’accueil',
    language: ['fr'],
    ...content,
    places,
  }
  return {
    uri,
    url: uri,
    revision: 1,
    content_hash: contentHash(all),
    published_at: at ?? '2026-11-10T08:00:00.000Z',
    updated_at: at ?? '2026-11-10T08:00:00.000Z',
    content: all,
    standing: {
      applications: 'open',
      status: 'confirmed',
      remaining: null,
      publish_from: at ?? '2026-11-10T08:00:00.000Z',
      publish_until: UNTIL,
      ...standing,
    },
    association: {
      uri: `${host}/actor`,
      name: association ?? 'Entraide Rive Gauche',
      url: `${host}/`,
      mission: 'Ensemble.',
    },
  }
}

async function shown(world: World, ...sketches: Sketch[]): Promise<PublicOffer[]> {
  const offers = sketches.map((one) => sketch(world, one))
  await transact(world.deps, async (tx) => {
    for (const offer of offers)
      await putListing(tx, world.deps, {
        offer,
        origin: 'member',
        approvedAt: '2026-11-12T10:00:00.000Z',
        via: 'to.ken',
      })
    const about = { offer: offers[0]!.uri, association: offers[0]!.association.uri, revision: 1 }
    await record(tx, { type: 'moderation.accepted', at: START, subject: 'item', details: about })
  })
  return offers
}

async function published(world: World, content: Sketch, row: Record<string, unknown> = {}): Promise<string> {
  const offer = sketch(world, content)
  const id = world.deps.newId()
  await transact(world.deps, async (tx) => {
    await insertOffer(tx, {
      id,
      state: 'published',
      content: offer.content,
      capacity: offer.content.capacity,
      revision: 1,
      content_hash: offer.content_hash,
      publish_from: '2026-11-10T08:00:00.000Z',
      publish_until: UNTIL,
      published_at: '2026-11-10T08:00:00.000Z',
      created_at: START,
      updated_at: START,
      ...row,
    } as Parameters<typeof insertOffer>[1])
    const own = await getPublicOffer(tx, world.deps, id)
    if (own) await putListing(tx, world.deps, { offer: own, origin: 'home', offerId: id })
    await record(tx, { type: 'offer.published', at: START, subject: id })
  })
  return id
}

const titles = (html: Document) => [...html.querySelectorAll('.cards .card :is(h2, h3)')].map((one) => one.textContent)
const json = async (world: World, path: string) => {
  const answer = await fetch(world.url + path, { headers: { 'accept-language': 'fr' } })
  return { answer, body: (await answer.json()) as never }
}

describe('a search', () => {
  it('finds words whatever their accents, hyphens, number or end', async () => {
    const world = await startApp({ kind: 'centre' })
    await shown(
      world,
      { title: 'Lire à l’école', context: { fr: 'Pendant le week-end.' } },
      { title: 'Visiter des personnes aînées', towns: ['Saint-Apollinaire (21)'] },
    )
    const b = world.browser()
    for (const [words, count] of [
      ['ecole', 1],
      ['ÉCOLES', 1],
      ['l’école', 1],
      ['lire éco', 1],
      ['weekend', 1],
      ['week-end', 1],
      ['personnes âgées', 1],
      ['senior', 1],
      ['st apollinaire', 1],
      ['visit', 1],
      ['lire visiter', 0],
      ['rive gauche', 2],
      ['régulier', 2],
    ] as const) {
      await b.get(`/offers?q=${encodeURIComponent(words)}`)
      expect([words, titles(b.document).length]).toEqual([words, count])
    }
  })

  it('takes any signs for words, never for orders', async () => {
    const world = await startApp({ kind: 'centre' })
    await shown(world, { title: 'Lire à l’école' })
    const b = world.browser()
    for (const words of [
      '"',
      '*',
      '(',
      ')',
      '-',
      '^',
      ':',
      'lire"',
      'title:lire',
      'lire*',
      'NEAR(lire',
      'a AND',
      'lire OR',
      '\u0000',
      '\u{d800}',
      "'; drop table listings; --",
      '%00',
      '{{t}}',
    ]) {
      await b.get(`/offers?q=${encodeURIComponent(words.toWellFormed())}`)
      expect([words, b.status]).toEqual([words, 200])
    }
    await b.get('/offers?q=***')
    expect(b.text).toContain('ne contient pas de mot')
    expect(titles(b.document)).toEqual(['Lire à l’école'])
  })

  it('is never broken by its address, and shows what it left aside', async () => {
    const world = await startApp({ kind: 'centre' })
    await shown(world, { title: 'Lire à l’école' })
    const b = world.browser()
    for (const query of [
      'page=-1',
      'page=999999999999',
      'page=1e9',
      'radius=NaN&place=Dijon',
      'age=old',
      'cause=x',
      'cause=a&cause=b',
      'sort=drop',
      'sort=distance',
      'sort=relevance',
      'region=zz',
      'association=%00',
      'time=x&mode=y',
      'place=%25%00',
      'accessible=maybe',
      'q=a&q=b',
      '__proto__=1',
      'constructor=1',
      'place=' + 'a'.repeat(2000),
      '%E0%A4%A',
      '&&&===',
    ]) {
      await b.get(`/offers?${query}`)
      expect([query, b.status]).toEqual([query, 200])
      for (const path of ['/offers.atom', '/offers.json', '/offers.ics', '/api/v1/offers', '/embed/offers']) {
        const { status } = await fetch(`${world.url}${path}?${query}`)
        expect([path, query, status < 500]).toEqual([path, query, true])
      }
    }
    await b.get('/offers?cause=nonsense')
    expect(b.text).toContain('Nous n’avons pas compris « nonsense »')
  })

  it('goes by distance from a town, nearest first, and keeps what one does from home apart', async () => {
    const world = await startApp({ kind: 'centre' })
    await shown(
      world,
      { title: 'À Nuits', towns: ['Nuits-Saint-Georges'] },
      { title: 'À Beaune et Dijon', towns: ['Dijon', 'Beaune'] },
      { title: 'À Besançon', towns: ['Besançon'] },
      { title: 'Au téléphone', work_mode: 'remote' },
    )
    const b = await world.browser().get('/offers?place=beaune')
    expect(titles(b.document)).toEqual(['À Beaune et Dijon', 'À Nuits'])
    expect(b.heading).toBe('2 coups de main près de Beaune')
    expect(b.text).toContain('Nuits-Saint-Georges, à 15 km')
    expect(b.document.querySelector('.strip')?.textContent).toContain('Au téléphone')
    await b.get('/offers?place=21200&radius=5')
    expect(titles(b.document)).toEqual(['À Beaune et Dijon'])
    await b.get('/offers?place=Beaune&mode=remote')
    expect(titles(b.document)).toEqual(['Au téléphone'])
    await b.get('/offers?place=Beaune; Besançon')
    expect(titles(b.document)).toHaveLength(3)
  })

  it('looks further by itself when nothing is near, and shows it', async () => {
    const world = await startApp({ kind: 'centre' })
    await shown(world, { title: 'À Dijon', towns: ['Dijon'] })
    const b = await world.browser().get('/offers?place=Beaune&radius=10')
    expect(titles(b.document)).toEqual(['À Dijon'])
    expect(b.text).toContain('Rien à moins de 10 km. Nous avons cherché jusqu’à 50 km.')
    const { body } = await json(world, '/api/v1/offers?place=Beaune&radius=10')
    expect(body).toEqual([])
  })

  it('pages F26: says that nothing is near before it shows what is the nearest', async () => {
    const world = await startApp({ kind: 'centre' })
    await shown(world, { title: 'À Dijon', towns: ['Dijon'] })
    const b = await world.browser().get('/offers?place=Lyon')
    expect(b.heading).toMatch(/^Rien près de Lyon. Les plus proches\s:$/)
    expect(b.title).toContain('Rien près de Lyon')
    expect(b.text).toContain('Nous avons cherché jusqu’à 200 km.')
    expect((await b.get('/offers?place=Dijon')).heading).toBe('1 coup de main près de Dijon')
    expect((await world.browser('en').get('/offers?place=Lyon')).heading).toBe('Nothing near Lyon. The nearest:')
  })

  it('helps with a town it does not know', async () => {
    const world = await startApp({ kind: 'centre' })
    await shown(world, { title: 'À Besançon', towns: ['Besançon'] }, { title: 'À Dijon' })
    const b = await world.browser().get('/offers?place=Bezançon&cause=')
    expect(b.text).toContain('Nous ne savons pas de quelle commune « Bezançon » il s’agit')
    await b.follow('Besançon (Doubs)')
    expect(titles(b.document)).toEqual(['À Besançon'])
    expect(b.value('Votre commune')).toBe('Besançon (Doubs)')
    const { answer, body } = await json(world, '/api/v1/offers?place=Bezan%C3%A7on')
    expect(answer.status).toBe(400)
    expect((body as { suggestions: { code: string }[] }).suggestions[0]?.code).toBe('FR-25056')
  })

  it('narrows by everything people choose by', async () => {
    const world = await startApp({ kind: 'centre' })
    await shown(
      world,
      {
        title: 'Un',
        causes: ['food'],
        activities: ['meals'],
        beneficiaries: ['families'],
        frequency: 'monthly',
        minutes_per_session: 60,
        accessible: 'yes',
        group_ok: true,
        min_age: 16,
      },
      {
        title: 'Deux',
        causes: ['seniors'],
        commitment: 'one_off',
        work_mode: 'remote',
        association: 'Autre',
        min_age: 18,
      },
      {
        title: 'Trois',
        causes: ['seniors', 'food'],
        frequency: 'weekly',
        minutes_per_session: 300,
        towns: ['Besançon'],
      },
    )
    const b = world.browser()
    for (const [query, found] of [
      ['cause=food', ['Trois', 'Un']],
      ['cause=food&cause=seniors', ['Deux', 'Trois', 'Un']],
      ['cause=food,seniors', ['Deux', 'Trois', 'Un']],
      ['cause=seniors&commitment=one_off', ['Deux']],
      ['activity=meals', ['Un']],
      ['beneficiary=families', ['Un']],
      ['time=up_to_1h_week', ['Un']],
      ['time=more', ['Trois']],
      ['mode=remote', ['Deux']],
      ['accessible=yes', ['Un']],
      ['group=on', ['Un']],
      ['age=17', ['Trois', 'Un']],
      ['region=FR-D25', ['Trois']],
      ['region=FR-R27', ['Trois', 'Un']],
      ['association=https%3A%2F%2Fautre.example%2Factor', ['Deux']],
    ] as const) {
      await b.get(`/offers?${query}`)
      expect([query, titles(b.document).sort()]).toEqual([query, found])
    }
  })

  it('counts what each further choice would give, and lets each choice go', async () => {
    const world = await startApp({ kind: 'centre' })
    const [one] = await shown(
      world,
      { title: 'Un', causes: ['food'], activities: ['meals'] },
      { title: 'Deux', causes: ['seniors'], activities: ['visits'] },
      { title: 'Trois', causes: ['seniors', 'food'], activities: ['visits'], commitment: 'one_off' },
    )
    const b = await world.browser().get('/offers?cause=food')
    const counts = (legend: string) => {
      const group = [...b.document.querySelectorAll('fieldset')].find((one) => one.textContent.includes(legend))
      const boxes = [...(group?.querySelectorAll('label') ?? [])]
      return boxes.map(
        (one) => `${one.querySelector('input')!.getAttribute('value')} ${one.querySelector('.count')?.textContent}`,
      )
    }
    // Causes are counted as if none were chosen; activities within the chosen one.
    expect(counts('Pour quelle cause').sort()).toEqual(['food 2', 'seniors 2'])
    expect(counts('Pour quoi faire').sort()).toEqual(['meals 1', 'visits 1'])
    expect(counts('À quel rythme').sort()).toEqual(['one_off 1', 'regular 1'])
    b.choose('Ponctuel')
    await b.press('Appliquer ces choix')
    expect(b.url).toContain('cause=food')
    expect(titles(b.document)).toEqual(['Trois'])
    await b.follow('Sécurité alimentaire')
    expect(b.url).toBe('/offers?commitment=one_off')
    expect(titles(b.document)).toEqual(['Trois'])
    // They are kept, but not longer than they are true.
    await transact(world.deps, (tx) => removeListing(tx, world.deps, one!.uri))
    await b.get('/offers?cause=food&sort=ending')
    expect(counts('Pour quelle cause').sort()).toEqual(['food 1', 'seniors 2'])
  })

  it('by day and time of day, language, skills, start and association, with counts (product §6.4)', async () => {
    const world = await startApp({ kind: 'centre' })
    await shown(
      world,
      { title: 'Un', slots: ['saturday-morning', 'monday-evening'], skills: [] },
      { title: 'Deux', slots: ['saturday-evening'], skills: ['patience'], language: ['fr', 'en'] },
      { title: 'Trois', association: 'Autre', slots: ['monday-morning'], starts_on: '2027-02-01', skills: [] },
    )
    const b = world.browser()
    for (const [query, found] of [
      ['day=saturday', ['Deux', 'Un']],
      ['day=saturday&part=morning', ['Un']],
      ['day=monday,saturday&part=morning', ['Trois', 'Un']],
      ['part=evening', ['Deux', 'Un']],
      ['easy=yes', ['Trois', 'Un']],
      ['soon=yes', ['Deux', 'Un']],
      ['language=en', ['Deux']],
    ] as const) {
      await b.get(`/offers?${query}`)
      expect([query, titles(b.document).sort()]).toEqual([query, found])
    }
    await b.get('/offers?day=saturday&part=morning')
    const counts = (name: string) =>
      [...b.document.querySelectorAll(`fieldset [name=${name}]`)].map((one) => {
        const count = one.parentElement!.querySelector('.count')?.textContent ?? ''
        return `${one.getAttribute('value')} ${count}`.trim()
      })
    expect(counts('day')).toEqual(['monday 1', 'saturday 1'])
    expect(counts('part')).toEqual(['morning 1', 'evening 1'])
    // Each count is what its choice finds.
    await b.get('/offers?day=saturday')
    expect(counts('part')).toEqual(['morning 1', 'evening 1'])
    await b.get('/offers?part=morning')
    expect(counts('day')).toEqual(['monday 1', 'saturday 1'])
    await b.get('/offers')
    expect([counts('soon'), counts('easy'), counts('language')]).toEqual([['yes 2'], ['yes 2'], ['', 'fr 3', 'en 1']])
    expect(counts('association')).toEqual(['', 'https://rive.example/actor 2', 'https://autre.example/actor 1'])
    b.choose('Autre')
    await b.press('Appliquer ces choix')
    expect(titles(b.document)).toEqual(['Trois'])
    expect(b.document.querySelector('details.more[open]')).not.toBeNull()
    expect(counts('association')).toEqual(['', 'https://rive.example/actor 2', 'https://autre.example/actor 1'])
  })

  it('by each of many associations: the largest are named, any other once it is chosen, and by its name in words', async () => {
    const world = await startApp({ kind: 'centre' })
    const names = 'Amandier Bouleau Cerisier Douglas Érable Figuier Genévrier Houx If Jujubier'
    const many = names.split(' ')
    const offers = many.map((association) => ({ title: 'Trier', association }))
    const more = many.slice(0, 9).map((association) => ({ title: 'Ranger', association }))
    await shown(world, ...offers, ...more)
    const b = await world.browser().get('/offers')
    const fieldset = () => b.document.querySelector('fieldset [name=association]')!.closest('fieldset')!
    const named = () =>
      [...fieldset().querySelectorAll('label')].map((one) => one.textContent!.replaceAll(/\s+/g, ' ').trim())
    expect(named()).toHaveLength(9)
    expect(named().join()).not.toContain('Jujubier')
    expect(fieldset().textContent).toMatch(/Pour une autre, écrivez son nom sous «\sCe que vous aimez faire\s»/)
    await b.get('/offers?q=jujubier')
    expect(titles(b.document)).toEqual(['Trier'])
    await b.get(`/offers?association=${encodeURIComponent('https://jujubier.example/actor')}`)
    expect([titles(b.document), named().length, named().at(-1)]).toEqual([['Trier'], 10, 'Jujubier , 1 coup de main'])
    // As few as are named: nobody needs to look for another.
    const small = await startApp({ kind: 'centre' })
    await shown(small, ...offers.slice(0, 3))
    const few = await small.browser().get('/offers')
    expect(few.text).toContain('Cerisier')
    expect(few.text).not.toContain('Pour une autre')
  })

  it('a whole day is found by each of its parts', async () => {
    const world = await startApp({ kind: 'centre' })
    await shown(world, { title: 'Un', slots: ['saturday'] }, { title: 'Deux', slots: ['monday-night'] })
    const b = world.browser()
    for (const query of ['part=morning', 'day=saturday&part=morning', 'part=evening'])
      expect([query, titles((await b.get(`/offers?${query}`)).document)]).toEqual([query, ['Un']])
    expect(titles((await b.get('/offers?part=night')).document).toSorted()).toEqual(['Deux', 'Un'])
  })

  it('J20: goes from the region to the département, and from there to the commune', async () => {
    const world = await startApp({ kind: 'centre' })
    await shown(
      world,
      { title: 'Un', towns: ['Dijon'] },
      { title: 'Deux', towns: ['Beaune', 'Dijon'] },
      { title: 'Trois', towns: ['Besançon'] },
      { title: 'Quatre', towns: ['Lyon'] },
    )
    const b = await world.browser().get('/offers?region=FR-R27')
    const choices = () => [...b.document.querySelectorAll('[name=region] option')].map((one) => one.textContent!.trim())
    expect(choices()).toEqual([
      'Partout',
      'Auvergne-Rhône-Alpes',
      'Bourgogne-Franche-Comté',
      '— Côte-d’Or (2)',
      '— Doubs (1)',
    ])
    expect(b.text).not.toContain('Par commune')
    b.fill('Dans quelle région', '— Côte-d’Or (2)')
    await b.press('Appliquer ces choix')
    expect(b.url).toMatch(/^\/offers\?region=FR-D21&/)
    expect(choices()).toContain('— Doubs (1)')
    const towns = [...b.document.querySelectorAll('details.fold p a')].map((one) => one.textContent)
    expect(towns).toEqual(['Dijon', 'Beaune'])
    await b.follow('Beaune')
    expect([b.url, titles(b.document)]).toEqual(['/offers?place=FR-21054&radius=1', ['Deux']])
  })

  it('proposes ways out when nothing fits', async () => {
    const world = await startApp({ kind: 'centre' })
    await shown(world, { title: 'Un', causes: ['food'] })
    const b = await world.browser().get('/offers?q=girafe&cause=food')
    expect(b.heading).toBe('Rien pour le moment')
    expect(b.hasLink('Sans les mots « girafe »')).toBe(true)
    await b.follow('Sans les mots')
    expect(titles(b.document)).toEqual(['Un'])
    const nobody = await startApp({ kind: 'centre' })
    expect((await nobody.browser().get('/offers')).text).toContain('Aucun coup de main n’est attendu en ce moment')
  })

  it('comes in pages of twenty', async () => {
    const world = await startApp({ kind: 'centre' })
    const numbers = Array.from({ length: 45 }, (_, at) => String.fromCharCode(97 + Math.floor(at / 26), 97 + (at % 26)))
    await shown(world, ...numbers.map((name) => ({ title: `Coup de main ${name}` })))
    const b = await world.browser().get('/offers')
    const seen = new Set<string | null>()
    for (const length of [20, 20, 5]) {
      expect(titles(b.document)).toHaveLength(length)
      for (const title of titles(b.document)) seen.add(title)
      if (length === 20) await b.follow('La suite')
    }
    expect(seen.size).toBe(45)
    expect(b.headers.get('link')).toContain('</offers?page=2>; rel="prev"'.replace('</', '<http://localhost:3000/'))
    await b.get('/offers?page=99')
    expect(titles(b.document)).toHaveLength(5)
    const { answer, body } = await json(world, '/api/v1/offers?page=2&per_page=30')
    expect(body).toHaveLength(15)
    expect(answer.headers.get('x-total-count')).toBe('45')
    expect(answer.headers.get('link')).toContain('per_page=30')
  })

  it('shows offers from their first instant until their last, and only those that take people', async () => {
    const world = await startApp({ kind: 'centre' })
    const [window, closed, cancelled, full] = await shown(
      world,
      {
        title: 'Fenêtre',
        standing: { publish_from: '2026-11-23T00:00:00.000Z', publish_until: '2026-11-24T00:00:00.000Z' },
      },
      { title: 'Close' },
      { title: 'Annulée' },
      { title: 'Complète' },
    )
    const b = world.browser()
    const at = async (now: string) => {
      world.clock.set(now)
      return titles((await b.get('/offers?q=fenetre')).document).length
    }
    expect(await at('2026-11-22T23:59:59.999Z')).toBe(0)
    expect(await at('2026-11-23T00:00:00.000Z')).toBe(1)
    expect(await at('2026-11-23T23:59:59.999Z')).toBe(1)
    expect(await at('2026-11-24T00:00:00.000Z')).toBe(0)
    expect((await b.get(`/offers/${publicIdOf(window!.uri)}`)).text).toContain('La date de ce coup de main est passée')

    world.clock.set(START)
    await transact(world.deps, async (tx) => {
      await setStanding(tx, world.deps, { ...closed!, standing: { ...closed!.standing, applications: 'closed' } })
      await setStanding(tx, world.deps, { ...cancelled!, standing: { ...cancelled!.standing, status: 'cancelled' } })
      await setStanding(tx, world.deps, {
        ...full!,
        standing: { ...full!.standing, applications: 'full', remaining: 0 },
      })
    })
    expect(titles((await b.get('/offers')).document)).toEqual(['Complète'])
    expect((await b.get(`/offers/${publicIdOf(closed!.uri)}`)).text).toContain('ne prend plus de réponses')
    expect(b.document.querySelector('meta[name=robots]')?.getAttribute('content')).toBe('noindex')
    expect((await b.get(`/offers/${publicIdOf(cancelled!.uri)}`)).text).toContain('a annulé')
    await b.get(`/offers/${publicIdOf(full!.uri)}`)
    expect(b.hasLink('Je veux venir')).toBe(false)
    await transact(world.deps, (tx) => removeListing(tx, world.deps, full!.uri))
    expect(titles((await b.get('/offers')).document)).toEqual([])
    expect((await b.get('/offers?q=complete')).status).toBe(200)
    expect((await b.get(`/offers/${publicIdOf(full!.uri)}`)).status).toBe(404)
  })

  it('shows no more what another process closed, ended, changed or took away, from the very next request on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mainforte-search-'))
    const file = join(folder, 'shared.sqlite')
    const world = await startApp({ kind: 'centre', file })
    const [close, end, change, remove] = await shown(
      world,
      ...['Fermer', 'Finir', 'Changer', 'Retirer', 'Rester'].map((title) => ({ title })),
    )
    const other = openDb(openConnection(file))
    const b = world.browser()
    const listed = async () => [
      titles((await b.get('/offers')).document).length,
      titles((await b.get('/offers?q=changer')).document).length,
      titles((await b.get('/offers?place=Dijon')).document).length,
    ]
    expect(await listed()).toEqual([5, 1, 5])
    const write = (work: Parameters<typeof inTransaction<void>>[1]) => inTransaction(other, work)
    await write((tx) =>
      setStanding(tx, world.deps, { ...close!, standing: { ...close!.standing, applications: 'closed' } }),
    )
    expect(await listed()).toEqual([4, 1, 4])
    await write((tx) => setStanding(tx, world.deps, { ...end!, standing: { ...end!.standing, publish_until: START } }))
    expect(await listed()).toEqual([3, 1, 3])
    const content = { ...change!.content, title: { fr: 'Autre' }, places: [place(world, 'Beaune')] }
    await write((tx) => putListing(tx, world.deps, { offer: { ...change!, content }, origin: 'member' }))
    expect(await listed()).toEqual([3, 0, 2])
    await write((tx) => removeListing(tx, world.deps, remove!.uri))
    expect(await listed()).toEqual([2, 0, 1])
    await write((tx) => setStanding(tx, world.deps, close!))
    expect(await listed()).toEqual([3, 0, 2])
    await other.destroy()
    await stopApps()
    rmSync(folder, { recursive: true })
  })

  it('leaves out an offer that cannot be read, at the start or later, and finds the others', async () => {
    const listed = async (world: World) => titles((await world.browser().get('/offers?place=Dijon')).document)
    const world = await startApp({ kind: 'centre' })
    const [, broken] = await shown(world, { title: 'Lire' }, { title: 'Jardiner' }, { title: 'Trier' })
    expect(await listed(world)).toHaveLength(3)
    const { id, codes } = await world.deps.db
      .selectFrom('listing_state')
      .innerJoin('listings', 'listings.id', 'listing_state.id')
      .select(['listing_state.id', 'codes'])
      .where('offer_uri', '=', broken!.uri)
      .executeTakeFirstOrThrow()
    const write = async (text: string) => {
      await world.deps.db.updateTable('listing_state').set({ codes: text }).where('id', '=', id).execute()
      await world.deps.db.insertInto('listing_changes').values({ listing_id: id, is_reworded: 0 }).execute()
    }
    await write('[1]')
    expect((await listed(world)).toSorted()).toEqual(['Lire', 'Trier'])
    expect(world.logged.join()).toContain(`an offer cannot be read into the search listing=${id}`)
    const search = createOfferSearch(world.deps.db)
    expect((await search.sums(START)).offers).toBe(2)
    await write(codes)
    expect(await listed(world)).toHaveLength(3)
    expect((await search.sums(START)).offers).toBe(3)
  })

  it('forgets the words of the text before', async () => {
    const world = await startApp({ kind: 'centre' })
    const [offer] = await shown(world, { title: 'Jardiner' })
    const next = { ...offer!, revision: 2, content: { ...offer!.content, title: { fr: 'Cuisiner' }, causes: ['food'] } }
    await transact(world.deps, (tx) => putListing(tx, world.deps, { offer: next, origin: 'member' }))
    const b = world.browser()
    expect(titles((await b.get('/offers?q=jardiner')).document)).toEqual([])
    expect(titles((await b.get('/offers?q=cuisiner&cause=food')).document)).toEqual(['Cuisiner'])
  })

  it('is found in French too', async () => {
    const world = await startApp({ kind: 'centre' })
    const answer = await fetch(`${world.url}/offres?q=lire&cause=food`, { redirect: 'manual' })
    expect([answer.status, answer.headers.get('location')]).toEqual([301, '/offers?q=lire&cause=food'])
  })
})

describe('the page of an offer', () => {
  it('at a centre shows who read it over, leads home to apply, and names home as its true address', async () => {
    const world = await startApp({ kind: 'centre' })
    const [offer] = await shown(world, {
      title: 'Trier les dons',
      summary: { fr: 'Le mercredi.' },
      causes: ['food'],
      capacity: 5,
      tasks: { fr: ['Vérifier les dates'] },
      towns: ['Beaune'],
      standing: { remaining: 2 },
    })
    const b = await world.browser().get('/offers?q=dons')
    await b.follow('Trier les dons')
    expect(b.heading).toBe('Trier les dons')
    expect(b.text).toContain('Relu par le Centre du bénévolat de la Côte le 12 novembre 2026')
    expect(b.text).toContain('2 places libres sur 5')
    expect(b.text).toContain('Vérifier les dates')
    expect(b.text).toContain('Vous continuez sur le site de l’association')
    const href = (selector: string) => b.document.querySelector(selector)?.getAttribute('href')
    expect(href('.btn--main')).toBe(`${offer!.url}/apply?via=to.ken`)
    // On a phone: what it is, when, where, and the way to apply, before anything else.
    const first = b.document.querySelector('.offer__head')!.textContent!.replaceAll(/\s+/g, ' ')
    expect(first).toMatch(/Trier les dons .*Où Beaune .*Je veux venir .*Relu par/)
    expect(href('.phone .btn--main')).toBe(href('.beside .btn--main'))
    expect(href('link[rel=canonical]')).toBe(offer!.url)
    expect(b.html).not.toContain('application/ld+json')
  })

  it('at home counts who looks, by the way they came, once a day', async () => {
    const world = await startApp()
    const id = await published(world, { title: 'Arroser le jardin', capacity: 3 })
    const b = await world.browser().get(`/offers/${id}`)
    const href = (selector: string) => b.document.querySelector(selector)?.getAttribute('href')
    expect(href('.btn--main')).toBe(`/offers/${id}/apply`)
    expect(href('link[rel=canonical]')).toBe(`http://localhost:3000/offers/${id}`)
    expect(href('link[type="application/activity+json"]')).toBe(`http://localhost:3000/offers/${id}`)
    expect(b.document.querySelector('script[type="application/ld+json"]')?.textContent).toContain('"VOLUNTEER"')

    await transact(world.deps, (tx) =>
      insertAffiliation(tx, {
        id: 'a1',
        partner_uri: 'https://centre.example/actor',
        partner_is: 'centre',
        partner_name: 'Centre',
        partner_url: 'https://centre.example/',
        state: 'active',
        requested_at: START,
      }),
    )
    const via = viaToken(world.deps, 'a1', id)
    const look = (agent: string, query = '') =>
      fetch(`${world.url}/offers/${id}${query}`, { headers: { 'user-agent': agent, accept: 'text/html' } })
    await look('Mozilla/5.0 one')
    await look('Mozilla/5.0 one')
    await look('Mozilla/5.0 two', `?via=${encodeURIComponent(via)}`)
    await look('Mozilla/5.0 three', '?via=forged.token.x')
    await look('Googlebot/2.1')
    await writeCounts(world.deps)
    const counts = await listOwnCounts(world.deps.db, offerUri(world.deps, ''), id)
    const own = counts.find(({ channel }) => channel === 'own')?.viewed ?? 0
    expect(own - 2).toBeLessThanOrEqual(1) // the test's own browser may count as one visitor
    expect(own).toBeGreaterThanOrEqual(2)
    expect(counts.find(({ channel }) => channel === 'https://centre.example/actor')?.viewed).toBe(1)
    const answer = await look('Mozilla/5.0 four', `?via=${encodeURIComponent(via)}`)
    expect(await answer.text()).toContain(`/offers/${id}/apply?via&#x3D;a1.`)
  })

  it('stays, with a word about it, after the offer is paused, closed, over or cancelled; a draft has none', async () => {
    const world = await startApp()
    const b = world.browser()
    for (const [row, words] of [
      [{ state: 'paused' }, 'font une pause'],
      [{ state: 'closed', closed_reason: 'filled', closed_at: START }, 'ont trouvé toutes les personnes'],
      [{ state: 'cancelled', closed_at: START }, 'ont annulé'],
      [{ publish_until: '2026-11-20T00:00:00.000Z' }, 'La date de ce coup de main est passée'],
    ] as const) {
      const id = await published(world, { title: 'Arroser le jardin' }, row)
      await b.get(`/offers/${id}`)
      expect([words, b.status]).toEqual([words, 200])
      expect(b.text).toContain(words)
      expect(b.hasLink('Je veux venir')).toBe(false)
      expect(b.document.querySelector('.phone')).toBeNull()
    }
    const draft = await published(world, { title: 'Brouillon' }, { state: 'draft', revision: 0, published_at: null })
    expect((await b.get(`/offers/${draft}`)).status).toBe(404)
    expect((await b.get('/offers/nothing')).status).toBe(404)
    const members = await published(world, { title: 'Entre nous' }, { visibility: 'members' })
    expect((await b.get(`/offers/${members}`)).status).toBe(404)
  })

  it('goes back to the search it was found by, and shows neighbours', async () => {
    const world = await startApp({ kind: 'centre' })
    const [offer] = await shown(
      world,
      { title: 'Trier les dons', causes: ['food'] },
      { title: 'Cuisiner la soupe', causes: ['food'], towns: ['Beaune'] },
    )
    const b = await world
      .browser()
      .get(`/offers/${publicIdOf(offer!.uri)}`, { referer: 'http://localhost:3000/offers?q=dons' })
    expect(b.document.querySelector('.crumb')?.getAttribute('href')).toBe('/offers?q=dons')
    expect(titles(b.document)).toEqual(['Cuisiner la soupe'])
    await b.get(`/offers/${publicIdOf(offer!.uri)}`, { referer: 'https://evil.example/offers?x' })
    expect(b.document.querySelector('.crumb')?.getAttribute('href')).toBe('/offers')
  })

  it('never shows where a person who is helped lives', async () => {
    const world = await startApp({ kind: 'centre' })
    const offer = sketch(world, { title: 'Visiter', work_mode: 'at_beneficiary_home' })
    offer.content.places[0] = {
      ...offer.content.places[0]!,
      street: '3 rue Secrète',
      label: 'Chez Jeanne',
      precision: 'exact',
    }
    await transact(world.deps, (tx) => putListing(tx, world.deps, { offer, origin: 'member' }))
    const b = await world.browser().get(`/offers/${publicIdOf(offer.uri)}`)
    expect(b.html).not.toMatch(/Secrète|Jeanne/)
    const { body } = await json(world, `/api/v1/offers/${publicIdOf(offer.uri)}`)
    expect(JSON.stringify(body)).not.toMatch(/Secrète|Jeanne/)
  })
})

describe('feeds and open data', () => {
  const nasty = { title: 'Lire & "rire" <b>; \\ ]]>', summary: { fr: 'Un,\ndeux; « trois » 😀'.repeat(8) } }

  it('give a feed that readers can read', async () => {
    const world = await startApp({ kind: 'centre' })
    await shown(world, nasty, { title: 'Autre', causes: ['food'] })
    const answer = await fetch(`${world.url}/offers.atom?q=lire`)
    expect(answer.headers.get('content-type')).toBe('application/atom+xml; charset=utf-8')
    const xml = await answer.text()
    expect(wellFormed(xml)).toBe(true)
    expect(xml.match(/<entry>/g)).toHaveLength(1)
    expect(xml).toContain('<title>Lire &amp; &quot;rire&quot; &lt;b&gt;; \\ ]]&gt;</title>')
    expect(xml).toContain(
      '<link rel="self" type="application/atom+xml" href="http://localhost:3000/offers.atom?q=lire"/>',
    )
    for (const tag of ['id', 'updated', 'author', 'title']) expect(xml).toContain(`<${tag}>`)
  })

  it('give a JSON feed', async () => {
    const world = await startApp({ kind: 'centre' })
    const [offer] = await shown(world, nasty)
    const { answer, body } = await json(world, '/offers.json')
    expect(answer.headers.get('content-type')).toContain('application/feed+json')
    const feed = body as { version: string; feed_url: string; items: Record<string, unknown>[] }
    expect(feed.version).toBe('https://jsonfeed.org/version/1.1')
    expect(feed.items[0]).toMatchObject({ id: offer!.uri, external_url: offer!.url, title: nasty.title })
    expect(feed.items[0]?.['url']).toBe(`http://localhost:3000/offers/${publicIdOf(offer!.uri)}`)
  })

  it('give a calendar that calendars can read', async () => {
    const world = await startApp({ kind: 'centre' })
    await shown(world, nasty, {
      title: 'Planter',
      commitment: 'one_off',
      starts_on: '2026-11-28',
      ends_on: '2026-11-29',
    })
    const answer = await fetch(`${world.url}/offers.ics`)
    expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
    const raw = await answer.text()
    for (const line of raw.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
    expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    const lines = raw.replaceAll('\r\n ', '').split('\r\n')
    expect([lines[0], lines.at(-2)]).toEqual(['BEGIN:VCALENDAR', 'END:VCALENDAR'])
    expect(lines.filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(2)
    expect(lines).toContain('DTSTART;VALUE=DATE:20261128')
    expect(lines).toContain('DTEND;VALUE=DATE:20261130')
    // The window ends at midnight in Paris: the day before is the last one.
    expect(lines).toContain('DTSTART;VALUE=DATE:20261220')
    expect(lines.find((line) => line.startsWith('SUMMARY:Dernier'))).toContain('Lire & "rire" <b>\\; \\\\ ]]>')
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^[A-Z-]+(;[A-Z]+=[A-Z]+)?:/)
  })

  it('public 16: a subscribed calendar holds all that is to come, by date, and only that', async () => {
    const world = await startApp({ kind: 'centre' })
    const day = (at: number) => new Date(Date.UTC(2026, 10, 22 + (at % 28))).toISOString().slice(0, 10)
    const dated = Array.from({ length: 120 }, (_one, at) => ({
      title: `Servir ${at}`.replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)]!),
      commitment: 'one_off',
      starts_on: day(at),
    }))
    const over = { title: 'Passé', commitment: 'one_off', starts_on: '2026-11-20' }
    await shown(world, ...dated, over, { title: 'Lire' })
    const answer = await fetch(`${world.url}/offers.ics`)
    const text = await answer.text()
    const days = [...text.matchAll(/^DTSTART;VALUE=DATE:(\d{8})\r$/gm)].map(([, found]) => found!)
    expect(days).toHaveLength(121)
    expect(days).toEqual(days.toSorted())
    expect(text).not.toContain('Passé')
    expect(text).not.toContain('X-WR-CALDESC')
    expect(answer.headers.get('link')).toBeNull()
    const found = await (await fetch(`${world.url}/offers.ics?page=2&sort=newest&q=lire`)).text()
    expect(found.match(/BEGIN:VEVENT/g)).toHaveLength(1)
  })

  it('public 16: of more than a calendar can hold, it says so', async () => {
    const world = await startApp({ kind: 'centre' })
    const title = (at: number) => `Servir ${at}`.replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)]!)
    await shown(world, ...Array.from({ length: MOST_IN_CALENDAR + 30 }, (_one, at) => ({ title: title(at) })))
    const text = await (await fetch(`${world.url}/offers.ics`)).text()
    expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(MOST_IN_CALENDAR)
    expect(text.replaceAll('\r\n ', '')).toMatch(/X-WR-CALDESC:Seuls les 1\s000 premiers coups de main/u)
  })

  it('a calendar tells in each language how many are still wanted, also when it was asked before', async () => {
    const world = await startApp({ kind: 'centre' })
    const [offer] = await shown(world, { title: 'Lire', capacity: 3 })
    const ask = async (locale: string) => {
      const answer = await fetch(`${world.url}/offers.ics`, { headers: { 'accept-language': locale } })
      return (await answer.text()).replaceAll('\r\n ', '')
    }
    const listing = await world.deps.db.selectFrom('listings').selectAll().executeTakeFirstOrThrow()
    for (const remaining of [3, 2, 1]) {
      const { applications, status, visible_from, visible_until } = listing
      const standing = { applications, status, visible_from, visible_until, remaining, starts_at: visible_from }
      await transact(world.deps, (tx) => updateStanding(tx, offer!.uri, standing, world.clock.iso()))
      for (const locale of ['fr', 'en'] as const) {
        const text = await ask(locale)
        const t = world.deps.i18n.for(locale)
        const words =
          remaining === 3 ? t.n('search.seats.wanted', 3) : t.n('search.seats.left', remaining, { capacity: 3 })
        expect(text.replaceAll('\\', '')).toContain(words)
      }
    }
  })

  it('public 32: a feed changes with what it shows, and with nothing else', async () => {
    const world = await startApp()
    const PATHS = ['/offers.atom', '/offers.json', '/offers.ics', '/api/v1/offers']
    const filtered = PATHS.map((path) => `${path}?place=Beaune`)
    await published(world, { title: 'Arroser', towns: ['Beaune'] })
    const look = (path: string) =>
      fetch(world.url + path).then(async (answer) => ({
        etag: answer.headers.get('etag'),
        modified: answer.headers.get('last-modified'),
        body: await answer.text(),
      }))
    world.clock.advance(5_000)
    const before = await Promise.all([...PATHS, ...filtered].map(look))
    world.clock.advance(3_600_000)
    await transact(world.deps, (tx) =>
      record(tx, { type: 'association.updated', at: world.clock.iso(), details: { fields: 'phone' } }),
    )
    expect(await Promise.all([...PATHS, ...filtered].map(look))).toEqual(before)
    // Nor does one for Beaune with what is in Dijon.
    await published(world, { title: 'Lire' }, { updated_at: world.clock.iso() })
    const after = await Promise.all([...PATHS, ...filtered].map(look))
    const tags = (all: typeof before) => all.map(({ etag }) => etag)
    expect(tags(after).slice(PATHS.length)).toEqual(tags(before).slice(PATHS.length))
    for (const at of PATHS.keys()) expect(after[at]!.etag).not.toBe(before[at]!.etag)
    expect(after[0]!.body).toContain(`<updated>${world.clock.iso()}</updated>`)
    expect(after[0]!.modified).not.toBe(before[0]!.modified)
  })

  it('public 32: an offer that leaves a feed changes it, for who asks by date too', async () => {
    const world = await startApp({ kind: 'centre' })
    const [, offer] = await shown(world, { title: 'Lire' }, { title: 'Planter' })
    world.clock.advance(5_000)
    const modified = (await fetch(`${world.url}/offers.atom`)).headers.get('last-modified')!
    world.clock.advance(60_000)
    await transact(world.deps, (tx) => removeListing(tx, world.deps, offer!.uri))
    world.clock.advance(5_000)
    const again = await fetch(`${world.url}/offers.atom`, { headers: { 'if-modified-since': modified } })
    expect([again.status, (await again.text()).includes('Planter')]).toEqual([200, false])
  })

  it('send nothing again to who has it already, and at once what changed', async () => {
    const world = await startApp({ kind: 'centre' })
    const [offer] = await shown(world, { title: 'Lire' })
    world.clock.advance(5000)
    for (const path of ['/offers.atom', '/offers.json', '/offers.ics', '/api/v1/offers']) {
      const first = await fetch(world.url + path)
      const etag = first.headers.get('etag')!
      const modified = first.headers.get('last-modified')!
      expect((await fetch(world.url + path, { headers: { 'if-none-match': etag } })).status).toBe(304)
      expect((await fetch(world.url + path, { headers: { 'if-modified-since': modified } })).status).toBe(304)
      world.clock.set(UNTIL)
      expect((await fetch(world.url + path, { headers: { 'if-modified-since': modified } })).status).toBe(200)
      world.clock.set('2026-11-22T09:00:05.000Z')
    }
    await transact(world.deps, (tx) => removeListing(tx, world.deps, offer!.uri))
    expect((await json(world, '/api/v1/offers')).body).toEqual([])
  })

  it('are open to every site, and describe exactly what they hold', async () => {
    const world = await startApp({ kind: 'centre' })
    const [offer] = await shown(world, { ...nasty, causes: ['food'], towns: ['Beaune'], capacity: 5 })
    const list = await json(world, '/api/v1/offers?cause=food')
    expect(list.answer.headers.get('access-control-allow-origin')).toBe('*')
    const [first] = list.body as Record<string, unknown>[]
    expect(first).toMatchObject({
      id: offer!.uri,
      url: offer!.url,
      commitment_type: 'regular',
      causes: ['food'],
      published_at: offer!.published_at,
      expires_at: UNTIL,
      approved_at: '2026-11-12T10:00:00.000Z',
      association: { id: offer!.association.uri, name: 'Entraide Rive Gauche' },
    })
    const one = await json(world, new URL(String(first!['api_url'])).pathname)
    expect(one.body).toEqual(first)
    const description = (await json(world, '/api/v1/openapi.json')).body as {
      openapi: string
      paths: Record<string, unknown>
      components: { schemas: Record<string, { required: string[]; properties: Record<string, Described> }> }
    }
    expect(description.openapi).toBe('3.1.0')
    const fields = description.components.schemas['Offer']!.properties
    expect(Object.keys(first!).sort()).toEqual(Object.keys(fields).sort())
    for (const [name, field] of Object.entries(fields)) expect([name, fits(first![name], field)]).toEqual([name, true])
    for (const path of Object.keys(description.paths)) {
      const { status } = await fetch(world.url + path.replace('{id}', publicIdOf(offer!.uri)))
      expect([path, status]).toEqual([path, 200])
    }
    const beyond = await json(world, '/api/v1/offers?cause=food&page=7')
    expect(beyond.body).toEqual([])
    expect(beyond.answer.headers.get('link')).not.toContain('rel="next"')
    const missing = await json(world, '/api/v1/offers/nothing')
    expect(missing.answer.status).toBe(404)
    expect(missing.body).toHaveProperty('error')
  })

  it('name the associations', async () => {
    const world = await startApp()
    await published(world, { title: 'Arroser' })
    const { body } = await json(world, '/api/v1/associations')
    expect(body).toEqual([
      {
        id: 'http://localhost:3000/actor',
        name: 'Les Jardins du Canal',
        url: 'http://localhost:3000/',
        summary: 'Un jardin partagé au bord du canal.',
        offers: 1,
      },
    ])
    const offers = (await json(world, '/api/v1/offers')).body as Record<string, unknown>[]
    expect(offers[0]).not.toHaveProperty('approved_at')
    expect(String(offers[0]!['apply_url'])).toMatch(/^http:\/\/localhost:3000\/offers\/[\w-]+\/apply$/)
  })

  it('stand in a frame of another site, and nothing else does', async () => {
    const world = await startApp({ kind: 'centre' })
    await shown(world, { title: 'Lire' })
    const b = await world.browser().get('/embed/offers?q=lire')
    expect(b.headers.get('x-frame-options')).toBeNull()
    expect(b.headers.get('content-security-policy')).toContain('frame-ancestors *')
    expect(b.document.querySelector('base')?.getAttribute('target')).toBe('_top')
    expect(titles(b.document)).toEqual(['Lire'])
    expect((await b.get('/offers')).headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  })
})

describe('the front page', () => {
  it('of a centre shows causes, the newest and true figures', async () => {
    const world = await startApp({ kind: 'centre' })
    const b = world.browser()
    expect((await b.get('/')).text).toContain('Les premiers coups de main arrivent bientôt')
    await shown(
      world,
      { title: 'Un', causes: ['food'], capacity: 4, standing: { remaining: 3 } },
      { title: 'Deux', causes: ['food', 'seniors'], towns: ['Beaune'] },
    )
    await b.get('/')
    expect(b.text).toContain('2 coups de main sont attendus dans 2 communes')
    expect(b.text).toContain('Sécurité alimentaire 2 coups de main')
    expect(b.text).toContain('03 80 00 00 00')
    b.fill('Ce que vous aimez faire', 'un').fill('Votre commune', 'Dijon')
    await b.press('Chercher')
    expect(titles(b.document)).toEqual(['Un'])
  })

  it('of an association has its own texts', async () => {
    const world = await startApp()
    const b = await world.browser().get('/')
    expect(b.heading).toBe('Un jardin partagé au bord du canal.')
    expect(b.text).toContain('Nous n’avons pas de coup de main en ligne en ce moment')
    await published(world, { title: 'Arroser', causes: ['environment'] })
    expect(titles((await b.get('/')).document)).toEqual(['Arroser'])
    expect((await b.get('/associations')).status).toBe(404)
    expect((await world.browser('en').get('/')).heading).toBe('A shared garden by the canal.')
  })

  it('leads to the members of a centre', async () => {
    const world = await startApp({ kind: 'centre' })
    const b = await world.browser().get('/associations')
    expect(b.text).toContain('Aucune association n’a encore rejoint le centre')
    const [offer] = await shown(world, { title: 'Lire' })
    await transact(world.deps, (tx) =>
      insertAffiliation(tx, {
        id: 'a1',
        partner_uri: offer!.association.uri,
        partner_is: 'member',
        partner_name: 'Entraide Rive Gauche',
        partner_url: offer!.association.url,
        state: 'active',
        requested_at: START,
      }),
    )
    await b.get('/')
    await b.follow('Voir l’association membre')
    expect(b.heading).toBe('1 association')
    await b.follow('1 coup de main attendu')
    expect(titles(b.document)).toEqual(['Lire'])
  })

  it('leads through the members of a large centre page by page, and gives programs all of them', async () => {
    const world = await startApp({ kind: 'centre' })
    const [offer] = await shown(world, { title: 'Lire' })
    // Some have the same name, some differ in capitals only; one of those in the middle has an offer.
    const names = Array.from({ length: 245 }, (_, at) => `${at % 2 ? 'Amis' : 'AMIS'} n° ${at % 200}`)
    await transact(world.deps, async (tx) => {
      for (const [at, partner_name] of names.entries()) {
        const partner_uri = at === 130 ? offer!.association.uri : `https://m${at}.example/actor`
        const texts = {
          partner_name,
          partner_url: `https://m${at}.example/`,
          partner_summary: 'Nous lisons. '.repeat(30),
        }
        const row = { id: `a${at}`, partner_uri, partner_is: 'member', ...texts, state: 'active', requested_at: START }
        await insertAffiliation(tx, row as Parameters<typeof insertAffiliation>[1])
      }
    })
    const all = (await json(world, '/api/v1/associations')).body as { id: string; name: string; offers: number }[]
    expect(new Set(all.map(({ id }) => id)).size).toBe(names.length)
    const byName = (a: string, b: string) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)
    const inOrder = all.map(({ name }) => name.toLowerCase())
    expect(inOrder).toEqual(inOrder.toSorted(byName))
    expect(all.filter(({ offers }) => offers > 0)).toEqual([
      expect.objectContaining({ id: offer!.association.uri, offers: 1 }),
    ])
    const b = await world.browser().get('/associations')
    const read: string[] = []
    for (let page = 1; ; page++) {
      expect(b.heading).toBe('245 associations')
      expect(Buffer.byteLength(b.document.toString())).toBeLessThan(60_000)
      read.push(...[...b.document.querySelectorAll('.cards h2')].map((name) => name.textContent!))
      if (page === 14) break
      await b.follow('La suite')
    }
    expect(read).toEqual(all.map(({ name }) => name))
    expect((await b.get('/associations?page=99')).document.querySelector('[rel="next"]')).toBeNull()
  })

  it('has the pages every site owes its visitors', async () => {
    const world = await startApp({ kind: 'centre' })
    for (const language of ['fr', 'en'])
      for (const path of ['/about', '/accessibility', '/privacy', '/legal']) {
        const b = await world.browser(language).get(path)
        expect([path, b.status, b.document.querySelectorAll('h1').length]).toEqual([path, 200, 1])
        if (path !== '/legal') expect(b.text).toContain('03 80 00 00 00')
      }
    expect((await world.browser().get('/legal')).text).toMatch(/AGPL.*GeoNames/s)
  })

  it('federation F10: a centre says how a Gancio calendar shows the offers of its associations', async () => {
    const centre = await (await startApp({ kind: 'centre' })).browser().get('/about')
    expect(centre.text).toContain('Un agenda Gancio ne montre que les coups de main d’un site qu’il suit lui-même')
    expect((await centre.follow('Toutes nos associations')).status).toBe(200)
    expect((await (await startApp()).browser().get('/about')).text).not.toContain('Gancio')
  })

  it('weighs little: a first visit is under 60 kB', async () => {
    const world = await startApp({ kind: 'centre' })
    await shown(world, ...['Un', 'Deux', 'Trois', 'Quatre'].map((title) => ({ title, causes: ['food'] })))
    const html = (await (await fetch(`${world.url}/`)).text()).matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)
    let total = 0
    for (const path of ['/', ...[...html].map(([, asset]) => asset!)]) total += await transferred(world.url + path)
    expect(total).toBeGreaterThan(5_000)
    expect(total).toBeLessThan(60_000)
  })
})

/** Bytes, for a browser that accepts gzip. */
function transferred(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const ask = request(url, { headers: { 'accept-encoding': 'gzip' } }, (answer) => {
      let octets = 0
      answer.on('data', (chunk: Buffer) => (octets += chunk.length))
      answer.on('end', () => resolve(octets))
    })
    ask.on('error', reject).end()
  })
}

type Described = {
  type?: string | string[]
  items?: Described
  properties?: Record<string, Described>
  enum?: string[]
}

function fits(value: unknown, schema: Described): boolean {
  const types = [schema.type ?? []].flat()
  const is = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  if (!types.includes(is) && !(is === 'number' && types.includes('integer') && Number.isInteger(value))) return false
  if (schema.enum && is === 'string' && !schema.enum.includes(value as string)) return false
  if (is === 'array') return (value as unknown[]).every((item) => !schema.items || fits(item, schema.items))
  if (is === 'object')
    return Object.entries(value as object).every(
      ([name, inner]) => schema.properties?.[name] && fits(inner, schema.properties[name]),
    )
  return true
}

function wellFormed(xml: string): boolean {
  const open: string[] = []
  const body = xml.replace(/^<\?xml[^?]*\?>\s*/, '')
  const tag = /<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy
  let at = 0
  for (const match of body.matchAll(tag)) {
    if (match.index !== at) return false
    at += match[0].length
    const [, closes, name = '', attributes = '', empty, words = ''] = match
    if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(words + attributes)) return false
    if (words.trim() && open.length === 0) return false
    if (closes && open.pop() !== name) return false
    if (name && !closes && !empty) open.push(name)
  }
  return at === body.length && open.length === 0
}

describe('public: words for women and for men', () => {
  const WAYS = [
    'animateur·trice',
    'animateur-rice',
    'animateur(trice)',
    'animateur/trice',
    'animateur.rice',
    'animatrice',
    'animateur',
  ]
  it.each(WAYS)('« %s » finds every way to write it', async (typed) => {
    const world = await startApp({ kind: 'centre' })
    await shown(world, ...WAYS.map((title, at) => ({ title: `Atelier ${'abcdefg'[at]} ${title}` })), {
      title: 'Autre chose',
    })
    for (const q of [typed, typed.toUpperCase(), `${typed} atelier`, `atelier ${typed}`]) {
      const b = await world.browser().get(`/offers?q=${encodeURIComponent(q)}`)
      expect([q, titles(b.document).length]).toEqual([q, WAYS.length])
    }
  })

  it.each([
    ['citoyenne', 'citoyen·ne·s'],
    ['accompagnante', 'Accompagnant·e·s'],
    ['cuisinières', 'cuisinier(ère)'],
    ['bénévole', 'bénévol·e·s'],
    ['coiffeuse', 'coiffeur-euse'],
    ['sportives', 'sportif/ve'],
    ['lycéenne', 'lycéen.ne'],
    ['retraitée', 'retraité·e'],
    ['professionnel', 'professionnelles'],
    ['agricultrices', 'agriculteurs'],
    ['amoureuse', 'amoureux'],
  ])('« %s » finds « %s », and the other way round', async (one, other) => {
    const world = await startApp({ kind: 'centre' })
    await shown(world, { title: `Avec un ${one} ici` }, { title: `Pour un ${other} ici` }, { title: 'Autre chose' })
    for (const q of [one, other, `${one} ici`, `${other} ici`])
      expect([q, titles((await world.browser().get(`/offers?q=${encodeURIComponent(q)}`)).document).length]).toEqual([
        q,
        2,
      ])
  })
})

describe('pages F25: « Dans le même esprit »', () => {
  const similarTo = async (world: World, title: string) => {
    const id = (
      await world.deps.db
        .selectFrom('listings')
        .select('public_id')
        .where('title', '=', title)
        .executeTakeFirstOrThrow()
    ).public_id
    const b = await world.browser().get(`/offers/${id}`)
    return [...b.document.querySelectorAll('[aria-labelledby=also] .card')].map((one) =>
      one.textContent.replaceAll(/[\s\u00a0]+/g, ' '),
    )
  }
  it('shows what is near, the same cause first, with its distance, and nothing from elsewhere', async () => {
    const world = await startApp({ kind: 'centre' })
    await shown(
      world,
      { title: 'À Dijon', causes: ['education'] },
      { title: 'Loin', towns: ['Lille'], causes: ['education'] },
      { title: 'Au téléphone', work_mode: 'remote', causes: ['education'] },
      { title: 'À Beaune', towns: ['Beaune'], causes: ['education'] },
      { title: 'Aussi à Dijon', causes: ['environment'] },
    )
    const found = await similarTo(world, 'À Dijon')
    expect(found.map((one) => /À Beaune|Aussi à Dijon|Loin|téléphone/.exec(one)?.[0])).toEqual([
      'À Beaune',
      'Aussi à Dijon',
    ])
    expect(found[0]).toMatch(/Beaune.*3[5-9] km/)
    expect(await similarTo(world, 'Loin')).toEqual([])
  })

  it('for what is done from home, shows the same cause from home', async () => {
    const world = await startApp({ kind: 'centre' })
    await shown(
      world,
      { title: 'Au téléphone', work_mode: 'remote', causes: ['education'] },
      { title: 'Par lettre', work_mode: 'remote', causes: ['education'] },
      { title: 'À Dijon', causes: ['education'] },
    )
    expect((await similarTo(world, 'Au téléphone')).map((one) => one.includes('Par lettre'))).toEqual([true])
  })
})

it('pages F27: the way to follow a search is a page that explains itself, for just that search', async () => {
  const world = await startApp({ kind: 'centre' })
  await shown(world, { title: 'À Dijon', causes: ['education'] })
  const b = await world.browser().get('/offers?place=Dijon&cause=education')
  await b.follow('Suivre cette recherche')
  expect(b.heading).toBe('Suivre cette recherche')
  expect(b.text).toContain('près de Dijon · Éducation et formation')
  for (const path of ['/offers.ics', '/offers.atom']) {
    const address = `http://localhost:3000${path}?place=Dijon&cause=education`
    expect(b.text).toContain(address)
    expect((await world.browser().get(`${path}?place=Dijon&cause=education`)).html).toContain('À Dijon')
  }
  // Nothing on the pages of a search leads to raw XML without a word.
  await b.get('/offers?place=Dijon')
  expect(
    [...b.document.querySelectorAll('main a')].filter((one) => /atom|ics/.test(one.getAttribute('href') ?? '')),
  ).toEqual([])
})

describe('public: what is shown of an address that is passed on (Open Graph)', () => {
  const previewOf = (document: Document) =>
    Object.fromEntries(
      [...document.querySelectorAll('meta[property^=og]')].map((one) => [
        one.getAttribute('property'),
        one.getAttribute('content'),
      ]),
    )

  it('says title, what, when and where, in the language of the page, with a picture of this host only', async () => {
    const world = await startApp({ kind: 'centre' })
    const long = 'Une phrase qui est longue et qui continue encore. '.repeat(12)
    await shown(world, { title: 'Lire <b>« fort »</b>', summary: { fr: long } })
    const b = await world.browser().get('/offers')
    await b.follow('Lire <b>« fort »</b>')
    expect(previewOf(b.document)).toMatchObject({
      'og:title': 'Lire <b>« fort »</b>',
      'og:url': `http://localhost:3000${b.url}`,
      'og:locale': 'fr_FR',
      'og:description': expect.stringMatching(/^Entraide Rive Gauche · .*Dijon.*phrase.*\S…$/),
    })
    expect(previewOf(b.document)['og:description']!.length).toBeLessThanOrEqual(200)
    expect(previewOf(b.document)['og:image']).toBeUndefined()
    await world.deps.db
      .insertInto('uploads')
      .values({
        id: 'logo',
        kind: 'logo',
        media_type: 'image/webp',
        width: 9,
        height: 9,
        bytes: Buffer.from('x'),
        created_at: START,
      })
      .execute()
    await world.deps.db.updateTable('association').set({ logo_id: 'logo', logo_alt: 'Une main' }).execute()
    await record(world.deps.db, { type: 'association.updated', at: START, details: { fields: 'logo_id' } })
    for (const path of [b.url, '/']) {
      await b.get(path)
      const seen = previewOf(b.document)
      expect([seen['og:image'], seen['og:image:alt']]).toEqual(['http://localhost:3000/media/logo', 'Une main'])
      for (const one of ['og:url', 'og:image']) expect(new URL(seen[one]!).host).toBe('localhost:3000')
    }
  })
})

it('J21: what a visitor puts aside is in their session, in a link that says nothing of them, and said when it ends', async () => {
  const world = await startApp({ kind: 'centre' })
  const offers = await shown(world, { title: 'Un' }, { title: 'Deux' }, { title: 'Trois' })
  const idOf = async (title: string) =>
    (
      await world.deps.db
        .selectFrom('listings')
        .select('public_id')
        .where('title', '=', title)
        .executeTakeFirstOrThrow()
    ).public_id
  const b = world.browser()
  await b.get('/offers/kept')
  expect([b.text.includes('Vous n’avez encore rien gardé'), b.cookie]).toEqual([true, ''])
  for (const title of ['Un', 'Deux', 'Un']) {
    await b.get(`/offers/${await idOf(title)}`)
    if (b.document.querySelector('form[action$="/keeping"]')) await b.press('Garder')
  }
  expect(b.hasLink('Voir les 2 coups de main que j’ai gardés')).toBe(true)
  await b.get('/offers/kept')
  expect(titles(b.document)).toEqual(['Un', 'Deux'])
  const link = `/offers/kept?list=${await idOf('Un')}.${await idOf('Deux')}`
  expect(b.text).toContain(`http://localhost:3000${link}`)
  const friend = await world.browser().get(link)
  expect([titles(friend.document), friend.cookie]).toEqual([['Un', 'Deux'], ''])
  expect(friend.document.querySelector('form[action$="/letting-go"]')).toBeNull()
  await transact(world.deps, (tx) => removeListing(tx, world.deps, offers[0]!.uri))
  await b.get('/offers/kept')
  expect([titles(b.document).includes('Deux'), b.text.includes('n’est plus proposé')]).toEqual([true, true])
  await b.press('Retirer de ma liste Deux')
  await b.get('/offers/kept')
  expect(b.text).not.toContain('Deux')
  expect((await world.browser().get('/offers/kept?list=../x.<b>')).status).toBe(200)
})

it('J21: what is not for all is not put aside, nor shown before it begins', async () => {
  const world = await startApp()
  const coordinator = await world.signIn('bastien')
  const [hidden, later_] = [await publishOffer(coordinator), await publishOffer(coordinator)]
  await transact(world.deps, async (tx) => {
    await tx.updateTable('offers').set({ visibility: 'unlisted' }).where('id', '=', hidden).execute()
    await keepListing(tx, world.deps, hidden)
    await tx.updateTable('offers').set({ publish_from: '2027-01-01T00:00:00.000Z' }).where('id', '=', later_).execute()
    await keepListing(tx, world.deps, later_)
  })
  const b = await world.browser().get(`/offers/${hidden}`)
  expect([b.status, b.document.querySelector('form[action$="/keeping"]')]).toEqual([200, null])
  for (const id of [hidden, later_]) expect((await b.post(`/offers/${id}/keeping`, {})).status).toBe(404)
  const { title } = await world.deps.db.selectFrom('listings').select('title').executeTakeFirstOrThrow()
  expect((await b.get(`/offers/kept?list=${later_}.${hidden}`)).text).not.toContain(title)
})

it('finds the town of somebody who asks for it, and keeps nothing of where they are', async () => {
  const world = await startApp({ kind: 'centre' })
  const page = await world.browser().get('/offers')
  expect(page.document.querySelector('[data-near]')!.closest('p')!.hasAttribute('hidden')).toBe(true)
  const ask = async (fields: Record<string, string>, site = 'same-origin') => {
    const body = new URLSearchParams(fields)
    const headers = { 'sec-fetch-site': site }
    const answer = await fetch(`${world.url}/offers/near`, { method: 'POST', headers, body })
    return answer.status === 200 ? answer.json() : answer.status
  }
  expect(await ask({ latitude: '47.0240512', longitude: '4.8401357' })).toEqual({ town: 'Beaune (Côte-d’Or)' })
  expect(await ask({ latitude: '0', longitude: '0' })).toEqual({ town: '' })
  for (const wrong of [{}, { latitude: 'x', longitude: '4' }, { latitude: '91', longitude: '4' }])
    expect(await ask(wrong as Record<string, string>)).toEqual({ town: '' })
  expect(await ask({ latitude: '47.02', longitude: '4.84' }, 'cross-site')).toBe(403)
  expect(world.logged.join()).not.toMatch(/47\.02|4\.84/)
})

it('the browser says where it is only when asked, to about a kilometre', async () => {
  const sent: [string, string][] = []
  const button = {
    hidden: true,
    form: { elements: { place: { value: '' } }, requestSubmit: () => sent.push(['sent', '']) },
  }
  const failed = { hidden: true }
  const line = { hidden: true }
  let press = () => {}
  let asked = 0
  let answer = { latitude: 47.0240512, longitude: 4.8401357 } as object | null
  const find = (selector: string) =>
    ({
      '[data-near]': {
        ...button,
        addEventListener: (_type: string, work: () => void) => (press = work),
        form: button.form,
      },
      '[data-near-failed]': failed,
      '[data-near-line]': line,
    })[selector] ?? null
  const code = readFileSync(join(import.meta.dirname, '../../views/assets/enhance.js'), 'utf8')
  const getCurrentPosition = (done: (position: object) => void, fail: () => void) => {
    asked += 1
    return answer ? done({ coords: answer }) : fail()
  }
  runInNewContext(code, {
    document: { querySelector: find, addEventListener() {}, forms: [] },
    addEventListener() {},
    navigator: { geolocation: { getCurrentPosition } },
    URLSearchParams,
    fetch: async (url: string, { body }: { body: URLSearchParams }) => {
      sent.push([url, body.toString()])
      return { ok: true, json: async () => ({ town: 'Beaune (Côte-d’Or)' }) }
    },
  })
  expect([asked, line.hidden]).toEqual([0, false])
  press()
  await new Promise((resolve) => setImmediate(resolve))
  expect(sent).toEqual([
    ['/offers/near', 'latitude=47.02&longitude=4.84'],
    ['sent', ''],
  ])
  expect(button.form.elements.place.value).toBe('Beaune (Côte-d’Or)')
  answer = null
  press()
  expect([asked, failed.hidden]).toEqual([2, false])
})
