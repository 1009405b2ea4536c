// SPDX-License-Identifier: AGPL-3.0-or-later
// pages F3: one sheet for the hours of many people.
import { afterEach, expect, it } from '@jest/globals'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import * as many from '../support/many-rows.ts'

afterEach(stopApps)

/** An offer for which Chloé and David are accepted. */
async function withOffer(world: World) {
  const { db } = world.deps
  await many.addOffers(db, 3)
  await many.addApplications(db, 2)
  await many.run(
    db,
    `UPDATE applications SET offer_id = 'o1', state = 'accepted',
       person_id = CASE id WHEN (SELECT min(id) FROM applications) THEN '${world.id('chloe')}' ELSE '${world.id('david')}' END`,
  )
  await many.run(db, 'UPDATE offers SET revision = 1')
}
const lines = ({ deps }: World) =>
  deps.db
    .selectFrom('hours_entries')
    .innerJoin('people', 'people.id', 'person_id')
    .select(['given_name', 'minutes', 'offer_id', 'state', 'worked_on'])
    .orderBy('given_name')
    .orderBy('hours_entries.id')
    .execute()
const short = async (world: World) => (await lines(world)).map((one) => `${one.given_name} ${one.minutes} ${one.state}`)
const ticked = (b: Browser) =>
  [...b.document.querySelectorAll('input[name=people][checked]')].map((one) =>
    one.closest('label')!.textContent!.replaceAll(/\s+/g, ' ').trim(),
  )

it('pages F3: records those accepted for an offer, a duration beside a name wins, all in one step', async () => {
  const world = await startApp()
  await withOffer(world)
  const b = await world.signIn('bastien')
  await b.get('/work/offers/o1')
  await b.follow('Noter les heures de qui est venu')
  expect(ticked(b)).toEqual(['Roy David (1004)', 'Tremblay Chloé (1003)'])
  b.choose('Hier').fill('Combien de temps, pour chaque personne ?', '3h').choose('Garnier Élise (1005)')
  b.fill('Autre durée pour David Roy', '1h30')
  await b.press('Noter ces heures')
  expect([b.status, b.url]).toEqual([200, '/work/hours?state=approved'])
  expect(b.text).toContain(
    '3 lignes notées pour le samedi 21 novembre, 7 h 30 en tout: David Roy, Chloé Tremblay et Élise Garnier.',
  )
  expect(await lines(world)).toEqual([
    { given_name: 'Chloé', minutes: 180, offer_id: 'o1', state: 'approved', worked_on: '2026-11-21' },
    { given_name: 'David', minutes: 90, offer_id: 'o1', state: 'approved', worked_on: '2026-11-21' },
    { given_name: 'Élise', minutes: 180, offer_id: 'o1', state: 'approved', worked_on: '2026-11-21' },
  ])
})

it('pages F3: what is wrong with one person stops nobody else, stands beside the name, and is asked where it can be', async () => {
  const world = await startApp()
  const b = await world.signIn('bastien')
  await b.get('/work/hours/sheet')
  const category = b.document.querySelector('input[name=category]')!.getAttribute('value')!
  const before = { category, day_choice: '2026-11-21' }
  const person = (name: 'chloe' | 'david' | 'elise' | 'farid' | 'amina' | 'bastien') => world.id(name)
  await b.post('/work/hours/new', { ...before, person: person('chloe'), duration: '2h' })
  await b.post('/work/hours/new', { ...before, person: person('david'), duration: '23h', long: 'on' })
  await many.run(world.deps.db, `UPDATE people SET joined_on = '2027-03-01' WHERE id = '${person('elise')}'`)
  await many.run(world.deps.db, `UPDATE people SET restricted_at = '2026-11-01' WHERE id = '${person('amina')}'`)
  await many.run(world.deps.db, `UPDATE people SET disabled_at = '2026-11-01' WHERE id = '${person('farid')}'`)
  const everyone = ['chloe', 'david', 'elise', 'farid', 'amina', 'bastien'] as const
  await b.post('/work/hours/sheet', {
    ...before,
    people: [...everyone.map(person), 'gone'],
    duration: '2 h',
    [`duration_${person('farid')}`]: 'longtemps',
    form_id: 'a-sheet',
  })
  expect(b.status).toBe(422)
  expect(b.text).toContain('1 ligne notée pour le samedi 21 novembre, 2 h: Bastien Moreau.')
  expect(ticked(b)).toHaveLength(5)
  expect(b.errors()).toMatchObject({
    'Tremblay Chloé (1003)': 'Des heures semblables sont déjà notées ce jour-là. Est-ce une autre fois ?',
    'Roy David (1004)': 'Avec les heures déjà notées ce jour-là, cela fait plus de 24 heures.',
    'Garnier Élise (1005)': 'Ce jour est avant l’arrivée de cette personne. Est-ce la bonne année ?',
    'Benali Amina (1001)': expect.stringContaining('données'),
    'Haddad Farid (1006)': 'La fiche de cette personne est fermée : on n’y note plus d’heures.',
    'Qui est venu ?': 'Une personne cochée n’est plus dans la liste.',
  })
  expect(b.value('Autre durée pour Farid Haddad')).toBe('longtemps')
  b.choose('Oui, c’est juste pour Chloé Tremblay').choose('Oui, c’est juste pour Élise Garnier')
  b.fill('Autre durée pour David Roy', '1h').uncheck('Haddad Farid (1006)').uncheck('Benali Amina (1001)')
  await b.press('Noter ces heures')
  expect(b.url).toBe('/work/hours?state=approved')
  expect(await short(world)).toEqual([
    'Bastien 120 submitted',
    'Chloé 120 approved',
    'Chloé 120 approved',
    'David 1380 approved',
    'David 60 approved',
    'Élise 120 approved',
  ])
})

