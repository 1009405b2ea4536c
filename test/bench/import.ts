// SPDX-License-Identifier: AGPL-3.0-or-later
// Files of another tool: from sending one until all of it is there.
import { rmSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { createBrowser, type Browser } from '../support/browser.ts'
import { benevalibreCsv, pahekoMembersCsv } from '../support/import-files.ts'
import { PASSWORD } from '../support/world.ts'
import { prepare, start, stop } from './instance.ts'
import type { Figure } from './run.ts'

export const IMPORT = ['import_1000_members_s', 'import_100000_hours_s', 'undo_100000_hours_s']
const HOURS = 100_000
const MEMBERS = 1_000

export async function importFigures(isWanted: (name: string) => boolean): Promise<Figure[]> {
  const { env, url, dataDir } = await prepare()
  const { child } = await start(env, url)
  try {
    const browser = createBrowser(url, url)
    await browser.get('/sign-in')
    await browser.post('/sign-in', { login: 'bastien@example.org', password: PASSWORD })
    const figures: Figure[] = []
    if (isWanted('import_1000_members_s')) {
      const parts = await takeIn(browser, pahekoMembersCsv(MEMBERS))
      figures.push(figure('import_1000_members_s', parts, `${MEMBERS} members of Paheko`))
    }
    if (isWanted('import_100000_hours_s') || isWanted('undo_100000_hours_s')) {
      const what = `${HOURS} lines of Bénévalibre, of ${MEMBERS} people`
      figures.push(figure('import_100000_hours_s', await takeIn(browser, benevalibreCsv(HOURS, MEMBERS)), what))
      const undone = await timed(async () => {
        await browser.follow('Retirer tout ce qui vient de ce fichier')
        await pressAndWait(browser)
      })
      figures.push(figure('undo_100000_hours_s', { undone }, what))
    }
    return figures
  } finally {
    await stop(child)
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** @returns seconds until each row has its verdict, and until all good ones are there. */
async function takeIn(browser: Browser, text: string): Promise<Record<string, number>> {
  await browser.get('/work/import')
  const file = { name: 'export.csv', type: 'text/csv', bytes: Buffer.from(text) }
  const read = await timed(async () => {
    await browser.attach('Votre fichier', file).press('Lire ce fichier')
    await whileAtWork(browser)
  })
  const taken = await timed(() => pressAndWait(browser))
  return { read, taken }
}

async function pressAndWait(browser: Browser): Promise<void> {
  const [button] = browser.document.querySelectorAll('main form .btn--main, main form .btn--stop')
  if (!button) throw new Error(`nothing can be done on ${browser.url}: ${browser.text.slice(0, 300)}`)
  await browser.press((button.textContent ?? '').replaceAll(/\s+/g, ' ').trim())
  await whileAtWork(browser)
}

/** The page comes again by itself as long as something is going on. */
async function whileAtWork(browser: Browser): Promise<void> {
  while (browser.headers.get('refresh') !== null) {
    await setTimeout(100)
    await browser.get(browser.url)
  }
  if (browser.status !== 200) throw new Error(`${browser.url} answered ${browser.status}`)
}

async function timed(work: () => Promise<void>): Promise<number> {
  const from = performance.now()
  await work()
  return (performance.now() - from) / 1000
}

const rounded = (seconds: number) => Math.round(seconds * 100) / 100

function figure(name: string, parts: Record<string, number>, what: string): Figure {
  const value = rounded(Object.values(parts).reduce((sum, part) => sum + part, 0))
  const each = Object.entries(parts).map(([part, seconds]) => `${part} ${rounded(seconds)} s`)
  return { name, value, unit: 's', note: `${what}, from a browser of the coordinator: ${each.join(', ')}` }
}
