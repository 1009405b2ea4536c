// SPDX-License-Identifier: AGPL-3.0-or-later
// Kilometres: apart from hours, paid back or left to the association, approved like hours.
import { afterEach, expect, it } from '@jest/globals'
import { findPerson } from '../../db/queries/people.ts'
import { insertProject } from '../../db/queries/projects.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { closeYear } from '../../server/years/commands/close.ts'
import { yearOfCode } from '../../server/years/rules.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { fr } from '../support/texts.ts'

afterEach(stopApps)

const rows = ({ deps }: World) =>
  deps.db.selectFrom('trips').select(['metres', 'state', 'choice', 'travelled_on']).orderBy('id').execute()

async function note(b: Browser, kilometres: string, choice: 'reimburse' | 'waive' = 'reimburse', day = '2026-11-20') {
  await b.get('/my/trips')
  b.fill('Quel jour ?', day)
    .fill('Combien de kilomètres ?', kilometres)
    .fill('D’où à où, et pourquoi ?', 'Dijon–Beaune, collecte')
  b.choose(fr(`hours.trips.choose.${choice}`))
  return b.press('Noter ces kilomètres')
}

async function setRate(world: World, amount: string, from: string) {
  const elise = await world.signIn('elise')
  await elise.get('/work/trips/rates')
  elise
    .fill('Valeur d’un kilomètre', amount)
    .fill('À partir du', from)
    .fill('Qui l’a décidé, d’après quoi ?', 'Conseil')
  return elise.press('Ajouter cette valeur')
}

it('Chloé notes 42,5 km to be paid back, Bastien approves; hours stay as they were', async () => {
  const world = await startApp()
  const chloe = await world.signIn('chloe')
  await note(chloe, '42,5 km')
  expect([chloe.status, chloe.url]).toEqual([200, '/my/trips'])
  expect(chloe.text).toContain('42,5 km notés. Merci.')
  const bastien = await world.signIn('bastien')
  await bastien.get('/work/trips')
  expect(bastien.text).toContain('1 ligne attend votre réponse')
  await bastien.press('Valider les lignes cochées')
  expect(bastien.text).toContain('1 ligne validée, 42,5 km.')
  expect(bastien.text).toContain('À rembourser: 42,5 km')
  await bastien.get('/work/hours/statement')
  expect(bastien.text).toContain('Aucune heure validée cette année')
  await chloe.get('/my/trips')
  expect(chloe.text).toContain('Kilomètres validés en 2026 42,5 km')
  expect(await rows(world)).toEqual([
    { metres: 42_500, state: 'approved', choice: 'reimburse', travelled_on: '2026-11-20' },
  ])
})

it('keeps the sentence with which the money is left to the association', async () => {
  const world = await startApp()
  await note(await world.signIn('chloe'), '10', 'waive')
  const { id, waiver } = await world.deps.db.selectFrom('trips').select(['id', 'waiver']).executeTakeFirstOrThrow()
  expect(waiver).toBe('Je renonce au remboursement de ces frais et je les laisse aux Jardins du Canal.')
  const bastien = await world.signIn('bastien')
  await bastien.get(`/work/trips/${id}`)
  expect(bastien.text).toContain('Je renonce au remboursement')
  await note(await world.signIn('david'), '10', 'reimburse')
  const waivers = await world.deps.db.selectFrom('trips').select('waiver').where('choice', '=', 'reimburse').execute()
  expect(waivers).toEqual([{ waiver: '' }])
})

