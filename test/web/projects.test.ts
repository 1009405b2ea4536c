// SPDX-License-Identifier: AGPL-3.0-or-later
// Projects for which hours are given: the list, on the forms, corrected, and apart in the year and its statement.
import { afterEach, expect, it } from '@jest/globals'
import { CompiledQuery } from 'kysely'
import { replaceHoursBySums } from '../../db/queries/erase.ts'
import { transact } from '../../server/web/transact.ts'
import type { Browser } from '../support/browser.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import * as many from '../support/many-rows.ts'

afterEach(stopApps)

async function addProject(b: Browser, name: string): Promise<Browser> {
  await b.get('/work/hours/projects')
  return b.fill('Nom du projet', name).press('Ajouter ce projet')
}

const idOf = async ({ deps }: World, name: string): Promise<string> =>
  (await deps.db.selectFrom('hours_projects').select('id').where('name', '=', name).executeTakeFirstOrThrow()).id

const entries = ({ deps }: World) =>
  deps.db
    .selectFrom('hours_entries')
    .leftJoin('hours_projects', 'hours_projects.id', 'project_id')
    .select(['hours_entries.id', 'minutes', 'name', 'state'])
    .orderBy('hours_entries.id')
    .execute()

async function record(b: Browser, duration: string, project?: string): Promise<void> {
  await b.get('/my/hours')
  b.choose('Sur le terrain').choose('Hier').fill('Combien de temps ?', duration)
  if (project !== undefined) b.fill('Pour quel projet ?', project)
  await b.press('Noter ces heures')
}

it('the treasurer keeps the list: one name once however it is written, archived and never deleted', async () => {
  const world = await startApp()
  const elise = await world.signIn('elise')
  await addProject(elise, 'Fête d’été')
  expect([elise.status, elise.text]).toEqual([200, expect.stringContaining('Le projet est ajouté.')])
  await addProject(elise, 'FETE D’ETE')
  expect([elise.status, elise.value('Nom du projet')]).toEqual([422, 'FETE D’ETE'])
  expect(elise.errors()['Nom du projet']).toContain('Un autre projet porte déjà ce nom.')
  await addProject(elise, ' ')
  expect(elise.status).toBe(422)
  await elise.get('/work/hours/projects')
  await elise.fill('Nom de : Fête d’été', 'Festival').press('Renommer Fête d’été')
  expect(elise.text).toContain('Le nom est enregistré.')
  const id = await idOf(world, 'Festival')
  // Pressed twice, it is archived all the same.
  for (const _press of [1, 2]) await elise.post(`/work/hours/projects/${id}/archiving`, { to: 'archived' })
  expect(elise.text).toContain('Festival Rangé')
  await addProject(elise, 'festival')
  expect(elise.errors()['Nom du projet']).toContain('Un projet rangé porte déjà ce nom.')
  const bastien = await world.signIn('bastien')
  expect((await bastien.post('/work/hours/projects', { name: 'Autre' })).status).toBe(403)
  expect((await elise.post('/work/hours/projects/nowhere', { name: 'Autre' })).status).toBe(404)
})

it('the form has the choice only while there is a project, and « as last time » takes it along', async () => {
  const world = await startApp()
  const [elise, chloe] = [await world.signIn('elise'), await world.signIn('chloe')]
  await chloe.get('/my/hours')
  expect(chloe.text).not.toContain('Pour quel projet ?')
  await addProject(elise, 'Jardin')
  await record(chloe, '2h', 'Jardin')
  expect(chloe.text).toContain('Sur le terrain Jardin')
  await chloe.follow('Comme la dernière fois')
  await chloe.press('Noter ces heures')
  expect((await entries(world)).map(({ name }) => name)).toEqual(['Jardin', 'Jardin'])
  const id = await idOf(world, 'Jardin')
  await elise.post(`/work/hours/projects/${id}/archiving`, { to: 'archived' })
  await chloe.get('/my/hours?like=last')
  expect(chloe.text).not.toContain('Pour quel projet ?')
  const category = chloe.document.querySelector('input[name=category]')!.getAttribute('value')!
  await chloe.post('/my/hours', { category, day: '2026-11-10', duration: '1h', project: id })
  expect([chloe.status, (await entries(world)).length]).toEqual([422, 2])
})

