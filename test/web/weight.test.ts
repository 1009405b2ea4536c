// SPDX-License-Identifier: AGPL-3.0-or-later
// No page weighs more than 60 kB on a first visit: the page, its style sheet, its script and the pictures it shows.
import { request } from 'node:http'
import { afterEach, expect, it } from '@jest/globals'
import sharp from 'sharp'
import { insertAffiliation } from '../../db/queries/affiliations.ts'
import { saveLogo as saveCopy } from '../../db/queries/partner-logos.ts'
import { insertUpload } from '../../db/queries/uploads.ts'
import { LOGO_COPY } from '../../federation/partner-logos.ts'
import { saveLogo } from '../../server/association/commands.ts'
import { drawLogo } from '../../server/association/logo.ts'
import { DAY, later } from '../../server/base/clock.ts'
import { FIELDS } from '../../server/model/offer/fields.ts'
import { ROLES, viewerOf } from '../../server/model/viewer.ts'
import { addPicture, keepPicture } from '../../server/offers/commands/files.ts'
import { putListing } from '../../server/public-offer/listing.ts'
import { OFFER_PICTURE } from '../../server/public-offer/pictures.ts'
import { routes } from '../../server/routes.ts'
import { drawPicture } from '../../server/web/picture.ts'
import { transact } from '../../server/web/transact.ts'
import { publish } from '../support/answering.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { samplePublicOffer } from '../support/offers.ts'

afterEach(stopApps)

const MOST = 60_000
const chief = (world: World) => viewerOf(world.id('amina'), 'Amina', ROLES)

/** As many details as a photograph has. */
async function photo(width: number, height: number): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
  const drawn = sharp({ create: { width, height, channels: 3, background: '#888', noise } })
  return drawn.blur(3).jpeg({ quality: 95 }).toBuffer()
}

/** Bytes of an answer as it is sent to a browser that accepts gzip. */
function ask(url: string, language: string): Promise<{ bytes: number; type: string }> {
  const headers = { 'accept-encoding': 'gzip', accept: 'text/html', 'accept-language': language }
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers }, (answer) => {
      let bytes = 0
      answer.on('data', (chunk: Buffer) => (bytes += chunk.length))
      answer.on('end', () => resolve({ bytes, type: answer.headers['content-type'] ?? '' }))
    })
    asked.on('error', reject).end()
  })
}

/**
 * Everything down to the foot of the page, what loads only when it is seen included; pictures in a folded part are not.
 * Of pictures for narrow and for wide screens a browser loads one: the heavier counts.
 */
async function weightOf(world: World, path: string, language: string): Promise<number> {
  const page = await ask(world.url + path, language)
  if (!page.type.startsWith('text/html')) return 0
  const b = await world.browser(language).get(path)
  const bytesOf = async (file: string) => (await ask(new URL(file, world.url + path).href, language)).bytes
  b.document.querySelectorAll('details:not([open]) img').forEach((one) => one.remove())
  const named = [...b.document.querySelectorAll('link[rel=stylesheet], link[rel=icon], script[src], img[src]')]
  const counted = new Set<string>()
  let total = page.bytes
  for (const one of named) {
    const file = one.getAttribute('href') ?? one.getAttribute('src')!
    if (counted.has(file)) continue
    counted.add(file)
    const others = [...(one.parentElement?.querySelectorAll(':scope > source') ?? [])]
    const sizes = [file, ...others.map((other) => other.getAttribute('srcset')!)].map(bytesOf)
    total += Math.max(...(await Promise.all(sizes)))
  }
  return total
}

async function weights(world: World, paths: string[]): Promise<[string, number][]> {
  const found: [string, number][] = []
  for (const language of ['fr', 'en'])
    for (const path of paths) found.push([`${language} ${path}`, await weightOf(world, path, language)])
  return found.filter(([, bytes]) => bytes > 0)
}

const publicPages = () =>
  routes
    .filter(({ method, who, path }) => method === 'get' && who === 'anyone' && !path.includes(':'))
    .map(({ path }) => path)

