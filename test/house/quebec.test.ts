// SPDX-License-Identifier: AGPL-3.0-or-later
// Words of France do not reach a reader in Québec: texts, pages, mails, feeds and files (pages F11).
import { afterEach, expect, it } from '@jest/globals'
import { MINUTE } from '../../server/base/clock.ts'
import { makeSetUpLink } from '../../server/accounts/first-start.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { mailEverything } from '../support/every-mail.ts'
import { fullWorld } from '../support/full-world.ts'
import { readTexts } from '../support/texts.ts'
import { PASSWORD } from '../support/world.ts'

afterEach(stopApps)

const OF_FRANCE =
  /(?<![\p{L}-])(?:e-?mails?|associations?|associati(?:f|fs|ve|ves)|week-?ends?|départements?|SIRE[NT]|\S*exemple\.fr)(?![\p{L}-])/iu

/** Texts that are about France, or that a site in Québec never shows, with the reason. */
const ALLOWED: Record<string, string> = {
  'association.error.siren': 'the number is French; the field is shown in France only',
  'association.error.siret': 'the number is French; the field is shown in France only',
  'association.error.siret_other_siren': 'the number is French; the field is shown in France only',
  'association.field.siren': 'the field is shown in France only',
  'association.field.siret': 'the field is shown in France only',
  'association.territory.department': 'the kind of area of a place in France',
  'cli.places.why.department': 'of a list of communes of France',
}

/** The Compte d'engagement citoyen is of France: none of its pages and mails is there in Québec. */
const FRANCE_ONLY = /^(?:mail\.|people\.)?cec\.|^hours\.(?:cec\.|settings\.cec)/

const faultsIn = (text: string): string[] => {
  const plain = text.replaceAll(/\b(?:https?:\/\/|mailto:)\S+|\{\w+\}|\/[\w/-]+/g, ' ')
  return [...plain.matchAll(new RegExp(OF_FRANCE, 'giu'))].map(
    ({ index, 0: word }) => `${word}: …${plain.slice(Math.max(0, index - 40), index + 40).replaceAll(/\s+/g, ' ')}…`,
  )
}

it('the differences leave no word of France, but where it is about France', () => {
  const texts = { ...readTexts('fr'), ...readTexts('fr-CA') }
  const faults = Object.entries(texts).filter(
    ([key, text]) => !ALLOWED[key] && !FRANCE_ONLY.test(key) && faultsIn(text).length > 0,
  )
  expect(faults.map(([key, text]) => `${key}: ${text}`)).toEqual([])
  expect(Object.keys(ALLOWED).filter((key) => faultsIn(texts[key] ?? '').length === 0)).toEqual([])
})

it('the rule itself finds the words, alone and in a sentence', () => {
  expect(faultsIn('Écrivez votre e-mail à l’association, prenom.nom@exemple.fr, ce week-end.')).toHaveLength(4)
  expect(faultsIn('Votre courriel, https://association.example, {association}, organisme')).toEqual([])
})

async function inQuebec(): Promise<{ world: World; links: string[]; pages: string[] }> {
  const full = await fullWorld('fr-CA')
  const { db } = full.world.deps
  const quebec = {
    country: 'CA',
    currency: 'CAD',
    time_zone: 'America/Toronto',
    locale: 'fr-CA',
    region: 'CA-QC',
  } as const
  await db
    .updateTable('association')
    .set({ ...quebec, place_name: 'Val-David', territory: '[]' })
    .execute()
  await db.updateTable('people').set({ locale: 'fr-CA' }).execute()
  await db.updateTable('enquiries').set({ locale: 'fr-CA', agreed_text: 'Lu en France.' }).execute()
  await db.updateTable('applications').set({ locale: 'fr-CA' }).execute()
  return full
}

/** Names in JSON are for programs. */
const valuesIn = (json: unknown): string[] =>
  typeof json === 'object' && json !== null ? Object.values(json).flatMap(valuesIn) : [String(json)]

