// SPDX-License-Identifier: AGPL-3.0-or-later
// Offers on other sites: frames, files for search engines, structured data.
import { parseHTML } from 'linkedom'
import { sql } from 'kysely'
import { afterEach, describe, expect, it } from '@jest/globals'
import { limits } from '../../config/limits.ts'
import { putListing } from '../../server/public-offer/listing.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { decoded, type Browser } from '../support/browser.ts'
import { fillAll, publishOffer } from '../support/offer-form.ts'
import { samplePublicOffer } from '../support/offers.ts'
import { fr } from '../support/texts.ts'

afterEach(stopApps)

const titlesIn = (document: Document) =>
  [...document.querySelectorAll('.card h2')].map((one) => one.textContent!.trim())

describe('a frame', () => {
  it('is chosen on a page that shows it and gives the code to copy, and shows what was chosen', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    for (const title of ['Servir la soupe', 'Lire des histoires', 'Servir le thé']) await publishOffer(b, title)
    await b.get('/work/offers')
    await b.follow(fr('search.embed.link'))
    expect(b.status).toBe(200)
    const src = () => b.document.querySelector('iframe')!.getAttribute('src')!
    const code = () => decoded(b.document.querySelector('textarea')!.textContent!)
    expect(src()).toBe('/embed/offers')
    await b.get('/work/embed?q=servir&place=Dijon&radius=10&cause=food&number=1&look=dark&lang=en')
    expect([b.value(fr('search.embed.words')), b.value(fr('search.embed.town'))]).toEqual(['servir', 'Dijon'])
    const frame = parseHTML(code()).document.querySelector('iframe')!
    const address = new URL(frame.getAttribute('src')!)
    expect(address.origin).toBe('http://localhost:3000')
    expect(address.pathname + address.search).toBe(src().replaceAll('&amp;', '&'))
    expect(code()).not.toMatch(/<script|onload/)
    // As an anonymous visitor of the other site sees it.
    const visitor = world.browser('fr')
    await visitor.get(address.pathname + address.search)
    expect(titlesIn(visitor.document)).toHaveLength(1)
    expect(titlesIn(visitor.document)[0]).toMatch(/Servir/)
    expect(visitor.document.documentElement.lang).toBe('en')
    expect(visitor.document.querySelector('meta[name=color-scheme]')!.getAttribute('content')).toBe('dark')
  })

  it('sets no cookie, has no script and may stand on other sites; the page with its choices may not', async () => {
    const world = await startApp()
    await publishOffer(await world.signIn('bastien'))
    const answer = await fetch(`${world.url}/embed/offers?look=light&lang=en&number=3`)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(answer.headers.get('content-security-policy')).toMatch(/frame-ancestors \*/)
    expect(answer.headers.get('content-security-policy')).not.toMatch(/frame-ancestors 'none'/)
    expect(answer.headers.get('x-frame-options')).toBeNull()
    const html = await answer.text()
    expect(html).not.toMatch(/<script|onclick|onload/)
    // Nothing of another host.
    const { document } = parseHTML(html)
    const loaded = [...document.querySelectorAll('img[src], link[rel=stylesheet], link[rel=icon]')]
    for (const one of loaded) expect(one.getAttribute('src') ?? one.getAttribute('href')).toMatch(/^\/(?!\/)/)
    const b = await world.signIn('bastien')
    await b.get('/work/embed')
    expect(b.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(b.headers.get('content-security-policy')).toContain("frame-src 'self'")
    expect((await b.get('/work')).headers.get('content-security-policy')).not.toContain('frame-src')
  })

  it('has the colours that were chosen, whatever the machine prefers', async () => {
    const world = await startApp()
    const css = async (query: string) => {
      const html = await (await fetch(`${world.url}/embed/offers${query}`)).text()
      const href = parseHTML(html).document.querySelector('link[rel=stylesheet]')!.getAttribute('href')!
      return (await fetch(world.url + href)).text()
    }
    const [own, light, dark] = [await css(''), await css('?look=light'), await css('?look=dark')]
    expect(own).toContain('@media (prefers-color-scheme: dark)')
    expect(light).not.toContain('prefers-color-scheme')
    expect(light).toContain('@media not all')
    expect(dark).not.toContain('prefers-color-scheme')
    expect(dark).toContain('@media all')
    expect(await css('?look=pink')).toBe(own)
  })

  it('takes what is not understood as not said, and says so where it is chosen', async () => {
    const world = await startApp({ kind: 'centre' })
    const odd = 'number=-1&look=pink&lang=klingon&cause=soup&place=Bezan%C3%A7on'
    expect((await fetch(`${world.url}/embed/offers?${odd}`)).status).toBe(200)
    const b = await world.signIn('farid')
    await b.get('/work')
    await b.follow(fr('search.embed.link'))
    await b.get(`/work/embed?${odd}`)
    expect(b.text).toContain(fr('search.note.ignored', { value: 'soup' }))
    expect(b.text).toContain(fr('search.note.unknown_town', { town: 'Bezançon' }))
    expect(b.document.querySelector('iframe')!.getAttribute('src')).not.toMatch(/number|look|lang/)
  })
})