it('a line keeps its project when it is corrected, also an archived one that nobody else can choose', async () => {
  const world = await startApp()
  const [elise, chloe] = [await world.signIn('elise'), await world.signIn('chloe')]
  await addProject(elise, 'Jardin')
  await record(chloe, '2h', 'Jardin')
  const jardin = await idOf(world, 'Jardin')
  await elise.post(`/work/hours/projects/${jardin}/archiving`, { to: 'archived' })
  const { id } = (await entries(world))[0]!
  await chloe.get('/my/hours')
  expect(chloe.text).not.toContain('Pour quel projet ?')
  await chloe.get(`/my/hours/${id}/correction`)
  await chloe.fill('Combien de temps ?', '3h').press('Envoyer la correction')
  expect((await entries(world)).map(({ minutes, name, state }) => `${minutes} ${name} ${state}`)).toEqual([
    '120 Jardin replaced',
    '180 Jardin submitted',
  ])
  await chloe.post('/my/hours', { ...(await lineOf(world)), project: jardin })
  expect([chloe.status, chloe.text]).toEqual([422, expect.stringContaining('Choisissez un projet de la liste.')])
})

const lineOf = async ({ deps, clock }: World) => {
  const { id } = await deps.db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()
  return { category: id, day: clock.iso().slice(0, 10), duration: '1h' }
}

it('hours of an offer take its usual project, at its entrance too', async () => {
  const world = await startApp()
  const { db } = world.deps
  await many.addOffers(db, 3)
  await many.addApplications(db, 1)
  await many.run(db, `UPDATE applications SET offer_id = 'o1', person_id = '${world.id('chloe')}'`)
  await many.run(db, 'UPDATE offers SET revision = 1')
  const [elise, bastien] = [await world.signIn('elise'), await world.signIn('bastien')]
  await addProject(elise, 'Jardin')
  await addProject(elise, 'Soupe')
  await bastien.get('/work/hours/links/offers/o1')
  await bastien.fill('Projet habituel des heures de cette annonce', 'Jardin').press('Enregistrer ce projet')
  expect(bastien.text).toContain('Les heures déjà notées gardent le leur.')
  await bastien.press('Ouvrir cette adresse')
  const kiosk = /http:\/\/localhost:3000(\/hours\/\S+)/.exec(bastien.text)![1]!
  const phone = world.browser()
  await phone.get(kiosk)
  await phone.choose('Chloé T.').choose('3 h').press('Noter ces heures')
  const categories = await db.selectFrom('hours_categories').select('id').execute()
  const sheet = { category: categories[0]!.id, day: '2026-11-12', duration: '2h', offer: 'o1', unnamed: '3' }
  await bastien.post('/work/hours/sheet', { ...sheet, people: world.id('david') })
  await bastien.post('/work/hours/sheet', {
    ...sheet,
    day: '2026-11-13',
    people: world.id('david'),
    project: await idOf(world, 'Soupe'),
  })
  expect((await entries(world)).map(({ minutes, name }) => `${minutes} ${name}`)).toEqual([
    '180 Jardin',
    '120 Jardin',
    '120 Soupe',
  ])
  const counted = await db
    .selectFrom('hours_headcounts')
    .innerJoin('hours_projects', 'hours_projects.id', 'project_id')
    .select(['name', 'people'])
    .orderBy('worked_on')
    .execute()
  expect(counted).toEqual([
    { name: 'Jardin', people: 3 },
    { name: 'Soupe', people: 3 },
  ])
  await bastien.get('/work/hours?state=approved')
  await bastien.fill('Projet', 'Soupe').press('Afficher')
  expect(bastien.text).toContain('Soupe')
  expect(bastien.document.querySelectorAll('main tbody tr')).toHaveLength(1)
  const csv = await bastien.get(`/work/hours.csv?project=${await idOf(world, 'Jardin')}`)
  expect(csv.html.trim().split('\n')).toHaveLength(3)
  expect(csv.html).toContain(';Jardin')
})