it('gives each trip the value of its day, rounded once a line, in page and file', async () => {
  const world = await startApp()
  await setRate(world, '0,529', '2026-01-01')
  await setRate(world, '0,6', '2026-11-01')
  const chloe = await world.signIn('chloe')
  // 12.3 km at 0.529 is 6.5067; two of them are 13.02, not 13.01.
  await note(chloe, '12,3', 'reimburse', '2026-10-01')
  await note(chloe, '12,3', 'reimburse', '2026-10-02')
  await note(chloe, '10', 'waive', '2026-11-02')
  await note(chloe, '7', 'waive', '2025-11-02')
  const bastien = await world.signIn('bastien')
  await bastien.get('/work/trips')
  await bastien.press('Valider les lignes cochées')
  expect(bastien.text).toContain('À rembourser: 24,6 km, 13,02 €')
  expect(bastien.text).toContain('Sans remboursement: 10 km, 6,00 €')
  const csv = await bastien.get('/work/trips.csv')
  expect(csv.html).toContain(
    'Chloé Tremblay;2026-10-01;12,30;"Dijon–Beaune, collecte";;À rembourser;0,529;6,51;Validées',
  )
  await bastien.get('/work/trips?year=2025')
  expect(bastien.text).toContain('Sans remboursement: 7 km, 0,00 €')
  expect(bastien.text).toContain('sans montant')
  expect((await bastien.get('/work/trips?year=2030')).status).toBe(404)
})

it('returns kilometres with a question that is mailed; they are confirmed, approved and taken out once', async () => {
  const world = await startApp()
  const chloe = await world.signIn('chloe')
  await note(chloe, '120')
  const { id } = await world.deps.db.selectFrom('trips').select('id').executeTakeFirstOrThrow()
  const bastien = await world.signIn('bastien')
  await bastien.get('/work/trips')
  await bastien.follow('Regarder')
  await bastien.press('Rendre à la personne')
  expect(bastien.status).toBe(422)
  await bastien.fill('Votre question ou la raison', '120 ou 12 ?').press('Rendre à la personne')
  const mail = (await world.mails()).find(({ to }) => to === 'chloe@example.org')
  expect(mail?.text).toContain('/my/trips')
  expect(mail?.text).toContain('120 km')
  await chloe.get('/my/trips')
  expect(chloe.text).toContain('120 ou 12 ?')
  await chloe.press('C’est bien cela 20 novembre 2026, 120 km')
  await bastien.post('/work/trips/approval', { trips: id })
  await bastien.get(`/work/trips/${id}`)
  await bastien.fill('La raison', 'Mauvais jour').press('Annuler ces kilomètres')
  await bastien.post(`/work/trips/${id}/reversal`, { reason: 'Encore' })
  expect(bastien.status).toBe(409)
  expect((await rows(world)).map(({ metres }) => metres)).toEqual([120_000, -120_000])
  await bastien.get('/work/trips')
  expect(bastien.text).toContain('Kilomètres validés en 2026 0 km')
})

it('asks about the same trip twice, takes a form that is sent twice once, and keeps what was typed', async () => {
  const world = await startApp()
  const b = await world.signIn('chloe')
  await note(b, 'loin')
  expect([b.status, b.value('Combien de kilomètres ?')]).toEqual([422, 'loin'])
  await note(b, '2001')
  expect(b.status).toBe(422)
  await note(b, '10', 'reimburse', '2026-12-24')
  expect(b.errors()['Quel jour ?']).toContain('n’est pas encore passé')
  await note(b, '10')
  await note(b, '10')
  expect(b.status).toBe(422)
  await b.choose('Oui, c’est bien une autre fois').press('Noter ces kilomètres')
  expect(await rows(world)).toHaveLength(2)
  const form = { day: '2026-11-10', km: '5', way: 'x', choice: 'waive', form_id: 'one' }
  const second = world.browser()
  second.cookie = b.cookie
  const sent = await Promise.all([b, second].map((one) => one.post('/my/trips', form)))
  expect(sent.map(({ status, url }) => [status, url])).toEqual(Array(2).fill([200, '/my/trips']))
  expect(await rows(world)).toHaveLength(3)
})

