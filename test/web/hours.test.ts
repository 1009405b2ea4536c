// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterEach, expect, it } from '@jest/globals'
import { revokeRole } from '../../db/queries/people.ts'
import { insertProject } from '../../db/queries/projects.ts'
import { insertLimited } from '../../db/queries/roles.ts'
import { addMember, insertTeam, removeMember } from '../../db/queries/teams.ts'
import type { Browser } from '../support/browser.ts'
import { startApp, stopApps } from '../support/app.ts'
import * as many from '../support/many-rows.ts'
import { fr } from '../support/texts.ts'

afterEach(stopApps)

const start = () => startApp()

async function declare(b: Browser, duration: string): Promise<Browser> {
  await b.get('/my/hours')
  b.choose('Sur le terrain').choose('Hier').fill('Combien de temps ?', duration)
  return b.press('Noter ces heures')
}

it('Chloé declares 3 h 30 of yesterday; Bastien approves; the total is 3 h 30', async () => {
  const world = await start()
  const chloe = await world.signIn('chloe')
  await declare(chloe, '3h30')
  expect(chloe.text).toContain('3 h 30 notées pour le samedi 21 novembre')
  expect(chloe.text).toContain('En attente')
  const bastien = await world.signIn('bastien')
  await bastien.get('/work/hours')
  expect(bastien.text).toContain('1 ligne attend votre réponse')
  expect(bastien.text).toContain('Chloé Tremblay')
  await bastien.press('Valider les lignes cochées')
  expect(bastien.text).toContain('1 ligne validée')
  await bastien.get('/work/hours/statement')
  expect(bastien.text).toContain('données par 1 personne 3 h 30')
  await chloe.get('/my/hours')
  expect(chloe.text).toContain('Validées')
})

it('prices the year once the treasurer has set a value, and exports it', async () => {
  const world = await start()
  await declare(await world.signIn('chloe'), '3,5')
  const bastien = await world.signIn('bastien')
  await bastien.get('/work/hours')
  await bastien.press('Valider les lignes cochées')
  const elise = await world.signIn('elise')
  await elise.get('/work/hours/statement')
  expect(elise.text).toContain('n’a pas encore de valeur')
  await elise.get('/work/hours/settings')
  elise
    .fill('Valeur d’une heure', '12,02 €')
    .fill('À partir du', '2026-01-01')
    .fill('Qui l’a décidé, d’après quoi ?', 'Conseil du 14 janvier')
  await elise.press('Ajouter cette valeur')
  expect(elise.text).toContain('2026 1 ligne pas de valeur 42,07 €')
  await elise.choose('Oui, c’est bien ce que je veux').press('Ajouter cette valeur')
  await elise.get('/work/hours/statement')
  expect(elise.text).toContain('42,07 €')
  const csv = await elise.get('/work/hours/statement.csv?year=2026')
  expect(csv.html).toContain('Chloé Tremblay;Sur le terrain;2026-11;210;3,50;12,02')
})

it.each(['fr', 'en'])('ties each fault to its field and keeps what was typed (%s)', async (language) => {
  const world = await start()
  const b = await world.signIn('chloe')
  await b.post('/language', { locale: language })
  await b.post('/my/hours', {
    category: '',
    day_choice: 'other',
    day: '2026-12-24',
    duration: 'longtemps',
    note: 'Merci',
  })
  expect(b.status).toBe(422)
  const [category, , duration] =
    language === 'fr' ? ['Vous avez fait quoi ?', '', 'Combien de temps ?'] : ['What did you do?', '', 'How long?']
  expect(Object.keys(b.errors())).toEqual(expect.arrayContaining([category, duration]))
  expect(b.value(duration!)).toBe('longtemps')
  expect(b.value(language === 'fr' ? 'Un mot à ajouter ?' : 'Anything to add?')).toBe('Merci')
})

it('refuses a day that is not over yet, beside the day', async () => {
  const world = await start()
  const b = await world.signIn('chloe')
  await b.get('/my/hours')
  b.choose('Sur le terrain').choose('Un autre jour').fill('Le jour', '2026-12-24').fill('Combien de temps ?', '2 h')
  await b.press('Noter ces heures')
  expect(b.status).toBe(422)
  expect(Object.values(b.errors()).join()).toContain('n’est pas encore passé')
})