describe('files for search engines', () => {
  const locations = async (world: World, path: string) => {
    const answer = await fetch(world.url + path)
    expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
      path,
      200,
      'application/xml; charset=utf-8',
    ])
    const text = await answer.text()
    expect(text.startsWith('<?xml version="1.0" encoding="UTF-8"?>\n')).toBe(true)
    return [...text.matchAll(/<loc>([^<]*)<\/loc>(?:<lastmod>([^<]*)<\/lastmod>)?/g)].map(([, loc, lastmod]) => ({
      path: loc!.replace('http://localhost:3000', '').replaceAll('&amp;', '&'),
      lastmod,
    }))
  }

  it('are named in robots.txt, and hold the pages and offers of an association while they are online', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    const ids: string[] = []
    for (const title of ['Servir la soupe', 'Lire des histoires']) ids.push(await publishOffer(b, title))
    const robots = await (await fetch(`${world.url}/robots.txt`)).text()
    expect(robots).toContain('Sitemap: http://localhost:3000/sitemap.xml')
    const files = await locations(world, '/sitemap.xml')
    expect(files.map(({ path }) => path)).toEqual(['/sitemap/pages.xml', '/sitemap/offers.xml'])
    expect((await locations(world, files[0]!.path)).map(({ path }) => path)).toContain('/offers')
    for (const { path } of await locations(world, files[0]!.path)) {
      const page = await world.browser().get(path)
      expect([path, page.status, page.document.querySelector('meta[name=robots]')]).toEqual([path, 200, null])
      expect(page.document.querySelector('link[rel=canonical]')!.getAttribute('href')).toBe(
        `http://localhost:3000${path}`,
      )
    }
    const offers = await locations(world, files[1]!.path)
    expect(offers.map(({ path }) => path).toSorted()).toEqual(ids.map((id) => `/offers/${id}`).toSorted())
    expect(offers[0]!.lastmod!.slice(0, 19)).toBe(world.clock.iso().slice(0, 19))
    await b.post(`/work/offers/${ids[0]}/closing`, { reason: 'filled' })
    expect((await locations(world, files[1]!.path)).map(({ path }) => path)).toEqual([`/offers/${ids[1]}`])
    world.clock.advance(400 * 86_400_000)
    expect(await locations(world, files[1]!.path)).toEqual([])
  })

  it('hold no offers of members, whose pages are at home elsewhere', async () => {
    const world = await startApp({ kind: 'centre' })
    await transact(world.deps, (tx) =>
      putListing(tx, world.deps, {
        offer: samplePublicOffer(),
        origin: 'member',
        approvedAt: world.clock.iso(),
        via: '',
      }),
    )
    expect(await locations(world, '/sitemap/offers.xml')).toEqual([])
    expect((await locations(world, '/sitemap/pages.xml')).map(({ path }) => path)).toContain('/associations')
  })

  it('have up to 50 000 addresses each: the next file begins behind the last one', async () => {
    const world = await startApp()
    const id = await publishOffer(await world.signIn('bastien'))
    const more = limits.sitemapEntries
    await sql`insert into offers select printf('x%06d', n) as id, ${sql.raw(
      (await columnsOf(world, 'offers')).filter((name) => name !== 'id').join(', '),
    )} from offers, (with recursive c(n) as (select 1 union all select n + 1 from c where n < ${more}) select n from c)
      where id = ${id}`.execute(world.deps.db)
    const listed = (await columnsOf(world, 'listings')).map((name) =>
      name === 'id'
        ? `1000 + n as id`
        : ['public_id', 'offer_uri', 'offer_id'].includes(name)
          ? `printf('x%06d', n) as ${name}`
          : name,
    )
    const NUMBERS = sql`(with recursive c(n) as (select 1 union all select n + 1 from c where n < ${more}) select n from c)`
    await sql`insert into listings select ${sql.raw(listed.join(', '))} from listings, ${NUMBERS}
      where offer_id = ${id}`.execute(world.deps.db)
    const states = (await columnsOf(world, 'listing_state')).map((name) => (name === 'id' ? '1000 + n as id' : name))
    await sql`insert into listing_state select ${sql.raw(states.join(', '))} from listing_state, ${NUMBERS}
      where id < 1000`.execute(world.deps.db)
    const files = (await locations(world, '/sitemap.xml')).slice(1)
    expect(files).toHaveLength(2)
    const [first, second] = [await locations(world, files[0]!.path), await locations(world, files[1]!.path)]
    expect([first.length, second.length]).toEqual([50_000, 1])
    expect(new Set([...first, ...second].map(({ path }) => path)).size).toBe(50_001)
  })
})

