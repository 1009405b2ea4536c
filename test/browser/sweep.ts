// SPDX-License-Identifier: AGPL-3.0-or-later
// Every page as each kind of person, in French and English, at 360 and 1280 px: no horizontal scrolling (also with text
// twice as large), no request to another host, no axe violation (WCAG 2.0 to 2.2, A and AA; in English at 360 px).
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { routes } from '../../server/routes.ts'
import type { Process } from '../support/processes.ts'
import type { Name } from '../support/world.ts'
import { AFTER_AN_ANSWER } from './things.ts'

const { source } = createRequire(import.meta.url)('axe-core') as { source: string }
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const WIDTHS = [360, 1280]
/** Our text is 112.5 % of the browser's size: 18 px, and 36 px for people who doubled it. */
const LARGE_TEXT_PX = 36
type Violation = { id: string; nodes: { html: string; failureSummary: string }[] }

function plainPaths(): string[] {
  const gets = routes.filter(({ method, path }) => method === 'get' && !path.includes(':'))
  return gets.map(({ path }) => path).filter((path) => !/\.|^\/api|^\/embed/.test(path))
}

/** Only a mailed link leads there, or one of a document; or pictures. */
const WITHOUT_A_LINK =
  /^\/(applications|attestations|credentials|enquiries(?!\/new)|welcome|password|email|erasure|help\/pictures|media|renew|setup|sign-in\/link)\//
/** Seen only when the whole job was done before, or not at all: their states are in no world of this sweep yet. */
const NOT_IN_THIS_WORLD = [
  '/offers/:offer/apply',
  '/work/applications/:application',
  '/work/applications/:application/refusal',
  '/work/offers/:offer/edit',
  '/work/offers/:offer/publication',
  '/work/offers/:offer/renewal',
  '/work/offers/templates/:template',
  '/work/offers/templates/:template/removal',
  '/work/import/:file',
  '/work/import/:file/undo',
  '/work/offers/import/:import',
  '/work/offers/import/:import/undo',
  '/work/offers/:offer/schedule',
  '/work/offers/:offer/invitations',
  '/work/offers/:offer/attendance',
  '/work/offers/:offer/closing',
  '/work/offers/:offer/cancellation',
  '/work/offers/:offer/removal',
  '/work/offers/:offer/withdrawal',
  '/my/hours/:entry/correction',
  '/moderation/:item/suspension',
  // An offer of the association's own with a code at its entrance.
  '/hours/kiosk/:token',
  '/moderation/:item/removal',
  '/work/hours/links/offers/:offer',
  '/work/hours/simulation/:method',
  '/work/hours/years/:year/closing',
  '/moderation/notes/:note/removal',
  '/operator/mails/:mail',
  '/operator/federation/hosts/:host/leaving-out',
]

/** Linked once the offer is over. */
const OWN_OFFER = /^\/work\/offers\/[0-9a-f-]{36}$/

/** Pages about one thing of which nobody saw one: their thing is missing in things.ts. */
function unseen(seen: ReadonlySet<string>): string[] {
  const all = [...seen].map((path) => path.split('?')[0]!)
  const gets = routes.filter(({ method, path }) => method === 'get' && path.includes(':') && !/\.\w+$/.test(path))
  return gets
    .map(({ path }) => path)
    .filter((path) => !WITHOUT_A_LINK.test(path) && !path.startsWith('/api') && !NOT_IN_THIS_WORLD.includes(path))
    .filter((path) => !all.some((one) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`).test(one)))
    .map(
      (path) => `${path}: no page of it was seen; add its thing to test/browser/things.ts and a link that leads to it`,
    )
}

export async function sweep(stage: { browser: Browser; centre: Process; association: Process }) {
  const faults: string[] = []
  let passed = 0
  const shown = new Set<string>()
  const guides = new Set<string>()
  const people: [Process, Name | 'nobody'][] = [
    [stage.association, 'nobody'],
    [stage.association, 'chloe'],
    [stage.association, 'amina'],
    [stage.centre, 'nobody'],
    [stage.centre, 'amina'],
  ]
  const lookAs = async (instance: Process, name: Name | 'nobody', locale: string) => {
    const cookie = name === 'nobody' ? undefined : (await instance.signIn(name)).cookie
    const context = await stage.browser.newContext({ locale })
    const elsewhere: string[] = []
    context.on('request', (request) => {
      if (!request.url().startsWith(instance.url) && !request.url().startsWith('data:')) elsewhere.push(request.url())
    })
    if (cookie) {
      const [key, value] = cookie.split('=') as [string, string]
      await context.addCookies([{ name: key, value, url: instance.url }])
    }
    const page = await context.newPage()
    page.on('dialog', (dialog) => {
      faults.push(`${instance.name} ${name}: a page opened a dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    if (name !== 'nobody') await chooseLanguage(page, instance, locale.startsWith('fr') ? 'fr' : 'en')
    const seen = new Set<string>()
    const queue = [...plainPaths(), ...(instance === stage.centre ? AFTER_AN_ANSWER : []), ...instance.mailedPaths]
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      const shape = path.split('?')[0]!.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|[\w-]{16,}/g, ':id')
      if (seen.has(shape)) continue
      seen.add(shape)
      // Long, and the same for everybody: once in each language.
      if (path.startsWith('/help/') && !path.startsWith('/help/ask') && guides.has(`${locale} ${path}`)) continue
      guides.add(`${locale} ${path}`)
      if (OWN_OFFER.test(path)) queue.push(`${path}/attendance`)
      const result = await examine(page, instance, path, locale.startsWith('fr'))
      if (result.links) queue.push(...result.links)
      if (result.skipped) continue
      shown.add(path)
      for (const fault of result.faults) faults.push(`${instance.name} ${name} ${locale} ${path}: ${fault}`)
      if (result.faults.length === 0) passed += WIDTHS.length
    }
    for (const url of new Set(elsewhere)) faults.push(`${instance.name} ${name}: a page asked another host: ${url}`)
    await context.close()
  }
  // Two browsers at a time, one for each core.
  const rest = people.flatMap(([instance, name]) => ['fr-FR', 'en-CA'].map((locale) => ({ instance, name, locale })))
  const lane = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) await lookAs(next.instance, next.name, next.locale)
  }
  await Promise.all([lane(), lane()])
  return { passed, faults: [...faults, ...unseen(shown)] }
}

