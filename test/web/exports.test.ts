// SPDX-License-Identifier: AGPL-3.0-or-later
// Is every list that is taken home complete, does nobody wait for it, and is half a file never taken for a whole one?
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { Response } from 'express'
import { routes } from '../../server/routes.ts'
import { streamCsv } from '../../server/web/csv.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { EXPORTS } from '../support/exports.ts'
import * as many from '../support/many-rows.ts'
import { until } from '../support/processes.ts'

/** More than a file held before: 10 000 mails, 20 000 applications, items and lines of the trail, 100 000 of the others. */
const MORE = { mails: 10_010, rows: 20_010, most: 100_010, partners: 2_010 }

let world: World
let b: Browser
beforeAll(async () => {
  world = await startApp({ kind: 'both' })
  const { db } = world.deps
  await many.addPeople(db, MORE.most)
  await many.addOffers(db, MORE.most)
  await many.addHours(db, MORE.most, world.id('amina'))
  await many.addHours(db, MORE.rows, world.id('chloe'))
  await many.addTrips(db, MORE.rows, world.id('amina'))
  await many.addHeadcounts(db, MORE.rows)
  await many.addApplications(db, MORE.rows)
  await many.addApplications(db, 300, 'submitted')
  await many.addEnquiries(db, MORE.rows)
  await many.addItems(db, MORE.rows)
  await many.addOpenings(db, MORE.rows, world.id('bastien'), world.id('amina'))
  await many.addMails(db, MORE.mails)
  await many.addPartners(db, MORE.partners)
  await many.addIncidents(db, MORE.partners)
  await many.addSites(db, MORE.rows)
  await many.addCounts(db, MORE.rows)
  b = await world.signIn('amina')
})
afterAll(stopApps)

/** test/web/privacy.test.ts and test/web/register.test.ts count their lines. */
const OF_ONE_PERSON = ['/my/data.csv', '/work/people/:person/data.csv']
/** test/web/offer-import.test.ts and test/web/imports.test.ts read them in again. */
const OF_ONE_FILE = ['/work/offers/import/:import/faults.csv', '/work/import/:file/faults.csv']
/** test/web/years.test.ts, test/web/hours-figures.test.ts and test/web/year-report.test.ts have their lines and sums. */
const OF_ONE_YEAR = [
  '/work/hours/figures.csv',
  '/work/hours/statements/:statement.csv',
  '/work/hours/statements/:statement/entry.csv',
  '/work/hours/statements/:statement/projects.csv',
  '/work/statistics/year.csv',
  '/statistics/year.csv',
]
/** test/web/member-history.test.ts counts its lines. */
const OF_ONE_MEMBER = ['/partners/:affiliation/history.csv']
/** test/web/cec.test.ts has its lines. */
const OF_CEC = ['/work/cec.csv']
const OF_NOBODY = ['/operator/privacy.csv']

it('every file of the site map is looked at here', () => {
  const paths = routes.map(({ path }) => path).filter((path) => path.endsWith('.csv'))
  const others = [...OF_ONE_PERSON, ...OF_ONE_FILE, ...OF_ONE_YEAR, ...OF_ONE_MEMBER, ...OF_CEC, ...OF_NOBODY]
  expect([...Object.keys(EXPORTS), ...others].toSorted()).toEqual(paths.toSorted())
})

it.each(Object.entries(EXPORTS))('%s has every row', async (path, { query = '', from, isRecorded }) => {
  const { db } = world.deps
  const expected = await many.count(db, from)
  const { html, status } = await b.get(`${path}?${query}`)
  expect(status).toBe(200)
  expect(expected).toBeGreaterThan(path.includes('statement') ? 10 : 2_000)
  expect(html.trim().split('\r\n')).toHaveLength(expected + 1)
  if (!isRecorded) return
  const [last] = await db
    .selectFrom('events')
    .selectAll()
    .where('type', 'like', '%.exported')
    .orderBy('seq', 'desc')
    .limit(1)
    .execute()
  expect(JSON.parse(last!.details)).toMatchObject({ rows: expected })
})

it('a fault after the first rows breaks the connection off, and is told in the log alone, by the id of its request', async () => {
  const { db } = world.deps
  await many.run(db, `UPDATE offers SET state = 'draft', content = 'x' WHERE id = 'o1'`)
  await many.run(
    db,
    `UPDATE hours_entries SET offer_id = 'o1' WHERE id = (SELECT id FROM hours_entries ORDER BY worked_on, id LIMIT 1)`,
  )
  const printed = jest.spyOn(console, 'error').mockImplementation(() => {})
  try {
    const answer = await fetch(`${world.url}/work/hours.csv`, { headers: { cookie: b.cookie } })
    expect(answer.status).toBe(200)
    await expect(answer.text()).rejects.toThrow()
    const faults = () => world.logged.filter((line) => line.includes('malformed JSON'))
    await until(() => faults().length > 0)
    // Express prints in a later turn of the event loop.
    await setTimeout(20)
    expect(faults()).toEqual([
      expect.stringMatching(/a request failed id=[\w-]{12} status=500 route=\/work\/hours\.csv /),
    ])
    expect(printed.mock.calls).toEqual([])
  } finally {
    printed.mockRestore()
  }
})

describe('a file that is written as it is read', () => {
  const opened: { close(): void }[] = []
  afterEach(() => opened.splice(0).forEach((one) => one.close()))

  /** A server that sends rows without an end, and says how many batches were asked for. */
  async function endless() {
    const seen = { batches: 0, isOver: false }
    async function* batches() {
      try {
        for (;;) {
          seen.batches += 1
          yield Array.from({ length: 200 }, () => ['x'.repeat(100)])
        }
      } finally {
        seen.isOver = true
      }
    }
    const server = createServer((_req, raw) => {
      const res = Object.assign(raw, { set: (name: string, value: string) => (raw.setHeader(name, value), res) })
      Object.assign(res, { req: { t: { locale: 'fr' }, site: { timeZone: 'Europe/Paris' } } })
      const file = { name: 'f', columns: [{ label: 'c', is: 'text' } as const] }
      void streamCsv(res as unknown as Response, file, batches())
    })
    opened.push(server)
    await new Promise<void>((resolve) => server.listen(0, resolve))
    const answer = await new Promise<IncomingMessage>((resolve) =>
      get({ port: (server.address() as AddressInfo).port }, resolve),
    )
    return { seen, answer }
  }

  it('waits for whom does not take it', async () => {
    const { seen, answer } = await endless()
    await settled(seen)
    // What the sockets of both sides hold, not more.
    expect(seen.batches).toBeLessThan(2000)
    expect(seen.isOver).toBe(false)
    answer.destroy()
  })

  it('stops when nobody is there any more', async () => {
    const { seen, answer } = await endless()
    answer.once('data', () => answer.destroy())
    await settled(seen)
    expect(seen.isOver).toBe(true)
  })
})

/** Until no batch has been asked for during a while. */
async function settled(seen: { batches: number }): Promise<void> {
  for (let before = -1; before !== seen.batches;) {
    before = seen.batches
    await setTimeout(300)
  }
}
