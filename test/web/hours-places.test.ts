// SPDX-License-Identifier: AGPL-3.0-or-later
// Where hours were done: said or not, kept through corrections and copies, in lists, files and one's own data.
import { afterEach, expect, it } from '@jest/globals'
import { startApp, stopApps, type World } from '../support/app.ts'

afterEach(stopApps)

const places = async ({ deps }: World) =>
  (await deps.db.selectFrom('hours_entries').select(['worked_on', 'place', 'state']).orderBy('id').execute()).map(
    ({ worked_on, place, state }) => `${worked_on} ${place} ${state}`,
  )

it('is asked for and may be left out; it stays with the next time, a correction and a reversal', async () => {
  const world = await startApp()
  const b = await world.signIn('chloe')
  await b.get('/my/hours')
  await b.choose('Organisation et gestion').choose('Hier').fill('Combien de temps ?', '2h45')
  await b.fill('Où était-ce ?', 'x'.repeat(101)).press('Noter ces heures')
  expect([b.status, b.text.includes('Ce texte est trop long')]).toEqual([422, true])
  await b.fill('Où était-ce ?', 'Salle <des> fêtes').press('Noter ces heures')
  expect(b.text).toContain('Salle <des> fêtes')
  // The next line is filled in with it, and may be without.
  await b.follow('Comme la dernière fois')
  await b.fill('Où était-ce ?', '').press('Noter ces heures')
  await b.follow('Corriger 21 novembre 2026, 2 h 45')
  await b.fill('Combien de temps ?', '3h').press('Envoyer la correction')
  expect(await places(world)).toEqual([
    '2026-11-21 Salle <des> fêtes replaced',
    '2026-11-22  submitted',
    '2026-11-21 Salle <des> fêtes submitted',
  ])
  const amina = await world.signIn('amina')
  await amina.get('/work/hours')
  expect(amina.text).toContain('Salle <des> fêtes')
  const { id } = await world.deps.db
    .selectFrom('hours_entries')
    .select('id')
    .where('place', '<>', '')
    .where('state', '=', 'submitted')
    .executeTakeFirstOrThrow()
  await amina.get(`/work/hours/${id}`)
  await amina.press('Valider ces heures')
  await amina.get(`/work/hours/${id}`)
  expect(amina.text).toContain('Où Salle <des> fêtes')
  await amina.fill('La raison', 'Ce jour-là était férié').press('Annuler ces heures')
  const all = await places(world)
  expect(all.filter((line) => line.includes('fêtes approved'))).toHaveLength(2)
  const [head, ...rows] = (await amina.get('/work/hours.csv')).html.trim().split('\r\n')
  expect([head?.split(';').includes('Où'), rows.filter((row) => row.includes('Salle <des> fêtes')).length > 0]).toEqual(
    [true, true],
  )
  expect((await b.get('/my/data.json')).html).toContain('Salle <des> fêtes')
})

it('comes along with the week before', async () => {
  const world = await startApp()
  const b = await world.signIn('chloe')
  await b.get('/my/hours')
  await b.choose('Organisation et gestion').choose('Un autre jour').fill('Le jour', '2026-11-12')
  await b.fill('Combien de temps ?', '1h').fill('Où était-ce ?', 'Dijon').press('Noter ces heures')
  await b.follow('Copier la semaine dernière')
  await b.press('Noter les lignes cochées')
  expect(await places(world)).toEqual(['2026-11-12 Dijon submitted', '2026-11-19 Dijon submitted'])
})
