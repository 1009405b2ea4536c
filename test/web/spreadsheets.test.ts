// SPDX-License-Identifier: AGPL-3.0-or-later
// Do spreadsheets read each file as it is meant: texts as texts, numbers as numbers, days as those of the association?
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import Papa from 'papaparse'
import { routes } from '../../server/routes.ts'
import { columnsOf, writtenRow } from '../../server/web/csv.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { EXPORTS } from '../support/exports.ts'
import { fullWorld } from '../support/full-world.ts'
import { addCounts, addHours, addMails, addSites, addTrips, run } from '../support/many-rows.ts'

/** Begins a formula on each of its lines, and after every sign at which a cell may be parted. */
const HOSTILE = '=1+1\n=HYPERLINK("http://evil.example")\n ＝2, @x; +3\t-4 « fin »'
const quoted = `'${HOSTILE.replaceAll("'", "''")}'`
const hostileMap = `'${JSON.stringify({ fr: HOSTILE })}'`

/** Every column whose words reach a file. */
const UPDATES = [
  `UPDATE people SET given_name = ${quoted}, family_name = ${quoted}, phone = ${quoted}`,
  `UPDATE applications SET given_name = ${quoted}, family_name = ${quoted}, email = ${quoted}, phone = ${quoted},
    message = ${quoted}`,
  `UPDATE hours_categories SET label = ${hostileMap}`,
  `UPDATE hours_entries SET note = ${quoted}`,
  `UPDATE trips SET way = ${quoted}`,
  `UPDATE offers SET content = json_set(content, '$.title', json(${hostileMap}))`,
  `UPDATE affiliations SET partner_name = ${quoted}, partner_url = ${quoted}`,
  `UPDATE moderation_items SET title = ${quoted}, association_name = ${quoted}`,
  `UPDATE mails SET subject = ${quoted}, to_email = ${quoted}, last_error = ${quoted}`,
  `UPDATE privacy_incidents SET what = ${quoted}, data = ${quoted}, told = ${quoted}`,
  `UPDATE association SET host_name = ${quoted}`,
  `UPDATE fed_peers SET note = ${quoted}`,
  `UPDATE offer_counts SET channel = ${quoted} WHERE channel <> 'own'`,
  `UPDATE counted_offers SET association_name = ${quoted}, place_name = ${quoted}`,
]

let world: World
let b: Browser
beforeAll(async () => {
  world = (await fullWorld()).world
  const { db } = world.deps
  await addHours(db, 3, world.id('amina'))
  await addTrips(db, 3, world.id('amina'))
  await addMails(db, 2)
  await addSites(db, 2)
  for (const table of ['offer_counts', 'shown_counts', 'month_counts']) await run(db, `DELETE FROM ${table}`)
  await run(
    db,
    `INSERT INTO offer_counts (offer_id, day, channel, views) SELECT min(id), '2026-11-20', 'x', 7 FROM offers`,
  )
  await addCounts(db, 2)
  b = await world.signIn('amina')
  await (await world.signIn('bastien')).get(`/work/people/${world.id('amina')}`)
  for (const update of UPDATES) await run(db, update)
})
afterAll(stopApps)

/** What a spreadsheet may take for a formula on some line. */
const FORMULA = /^\s*[=+\-@＝＋－＠]/m
const NUMBER = /^-?\d+(?:[.,]\d+)?$/

const rowsOf = (file: string) =>
  Papa.parse<string[]>(file.replace('\ufeff', ''), { delimiter: ';', skipEmptyLines: true }).data

