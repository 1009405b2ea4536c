// SPDX-License-Identifier: AGPL-3.0-or-later
// A million hours of two thousand people: lists, one year's statement, an attestation, and an export during which others
// are served.
import { Agent } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { createBrowser } from '../../support/browser.ts'
import { fillHours, fillPeople } from '../../support/size-desk.ts'
import { PASSWORD } from '../../support/world.ts'
import { residentMb } from '../instance.ts'
import type { Figure } from '../run.ts'
import { PUBLIC_URL, startFilled, type Running } from './folder.ts'
import { ask, load, measure, round, timesOf, watchLivez, type Asked } from './load.ts'

const SEED = 20_261_128
const PEOPLE = 2000
const HOURS = 1_000_000
/** Chloé volunteers as much as the most eager of the others. */
const OWN = 600

export const LEDGER = [
  'hours_1m_page_p99_ms',
  'export_livez_p99_ms',
  'hours_export_mb',
  'close_year_s',
  'close_year_livez_p99_ms',
  'attestation_ms',
]

export async function signIn(running: Running, name: string): Promise<string> {
  const browser = createBrowser(running.url, PUBLIC_URL)
  await browser.get('/sign-in')
  await browser.post('/sign-in', { login: `${name}@example.org`, password: PASSWORD })
  if (!browser.cookie) throw new Error(`${name} could not sign in: ${browser.status}`)
  return browser.cookie
}

/** @returns the slowest kind of page, with all of them in its note. */
export async function worstPage(name: string, url: string, kinds: Record<string, Asked>): Promise<Figure> {
  const pages = []
  for (const [kind, asked] of Object.entries(kinds)) pages.push({ kind, ...(await measure(url, [asked])) })
  const slowest = pages.toSorted((a, b) => b.p99 - a.p99)[0]!
  const each = pages.map(({ kind, p50, p99, n }) => `${kind} ${round(p50)} / ${round(p99)} (n ${n})`)
  return {
    name,
    value: round(slowest.p99),
    unit: 'ms',
    note: `p99 of the slowest kind of page (${slowest.kind}), one kept connection, up to 300 requests or 8 s each. p50 / p99: ${each.join('; ')}; ${load()}`,
  }
}

/** Closes a year, and asks for its statement until it is closed, while /livez is watched. */
async function closing(running: Running, cookie: string) {
  const browser = createBrowser(running.url, PUBLIC_URL)
  browser.cookie = cookie
  const from = performance.now()
  const { waits } = await watchLivez(running.url, async () => {
    await browser.post('/work/hours/years/2025/closing', { agreed: 'on' })
    while (browser.headers.get('refresh') !== null) {
      await setTimeout(100)
      await browser.get(browser.url)
    }
    if (browser.status !== 200) throw new Error(`closing the year answered ${browser.status}`)
    return browser.status
  })
  return { seconds: (performance.now() - from) / 1000, waits }
}

/** Asks for one long answer while /livez is watched. */
async function during(running: Running, asked: Asked) {
  const agent = new Agent()
  let most = 0
  const looking = setInterval(() => (most = Math.max(most, residentMb(running.pid))), 50)
  const from = performance.now()
  const { result, waits } = await watchLivez(running.url, () => ask(running.url, agent, asked))
  clearInterval(looking)
  agent.destroy()
  if (result.status !== 200) throw new Error(`${asked.path} answered ${result.status}`)
  const lines = result.body.toString().split('\r\n').length - 2
  return {
    seconds: (performance.now() - from) / 1000,
    waits,
    most,
    lines,
  }
}

