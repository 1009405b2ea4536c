// SPDX-License-Identifier: AGPL-3.0-or-later
// Levels of hours, and the methods by which the value of an hour is found.
import { afterEach, expect, it } from '@jest/globals'
import type { Browser } from '../support/browser.ts'
import { startApp, stopApps, type World } from '../support/app.ts'

afterEach(stopApps)

async function addLevel(b: Browser, name: string): Promise<Browser> {
  await b.get('/work/hours/settings')
  const form = [...b.document.querySelectorAll('form')].find(
    (one) => one.getAttribute('action') === '/work/hours/levels',
  )
  expect(form).toBeDefined()
  return b.post('/work/hours/levels', { level_fr: name, form_id: name })
}

async function addValue(b: Browser, of: string, amount: string, more: Record<string, string> = {}) {
  await b.get('/work/hours/settings')
  b.fill('Pour quelle activité ?', of).fill('Valeur d’une heure', amount).fill('À partir du', '2026-01-01')
  b.fill('Qui l’a décidé, d’après quoi ?', 'Conseil du 14 janvier 2026')
  for (const [label, value] of Object.entries(more)) b.fill(label, value)
  return b.press('Ajouter cette valeur')
}

async function record(world: World, duration: string): Promise<string> {
  const chloe = await world.signIn('chloe')
  await chloe.get('/my/hours')
  chloe.choose('Sur le terrain').choose('Hier').fill('Combien de temps ?', duration)
  await chloe.press('Noter ces heures')
  const row = await world.deps.db
    .selectFrom('hours_entries')
    .select('id')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
  return row.id
}

it('hours get the level of their activity, and are worth what that level is worth', async () => {
  const world = await startApp()
  const elise = await world.signIn('elise')
  await addLevel(elise, 'Encadrement')
  expect(elise.text).toContain('Le niveau est ajouté.')
  elise.fill('Niveau habituel de : Sur le terrain', 'Encadrement')
  await elise.press('Enregistrer Sur le terrain')
  expect(elise.text).toContain('Les heures déjà notées gardent le leur.')
  await addValue(elise, 'Toutes les activités', '12,02')
  await addValue(elise, 'Niveau : Encadrement', '12,02', {
    'Comment cette valeur est-elle trouvée ?': 'Salaire minimum',
    'Multiplié par': '2',
    'Référence de la décision': 'PV n° 4',
  })
  expect(elise.text).toContain('Niveau: Encadrement 24,04 €')
  expect(elise.text).toContain('Salaire minimum: 12,02 € × 2. Conseil du 14 janvier 2026. PV n° 4')
  await record(world, '2h30')
  const bastien = await world.signIn('bastien')
  await bastien.get('/work/hours')
  await bastien.press('Valider les lignes cochées')
  await elise.get('/work/hours/statement')
  expect(elise.text).toContain('Sur le terrain · Encadrement 2 h 30 24,04 € 60,10 €')
  const csv = await elise.get('/work/hours/statement.csv?year=2026')
  expect(csv.html).toContain('Chloé Tremblay;Sur le terrain;2026-11;150;2,50;24,04;Encadrement')
})

it('the coordinator says at which level hours were given, until they are approved', async () => {
  const world = await startApp()
  await addLevel(await world.signIn('elise'), 'Expertise')
  const id = await record(world, '2h')
  const bastien = await world.signIn('bastien')
  await bastien.get(`/work/hours/${id}`)
  await bastien.fill('À quel niveau ?', 'Expertise').press('Enregistrer ce niveau')
  expect(bastien.text).toContain('Niveau Expertise')
  await bastien.post(`/work/hours/${id}/level`, { level: 'elsewhere' })
  expect(bastien.status).toBe(422)
  await bastien.post('/work/hours/approval', { entries: id })
  await bastien.post(`/work/hours/${id}/level`, { level: '' })
  expect([bastien.status, bastien.text]).toEqual([409, expect.stringContaining('Le niveau ne change plus')])
  // What takes hours out has their level too.
  await bastien.post(`/work/hours/${id}/reversal`, { reason: 'Erreur' })
  const rows = await world.deps.db.selectFrom('hours_entries').select(['minutes', 'level_id']).execute()
  expect(rows.map(({ minutes }) => minutes).toSorted()).toEqual([-120, 120])
  expect(new Set(rows.map(({ level_id }) => level_id)).size).toBe(1)
  expect(rows[0]!.level_id).not.toBeNull()
})

it('ties each fault to its field, keeps what was typed, and one press twice makes one level', async () => {
  const world = await startApp()
  const elise = await world.signIn('elise')
  await elise.post('/work/hours/levels', { level_fr: '', level_en: '' })
  expect([elise.status, elise.errors()['Nom en français']]).toEqual([422, 'Donnez un nom à ce niveau.'])
  await addLevel(elise, 'Exécution')
  await addLevel(elise, 'Exécution')
  expect(await world.deps.db.selectFrom('hours_levels').select('id').execute()).toHaveLength(1)
  await addValue(elise, 'Niveau : Exécution', '12,02', { 'Multiplié par': '2' })
  expect([elise.status, elise.value('Valeur d’une heure')]).toEqual([422, '12,02'])
  expect(elise.errors()['Multiplié par']).toContain('On ne multiplie que le salaire minimum')
  const chloe = await world.signIn('chloe')
  expect((await chloe.post('/work/hours/levels', { level_fr: 'Chef' })).status).toBe(403)
})

it('a person who is erased leaves sums that keep their level, and so their value', async () => {
  const world = await startApp()
  const elise = await world.signIn('elise')
  await addLevel(elise, 'Encadrement')
  elise.fill('Niveau habituel de : Sur le terrain', 'Encadrement')
  await elise.press('Enregistrer Sur le terrain')
  await addValue(elise, 'Niveau : Encadrement', '25')
  const id = await record(world, '2h55')
  const bastien = await world.signIn('bastien')
  await bastien.post('/work/hours/approval', { entries: id })
  expect((await elise.get('/work/hours/statement')).text).toContain('72,92 €')
  const { replaceHoursBySums } = await import('../../db/queries/erase.ts')
  await replaceHoursBySums(world.deps.db, world.id('chloe'), world.deps.newId, world.clock.iso())
  const again = (await elise.get('/work/hours/statement')).text
  expect(again).not.toContain('Chloé')
  expect(again).toContain('72,92 €')
})