it('asks before the same hours are recorded twice, and a double click makes one line', async () => {
  const world = await start()
  const b = await world.signIn('chloe')
  await declare(b, '2 h')
  await declare(b, '2 h')
  expect(b.status).toBe(422)
  b.choose('Oui, c’est bien une autre fois')
  await b.press('Noter ces heures')
  expect(b.status).toBe(200)
  const category = b.document.querySelector('input[name=category]')!.getAttribute('value')!
  const form = { category, day_choice: '2026-11-20', duration: '1 h', form_id: 'one-form' }
  const second = world.browser()
  second.cookie = b.cookie
  const sent = await Promise.all([b, second].map((one) => one.post('/my/hours', form)))
  expect(sent.map(({ status, url }) => [status, url])).toEqual([
    [200, '/my/hours'],
    [200, '/my/hours'],
  ])
  const rows = await world.deps.db.selectFrom('hours_entries').selectAll().where('form_id', '=', 'one-form').execute()
  expect(rows).toHaveLength(1)
})

it('gives hours back with a question; the person corrects; both lines stay', async () => {
  const world = await start()
  const chloe = await world.signIn('chloe')
  await declare(chloe, '4 h')
  const bastien = await world.signIn('bastien')
  await bastien.get('/work/hours')
  await bastien.follow('Regarder')
  await bastien.press('Rendre à la personne')
  expect(bastien.status).toBe(422)
  bastien.fill('Votre question ou la raison', 'C’était 3 h ou 4 h ?')
  await bastien.press('Rendre à la personne')
  await chloe.get('/my/hours')
  expect(chloe.text).toContain('C’était 3 h ou 4 h ?')
  await chloe.follow('Corriger')
  expect(chloe.value('Combien de temps ?').replaceAll(/\s/g, ' ')).toBe('4 h')
  chloe.fill('Combien de temps ?', '3 h')
  await chloe.press('Envoyer la correction')
  expect(chloe.text).toContain('Remplacées')
  const mails = await world.mails()
  expect(mails.find(({ to }) => to === 'chloe@example.org')?.text).toContain('/my/hours')
})

it('takes approved hours out by a reversing line, never by erasing', async () => {
  const world = await start()
  await declare(await world.signIn('chloe'), '3h30')
  const bastien = await world.signIn('bastien')
  await bastien.get('/work/hours')
  await bastien.press('Valider les lignes cochées')
  await bastien.get('/work/hours?state=approved')
  await bastien.follow('Regarder')
  bastien.fill('La raison', 'Mauvais jour')
  await bastien.press('Annuler ces heures')
  await bastien.get('/work/hours/statement')
  expect(bastien.text).toContain('Aucune heure validée cette année')
  expect(await world.deps.db.selectFrom('hours_entries').select('minutes').orderBy('minutes').execute()).toEqual([
    { minutes: -210 },
    { minutes: 210 },
  ])
  await bastien.get('/work/hours?state=approved')
  await bastien.follow('Regarder')
  expect(bastien.hasButton('Annuler ces heures')).toBe(false)
})

it('reverses a line once, and never a reversing line, also for two who press at the same time', async () => {
  const world = await start()
  await declare(await world.signIn('chloe'), '3h30')
  const bastien = await world.signIn('bastien')
  await bastien.get('/work/hours')
  await bastien.press('Valider les lignes cochées')
  const rows = () => world.deps.db.selectFrom('hours_entries').select(['id', 'minutes']).orderBy('id').execute()
  const [line] = await rows()
  const reverse = (b: Browser, id: string) => b.post(`/work/hours/${id}/reversal`, { reason: 'Mauvais jour' })
  const amina = await world.signIn('amina')
  const both = await Promise.all([reverse(bastien, line!.id), reverse(amina, line!.id)])
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
  const reversing = (await rows()).find(({ minutes }) => minutes < 0)!
  // Later than a second press.
  world.clock.advance(11_000)
  for (const id of [line!.id, reversing.id]) {
    await reverse(bastien, id)
    expect([id, bastien.status]).toEqual([id, 409])
    expect(bastien.text).toContain(fr('hours.refused.reversed'))
  }
  expect((await rows()).map(({ minutes }) => minutes)).toEqual([210, -210])
})