/** What is read: text and names of fields and pictures, or the whole file. */
function read(b: Browser): string {
  const type = b.headers.get('content-type') ?? ''
  if (type.includes('json')) return valuesIn(JSON.parse(b.html)).join('\n')
  if (!type.startsWith('text/html')) return b.html
  const named = [...b.document.querySelectorAll('[aria-label],[placeholder],[title],[alt],[content]')]
  const names = named.flatMap((one) =>
    ['aria-label', 'placeholder', 'title', 'alt', 'content'].map((name) => one.getAttribute(name) ?? ''),
  )
  return [b.text, ...names].join('\n')
}

/** Not read by people in their language: the trail and mails are what others wrote. */
const LEFT_OUT = /^\/(?:sign-out|language|media|source|assets|renew)|\.(?:css|js|svg|gz)\b|\/operator\/(?:trail|mails)/

/** Every page that can be reached by links. */
async function walk(b: Browser, starts: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const kinds = new Map<string, number>()
  const waiting = [...starts]
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const kind = path.replace(/[?#].*/, '').replaceAll(/[0-9a-f-]{36}/g, ':id')
    if (found.has(path) || LEFT_OUT.test(path) || (kinds.get(kind) ?? 0) >= 3) continue
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    await b.get(path)
    found.set(path, read(b))
    if (!b.headers.get('content-type')?.startsWith('text/html')) continue
    const links = [...b.document.querySelectorAll('a[href^="/"],link[href^="/"]')]
    waiting.push(...links.map((one) => one.getAttribute('href')!.replace(/#.*/, '')))
  }
  return found
}

it('no page, feed or file that anybody can reach has a word of France', async () => {
  const { world, links, pages } = await inQuebec()
  const seen = new Map<string, string>()
  for (const name of ['', 'chloe', 'bastien', 'elise', 'farid', 'amina']) {
    const b = world.browser('fr-CA')
    if (name) await b.post('/sign-in', { login: `${name}@example.org`, password: PASSWORD })
    const starts = [
      '/',
      '/offers.atom',
      '/offers.json',
      '/offers.ics',
      '/api/v1/openapi.json',
      ...(name ? ['/my', '/work', ...pages] : links),
    ]
    for (const [path, text] of await walk(b, starts)) seen.set(`${name} ${path}`, text)
  }
  expect(seen.size).toBeGreaterThan(200)
  // The description of the API is in English, which has this word too.
  const said = (path: string, text: string) =>
    path.endsWith('openapi.json') ? text.replaceAll(/\bassociations?\b/gi, '') : text
  expect([...seen.keys()].filter((path) => /openapi|my\/data\.csv/.test(path)).length).toBeGreaterThan(5)
  const faults = [...seen].flatMap(([path, text]) => faultsIn(said(path, text)).map((fault) => `${path}: ${fault}`))
  expect(faults).toEqual([])
}, 120_000)

it('no set-up page has one', async () => {
  const world = await startApp({ empty: true, locale: 'fr-CA' })
  const b = world.browser('fr-CA')
  await b.get(new URL((await makeSetUpLink(world.deps))!).pathname)
  expect(b.html).toContain('lang="fr-CA"')
  // The country is chosen here, so the numbers of both are not asked yet.
  expect(faultsIn(read(b))).toEqual([])
})

it('no mail has one', async () => {
  const { world } = await inQuebec()
  await mailEverything(world)
  await world.settle()
  world.clock.advance(20 * MINUTE)
  const mails = await world.deps.db.selectFrom('mails').selectAll().where('locale', '=', 'fr-CA').execute()
  expect(new Set(mails.map(({ template }) => template)).size).toBeGreaterThan(25)
  const faults = mails.flatMap(({ template, subject, body_text, line }) =>
    faultsIn([subject, body_text, line].join('\n')).map((fault) => `${template}: ${fault}`),
  )
  expect(faults).toEqual([])
})
