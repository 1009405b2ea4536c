// SPDX-License-Identifier: AGPL-3.0-or-later
// The pictures of the guides: what each shows, and how they are made from the demonstration (`npm run browser -- pictures`).
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { narrowName, PICTURES, type Picture } from '../../server/help/pictures.ts'
import { stepsOf } from '../../server/web/guides.ts'
import { ROLES, type Role } from '../../server/model/viewer.ts'

const WIDTH = 760
const WIDE = 1120
/** Of a telephone, whose pages are laid out otherwise: its pictures are seen there as large as the page itself. */
const NARROW = 360
const HIGHEST = 620
/** Pages are black on white with a few tints: so many colours show text without a blur, in half the bytes of a photograph. */
const COLOURS = 16
/** Around what is shown, so that no text touches the edge. */
const MARGIN = 8

type Place = 'association' | 'centre'
export type Shot = {
  /** `ROLE-STEP`. */
  name: string
  /** Who looks; nobody is signed in. */
  who: Role | 'nobody'
  site: Place
  path: string
  /** A link of that page which leads to what is shown. */
  follow?: string
  /** From here on; else from the heading. */
  from?: string
  /** What follows is not shown. */
  until?: string
  /** Of the window, for a page with a wide table or two columns. */
  width?: number
}

/** Links and elements as the pages have them: a test finds each of them (test/web/guides.test.ts). */
const WHERE: Record<string, Omit<Shot, 'name'>> = {
  'volunteer-find': { who: 'nobody', site: 'association', path: '/offers' },
  'volunteer-apply': {
    who: 'nobody',
    site: 'association',
    path: '/offers',
    follow: 'main .card h3 a, main .card h2 a',
  },
  'volunteer-space': { who: 'volunteer', site: 'association', path: '/my' },
  'volunteer-hours': { who: 'volunteer', site: 'association', path: '/my/hours' },
  'coordinator-desk': { who: 'coordinator', site: 'association', path: '/work', until: 'main h2' },
  'coordinator-write': { who: 'coordinator', site: 'association', path: '/work/offers/new' },
  'coordinator-answer': {
    who: 'coordinator',
    site: 'association',
    path: '/work/applications',
    follow: 'main table tbody a',
  },
  'coordinator-hours': { who: 'coordinator', site: 'association', path: '/work/hours', from: '#main-form' },
  'treasurer-rates': { who: 'treasurer', site: 'association', path: '/work/hours/settings' },
  'treasurer-statement': { who: 'treasurer', site: 'association', path: '/work/hours/statement' },
  'moderator-desk': { who: 'moderator', site: 'centre', path: '/moderation', width: WIDE },
  'moderator-decide': {
    who: 'moderator',
    site: 'centre',
    path: '/moderation',
    follow: 'main table tbody a',
    until: 'main details >> nth=1',
    width: WIDE,
  },
  'moderator-members': { who: 'moderator', site: 'centre', path: '/partners', width: WIDE },
  'administrator-settings': { who: 'administrator', site: 'association', path: '/settings', from: 'main form h2' },
  'administrator-team': { who: 'administrator', site: 'association', path: '/work/people/new' },
  'administrator-health': { who: 'administrator', site: 'association', path: '/operator' },
}

/** One for each step of a guide that has a picture. */
export const SHOTS: readonly Shot[] = ROLES.flatMap((role) =>
  stepsOf(role)
    .filter(([, { isPictured }]) => isPictured)
    .map(([step]) => {
      const where = WHERE[`${role}-${step}`]
      if (!where) throw new Error(`test/browser/pictures.ts: say where the picture ${role}-${step} is made`)
      return { name: `${role}-${step}`, ...where }
    }),
)

/** Bytes of one; those of a page together: test/web/weight.test.ts. */
export const HEAVIEST = 18_000

type Ready = Record<Place, { url: string; accounts: { role: Role; login: string; password: string }[] }>

/** Fills a demonstration of its own, and writes a picture of each shot in French and English, with the list of all. */
export async function takePictures(browser: Browser, port: number): Promise<number> {
  const data = mkdtempSync(join(tmpdir(), 'mainforte-pictures-'))
  const demo = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../server/demo/run.ts'), '--port', `${port}`, '--data', data],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  try {
    const sites = await ready(demo)
    mkdirSync(PICTURES, { recursive: true })
    for (const file of readdirSync(PICTURES)) rmSync(join(PICTURES, file))
    const list: Record<string, Picture> = {}
    for (const language of ['fr', 'en'] as const)
      for (const shot of SHOTS) Object.assign(list, await take(browser, sites, shot, language))
    writeFileSync(join(PICTURES, 'list.json'), `${JSON.stringify(list, null, 2)}\n`)
    return Object.keys(list).length
  } finally {
    demo.kill('SIGTERM')
    await new Promise((resolve) => demo.once('exit', resolve))
    rmSync(data, { recursive: true, force: true })
  }
}