async function columnsOf(world: World, table: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from pragma_table_info(${table})`.execute(world.deps.db)
  return rows.map(({ name }) => name)
}

describe('structured data', () => {
  const dataOf = (b: Browser) => {
    const script = b.document.querySelector('script[type="application/ld+json"]')
    const data = script ? (JSON.parse(script.textContent!) as unknown) : []
    return [data].flat() as Record<string, unknown>[]
  }

  it('of what takes place on its days says day and place, beside the posting, until it is over', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/work/offers/new')
    fillAll(b, 'Ramasser les feuilles').choose('Ponctuel').fill('Premier jour', '2026-12-05')
    await b.press('Enregistrer et me relire')
    const id = b.url.split('/').at(-1)!
    await b.press('Publier maintenant')
    const visitor = world.browser()
    await visitor.get(`/offers/${id}`)
    const [job, event] = dataOf(visitor)
    expect(job).toMatchObject({ '@type': 'JobPosting', employmentType: 'VOLUNTEER' })
    expect(event).toMatchObject({
      '@type': 'Event',
      name: 'Ramasser les feuilles',
      startDate: '2026-12-05',
      endDate: '2026-12-05',
      eventAttendanceMode: 'https://schema.org/OfflineEventAttendanceMode',
      organizer: { name: 'Les Jardins du Canal' },
      url: `http://localhost:3000/offers/${id}`,
      maximumAttendeeCapacity: 4,
      remainingAttendeeCapacity: 4,
    })
    expect((event!['location'] as { address: object }[])[0]!.address).toMatchObject({ addressLocality: 'Dijon' })
    expect(visitor.document.querySelector('link[rel=canonical]')!.getAttribute('href')).toBe(event!['url'])
    world.clock.set('2026-12-06T12:00:00.000Z')
    await visitor.get(`/offers/${id}`)
    expect(dataOf(visitor)).toEqual([])
    expect(visitor.document.querySelector('meta[name=robots]')!.getAttribute('content')).toBe('noindex')
  })

  it('of a regular offer is a posting only', async () => {
    const world = await startApp()
    const id = await publishOffer(await world.signIn('bastien'))
    expect(dataOf(await world.browser().get(`/offers/${id}`)).map((one) => one['@type'])).toEqual(['JobPosting'])
  })

  it('of what takes place at somebody’s home says the town, and no more', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/work/offers/new')
    fillAll(b, 'Rendre visite').choose('Ponctuel').fill('Premier jour', '2026-12-05')
    b.choose('Chez la personne aidée')
    await b.press('Enregistrer et me relire')
    const id = b.url.split('/').at(-1)!
    await b.press('Publier maintenant')
    const visitor = await world.browser().get(`/offers/${id}`)
    expect(dataOf(visitor)).toHaveLength(2)
    expect(JSON.stringify(dataOf(visitor))).not.toMatch(/streetAddress|Salle des fêtes/)
    expect(JSON.stringify(dataOf(visitor))).toContain('Dijon')
  })

  it('is not on the page of a member’s offer, whose canonical address is its home', async () => {
    const world = await startApp({ kind: 'centre' })
    const offer = samplePublicOffer()
    await transact(world.deps, (tx) =>
      putListing(tx, world.deps, { offer, origin: 'member', approvedAt: world.clock.iso(), via: '' }),
    )
    const { public_id } = await world.deps.db.selectFrom('listings').select('public_id').executeTakeFirstOrThrow()
    const visitor = await world.browser().get(`/offers/${public_id}`)
    expect(dataOf(visitor)).toEqual([])
    expect(visitor.document.querySelector('link[rel=canonical]')!.getAttribute('href')).toBe(offer.url)
  })

  it('goes with a preview whose picture and address are of this site', async () => {
    const world = await startApp()
    const id = await publishOffer(await world.signIn('bastien'))
    const visitor = await world.browser().get(`/offers/${id}`)
    const preview = [...visitor.document.querySelectorAll('meta[property^="og:"]')]
    const of = (name: string) =>
      preview.find((one) => one.getAttribute('property') === name)?.getAttribute('content') ?? ''
    expect(of('og:title')).toBe('Servir la soupe du soir')
    expect(of('og:url')).toBe(`http://localhost:3000/offers/${id}`)
    expect(of('og:image') || 'http://localhost:3000/').toMatch(/^http:\/\/localhost:3000\//)
  })
})