it('belongs to hours of one’s own, and nobody approves their own while another can', async () => {
  const world = await startApp()
  const { db } = world.deps
  const bastien = await world.signIn('bastien')
  await bastien.get('/my/hours')
  await bastien.choose('Sur le terrain').choose('Hier').fill('Combien de temps ?', '2h').press('Noter ces heures')
  const { id: hours } = await db.selectFrom('hours_entries').select('id').executeTakeFirstOrThrow()
  const form = { day: '2026-11-21', km: '5', way: 'x', choice: 'waive' }
  const chloe = await world.signIn('chloe')
  await chloe.post('/my/trips', { ...form, hours })
  expect(chloe.status).toBe(422)
  await bastien.post('/my/trips', { ...form, hours })
  const { id, hours_id } = await db.selectFrom('trips').select(['id', 'hours_id']).executeTakeFirstOrThrow()
  expect(hours_id).toBe(hours)
  await bastien.get('/work/trips')
  expect(bastien.document.querySelector('input[name=trips]')).toBeNull()
  await bastien.post('/work/trips/approval', { trips: id })
  expect([bastien.status, (await rows(world))[0]!.state]).toEqual([409, 'submitted'])
  await chloe.post(`/my/trips/${id}/withdrawal`, {})
  expect(chloe.status).toBe(404)
  await bastien.post(`/my/trips/${id}/withdrawal`, {})
  expect((await rows(world))[0]!.state).toBe('withdrawn')
})

it('is for a project that can be chosen, in lists, sums and files, and keeps it when it is taken out', async () => {
  const world = await startApp()
  const { db } = world.deps
  const [elise, chloe, bastien] = [
    await world.signIn('elise'),
    await world.signIn('chloe'),
    await world.signIn('bastien'),
  ]
  await chloe.get('/my/trips')
  expect(chloe.text).not.toContain('Pour quel projet ?')
  await setRate(world, '0,5', '2026-01-01')
  const at = world.deps.clock.iso()
  for (const name of ['Jardin', 'Fête']) await insertProject(db, { id: name.toLowerCase(), name, created_at: at })
  await chloe.get('/my/trips')
  chloe.fill('Pour quel projet ?', 'Jardin')
  chloe
    .fill('Quel jour ?', '2026-11-20')
    .fill('Combien de kilomètres ?', '10')
    .fill('D’où à où, et pourquoi ?', 'Dijon')
  await chloe.choose('Je demande leur remboursement').press('Noter ces kilomètres')
  expect(chloe.text).toContain('20 novembre 2026 Dijon Jardin')
  await note(chloe, '30')
  // How many wait is not said of one project.
  await bastien.get('/work/trips?project=jardin')
  expect(bastien.document.querySelectorAll('#main-form tbody tr')).toHaveLength(1)
  expect(bastien.document.querySelector('p.lead')?.textContent).toContain('1')
  await bastien.get('/work/trips')
  expect(bastien.document.querySelector('p.lead')?.textContent).toContain('2')
  await bastien.press('Valider les lignes cochées')
  expect(bastien.text).toContain('Jardin 10 km 5,00 €')
  expect(bastien.text).toContain('Sans projet 30 km 15,00 €')
  await bastien.get('/work/trips?state=approved&project=jardin')
  expect(bastien.document.querySelectorAll('#main-form tbody tr')).toHaveLength(1)
  await bastien.follow(fr('hours.work.export'))
  expect(bastien.html.match(/Chloé Tremblay/g)).toHaveLength(1)
  expect(bastien.html).toContain(';Dijon;Jardin;À rembourser;')
  expect((await chloe.get('/my/trips.csv')).html).toContain(';Dijon;Jardin;À rembourser;')
  const { id } = await db.selectFrom('trips').select('id').where('project_id', '=', 'jardin').executeTakeFirstOrThrow()
  await bastien.post(`/work/trips/${id}/reversal`, { reason: 'Mauvais jour' })
  await bastien.get('/work/trips')
  expect(bastien.text).toContain('Jardin 0 km 0,00 €')
  // What is archived stays with what has it, and cannot be chosen.
  await elise.post('/work/hours/projects/jardin/archiving', { to: 'archived' })
  const form = { day: '2026-11-21', km: '5', way: 'x', choice: 'waive' }
  await chloe.post('/my/trips', { ...form, project: 'jardin' })
  expect([chloe.status, chloe.errors()['Pour quel projet ?']]).toEqual([422, 'Choisissez un projet de la liste.'])
  expect((await chloe.get('/my/data')).text).toContain('Jardin')
})