/** Resolves with its addresses once all of it serves. */
function ready(demo: ReturnType<typeof spawn>): Promise<Ready> {
  let printed = ''
  return new Promise((resolve, reject) => {
    demo.once('exit', (code) => reject(new Error(`the demonstration ended with ${code}`)))
    demo.stdout!.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      const line = /^demo ready (.*)$/m.exec(printed)?.[1]
      if (!line) return
      const { centre, associations } = JSON.parse(line) as { centre: Ready['centre']; associations: Ready['centre'][] }
      resolve({ centre, association: associations[0]! })
    })
  })
}

/** For wide and for narrow screens. */
async function take(browser: Browser, sites: Ready, shot: Shot, language: 'fr' | 'en') {
  const { url, accounts } = sites[shot.site]
  const { width = WIDTH } = shot
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    locale: language === 'fr' ? 'fr-FR' : 'en-CA',
    colorScheme: 'light',
  })
  try {
    const page = await context.newPage()
    if (shot.who !== 'nobody')
      await signIn(
        page,
        url,
        accounts.find(({ role }) => role === shot.who)!,
      )
    await chooseLanguage(page, url, language)
    await page.goto(url + shot.path)
    if (shot.follow) await page.locator(shot.follow).first().click()
    // The form of an offer is behind its page.
    if (shot.name === 'volunteer-apply') await page.locator('main a.btn--main:visible').first().click()
    const [name, narrow] = [`${shot.name}.${language}`, `${narrowName(shot.name)}.${language}`]
    const wide = await write(name, await capture(page, shot))
    await page.setViewportSize({ width: NARROW, height: 900 })
    return { [name]: wide, [narrow]: await write(narrow, await capture(page, shot)) }
  } finally {
    await context.close()
  }
}

/** From the heading, without the wide margins of the page. */
async function capture(page: Page, shot: Shot): Promise<Buffer> {
  const box = async (selector: string) => page.locator(selector).first().boundingBox()
  const main = (await box('main'))!
  const wrap = await page
    .locator('main .wrap:has(h1)')
    .last()
    .evaluate((one) => {
      const { left, right } = one.getBoundingClientRect()
      const { paddingLeft, paddingRight } = getComputedStyle(one)
      return { left: left + parseFloat(paddingLeft), right: right - parseFloat(paddingRight) }
    })
  const top = Math.max(0, ((await box(shot.from ?? 'main h1'))?.y ?? 0) - MARGIN)
  const end = (shot.until && (await box(shot.until))?.y) || main.y + main.height
  return page.screenshot({
    fullPage: true,
    clip: {
      x: wrap.left - MARGIN,
      y: top,
      width: wrap.right - wrap.left + 2 * MARGIN,
      height: Math.min(HIGHEST, end - top),
    },
  })
}

async function signIn(page: Page, url: string, { login, password }: { login: string; password: string }) {
  await page.goto(`${url}/sign-in`)
  await page.locator('#f-login').fill(login)
  await page.locator('#f-password').fill(password)
  await page.locator('main button.btn--main').click()
  await page.locator('form[action="/sign-out"]').first().waitFor()
}

async function chooseLanguage(page: Page, url: string, language: string): Promise<void> {
  await page.goto(`${url}/about`)
  const button = page.locator(`form[action="/language"]:has(input[value="${language}"]) button`)
  if ((await button.count()) > 0) await button.first().click()
}

async function write(name: string, png: Buffer): Promise<Picture> {
  const plain = await sharp(png).png({ palette: true, colours: COLOURS, dither: 0 }).toBuffer()
  const { data, info } = await sharp(plain).webp({ lossless: true, effort: 6 }).toBuffer({ resolveWithObject: true })
  if (data.length > HEAVIEST) throw new Error(`${name}.webp has ${data.length} bytes, more than ${HEAVIEST}`)
  writeFileSync(join(PICTURES, `${name}.webp`), data)
  const digest = createHash('sha256').update(data).digest('hex').slice(0, 12)
  return { width: info.width, height: info.height, digest }
}