export async function ledgerFigures(wanted: (name: string) => boolean): Promise<Figure[]> {
  const running = await startFilled('ledger', (connection) => {
    fillPeople(connection, { count: PEOPLE, seed: SEED })
    fillHours(connection, { count: HOURS, people: PEOPLE, seed: SEED })
    const chloe = connection.prepare("SELECT id FROM people WHERE email = 'chloe@example.org'").pluck().get()
    connection
      .prepare('UPDATE hours_entries SET person_id = ? WHERE id IN (SELECT id FROM hours_entries LIMIT ?)')
      .run(chloe, OWN)
    connection
      .prepare(
        `INSERT INTO hours_rates (id, cents_per_hour, currency, valid_from, created_at)
          SELECT 'rate', 1202, 'EUR', '2000-01-01', '' WHERE NOT EXISTS (SELECT 1 FROM hours_rates)`,
      )
      .run()
  })
  const figures: Figure[] = []
  try {
    const [own, office] = [await signIn(running, 'chloe'), await signIn(running, 'elise')]
    if (wanted('hours_1m_page_p99_ms')) {
      const work = (query: string) => ({ path: `/work/hours${query}`, cookie: office })
      const kinds = {
        'own page': { path: '/my/hours', cookie: own },
        'own page 10': { path: '/my/hours?page=10', cookie: own },
        'to approve': work(''),
        approved: work('?state=approved'),
        'approved, page 10 000': work('?state=approved&page=10000'),
        returned: work('?state=returned'),
      }
      figures.push(await worstPage('hours_1m_page_p99_ms', running.url, kinds))
    }
    if (wanted('close_year_s') || wanted('close_year_livez_p99_ms')) {
      const closed = await closing(running, office)
      const note = `POST of the closing of 2025 until its statement is there, about 100 000 of 1 000 000 lines; ${load()}`
      figures.push({ name: 'close_year_s', value: Math.round(closed.seconds * 1000) / 1000, unit: 's', note })
      figures.push(livezFigure('close_year_livez_p99_ms', timesOf(closed.waits, 1), note))
    }
    if (wanted('attestation_ms')) figures.push(await attestationFigure(running))
    if (wanted('export_livez_p99_ms') || wanted('hours_export_mb'))
      figures.push(...(await exportFigures(running, office)))
  } finally {
    await running.end()
  }
  return figures
}

const ATTESTATION = {
  kind: 'volunteer',
  language: 'fr',
  from: '2025-01-01',
  until: '2025-12-31',
  signatory: 'Amina Benali',
  signatory_role: 'présidente',
  place: 'Dijon',
}
const DOCUMENTS = 20

/** The document of a year, set anew each time. */
async function attestationFigure(running: Running): Promise<Figure> {
  const browser = createBrowser(running.url, PUBLIC_URL)
  browser.cookie = await signIn(running, 'bastien')
  const db = new Database(running.file, { readonly: true })
  const chloe = db.prepare("SELECT id FROM people WHERE email = 'chloe@example.org'").pluck().get() as string
  db.close()
  await browser.post(`/work/people/${chloe}/attestations`, ATTESTATION)
  const pdf = { path: `${browser.url}.pdf`, cookie: browser.cookie }
  const times = await measure(running.url, [pdf], { connections: 1, most: DOCUMENTS, seconds: 60 })
  return {
    name: 'attestation_ms',
    value: round(times.p99),
    unit: 'ms',
    note: `the slowest of ${times.n} times the PDF of an attestation over a year, one after the other, each typeset in a process of its own; p50 ${round(times.p50)} ms; ${load()}`,
  }
}

/** One after the other: what one leaves behind in memory counts for the next. */
const EXPORTS = 5

async function exportFigures(running: Running, cookie: string): Promise<Figure[]> {
  const rest = residentMb(running.pid)
  const each = []
  for (let one = 0; one < EXPORTS; one++) each.push(await during(running, { path: '/work/hours.csv', cookie }))
  const waits = each.flatMap(({ waits }) => waits)
  const most = Math.max(...each.map(({ most }) => most)) - rest
  const took = each.map(({ seconds }) => round(seconds)).join(', ')
  const note = `GET /work/hours.csv ${EXPORTS} times, ${each[0]!.lines} lines in ${took} s; ${load()}`
  return [
    livezFigure('export_livez_p99_ms', timesOf(waits, 1), note),
    {
      name: 'hours_export_mb',
      value: round(most),
      unit: 'MB',
      note: `highest resident memory during them, above the ${round(rest)} MB before the first; ${note}`,
    },
  ]
}

const livezFigure = (name: string, { p50, p99, n }: ReturnType<typeof timesOf>, note: string): Figure => ({
  name,
  value: round(p99),
  unit: 'ms',
  note: `/livez asked every 20 ms meanwhile, answered or not: p50 ${round(p50)} ms, n ${n}; ${note}`,
})
