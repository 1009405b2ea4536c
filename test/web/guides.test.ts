// SPDX-License-Identifier: AGPL-3.0-or-later
// The guides: what they say and show is what the pages have, each page leads to its step, and they are light and printable.
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { GUIDES, helpAt, stepsOf } from '../../server/web/guides.ts'
import { ROLES, type Role } from '../../server/model/viewer.ts'
import { listPictures, narrowName, PICTURES } from '../../server/help/pictures.ts'
import { routes } from '../../server/routes.ts'
import { HEAVIEST, SHOTS } from '../browser/pictures.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { fullWorld } from '../support/full-world.ts'
import { readTexts } from '../support/texts.ts'

let world: World
const signedIn = new Map<string, Browser>()
const CAST = {
  volunteer: 'chloe',
  coordinator: 'bastien',
  treasurer: 'elise',
  moderator: 'farid',
  administrator: 'amina',
} as const
const texts = { fr: readTexts('fr'), en: readTexts('en') }

async function asOne(role: Role | 'nobody'): Promise<Browser> {
  const known = signedIn.get(role)
  if (known) return known
  const b = role === 'nobody' ? world.browser() : await world.signIn(CAST[role])
  signedIn.set(role, b)
  return b
}

beforeAll(async () => {
  world = (await fullWorld()).world
}, 120_000)
afterAll(stopApps)

const STEPS = ROLES.flatMap((role) => stepsOf(role).map(([name, step]) => ({ role, name, step })))
const shotOf = (role: Role, name: string) => SHOTS.find((shot) => shot.name === `${role}-${name}`)

describe('what a guide says is on the page', () => {
  it.each(STEPS.filter(({ step }) => step.shows).map((one) => [`${one.role}#${one.name}`, one] as const))(
    '%s names words that its page has',
    async (_what, { role, name, step }) => {
      const shot = shotOf(role, name)
      const b = await asOne(shot?.who ?? role)
      await b.get(shot?.path ?? step.at)
      // Of several things of a list, the one that is as the text says: another may be full, or answered.
      const missing: string[][] = []
      for (const link of shot?.follow ? linksIn(b, shot.follow) : ['']) {
        if (link) await b.get(link)
        const [form] = step.at.endsWith('/apply') ? linksIn(b, 'main a.btn--main') : []
        if (form) await b.get(form)
        expect(b.status).toBe(200)
        if (shot?.from) expect(elementsIn(b, shot.from)).not.toEqual([])
        missing.push(Object.values<string>(step.shows ?? {}).filter((key) => !shows(b, texts.fr[key]!)))
        if (missing.at(-1)!.length === 0) break
      }
      expect(missing.at(-1)).toEqual([])
    },
  )

  it('each text uses every word it is given, and no other', () => {
    const wrong = STEPS.flatMap(({ role, name, step }) => {
      const given = Object.keys({ ...step.shows, ...step.says }).toSorted()
      return (['fr', 'en'] as const)
        .map((locale) => [locale, texts[locale][`help.step.${role}.${name}.text`] ?? ''] as const)
        .filter(([, text]) => {
          const used = new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, word]) => word!))
          return text === '' || [...used].toSorted().join() !== given.join()
        })
        .map(([locale]) => `${locale} ${role}#${name}: ${given.join(', ')}`)
    })
    expect(wrong).toEqual([])
  })

  it('has its texts for each step and nothing else', () => {
    const needed = [
      ...ROLES.flatMap((role) => [`help.guide.${role}.title`, `help.guide.${role}.lead`]),
      ...STEPS.flatMap(({ role, name }) => [`help.step.${role}.${name}.title`, `help.step.${role}.${name}.text`]),
      ...SHOTS.map(({ name }) => `help.picture.${name.replace('-', '.')}`),
    ].toSorted()
    const found = Object.keys(texts.fr).filter((key) => /^help\.(?:guide|step|picture)\./.test(key))
    expect(found.toSorted()).toEqual(needed)
  })
})

describe('pictures of the guides', () => {
  const list = listPictures()

  it('are those that were made: for wide and narrow screens one of each step in both languages, each light', () => {
    const names = SHOTS.flatMap(({ name }) => [name, narrowName(name)])
    const needed = names.flatMap((name) => [`${name}.en`, `${name}.fr`]).toSorted()
    expect(Object.keys(list).toSorted()).toEqual(needed)
    const files = readdirSync(PICTURES).filter((file) => file.endsWith('.webp'))
    expect(files.map((file) => file.replace('.webp', '')).toSorted()).toEqual(needed)
    const wrong = files.filter((file) => {
      const bytes = readFileSync(join(PICTURES, file))
      const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 12)
      return bytes.length > HEAVIEST || list[file.replace('.webp', '')]!.digest !== digest
    })
    expect(wrong).toEqual([])
  })

  it('are served without end under the digest of their content, and under no other address', async () => {
    const b = world.browser()
    await b.get('/help/volunteer')
    const { src } = b.document.querySelector<HTMLImageElement>('main img')!
    const answer = await fetch(world.url + src)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/webp'])
    expect(answer.headers.get('cache-control')).toContain('immutable')
    expect((await answer.arrayBuffer()).byteLength).toBe(statSync(join(PICTURES, 'volunteer-find.fr.webp')).size)
    for (const wrong of [
      'x.webp',
      'list.json',
      src.replace(/\.[\da-f]{12}\./, '.000000000000.'),
      '..%2f..%2fconstructor',
    ])
      expect((await fetch(`${world.url}/help/pictures/${wrong.split('/').at(-1)}`)).status).toBe(404)
  })
})

