// SPDX-License-Identifier: AGPL-3.0-or-later
// Approved hours by offer, site and day; few people's stay hidden from whoever may not see the hours of people.
import { afterEach, expect, it } from '@jest/globals'
import { DAY } from '../../server/base/clock.ts'
import { reverseHeadcount } from '../../server/hours/commands/headcounts.ts'
import { approveHours, recordHours, reverseHours, undoApproval } from '../../server/hours/commands/entries.ts'
import { recordSheet } from '../../server/hours/commands/sheet.ts'
import { SMALLEST } from '../../server/model/counts.ts'
import { countHours } from '../../server/statistics/count.ts'
import { transact } from '../../server/web/transact.ts'
import { Invalid, Refused } from '../../server/web/errors.ts'
import { aminaOf, bastienOf } from '../support/answering.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import * as many from '../support/many-rows.ts'
import { giveOnly } from '../support/own-roles.ts'
import { randomFrom } from '../support/random.ts'

afterEach(stopApps)

const CENTRE = 'https://centre.example/actor'

/** Of the offer o1: p1 to p6 and Chloé came by the centre, p7 by our site, p8 never applied. */
async function start() {
  const world = await startApp()
  const { db } = world.deps
  await many.addPeople(db, 8)
  await many.addOffers(db, 9)
  await many.addApplications(db, 8)
  await many.run(db, 'UPDATE offers SET revision = 1')
  await many.run(
    db,
    `UPDATE applications SET offer_id = 'o1', channel = iif(id < 'accepted7', '${CENTRE}', 'own'),
      person_id = iif(id = 'accepted8', '${world.id('chloe')}', replace(id, 'accepted', 'p'))`,
  )
  await many.run(db, `UPDATE applications SET channel = '${CENTRE}' WHERE id = 'accepted8'`)
  const category = await db.selectFrom('hours_categories').select('id').orderBy('id').executeTakeFirstOrThrow()
  return { world, category: category.id }
}
const counted = async ({ deps }: World) => {
  const rows = await deps.db.selectFrom('offer_hours').selectAll().orderBy('day').orderBy('channel').execute()
  return rows.map((row) => [row.offer_id, row.day, row.channel, row.minutes])
}
const rowOf = (b: Browser, name: string) =>
  [...b.document.querySelectorAll('tbody tr, tfoot tr')]
    .find((one) => one.querySelector('th')!.textContent!.includes(name))
    ?.querySelector('td[data-label="Heures"]')
    ?.textContent?.replaceAll(/[\u00a0\u202f]/g, ' ')
    .trim()
/** One's own. */
const note = (b: Browser, category: string, day: string, duration: string) =>
  b.post('/my/hours', { category, day_choice: 'other', day, duration, offer: 'o1' })

it('count once they are approved, on the day on which they were done, by the site where the person found the offer', async () => {
  const { world, category } = await start()
  await note(await world.signIn('chloe'), category, '2026-10-31', '2h30')
  expect(await counted(world)).toEqual([])
  const b = await world.signIn('bastien')
  await b.get('/work/hours')
  await b.press('Valider les lignes cochées')
  expect(await counted(world)).toEqual([['o1', '2026-10-31', CENTRE, 150]])
  const lines = await world.deps.db.selectFrom('hours_entries').select('id').execute()
  await transact(world.deps, (tx) =>
    countHours(
      tx,
      lines.map(({ id }) => id),
    ),
  )
  expect(await counted(world)).toEqual([['o1', '2026-10-31', CENTRE, 150]])
  await b.get('/work/offers/o1')
  expect(rowOf(b, 'centre.example')).toBe('2 h 30')
  await b.get('/work/statistics')
  expect([rowOf(b, 'centre.example'), rowOf(b, 'Annonce 1')]).toEqual(['2 h 30', '2 h 30'])
  expect((await b.get('/work/statistics.csv')).html).toMatch(/;Heures;.*\r\nAnnonce 1;centre.example;.*;0;2,50;/)
  await b.get('/work/statistics/year?year=2026')
  expect([rowOf(b, 'octobre'), rowOf(b, 'novembre'), rowOf(b, 'En tout')]).toEqual(['2 h 30', '0 h', '2 h 30'])
  expect((await b.get('/work/statistics/year.csv')).html).toMatch(/;Heures;.*\r\nAnnonce 1;.*;2,50;/)
})

