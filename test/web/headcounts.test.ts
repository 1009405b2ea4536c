// SPDX-License-Identifier: AGPL-3.0-or-later
// Helpers without a name, and the sheet of paper for an event.
import { afterEach, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { insertProject } from '../../db/queries/projects.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import * as many from '../support/many-rows.ts'
import { fr } from '../support/texts.ts'

afterEach(stopApps)

const rows = ({ deps }: World) =>
  deps.db.selectFrom('hours_headcounts').select(['people', 'minutes', 'worked_on']).orderBy('id').execute()

async function count(b: Browser, people: string, duration = '3h') {
  await b.get('/work/hours/sheet')
  b.choose('Hier').fill('Combien de temps, pour chaque personne ?', duration)
  return b.fill('Et combien d’autres, sans nom ?', people).press('Noter ces heures')
}

it('eight helpers without a name, three hours each, are 24 h of the year and nobody’s', async () => {
  const world = await startApp()
  const b = await world.signIn('bastien')
  await count(b, '8')
  expect([b.status, b.url]).toEqual([200, '/work/hours/unnamed'])
  expect(b.text).toContain('8 aides non nommées sont comptées, 3 h chacune.')
  expect(b.text).toContain('8 personnes 3 h 24 h')
  expect(await rows(world)).toEqual([{ people: 8, minutes: 180, worked_on: '2026-11-21' }])
  expect(await world.deps.db.selectFrom('hours_entries').select('id').execute()).toEqual([])
  await b.get('/work/hours/statement')
  expect(b.text).toContain('données par 0 personne 24 h')
  expect(b.text).toContain('Aides non nommées 24 h')
  const csv = await b.get('/work/hours/statement.csv?year=2026')
  expect(csv.html).toContain('Aides non nommées;Sur le terrain;2026-11;1440;24,00;')
})

it('is listed and taken home by project', async () => {
  const world = await startApp()
  const b = await world.signIn('bastien')
  await insertProject(world.deps.db, { id: 'jardin', name: 'Jardin', created_at: world.deps.clock.iso() })
  await count(b, '8')
  await b.get('/work/hours/sheet')
  b.choose('Hier').fill('Combien de temps, pour chaque personne ?', '2h').fill('Projet', 'Jardin')
  await b.fill('Et combien d’autres, sans nom ?', '5').press('Noter ces heures')
  await b.get('/work/hours/unnamed?project=jardin')
  expect(b.text).toContain('5 personnes 2 h 10 h')
  expect(b.text).not.toContain('8 personnes')
  await b.follow(fr('hours.work.export'))
  expect(b.html.trim().split('\n')).toHaveLength(2)
})

it('is in the year as funders read it and on the front page, beside the hours of people with a name', async () => {
  const world = await startApp()
  await many.addPeople(world.deps.db, 5)
  await sql`insert into people_roles (person_id, role, granted_at) select id, 'volunteer', joined_on from people where true
    on conflict do nothing`.execute(world.deps.db)
  const b = await world.signIn('bastien')
  await b.get('/work/hours/sheet')
  b.choose('Roy David (1004)').choose('Hier').fill('Combien de temps, pour chaque personne ?', '2h')
  await b.fill('Et combien d’autres, sans nom ?', '8').press('Noter ces heures')
  await b.get('/work/statistics/year')
  expect(b.text).toContain(`${fr('statistics.yearly.hours')} 18 h`)
  await b.get('/')
  expect(b.text).toContain(`${fr('association.home.figure_hours', { year: '2026' })} 18 h`)
})

it('has no effect on the number of people, and is taken out by a line of the opposite sign, once', async () => {
  const world = await startApp()
  const b = await world.signIn('bastien')
  await b.get('/work/hours/sheet')
  b.choose('Roy David (1004)').choose('Hier').fill('Combien de temps, pour chaque personne ?', '2h')
  await b.fill('Et combien d’autres, sans nom ?', '4').press('Noter ces heures')
  expect(b.url).toBe('/work/hours?state=approved')
  expect(b.text).toContain('4 aides non nommées')
  await b.get('/work/hours/statement')
  expect(b.text).toContain('données par 1 personne 10 h')
  await b.get('/work/hours/unnamed')
  await b.follow('Annuler')
  await b.press('Annuler ces heures')
  expect(b.status).toBe(422)
  await b.fill('La raison', 'Comptées deux fois').press('Annuler ces heures')
  expect(b.text).toContain('Comptées deux fois')
  expect(b.hasLink('Annuler 21 novembre 2026, 4 personnes')).toBe(false)
  const { id } = await world.deps.db
    .selectFrom('hours_headcounts')
    .select('id')
    .where('people', '>', 0)
    .executeTakeFirstOrThrow()
  await b.post(`/work/hours/unnamed/${id}/reversal`, { reason: 'Encore' })
  expect(b.status).toBe(409)
  expect((await rows(world)).map(({ people }) => people)).toEqual([4, -4])
  await b.get('/work/hours/statement')
  expect(b.text).toContain('données par 1 personne 2 h')
  const csv = await b.get('/work/hours/unnamed.csv')
  expect(csv.html).toContain('2026-11-21;Sur le terrain;;-4;120;Annulation;Comptées deux fois')
})

it('counts a sheet that is sent twice once, and asks for what is missing without losing what was typed', async () => {
  const world = await startApp()
  const b = await world.signIn('bastien')
  await count(b, 'beaucoup')
  expect([b.status, Object.values(b.errors()).join()]).toEqual([
    422,
    expect.stringContaining('Écrivez un nombre de 0 à 500.'),
  ])
  expect(b.value('Et combien d’autres, sans nom ?')).toBe('beaucoup')
  await count(b, '3', '')
  expect(Object.keys(b.errors())).toEqual(['Combien de temps, pour chaque personne ?'])
  await count(b, '0')
  expect(Object.keys(b.errors())).toEqual(['Qui est venu ?'])
  const category = b.document.querySelector('input[name=category]')!.getAttribute('value')!
  const sheet = { category, day: '2026-11-20', duration: '2h', unnamed: '5', form_id: 'one-sheet' }
  const second = world.browser()
  second.cookie = b.cookie
  const sent = await Promise.all([b, second].map((one) => one.post('/work/hours/sheet', sheet)))
  expect(sent.map(({ status, url }) => [status, url])).toEqual(Array(2).fill([200, '/work/hours/unnamed']))
  expect(await rows(world)).toHaveLength(1)
})

it('those without a name are counted once when somebody else on the sheet is asked about', async () => {
  const world = await startApp()
  const b = await world.signIn('bastien')
  await many.run(world.deps.db, `UPDATE people SET joined_on = '2027-03-01'`)
  await b.get('/work/hours/sheet')
  b.choose('Roy David (1004)').choose('Hier').fill('Combien de temps, pour chaque personne ?', '2h')
  await b.fill('Et combien d’autres, sans nom ?', '4').press('Noter ces heures')
  expect([b.status, b.value('Et combien d’autres, sans nom ?')]).toEqual([422, ''])
  await b.choose('Oui, c’est juste pour David Roy').press('Noter ces heures')
  expect(await rows(world)).toHaveLength(1)
})

it('a sheet of paper has the accepted people in the order of the form, empty lines and a place to sign', async () => {
  const world = await startApp()
  const { db } = world.deps
  await many.addOffers(db, 3)
  await many.addApplications(db, 2)
  await many.run(
    db,
    `UPDATE applications SET offer_id = 'o1', person_id = CASE id WHEN (SELECT min(id) FROM applications)
       THEN '${world.id('chloe')}' ELSE '${world.id('david')}' END`,
  )
  await many.run(db, 'UPDATE offers SET revision = 1')
  const b = await world.signIn('bastien')
  await b.get('/work/hours/sheet?offer=o1')
  const inForm = [...b.document.querySelectorAll('.sheet-row label.check')]
    .slice(0, 2)
    .map((one) => one.textContent!.trim())
  await b.follow('Une feuille à imprimer')
  expect(b.text).toContain('Annonce 1')
  const onPaper = [...b.document.querySelectorAll('table.stack tbody th')].map((one) => one.textContent)
  expect(onPaper).toEqual(['Roy David (1004)', 'Tremblay Chloé (1003)'])
  expect(inForm).toEqual(onPaper)
  expect(b.document.querySelectorAll('table.stack tbody tr')).toHaveLength(10)
  expect(b.text).toContain('Signature')
  await b.follow('Saisir cette feuille')
  expect(b.url).toBe('/work/hours/sheet?offer=o1')
  await b.get('/work/hours/paper')
  expect(b.document.querySelectorAll('table.stack tbody tr')).toHaveLength(18)
  expect((await b.get('/work/hours/paper?offer=nothing')).status).toBe(404)
})

it('counts in the statement of a year that is closed, and changes no more after it', async () => {
  const world = await startApp()
  const b = await world.signIn('bastien')
  await many.run(world.deps.db, `UPDATE people SET joined_on = '2020-01-01'`)
  await b.get('/work/hours/sheet')
  const category = b.document.querySelector('input[name=category]')!.getAttribute('value')!
  const sheet = { category, day: '2025-06-01', duration: '3h', unnamed: '8', people: world.id('david'), sure_day: 'on' }
  await b.post('/work/hours/sheet', { ...sheet, form_id: 'before' })
  expect(b.status).toBe(200)
  const rate = { id: 'r', cents_per_hour: 2500, currency: 'EUR', valid_from: '2024-01-01', source: 'Conseil' } as const
  await world.deps.db
    .insertInto('hours_rates')
    .values({ ...rate, created_at: world.clock.iso() })
    .execute()
  const elise = await world.signIn('elise')
  await elise.get('/work/hours/years/2025/closing')
  await elise.press('Clôturer l’année')
  await world.settle()
  const closed = await world.deps.db.selectFrom('hours_statement_lines').select('minutes').execute()
  expect(closed).toEqual([{ minutes: 9 * 180 }])
  await b.post('/work/hours/sheet', { ...sheet, people: [], form_id: 'after' })
  expect(b.status).toBe(422)
  const { id } = await world.deps.db.selectFrom('hours_headcounts').select('id').executeTakeFirstOrThrow()
  await b.post(`/work/hours/unnamed/${id}/reversal`, { reason: 'Trop tard' })
  expect([b.status, await rows(world)]).toEqual([409, [{ people: 8, minutes: 180, worked_on: '2025-06-01' }]])
})