describe('the pages of help', () => {
  it.each(ROLES)(
    'of %s is one heading, its steps, and pictures with words that load when they are seen',
    async (role) => {
      const b = world.browser()
      await b.get(`/help/${role}`)
      expect(b.status).toBe(200)
      expect(b.document.querySelectorAll('main section[id]')).toHaveLength(stepsOf(role).length)
      const pictures = [...b.document.querySelectorAll('main img')]
      expect(pictures).toHaveLength(SHOTS.filter(({ name }) => name.startsWith(`${role}-`)).length)
      for (const one of pictures) {
        expect(one.getAttribute('alt')!.length).toBeGreaterThan(20)
        expect(['loading', 'width', 'height'].map((name) => Boolean(one.getAttribute(name)))).toEqual([
          true,
          true,
          true,
        ])
        expect(one.getAttribute('loading')).toBe('lazy')
        const narrow = one.parentElement!.querySelector('source')!
        expect(Number(narrow.getAttribute('width'))).toBeLessThanOrEqual(360)
        expect((await fetch(world.url + narrow.getAttribute('srcset'))).status).toBe(200)
      }
      expect(b.text).not.toMatch(/\{\w+\}|help\.step/)
      // Before a picture is seen: the page, and what every page has.
      const assets = await Promise.all(
        [...b.html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(async ([, path]) =>
          (await fetch(world.url + path!)).arrayBuffer(),
        ),
      )
      const bytes = [Buffer.from(b.html), ...assets.map((one) => Buffer.from(one))].map((one) => gzipSync(one).length)
      expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(60_000)
    },
  )

  it('is in the language of the reader, pictures too', async () => {
    const b = world.browser('en')
    await b.get('/help/volunteer')
    expect(b.heading).toBe(texts.en['help.guide.volunteer.title'])
    expect(b.document.querySelector('main img')!.getAttribute('src')).toMatch(/volunteer-find\.en\./)
  })

  it('shows one’s own guides first, and those of what there is on the site', async () => {
    const order = (b: Browser) =>
      [...b.document.querySelectorAll('main .tiles a')].map((one) => one.getAttribute('href'))
    const treasurer = await asOne('treasurer')
    await treasurer.get('/help')
    expect([order(treasurer)[0], order(treasurer)]).toEqual([
      '/help/treasurer',
      expect.arrayContaining(['/help/volunteer']),
    ])
    expect(order(treasurer)).toHaveLength(5)
    const alone = await startApp()
    const visitor = alone.browser()
    await visitor.get('/help')
    expect(order(visitor)).toEqual(['/help/volunteer', '/help/treasurer', '/help/coordinator', '/help/administrator'])
    expect((await visitor.get('/help/nobody')).status).toBe(404)
  })
})

describe('each page leads to its step', () => {
  const idsOf = new Map<string, string[]>(ROLES.map((role) => [role, Object.keys(GUIDES[role].steps)]))
  const inside = routes.filter(({ method, who }) => method === 'get' && who !== 'anyone').map(({ path }) => path)

  it.each(inside)('%s', (path) => {
    const [, role = '', step = ''] = /^\/help\/(\w+)#(\w+)$/.exec(helpAt(path)) ?? []
    expect([path, idsOf.get(role)?.includes(step)]).toEqual([path, true])
  })

  it('by the link at its foot, also for visitors and after a form with faults', async () => {
    const foot = (b: Browser) => b.document.querySelector('footer a[href^="/help"]')!.getAttribute('href')
    const volunteer = await asOne('volunteer')
    await volunteer.get('/my/hours')
    expect(foot(volunteer)).toBe('/help/volunteer#hours')
    await volunteer.post('/my/hours', {})
    expect([volunteer.status, foot(volunteer)]).toEqual([422, '/help/volunteer#hours'])
    const visitor = world.browser()
    expect([foot(await visitor.get('/offers')), foot(await visitor.get('/'))]).toEqual([
      '/help/volunteer#find',
      '/help',
    ])
  })
})

const elementsIn = (b: Browser, selector: string) => [...b.document.querySelectorAll(selector)]
const linksIn = (b: Browser, selector: string) => elementsIn(b, selector).map((one) => one.getAttribute('href')!)
const squeezed = (text: string) => text.replaceAll(/[\s\u00a0\u202f]+/g, ' ').replaceAll(/ ([:;?!])/g, '$1')
const shows = (b: Browser, words: string) => squeezed(b.text).includes(squeezed(words))