it('is for the project of its hours when none is chosen', async () => {
  const world = await startApp()
  const { db } = world.deps
  await insertProject(db, { id: 'jardin', name: 'Jardin', created_at: world.deps.clock.iso() })
  const chloe = await world.signIn('chloe')
  await chloe.get('/my/hours')
  chloe.choose('Sur le terrain').choose('Hier').fill('Combien de temps ?', '2h').fill('Pour quel projet ?', 'Jardin')
  await chloe.press('Noter ces heures')
  const { id: hours } = await db.selectFrom('hours_entries').select('id').executeTakeFirstOrThrow()
  await chloe.post('/my/trips', { day: '2026-11-21', km: '5', way: 'x', choice: 'waive', hours })
  expect(await db.selectFrom('trips').select('project_id').execute()).toEqual([{ project_id: 'jardin' }])
})

it('is corrected by a coordinator: where to and for which project, with what stood there before', async () => {
  const world = await startApp()
  const { db } = world.deps
  const at = world.deps.clock.iso()
  for (const name of ['Jardin', 'Fête']) await insertProject(db, { id: name.toLowerCase(), name, created_at: at })
  const [chloe, bastien] = [await world.signIn('chloe'), await world.signIn('bastien')]
  await note(chloe, '42,5')
  const { id } = await db.selectFrom('trips').select('id').executeTakeFirstOrThrow()
  const page = `/work/trips/${id}`
  await bastien.get(page)
  await bastien.fill('Trajet', '').press('Enregistrer la correction')
  expect([bastien.status, bastien.errors()['Trajet']]).toEqual([422, fr('hours.trips.error_way')])
  await bastien.fill('Trajet', 'Dijon–Beaune, graines').fill('Projet', 'Jardin').press('Enregistrer la correction')
  expect(bastien.url).toBe(page)
  expect(bastien.text).toContain('C’est corrigé.')
  expect(bastien.text).toContain('Avant: Dijon–Beaune, collecte, Aucun projet')
  // The same form sent twice is one correction.
  await bastien.post(`${page}/correction`, { way: 'Dijon–Beaune, graines', project: 'jardin' })
  await bastien.post(`${page}/correction`, { way: 'Dijon–Beaune, graines', project: 'nothing' })
  expect([bastien.status, bastien.errors()['Projet']]).toEqual([422, 'Choisissez un projet de la liste.'])
  expect(await db.selectFrom('trip_corrections').select(['way', 'project_id', 'corrected_by']).execute()).toEqual([
    { way: 'Dijon–Beaune, collecte', project_id: null, corrected_by: world.id('bastien') },
  ])
  await chloe.get('/my/trips')
  expect(chloe.text).toContain('Dijon–Beaune, graines Jardin Corrigé par Bastien Moreau le 22 novembre 2026')
  expect((await chloe.get('/my/data')).text).toContain('Dijon–Beaune, collecte')
  expect((await chloe.post(`${page}/correction`, { way: 'x', project: '' })).status).toBe(403)
  // Approved kilometres too, and nobody their own; not once they are taken out.
  await bastien.post('/work/trips/approval', { trips: id })
  await bastien.post(`${page}/correction`, { way: 'Dijon–Beaune, graines', project: 'fête' })
  await bastien.get('/work/trips?project=fête&state=approved')
  expect(bastien.text).toContain('graines')
  await note(bastien, '7')
  const own = await db.selectFrom('trips').select('id').where('metres', '=', 7000).executeTakeFirstOrThrow()
  await bastien.post(`/work/trips/${own.id}/correction`, { way: 'x', project: '' })
  expect(bastien.text).toContain(fr('hours.refused.own'))
  await bastien.post(`${page}/reversal`, { reason: 'Mauvais jour' })
  await bastien.post(`${page}/correction`, { way: 'x', project: '' })
  expect(bastien.text).toContain('Ces kilomètres ne changent plus')
  expect((await bastien.get(page)).html).not.toContain('/correction"')
  const amina = await world.signIn('amina')
  await amina.post(`/work/people/${world.id('chloe')}/erasure`, {})
  expect(await db.selectFrom('trip_corrections').selectAll().execute()).toEqual([])
})