it('lets a coordinator record for someone else, approved at once', async () => {
  const world = await start()
  const b = await world.signIn('bastien')
  await b.get('/work/hours/new')
  await b.fill('Pour qui ?', 'dav').press('Chercher')
  expect(b.url).not.toContain('dav')
  expect(b.hasLink('Tremblay Chloé (1003)')).toBe(false)
  await b.follow('Roy David (1004)')
  expect(b.text).toContain('Pour David Roy.')
  b.choose('Sur le terrain').choose('Hier').fill('Combien de temps ?', '1:15')
  await b.press('Noter ces heures')
  await b.get('/work/hours/statement')
  expect(b.text).toContain('David Roy')
  expect(b.text).toContain('1 h 15')
})

it('offers what fits the person for whom the hours are, in a list of any length', async () => {
  const world = await start()
  const { db } = world.deps
  await many.addPeople(db, 1_500)
  await many.addOffers(db, 3)
  await many.addApplications(db, 2)
  await many.run(db, `UPDATE applications SET person_id = '${world.id('chloe')}' WHERE offer_id = 'o2'`)
  await many.run(db, `UPDATE applications SET person_id = '${world.id('bastien')}' WHERE offer_id = 'o3'`)
  const b = await world.signIn('bastien')
  await b.get('/work/hours/new')
  expect(b.hasLink('La suite')).toBe(true)
  await b.fill('Pour qui ?', '101499').press('Chercher')
  expect(b.document.querySelectorAll('main .plainlist a')).toHaveLength(1)
  await b.fill('Pour qui ?', 'tremblay chl').press('Chercher')
  await b.follow('Tremblay Chloé (1003)')
  b.choose('Sur le terrain').choose('Hier').fill('Combien de temps ?', '2 h').fill('Pour quelle annonce ?', 'o2')
  expect(b.text).not.toContain('Annonce 3')
  await b.press('Noter ces heures')
  expect(await db.selectFrom('hours_entries').select(['person_id', 'offer_id', 'state']).execute()).toEqual([
    { person_id: world.id('chloe'), offer_id: 'o2', state: 'approved' },
  ])
})

it('asks for the person when none is named, or one who is not there', async () => {
  const world = await start()
  const b = await world.signIn('bastien')
  await b.post('/work/hours/new', { duration: '1 h' })
  expect([b.status, b.errors()['Pour qui ?']]).toEqual([422, 'Choisissez la personne.'])
  await b.get('/work/hours/new?person=nobody')
  expect(b.hasLink('Tremblay Chloé (1003)')).toBe(true)
})

it('does not let anybody approve their own hours while another may', async () => {
  const world = await start()
  const b = await world.signIn('bastien')
  await declare(b, '1 h')
  await b.get('/work/hours')
  expect(b.document.querySelector('input[name=entries]')).toBeNull()
  const [row] = await world.deps.db.selectFrom('hours_entries').select('id').execute()
  await b.post('/work/hours/approval', { entries: row!.id })
  expect(b.status).toBe(409)
})

it('the one who approves everywhere does not approve their own hours while somebody may who leads that project or team', async () => {
  const world = await start()
  const { db } = world.deps
  const at = world.clock.iso()
  await insertProject(db, { id: 'garden', name: 'Jardin', created_at: at })
  await insertTeam(db, { id: 'night', name: 'Maraude', created_at: at })
  await revokeRole(db, world.id('amina'), 'administrator')
  const given = { person_id: world.id('chloe'), role: 'coordinator', role_id: null, granted_at: at } as const
  await insertLimited(db, { ...given, id: 'of-garden', project_id: 'garden', team_id: null, granted_by: null })
  await insertLimited(db, { ...given, id: 'of-night', project_id: null, team_id: 'night', granted_by: null })
  const b = await world.signIn('bastien')
  await declare(b, '1 h')
  const [row] = await db.selectFrom('hours_entries').select('id').execute()
  const own = async () => (await b.get(`/work/hours/${row!.id}`)).text.includes('Ce sont vos heures')
  expect(await own()).toBe(false)
  await db.updateTable('hours_entries').set({ project_id: 'garden' }).execute()
  expect(await own()).toBe(true)
  await b.post('/work/hours/approval', { entries: row!.id })
  expect(b.status).toBe(409)
  await db.updateTable('hours_entries').set({ project_id: null }).execute()
  await addMember(db, { team_id: 'night', person_id: world.id('bastien'), added_at: at })
  expect(await own()).toBe(true)
  await removeMember(db, 'night', world.id('bastien'))
  await b.post('/work/hours/approval', { entries: row!.id })
  expect([b.status, b.text]).toEqual([200, expect.stringContaining('1 ligne validée')])
})