it('the coordinator corrects the project, also of approved hours, until their year is closed', async () => {
  const world = await startApp()
  const [elise, chloe, bastien] = [
    await world.signIn('elise'),
    await world.signIn('chloe'),
    await world.signIn('bastien'),
  ]
  await addProject(elise, 'Jardin')
  await record(chloe, '2h', 'Jardin')
  const [entry] = await entries(world)
  const { id } = entry!
  await bastien.get(`/work/hours/${id}`)
  await bastien.fill('Pour quel projet ?', 'Aucun projet').press('Enregistrer ce projet')
  expect(bastien.text).toContain('Le projet est enregistré.')
  await bastien.post('/work/hours/approval', { entries: id })
  await bastien.post(`/work/hours/${id}/project`, { project: await idOf(world, 'Jardin') })
  expect((await entries(world))[0]!.name).toBe('Jardin')
  const facts = await world.deps.db
    .selectFrom('events')
    .select('actor_id')
    .where('type', '=', 'hours.project_set')
    .execute()
  expect(facts).toEqual([{ actor_id: world.id('bastien') }, { actor_id: world.id('bastien') }])
  await bastien.post(`/work/hours/${id}/project`, { project: 'elsewhere' })
  expect([bastien.status, bastien.text]).toEqual([422, expect.stringContaining('Choisissez un projet de la liste.')])
  expect((await chloe.post(`/work/hours/${id}/project`, { project: '' })).status).toBe(403)
  // What takes it out has its project too, and neither changes alone.
  await bastien.post(`/work/hours/${id}/reversal`, { reason: 'Erreur' })
  expect((await entries(world)).map(({ minutes, name }) => `${minutes} ${name}`)).toEqual(['120 Jardin', '-120 Jardin'])
  await bastien.post(`/work/hours/${id}/project`, { project: '' })
  expect([bastien.status, bastien.text]).toEqual([409, expect.stringContaining('annulée ou remplacée')])
})

/** Six people gave 25 min each to the party in 2025, Chloé 175 min to the garden and an hour to nothing, at 25 € an hour. */
async function aYear(): Promise<{ world: World; elise: Browser }> {
  const world = await startApp()
  const { db } = world.deps
  const elise = await world.signIn('elise')
  await addProject(elise, 'Jardin')
  await addProject(elise, 'Fête')
  const [jardin, fete] = [await idOf(world, 'Jardin'), await idOf(world, 'Fête')]
  const [field] = await db.selectFrom('hours_categories').select('id').orderBy('created_at').orderBy('id').execute()
  const names = ['chloe', 'david', 'bastien', 'elise', 'amina'] as const
  const lines = [
    ...names.map((who) => ({ who, minutes: 25, project_id: fete })),
    { who: 'chloe' as const, minutes: 175, project_id: jardin },
    { who: 'chloe' as const, minutes: 60, project_id: null },
  ]
  for (const [at, { who, ...line }] of lines.entries())
    await db
      .insertInto('hours_entries')
      .values({
        ...line,
        id: `line-${at}`,
        worked_on: '2025-06-01',
        state: 'approved',
        category_id: field!.id,
        person_id: world.id(who),
        source: 'self',
        created_at: world.clock.iso(),
      })
      .execute()
  const rate = { cents_per_hour: 2500, currency: 'EUR', valid_from: '2024-01-01', source: 'Conseil' } as const
  await db
    .insertInto('hours_rates')
    .values({ ...rate, id: 'rate', created_at: world.clock.iso() })
    .execute()
  return { world, elise }
}

async function close(world: World, elise: Browser): Promise<string> {
  await elise.post('/work/hours/years/2025/closing', { agreed: 'on' })
  await world.settle()
  await elise.get(elise.url)
  return elise.url.split('/').at(-1)!
}

const LINES = [
  'Fête · Sur le terrain 2 h 05 25,00 € 52,08 €',
  'Jardin · Sur le terrain 2 h 55 25,00 € 72,92 €',
  'Sur le terrain 1 h 25,00 € 25,00 €',
]