it('is not corrected in a closed year', async () => {
  const world = await startApp()
  const { db } = world.deps
  await note(await world.signIn('chloe'), '12', 'reimburse', '2025-06-01')
  const { id } = await db.selectFrom('trips').select('id').executeTakeFirstOrThrow()
  const year = yearOfCode('2025')!
  const person = (await findPerson(world.deps.db, world.id('elise')))!
  const elise = viewerOf(person.id, 'Élise', person.roles, person)
  await closeYear(world.deps, elise, year, { isMissingRates: false, waiting: 0, agreed: true })
  await world.settle()
  const bastien = await world.signIn('bastien')
  expect((await bastien.get(`/work/trips/${id}`)).html).not.toContain('/correction"')
  await bastien.post(`/work/trips/${id}/correction`, { way: 'x', project: '' })
  expect(bastien.text).toContain('L’année de ces heures est close')
  expect(await db.selectFrom('trips').select('way').executeTakeFirstOrThrow()).toEqual({
    way: 'Dijon–Beaune, collecte',
  })
})

it('stays in the sums without a name when the person is erased', async () => {
  const world = await startApp()
  const chloe = await world.signIn('chloe')
  await note(chloe, '10')
  await note(chloe, '20')
  const bastien = await world.signIn('bastien')
  await bastien.get('/work/trips')
  await bastien.press('Valider les lignes cochées')
  await note(chloe, '30')
  const amina = await world.signIn('amina')
  await amina.post(`/work/people/${world.id('chloe')}/erasure`, {})
  const kept = await world.deps.db.selectFrom('trips').select(['metres', 'way', 'waiver']).orderBy('metres').execute()
  expect(kept).toEqual([
    { metres: 10_000, way: '', waiver: '' },
    { metres: 20_000, way: '', waiver: '' },
  ])
  await bastien.get('/work/trips')
  expect(bastien.text).toContain('Kilomètres validés en 2026 30 km')
})

it('asks before a value of the kilometre changes what was approved, and the trail has both values', async () => {
  const world = await startApp()
  const elise = await setRate(world, '0,5', '2026-01-01')
  expect(elise.url).toBe('/work/trips/rates')
  const chloe = await world.signIn('chloe')
  await note(chloe, '10', 'reimburse', '2026-10-01')
  const bastien = await world.signIn('bastien')
  await bastien.get('/work/trips')
  await bastien.press('Valider les lignes cochées')
  const rates = () =>
    world.deps.db.selectFrom('trip_rates').select(['valid_from', 'mills_per_km']).orderBy('valid_from').execute()
  elise
    .fill('Valeur d’un kilomètre', '0,6')
    .fill('À partir du', '2026-02-01')
    .fill('Qui l’a décidé, d’après quoi ?', 'Bureau')
  await elise.press('Ajouter cette valeur')
  expect([elise.status, elise.value('Qui l’a décidé, d’après quoi ?')]).toEqual([422, 'Bureau'])
  expect(elise.text).toContain('2026 1 ligne 5,00 € 6,00 €')
  expect(await rates()).toHaveLength(1)
  await elise.choose('Oui, c’est bien ce que je veux').press('Ajouter cette valeur')
  expect(await rates()).toHaveLength(2)
  await elise.post('/work/trips/rates/removal', { valid_from: '2026-02-01' })
  expect(elise.status).toBe(422)
  expect(elise.text).toContain('2026 1 ligne 6,00 € 5,00 €')
  expect(await rates()).toHaveLength(2)
  await elise.press('Retirer cette valeur')
  expect([elise.status, await rates()]).toEqual([200, [{ valid_from: '2026-01-01', mills_per_km: 500 }]])
  await elise.post('/work/trips/rates/removal', { valid_from: '2026-07-07' })
  const events = await world.deps.db
    .selectFrom('events')
    .select('details')
    .where('type', '=', 'trip_rate.changed')
    .orderBy('seq')
    .execute()
  expect(events.map(({ details }) => JSON.parse(details))).toEqual([
    { valid_from: '2026-01-01', mills: 500 },
    { valid_from: '2026-02-01', mills: 600 },
    { valid_from: '2026-02-01', before: 600 },
  ])
})