it('pages F3: a sheet sent twice at once makes each line once, and says the same', async () => {
  const world = await startApp()
  const b = await world.signIn('bastien')
  await b.get('/work/hours/sheet')
  const category = b.document.querySelector('input[name=category]')!.getAttribute('value')!
  const people = [world.id('chloe'), world.id('david')]
  const sheet = { category, day: '2026-11-20', duration: '2h', people, form_id: 'one-sheet' }
  const second = world.browser()
  second.cookie = b.cookie
  const sent = await Promise.all([b, second].map((one) => one.post('/work/hours/sheet', sheet)))
  expect(sent.map(({ status, url }) => [status, url])).toEqual(Array(2).fill([200, '/work/hours?state=approved']))
  expect(await short(world)).toEqual(['Chloé 120 approved', 'David 120 approved'])
  // Back, one more person, sent again.
  await b.post('/work/hours/sheet', { ...sheet, people: [...people, world.id('elise')] })
  expect(b.text).toContain('3 lignes notées')
  expect(await short(world)).toHaveLength(3)
})

it('pages F3: a coordinator’s own line waits for somebody else', async () => {
  const world = await startApp()
  const b = await world.signIn('bastien')
  await b.get('/work/hours/sheet')
  b.choose('Moreau Bastien (1002)').choose('Hier').fill('Combien de temps, pour chaque personne ?', '2h')
  await b.press('Noter ces heures')
  expect(b.text).toContain('Vos propres heures attendent une autre personne de l’équipe.')
  expect(await short(world)).toEqual(['Bastien 120 submitted'])
})

it('pages F3: among 2 000 people finds by name, and keeps who was ticked and what was typed, without script', async () => {
  const world = await startApp()
  await many.addPeople(world.deps.db, 2_000)
  const b = await world.signIn('bastien')
  await b.get('/work/hours/sheet')
  expect(b.document.querySelectorAll('input[name=people]')).toHaveLength(0)
  await b.fill('Ajouter quelqu’un', 'roy').press('Chercher')
  b.choose('Roy David (1004)')
    .fill('Autre durée pour David Roy', '1h')
    .fill('Combien de temps, pour chaque personne ?', '2h')
  await b.fill('Ajouter quelqu’un', 'trem').press('Chercher')
  expect([b.status, b.value('Autre durée pour David Roy')]).toEqual([200, '1h'])
  b.choose('Tremblay Chloé (1003)').choose('Hier')
  await b.press('Noter ces heures')
  expect(await short(world)).toEqual(['Chloé 120 approved', 'David 60 approved'])
})

it('pages F3: ticks nobody again who was unticked, and everybody of an offer that is chosen later', async () => {
  const world = await startApp()
  await withOffer(world)
  const b = await world.signIn('bastien')
  await b.get('/work/hours/sheet')
  await b.fill('Pour quelle annonce ?', 'o1').press('Afficher les personnes')
  expect(ticked(b)).toHaveLength(2)
  await b.uncheck('Roy David (1004)').press('Afficher les personnes')
  expect(ticked(b)).toEqual(['Tremblay Chloé (1003)'])
})

it('pages F3: a sheet whose session was over comes back with all its people', async () => {
  const world = await startApp()
  await many.addPeople(world.deps.db, 100)
  const b = await world.signIn('bastien')
  await b.get('/work/hours/sheet')
  await b.fill('Ajouter quelqu’un', 'roy').press('Chercher')
  b.choose('Roy David (1004)').fill('Combien de temps, pour chaque personne ?', '2h').choose('Hier')
  b.cookie = ''
  await b.press('Noter ces heures')
  b.fill('Votre e-mail ou votre numéro de membre', 'bastien@example.org').fill(
    'Votre mot de passe',
    'mot-de-passe-de-test',
  )
  await b.press('Me connecter')
  expect([b.url, ticked(b)]).toEqual(['/work/hours/sheet', ['Roy David (1004)']])
  await b.press('Noter ces heures')
  expect(await short(world)).toEqual(['David 120 approved'])
})

it('pages F3: several questions are answered at once, and the answer is not kept for another sheet', async () => {
  const world = await startApp()
  const b = await world.signIn('bastien')
  await many.run(world.deps.db, `UPDATE people SET joined_on = '2027-03-01'`)
  await b.get('/work/hours/sheet')
  b.choose('Roy David (1004)').choose('Tremblay Chloé (1003)').choose('Hier')
  await b.fill('Combien de temps, pour chaque personne ?', '2h').press('Noter ces heures')
  expect(b.status).toBe(422)
  await b.choose('Oui, c’est juste pour toutes ces personnes').press('Noter ces heures')
  expect(await short(world)).toEqual(['Chloé 120 approved', 'David 120 approved'])
  await b.get('/work/hours/sheet')
  expect(b.document.querySelector('input[name=sure_all]')).toBeNull()
})