it('does not let anybody reverse their own hours while another may', async () => {
  const world = await start()
  await declare(await world.signIn('bastien'), '1 h')
  const [row] = await world.deps.db.selectFrom('hours_entries').select('id').execute()
  await (await world.signIn('amina')).post('/work/hours/approval', { entries: row!.id })
  const b = await world.signIn('bastien')
  await b.post(`/work/hours/${row!.id}/reversal`, { reason: 'Mauvais jour' })
  expect(b.status).toBe(409)
  expect(await world.deps.db.selectFrom('hours_entries').select('minutes').execute()).toEqual([{ minutes: 60 }])
})

it('the own page adds up the year by activity, and all years together', async () => {
  const world = await start()
  const { db } = world.deps
  const categories = await db.selectFrom('hours_categories').select('id').orderBy('created_at').orderBy('id').execute()
  const line = {
    state: 'approved',
    source: 'self',
    created_at: world.clock.iso(),
    person_id: world.id('chloe'),
  } as const
  const chloe = await world.signIn('chloe')
  const rows = async () => {
    await chloe.get('/my/hours')
    const table = [...chloe.document.querySelectorAll('table')].find((one) => one.textContent!.includes('par activité'))
    return [...(table?.querySelectorAll('tbody tr') ?? [])].map((row) =>
      row.textContent!.replaceAll(/\s+/g, ' ').trim(),
    )
  }
  expect(await rows()).toEqual([])
  for (const [id, of, worked_on, minutes] of [
    ['a', 0, '2026-03-02', 90],
    ['b', 0, '2026-04-02', 60],
    ['c', 3, '2026-04-03', 240],
    ['d', 1, '2024-04-03', 600],
  ] as const)
    await db
      .insertInto('hours_entries')
      .values({ ...line, id, worked_on, minutes, category_id: categories[of]!.id })
      .execute()
  expect(await rows()).toEqual(['Réunions du conseil 4 h', 'Sur le terrain 2 h 30'])
  expect(chloe.text).toContain('En tout, depuis 2024: 16 h 30 validées.')
})

it('takes no hours for somebody shut out, nor for an offer that was not theirs', async () => {
  const world = await start()
  const b = await world.signIn('bastien')
  await b.get(`/work/hours/new?person=${world.id('david')}`)
  const category = b.document.querySelector('input[name=category]')!.getAttribute('value')!
  const form = { category, day_choice: '2026-11-20', duration: '1 h' }
  await b.post(`/work/people/${world.id('david')}/suspension`, {})
  await b.post('/work/hours/new', { ...form, person: world.id('david') })
  expect(b.status).toBe(422)
  expect(b.text).toContain('La fiche de cette personne est fermée: on n’y note plus d’heures.')
  expect(b.document.querySelector('input[name=duration]')!.getAttribute('value')).toBe('1 h')
  await b.get(`/work/hours/new?person=${world.id('david')}`)
  expect(b.hasLink('Tremblay Chloé (1003)')).toBe(true)
  await b.post('/work/hours/new', { ...form, person: world.id('chloe'), offer: 'not-theirs' })
  expect(b.status).toBe(422)
  expect(await world.deps.db.selectFrom('hours_entries').selectAll().execute()).toEqual([])
})

it('keeps hours between the person and those in charge', async () => {
  const world = await start()
  await declare(await world.signIn('chloe'), '1 h')
  const [row] = await world.deps.db.selectFrom('hours_entries').select('id').execute()
  const david = await world.signIn('david')
  for (const path of [
    '/work/hours',
    `/work/hours/${row!.id}`,
    '/work/hours.csv',
    '/work/hours/statement',
    '/work/hours/settings',
  ]) {
    expect((await david.get(path)).status).toBe(403)
  }
  expect((await david.get(`/my/hours/${row!.id}/correction`)).status).toBe(404)
  expect((await david.post(`/my/hours/${row!.id}/withdrawal`, {})).status).toBe(404)
  expect((await david.post('/work/hours/approval', { entries: row!.id })).status).toBe(403)
  expect((await world.browser().get('/my/hours')).url).toContain('/sign-in?next=%2Fmy%2Fhours')
})