it('are taken back with a validation, and with hours that are taken out', async () => {
  const { world, category } = await start()
  await note(await world.signIn('chloe'), category, '2026-11-20', '2h')
  const b = await world.signIn('bastien')
  await b.get('/work/hours')
  await b.press('Valider les lignes cochées')
  // Where the person found the offer is forgotten; the hours go from where they were counted.
  await many.run(world.deps.db, `UPDATE applications SET channel = 'own', person_id = NULL`)
  await b.press('Annuler cette validation')
  expect(await counted(world)).toEqual([['o1', '2026-11-20', CENTRE, 0]])
  await b.press('Valider les lignes cochées')
  expect(await counted(world)).toEqual([
    ['o1', '2026-11-20', CENTRE, 0],
    ['o1', '2026-11-20', 'own', 120],
  ])
  await b.get('/work/hours?state=approved')
  const line = await world.deps.db
    .selectFrom('hours_entries')
    .select('id')
    .where('state', '=', 'approved')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
  await b.post(`/work/hours/${line.id}/reversal`, { reason: 'Mauvais jour' })
  expect((await counted(world)).map(([, , , minutes]) => minutes)).toEqual([0, 0])
})

it('that a rule approves count, and so do those of a sheet, with helpers whose names are not known', async () => {
  const { world, category } = await start()
  const b = await world.signIn('bastien')
  await b.get('/work/hours/rules')
  await b.fill('Jusqu’à combien de temps ?', '4h').press('Ajouter cette règle')
  await note(await world.signIn('chloe'), category, '2026-11-20', '1h')
  expect(await counted(world)).toEqual([['o1', '2026-11-20', CENTRE, 60]])
  const sheet = { category, day_choice: 'other', day: '2026-11-21', offer: 'o1', duration: '2h' }
  await b.post('/work/hours/sheet', { ...sheet, people: ['p1', 'p7', 'p8'], unnamed: '3', duration_p1: '0h30' })
  expect(await counted(world)).toEqual([
    ['o1', '2026-11-20', CENTRE, 60],
    ['o1', '2026-11-21', CENTRE, 30],
    ['o1', '2026-11-21', 'own', 600],
  ])
  const unnamed = await world.deps.db.selectFrom('hours_headcounts').select('id').executeTakeFirstOrThrow()
  await b.post(`/work/hours/unnamed/${unnamed.id}/reversal`, { reason: 'Trop' })
  expect((await counted(world)).at(-1)).toEqual(['o1', '2026-11-21', 'own', 240])
})