it.each(['association', 'centre'] as const)('a first visit of an %s with a logo and long texts', async (kind) => {
  const world = await startApp({ kind })
  const logo = await drawLogo(await photo(900, 500))
  if (!logo.ok) throw new Error(logo.reason)
  await saveLogo(world.deps, chief(world), 'Une bêche', logo.logo)
  const more: string[] = []
  if (kind === 'association') {
    const words = 'Aider les gens du quartier à préparer ce qui sera servi demain midi. '
    const long = (name: 'context' | 'profile' | 'support' | 'practical') =>
      [name, { fr: words.repeat(Math.floor(FIELDS[name].longest / words.length)) }] as const
    const texts = Object.fromEntries((['context', 'profile', 'support', 'practical'] as const).map(long))
    const offer = await publish(world, { ...texts, requirements: ['licence_b', 'vehicle'] })
    for (const alt of ['Une', 'Deux', 'Trois']) {
      const drawn = await drawPicture(await photo(1600, 1200), OFFER_PICTURE)
      if (!drawn.ok) throw new Error(drawn.reason)
      const file = await keepPicture(world.deps, chief(world), offer, drawn.picture)
      const sent = { personId: null, key: file, content: alt }
      await addPicture(world.deps, chief(world), offer, { file, alt: { fr: alt } }, sent)
    }
    const page = await world.browser().get(`/offers/${offer}`)
    expect(page.document.querySelectorAll('.picture img')).toHaveLength(3)
    more.push(`/offers/${offer}`, ...['apply', 'report', 'forward'].map((end) => `/offers/${offer}/${end}`))
  }
  const found = await weights(world, [...publicPages(), ...more])
  expect(found.length).toBeGreaterThan(40)
  expect(found.filter(([, bytes]) => bytes > MOST)).toEqual([])
  // A page with a logo and a picture weighs something, so they were counted.
  expect(Math.max(...found.map(([, bytes]) => bytes))).toBeGreaterThan(kind === 'association' ? 40_000 : 20_000)
})

it('the members of a large centre with their logos, and a full list of offers', async () => {
  const world = await startApp({ kind: 'centre' })
  const { deps } = world
  const drawn = await drawPicture(await photo(900, 500), LOGO_COPY)
  if (!drawn.ok) throw new Error(drawn.reason)
  const offers = Array.from({ length: 60 }, (_, at) =>
    samplePublicOffer({
      association: {
        uri: `https://m${at}.example/actor`,
        url: `https://m${at}.example/`,
        name: `Les amis du quartier n° ${at}`,
      },
    }),
  )
  await transact(deps, async (tx) => {
    for (const [at, offer] of offers.entries()) {
      const { uri, url, name } = offer.association
      await putListing(tx, deps, { offer, origin: 'member', approvedAt: deps.clock.iso(), via: `t${at}` })
      await insertAffiliation(tx, {
        id: `a${at}`,
        partner_uri: uri,
        partner_is: 'member',
        partner_name: name,
        partner_url: url,
        partner_summary: 'Nous lisons avec les enfants du quartier. '.repeat(9),
        state: 'active',
        requested_at: deps.clock.iso(),
      })
      // Each its own file.
      const picture = { ...drawn.picture, bytes: Buffer.concat([drawn.picture.bytes, Buffer.from([at])]) }
      await insertUpload(tx, { id: `logo${at}`, kind: 'logo', ...picture, created_at: deps.clock.iso() })
      const copy = { source_url: `${url}logo`, upload_id: `logo${at}`, alt: 'Un livre', fault: null }
      await saveCopy(tx, { partner_uri: uri, ...copy, due_at: later(deps.clock.iso(), DAY) })
    }
  })
  const page = await world.browser().get('/associations')
  expect(page.document.querySelectorAll('main img.logo').length).toBeGreaterThan(10)
  const [first] = page.document.querySelectorAll('main img.logo')
  expect((await fetch(world.url + first!.getAttribute('src')!)).status).toBe(200)
  const listed = await world.browser().get('/offers')
  const one = /\/offers\/[\da-f]{16}/.exec(listed.html)![0]
  const found = await weights(world, ['/associations', '/offers', one])
  expect(found).toHaveLength(6)
  expect(found.filter(([, bytes]) => bytes > MOST)).toEqual([])
})

it('each guide, down to its last picture, in both languages', async () => {
  const world = await startApp()
  const found = await weights(
    world,
    ROLES.map((role) => `/help/${role}`),
  )
  expect(found).toHaveLength(2 * ROLES.length)
  expect(found.filter(([, bytes]) => bytes > MOST)).toEqual([])
})