/** After a page that is no page, Chromium ends the next ones before they are there. */
const DOWNLOAD = /\.(csv|atom|json|ics|pdf|jwt|ods|gz|xml)\b/

async function chooseLanguage(page: Page, instance: Process, locale: string): Promise<void> {
  await page.goto(`${instance.url}/about`)
  const button = page.locator(`form[action="/language"]:has(input[value="${locale}"]) button`)
  if ((await button.count()) > 0) await button.first().click()
}

/** @param isWhole with axe at each width, else at the first only: its rules hold for any language. */
async function examine(page: Page, instance: Process, path: string, isWhole: boolean) {
  let fault = ''
  const answer = await page.goto(instance.url + path).catch((error: unknown) => {
    fault = `could not be opened: ${String(error).split('\n')[0]}`
    return null
  })
  if (fault) return { skipped: false, faults: [fault] }
  const type = answer?.headers()['content-type'] ?? ''
  const landed = new URL(page.url()).pathname
  if (!answer || !type.includes('text/html') || (landed === '/sign-in' && path !== '/sign-in'))
    return { skipped: true, faults: [] }
  const faults: string[] = []
  if (answer.status() >= 500) faults.push(`answered ${answer.status()}`)
  // Injected as a string: our content policy forbids script tags, not the browser's own tools.
  await page.evaluate(source)
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    faults.push(...(await tooWideInLargeText(page)))
    const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
    if (wide) faults.push(`scrolls sideways at ${width} px`)
    if (!isWhole && width !== WIDTHS[0]) continue
    const violations = (await page.evaluate(
      `axe.run(document, { runOnly: ${JSON.stringify(TAGS)}, resultTypes: ['violations'] }).then((result) => result.violations)`,
    )) as Violation[]
    for (const { id, nodes } of violations)
      faults.push(`${width} px ${id}: ${nodes[0]!.html.slice(0, 160)} ${nodes[0]!.failureSummary.slice(0, 200)}`)
  }
  const links = await page
    .locator('main a[href^="/"]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('href')!))
  return {
    skipped: false,
    faults,
    links: links.filter((link) => !DOWNLOAD.test(link) && !/sign-out|^\/media/.test(link)),
  }
}

/** WCAG 1.4.4: the text that reaches furthest beyond a phone when characters are twice as large. */
async function tooWideInLargeText(page: Page): Promise<string[]> {
  const reach = (await page.evaluate(`(() => {
    const page = document.documentElement
    page.style.fontSize = '${LARGE_TEXT_PX}px'
    const furthest = () => [...document.querySelectorAll('body *')]
      .toSorted((one, other) => other.getBoundingClientRect().right - one.getBoundingClientRect().right)[0]
    const found = page.scrollWidth > innerWidth ? furthest().outerHTML.slice(0, 160) : ''
    page.style.fontSize = ''
    return found
  })()`)) as string
  return reach ? [`scrolls sideways with characters of ${LARGE_TEXT_PX} px: ${reach}`] : []
}