it('a statement has its lines by project, activity and level, and figures of each project for others', async () => {
  const { world, elise } = await aYear()
  await elise.get('/work/hours/years/2025')
  for (const line of LINES) expect(elise.text).toContain(line)
  const id = await close(world, elise)
  for (const line of LINES) expect(elise.text).toContain(line)
  // Each line is rounded once, and the sum is that of the lines.
  expect(elise.text).toContain('150,00 €')
  expect(elise.text).toContain('Fête 2 h 05 5 52,08 €')
  // One person is not told as one.
  expect(elise.text).toContain('Jardin 2 h 55 moins de 5 72,92 €')
  expect(elise.text).toContain('Sans projet 1 h moins de 5 25,00 €')
  const csv = (await elise.get(`/work/hours/statements/${id}/projects.csv`)).html
  expect(csv).toContain('Fête;125;2,08;5;0,00;52,08')
  expect(csv).toContain('Jardin;175;2,92;moins de 5;0,00;72,92')
  expect((await elise.get(`/work/hours/statements/${id}.csv`)).html).toContain(
    '1;Jardin;Sur le terrain;;175;2,92;25,00;72,92;864;875',
  )
  const entry = (await elise.get(`/work/hours/statements/${id}/entry.csv`)).html
  expect(entry).toMatch(/;864;.*Jardin · Sur le terrain";72,92;0,00;/)
  expect(entry).toMatch(/;875;.*;0,00;150,00;/)
  expect((await elise.get('/work/hours/statement?year=2025')).text).toContain(
    'Jardin · Sur le terrain 2 h 55 25,00 € 72,92 €',
  )
})

it('a closed statement keeps the name and the people of its projects; its contrary takes both back', async () => {
  const { world, elise } = await aYear()
  const id = await close(world, elise)
  await elise.post(`/work/hours/projects/${await idOf(world, 'Jardin')}`, { name: 'Potager' })
  await elise.get(`/work/hours/statements/${id}`)
  expect(elise.text).toContain('Jardin · Sur le terrain 2 h 55')
  expect(elise.text).not.toContain('Potager')
  const bastien = await world.signIn('bastien')
  await bastien.post('/work/hours/line-5/project', { project: '' })
  expect([bastien.status, bastien.text]).toEqual([409, expect.stringContaining('close')])
  for (const change of [
    "UPDATE hours_entries SET project_id = NULL WHERE id = 'line-5'",
    'UPDATE hours_statement_projects SET people = 9',
    'DELETE FROM hours_statement_projects',
    `INSERT INTO hours_statement_projects (statement_id, people) VALUES ('${id}', 1)`,
  ])
    await expect(world.deps.db.executeQuery(CompiledQuery.raw(change))).rejects.toThrow(/closed/)
  await elise.post(`/work/hours/statements/${id}/reopening`, { reason: 'Erreur' })
  expect(elise.text).toContain('Jardin · Sur le terrain -2 h 55'.replace('-', '−'))
  await bastien.post('/work/hours/line-5/project', { project: '' })
  expect(bastien.status).toBe(200)
  await close(world, elise)
  expect(elise.text).toContain('Sans projet 3 h 55 moins de 5 97,92 €')
})

it('hours of somebody who is erased stay with their projects', async () => {
  const { world, elise } = await aYear()
  const at = world.clock.iso()
  await transact(world.deps, (tx) => replaceHoursBySums(tx, world.id('chloe'), world.deps.newId, at))
  await elise.get('/work/hours/years/2025')
  for (const line of LINES) expect(elise.text).toContain(line)
  // And are nobody's any more.
  expect(elise.text).toContain('Fête 2 h 05 moins de 5 52,08 €')
})

it('a year without projects is as before', async () => {
  const { world, elise } = await aYear()
  await world.deps.db.updateTable('hours_entries').set({ project_id: null }).execute()
  const id = await close(world, elise)
  expect(elise.text).not.toContain('Par projet')
  expect((await elise.get(`/work/hours/statements/${id}/projects.csv`)).html.trim().split('\n')).toHaveLength(1)
})