it('of fewer than five people on one day are not shown to whoever may not see the hours of people', async () => {
  const { world, category } = await start()
  const b = await world.signIn('bastien')
  const sheet = { category, day_choice: 'other', offer: 'o1', duration: '2h' }
  await b.post('/work/hours/sheet', { ...sheet, day: '2026-11-20', people: ['p1', 'p2', 'p3', 'p4', 'p5', 'p7'] })
  await b.post('/work/hours/sheet', { ...sheet, day: '2026-11-21', people: ['p1', 'p2', 'p3', 'p4'] })
  await b.get('/work/statistics')
  expect([rowOf(b, 'centre.example'), rowOf(b, 'Notre site'), rowOf(b, 'En tout')]).toEqual(['18 h', '2 h', '20 h'])
  await giveOnly(world, 'david', ['offers'])
  const david = await world.signIn('david')
  for (const path of ['/work/statistics', '/work/statistics?period=year', '/work/offers/o1']) {
    await david.get(path)
    const shown = [rowOf(david, 'centre.example'), rowOf(david, 'Notre site'), rowOf(david, 'En tout')]
    expect([path, ...shown]).toEqual([path, 'au moins 10 h', 'moins de 5 personnes par jour', 'au moins 10 h'])
    expect(david.text).toContain('Celles que moins de 5 personnes ont données le même jour ne sont pas montrées')
  }
  await david.get('/work/statistics/year')
  expect([rowOf(david, 'novembre'), rowOf(david, 'octobre')]).toEqual(['au moins 10 h', '0 h'])
  expect(david.text).toContain('Heures validées 20 h')
  expect((await david.get('/work/statistics.csv')).html).toMatch(/au moins 10.h;/)
  // What five people had given together is not shown any more once one of them did not come.
  for (const line of await world.deps.db
    .selectFrom('hours_entries')
    .select('id')
    .where('person_id', '=', 'p5')
    .execute())
    await b.post(`/work/hours/${line.id}/reversal`, { reason: 'Mauvais jour' })
  await david.get('/work/statistics')
  expect(rowOf(david, 'centre.example')).toBe('moins de 5 personnes par jour')
  expect(david.text).not.toContain('16 h')
})

it('all hours of the year are not shown to them either while few people gave them', async () => {
  const { world, category } = await start()
  const b = await world.signIn('bastien')
  const sheet = { category, day_choice: 'other', offer: '', day: '2026-11-20', duration: '2h' }
  await b.post('/work/hours/sheet', { ...sheet, people: ['p1', 'p2', 'p3', 'p4'] })
  await giveOnly(world, 'david', ['offers'])
  const david = await world.signIn('david')
  await (await b.get('/work/statistics/year')).get('/work/statistics/year')
  expect(b.text).toContain('Heures validées 8 h')
  await note(await world.signIn('chloe'), category, '2026-11-20', '2h')
  await david.get('/work/statistics/year')
  expect(david.text).not.toContain('Heures validées')
  await b.get('/work/hours')
  await b.press('Valider les lignes cochées')
  await david.get('/work/statistics/year')
  expect(david.text).toContain('Heures validées 10 h')
})

it('stay when a person is erased, and nothing says whose they were', async () => {
  const { world, category } = await start()
  await note(await world.signIn('chloe'), category, '2026-11-20', '2h')
  const b = await world.signIn('bastien')
  await b.get('/work/hours')
  await b.press('Valider les lignes cochées')
  const before = await counted(world)
  const amina = await world.signIn('amina')
  await amina.get(`/work/people/${world.id('chloe')}/erasure`)
  await amina.press('Tout effacer')
  expect(await counted(world)).toEqual(before)
  const left = await world.deps.db.selectFrom('hours_entries').select(['offer_id', 'channel', 'minutes']).execute()
  expect(left).toEqual([{ offer_id: null, channel: null, minutes: 120 }])
  await b.get('/work/statistics')
  expect(rowOf(b, 'centre.example')).toBe('2 h')
})