describe('web H2: no line of a text is a formula', () => {
  const files = Object.entries({ ...EXPORTS, '/operator/privacy.csv': { query: '' } })
  it.each(files)('%s', async (path, { query = '' }) => {
    const { html, status } = await b.get(`${path}?${query}`)
    expect(status).toBe(200)
    const cells = rowsOf(html).flat()
    expect(cells.filter((cell) => FORMULA.test(cell) && !NUMBER.test(cell))).toEqual([])
    // The hostile words are there, and whole without the apostrophes.
    expect(cells.some((cell) => cell.replaceAll("'", '').includes(HOSTILE))).toBe(true)
    // No program that parts cells at a comma or tab finds its signs outside quotes, but in decimal numbers.
    const bare = html.replaceAll(/"(?:[^"]|"")*"/g, '').replaceAll(/(?<=;)-?\d+,\d+(?=;|\r)/g, '')
    expect(bare).not.toMatch(/[,\t]/)
  })

  it('open data has the words as they are, and stays JSON', async () => {
    const names = routes.filter(({ path, isPublic }) => isPublic && /json|api\/v1\/(?!.*:)/.test(path))
    for (const { path } of names) {
      const { html, status } = await b.get(path)
      expect([path, status]).toEqual([path, 200])
      JSON.parse(html)
    }
  })
})

const COLUMNS = columnsOf(
  { t: 'text', n: 'number', d: 'decimal', p: 'telephone', day: 'day', at: 'instant', m: 'thousandths' },
  (name) => name,
)
const habits = { decimalSign: ',', timeZone: 'America/Toronto' } as const
const written = (at: number, cell: string | number | null) => writtenRow([COLUMNS[at]!], [cell], habits)[0]

describe('public 6, 35: a cell is written as what it is', () => {
  it('numbers stay numbers, also negative ones', () => {
    expect([written(1, -210), written(1, -3.5), written(2, -3.5), written(2, 12.02), written(1, null)]).toEqual([
      '-210',
      '-3,5',
      '-3,50',
      '12,02',
      '',
    ])
    expect([
      written(6, 0.4),
      written(6, 0.529),
      writtenRow([COLUMNS[6]!], [0.4], { ...habits, decimalSign: '.' }),
    ]).toEqual(['0,400', '0,529', ['0.400']])
  })

  it.each([
    ['0612345678', '06 12 34 56 78'],
    ['06 12 34 56 78', '06 12 34 56 78'],
    ['+33 6 12 34 56 78', '+33 6 12 34 56 78'],
    ['+33612345678', '+33 6 12 34 56 78'],
    ['0033612345678', '+33 6 12 34 56 78'],
    ['5145550123', '514 555-0123'],
    ['514-555-0123 x12', '514-555-0123 x12'],
    ['06 12 34 56 78 poste 12', '06 12 34 56 78 poste 12'],
    ['3939', '3939'],
    ['=1+1', "'=1+1"],
    ['+1+cmd|x', "'+1+cmd|x"],
    ['@SUM(1)', "'@SUM(1)"],
  ])('telephone %s', (typed, cell) => {
    expect(written(3, typed)).toBe(cell)
  })

  it('an approved line that is reversed is a number less in the file', async () => {
    const own = await startApp()
    await addHours(own.deps.db, 2, own.id('chloe'))
    await run(own.deps.db, `UPDATE hours_entries SET minutes = -210, state = 'approved' WHERE id LIKE '%1'`)
    await run(own.deps.db, `UPDATE people SET phone = '0612345678' WHERE given_name = 'Chloé'`)
    const coordinator = await own.signIn('bastien')
    const { html } = await coordinator.get('/work/hours.csv')
    expect(rowsOf(html).map((row) => row[4])).toContain('-210')
    expect(html).not.toContain("'-210")
    expect((await coordinator.get('/work/people.csv')).html).toContain(';06 12 34 56 78;')
  })
})

describe('kind « a day is a day in the zone of the association »', () => {
  it('late in the evening it is still the same day, and hours are those on the clock', () => {
    expect(written(4, '2026-12-06T03:30:00.000Z')).toBe('2026-12-05')
    expect(written(4, '2026-12-06')).toBe('2026-12-06')
    expect(written(5, '2026-12-06T03:30:00.000Z')).toBe('2026-12-05 22:30:00')
    expect(written(5, '=1+1')).toBe("'=1+1")
  })

  it('an application received at 23:30 in Paris is of that day in the file', async () => {
    await run(world.deps.db, `UPDATE applications SET confirmed_at = '2026-11-20T23:30:00.000Z'`)
    const { html } = await b.get('/work/applications.csv?state=all')
    expect(rowsOf(html)[1]![6]).toBe('2026-11-21')
  })
})