it('by chance: offers, sites, days and months come to what the ledger says', async () => {
  const { world, category } = await start()
  const { deps } = world
  const random = randomFrom(20261130)
  const people = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8']
  const viewers = [bastienOf(world), aminaOf(world)]
  const linesOf = (state: 'submitted' | 'approved') =>
    deps.db.selectFrom('hours_entries').select(['id', 'person_id']).where('state', '=', state).execute()
  const some = async (state: 'submitted' | 'approved') => random.several(await linesOf(state), 3).map(({ id }) => id)
  const sheetOf = () => ({
    category,
    day: random.one(['2026-10-31', '2026-11-01', '2026-11-20']),
    offer: random.one(['o1', 'o1', 'o2', '']),
    project: '',
    form_id: '',
    sure_day: true,
  })
  const steps: (() => Promise<unknown>)[] = [
    async () =>
      recordHours(
        deps,
        random.one(viewers),
        {
          ...sheetOf(),
          duration: 30,
          note: '',
          again: true,
          sure: true,
          long: true,
          timer: '',
          replaces: '',
          offer: random.one(['o1', '']),
        },
        random.one(people),
      ),
    async () => {
      const lines = random
        .several(people, 6)
        .map((personId) => ({ personId, minutes: 1 + Math.floor(random.next() * 40), isSure: true }))
      const unnamed = random.next() < 0.3 ? { people: 2, minutes: 45 } : null
      await recordSheet(deps, random.one(viewers), sheetOf(), lines, unnamed)
    },
    async () => approveHours(deps, random.one(viewers), await some('submitted')),
    async () => undoApproval(deps, random.one(viewers), await some('approved')),
    async () => {
      const [id] = await some('approved')
      if (id) await reverseHours(deps, random.one(viewers), id, 'Erreur')
    },
    async () => {
      const [line] = random.several(await deps.db.selectFrom('hours_headcounts').select('id').execute(), 1)
      if (line) await reverseHeadcount(deps, random.one(viewers), line.id, 'Erreur')
    },
  ]
  let done = 0
  for (let at = 0; at < 160; at += 1) {
    world.clock.advance(DAY / 2000)
    try {
      await random.one(steps)()
      done += 1
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Invalid)) throw error
    }
    if (at % 8 === 7) await compare(world)
  }
  expect(done).toBeGreaterThan(100)
  const rows = await deps.db.selectFrom('offer_hours').selectAll().execute()
  const whole = rows.filter(({ minutes, minutes_of_many }) => minutes > 0 && minutes === minutes_of_many)
  const hidden = rows.filter(({ minutes, minutes_of_many }) => minutes > 0 && minutes_of_many === 0)
  expect(whole.length * hidden.length).toBeGreaterThan(0)
})

async function compare(world: World): Promise<void> {
  const { rows: days } = await ask(world, 'SELECT offer_id, day, channel, minutes, minutes_of_many FROM offer_hours')
  const { rows: lines } = await ask(
    world,
    `SELECT offer_id, worked_on AS day, channel, person_id, sum(minutes) AS minutes FROM hours_entries
      WHERE state = 'approved' AND offer_id IS NOT NULL GROUP BY 1, 2, 3, 4
      UNION ALL SELECT offer_id, worked_on, 'own', NULL, sum(people * minutes) FROM hours_headcounts
      WHERE offer_id IS NOT NULL GROUP BY 1, 2`,
  )
  const groups = Map.groupBy(lines, ({ offer_id, day, channel }) => `${offer_id} ${day} ${channel}`)
  const truth = [...groups].map(([key, of]) => {
    const minutes = of.reduce((sum, one) => sum + Number(one['minutes']), 0)
    const people = of.filter((one) => one['person_id'] !== null && Number(one['minutes']) > 0)
    return [key, minutes, people.length >= SMALLEST ? minutes : 0]
  })
  const written = days.map((row) => [
    `${row['offer_id']} ${row['day']} ${row['channel']}`,
    row['minutes'],
    row['minutes_of_many'],
  ])
  expect(written.toSorted()).toEqual(truth.toSorted())
  const ofMonths = 'sum(minutes) AS minutes, sum(minutes_of_many) AS minutes_of_many'
  const { rows: months } = await ask(
    world,
    `SELECT offer AS offer_id, teller AS channel, month, ${ofMonths} FROM month_counts GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
  )
  const { rows: added } = await ask(
    world,
    `SELECT offer_id, channel, substr(day, 1, 7) AS month, ${ofMonths} FROM offer_hours GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
  )
  expect(months).toEqual(added)
}
const ask = ({ deps }: World, text: string) => many.run(deps.db, text) as Promise<{ rows: Record<string, unknown>[] }>
