// SPDX-License-Identifier: AGPL-3.0-or-later
// Treasurer of one project, validator for the CEC of one project or team: figures, files and decisions of that part.
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { strFromU8, unzipSync } from 'fflate'
import { setCecRole, takeStep } from '../../server/cec/commands/files.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { ROLES } from '../../server/model/rights.ts'
import { approveTrips, returnTrip } from '../../server/hours/commands/trips.ts'
import { closeYear } from '../../server/years/commands/close.ts'
import { yearOfCode } from '../../server/years/rules.ts'
import { insertProject } from '../../db/queries/projects.ts'
import { findPerson, revokeRole } from '../../db/queries/people.ts'
import { giveOwnRole, insertLimited, saveRole } from '../../db/queries/roles.ts'
import { addMember, insertTeam } from '../../db/queries/teams.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'

const [GARDEN, FEAST] = ['garden', 'feast']
const TEAM = 'night-team'
type Name = 'chloe' | 'bastien' | 'david' | 'elise' | 'amina'
let world: World
let b: Browser

async function limit(who: Name, role: 'treasurer' | 'coordinator' | 'cec-role', part: string) {
  const word = role === 'cec-role' ? { role: null, role_id: role } : { role, role_id: null }
  const of = part === TEAM ? { team_id: part, project_id: null } : { team_id: null, project_id: part }
  const given = { granted_at: world.clock.iso(), granted_by: null }
  await insertLimited(world.deps.db, {
    id: `${who}-${role}-${part}`,
    person_id: world.id(who),
    ...word,
    ...of,
    ...given,
  })
}

const viewer = async (who: Name) => {
  const person = (await findPerson(world.deps.db, world.id(who)))!
  return viewerOf(person.id, who, person.roles, person)
}

/** 2025 is closed, 2026 is open. In each, Chloé gave the garden 2 hours and the feast 7, Bastien the feast 120. */
beforeAll(async () => {
  world = await startApp()
  const { db } = world.deps
  const at = world.clock.iso()
  await insertProject(db, { id: GARDEN, name: 'Jardin', created_at: at })
  await insertProject(db, { id: FEAST, name: 'Fête', created_at: at })
  await insertTeam(db, { id: TEAM, name: 'Maraude', created_at: at })
  await addMember(db, { team_id: TEAM, person_id: world.id('chloe'), added_at: at })
  const categories = await db.selectFrom('hours_categories').select('id').orderBy('created_at').orderBy('id').execute()
  const line = { state: 'approved', source: 'self', created_at: at, category_id: categories[0]!.id } as const
  for (const year of [2025, 2026])
    for (const [who, project_id, hours] of [
      ['chloe', GARDEN, 2],
      ['chloe', FEAST, 7],
      ...[1, 2, 3, 4, 5, 6].map(() => ['bastien', FEAST, 20] as const),
    ] as const)
      await db
        .insertInto('hours_entries')
        .values({
          ...line,
          id: world.deps.newId(),
          person_id: world.id(who),
          project_id,
          minutes: hours * 60,
          worked_on: `${year}-05-02`,
        })
        .execute()
  await db
    .insertInto('hours_rates')
    .values({
      id: 'rate',
      cents_per_hour: 2500,
      currency: 'EUR',
      valid_from: '2024-01-01',
      source: 'Conseil',
      created_at: at,
    })
    .execute()
  await db
    .insertInto('trip_rates')
    .values({ valid_from: '2024-01-01', mills_per_km: 500, source: 'Barème', created_at: at })
    .execute()
  for (const [id, who, project_id, metres, state] of [
    ['to-garden', 'chloe', GARDEN, 30_000, 'submitted'],
    ['to-feast', 'chloe', FEAST, 51_000, 'submitted'],
    ['done-garden', 'chloe', GARDEN, 12_000, 'approved'],
    ['done-feast', 'bastien', FEAST, 77_000, 'approved'],
  ] as const)
    await db
      .insertInto('trips')
      .values({
        id,
        person_id: world.id(who),
        project_id,
        metres,
        state,
        way: id,
        choice: 'reimburse',
        travelled_on: '2026-05-02',
        created_at: at,
      })
      .execute()
  const elise = await viewer('elise')
  await setCecRole(world.deps, elise, categories[0]!.id, 'governing')
  await closeYear(world.deps, elise, yearOfCode('2025')!, { isMissingRates: false, waiting: 0, agreed: true })
  await world.settle()
  for (const role of ROLES) await revokeRole(db, world.id('david'), role)
  await saveRole(db, { id: 'cec-role', name: 'Valide le CEC', rights: ['cec'], at })
  await limit('david', 'treasurer', GARDEN)
})
afterAll(stopApps)
beforeEach(async () => {
  b = await world.signIn('david')
})

it('is given on the page of a person, for a project: the validation for the CEC too, and nothing that is for all', async () => {
  const amina = await world.signIn('amina')
  const page = `/work/people/${world.id('chloe')}`
  await amina.get(page)
  await amina.fill('Donner un rôle', 'Valide le CEC').fill('Où', 'Fête').press('Donner')
  expect(amina.text).toContain('Valide le CEC · Fête')
  await amina.fill('Donner un rôle', 'Tient les comptes').fill('Où', 'Jardin').press('Donner')
  expect(amina.text).toContain('Voir les heures et Bilan de l’année')
  await saveRole(world.deps.db, {
    id: 'lists',
    name: 'Listes',
    rights: ['categories', 'levels'],
    at: world.clock.iso(),
  })
  await amina.get(page)
  await amina.fill('Donner un rôle', 'Listes').fill('Où', 'Fête').press('Donner')
  expect([amina.status, amina.errors()['Donner un rôle']]).toEqual([422, expect.stringContaining('Ce rôle n’a rien')])
  await world.deps.db.deleteFrom('limited_roles').where('person_id', '=', world.id('chloe')).execute()
})

it('of a project reads what its hours are worth, in the open year and in the closed one', async () => {
  await b.get('/work/hours')
  await b.follow('Le bilan de l’année')
  expect(b.text).toContain('50,00 €')
  expect(b.text).toContain('Jardin')
  for (const other of ['Fête', 'Bastien', '3 175', '127 h'])
    expect([other, b.text.includes(other)]).toEqual([other, false])
  const { html: file } = await b.get('/work/hours/statement.csv?year=2026')
  expect(file).toContain('Chloé')
  expect(file).not.toContain('Bastien')
  await b.get('/work/hours/years')
  await b.follow('2026')
  expect(b.url).toContain('/work/hours/years/2026')
  expect(b.text).toContain('50,00 €')
  expect(b.text).toContain('2 h')
  expect(b.text).not.toContain('Fête')
  // The budget, the note and the closing are of the whole association.
  expect(b.document.querySelector('form[action*="/work/hours/years"], blockquote')).toBeNull()
  await b.get('/work/hours/years')
  await b.follow('2025')
  expect(b.text).toContain('données par 1 personne')
  expect(b.text).toContain('50,00 €')
  for (const other of ['Fête', '3 175', '3 225', '129 h'])
    expect([other, b.text.includes(other)]).toEqual([other, false])
})

const statementId = async () =>
  (await world.deps.db.selectFrom('hours_statements').select('id').executeTakeFirstOrThrow()).id

it('gets the files of that project, and none of those of the whole association', async () => {
  const at = `/work/hours/statements/${await statementId()}`
  for (const path of [`${at}.csv`, `${at}/projects.csv`]) {
    const { html } = await b.get(path)
    expect(html).toContain('Jardin')
    expect(html).not.toContain('Fête')
    expect(html).not.toContain('3225')
  }
  const answer = await fetch(`${world.url}${at}.ods`, { headers: { cookie: b.cookie } })
  const text = strFromU8(unzipSync(new Uint8Array(await answer.arrayBuffer()))['content.xml']!)
  expect(text).toContain('Jardin')
  expect(text).not.toContain('Fête')
  expect((await fetch(`${world.url}${at}.pdf`, { headers: { cookie: b.cookie } })).status).toBe(200)
  for (const path of [`${at}/entry.csv`, `${at}/sheets`, '/work/hours/years/2026/closing', '/work/hours/settings'])
    expect([path, (await b.get(path)).status]).toEqual([path, 403])
  for (const path of [
    `${at}.csv`,
    `${at}.pdf`,
    `${at}`,
    '/work/hours/years/2026',
    '/work/hours/statement',
    '/work/hours/simulation',
  ])
    expect([path, (await b.get(`${path}?project=${FEAST}`)).status]).toEqual([path, 404])
  for (const path of [`${at}/posting`, `${at}/reopening`, '/work/hours/years/2026', '/work/hours/years/2026/closing'])
    expect([path, (await b.post(path, { reason: 'x', agreed: 'on' })).status]).toEqual([path, 403])
})

it('tries what the hours of the project would be worth, and takes no value', async () => {
  await b.get('/work/hours/years')
  await b.follow('Comparer plusieurs méthodes')
  b.fill('Quelle année ?', '2026').fill('Une valeur unique', '10')
  await b.press('Comparer')
  expect(b.text).toContain('20,00 €')
  expect(b.document.querySelector('main a[href^="/work/hours/simulation/"]')).toBeNull()
  expect((await b.get('/work/hours/simulation/flat')).status).toBe(403)
  expect((await b.post('/work/hours/simulation/flat', {})).status).toBe(403)
  expect((await b.post('/work/hours/simulation', { project: FEAST, year: '2026', flat: '10' })).status).toBe(404)
})

it('has its kilometres, and nobody else’s', async () => {
  await b.get('/work/hours')
  await b.follow('Kilomètres')
  expect(b.text).toContain('to-garden')
  expect(b.text).toContain('12 km')
  for (const other of ['to-feast', '77', '89', 'Fête']) expect([other, b.text.includes(other)]).toEqual([other, false])
  const { html } = await b.get('/work/trips.csv')
  expect(html).toContain('to-garden')
  expect(html).not.toContain('feast')
  expect((await b.get('/work/trips/to-garden')).status).toBe(200)
  expect((await b.get('/work/trips/to-feast')).status).toBe(404)
  expect((await b.get(`/work/trips?project=${FEAST}`)).status).toBe(404)
  expect((await b.get('/work/trips/rates')).status).toBe(403)
  // A treasurer reads; a coordinator decides, and finds the list open where something waits.
  expect((await b.post('/work/trips/approval', { trips: 'to-garden' })).status).toBe(403)
  await limit('david', 'coordinator', GARDEN)
  const david = await viewer('david')
  expect(await approveTrips(world.deps, david, ['to-feast', 'to-garden'])).toMatchObject({ count: 1, metres: 30_000 })
  await expect(returnTrip(world.deps, david, 'to-feast', 'x')).rejects.toMatchObject({ status: 404 })
  await limit('david', 'coordinator', TEAM)
  const again = await world.signIn('david')
  expect((await again.get('/work/trips')).text).toContain('to-feast')
  await world.deps.db.deleteFrom('limited_roles').where('team_id', '=', TEAM).execute()
})

it('validates for the CEC those who gave hours to that project, and nobody else', async () => {
  const { db } = world.deps
  await limit('amina', 'cec-role', FEAST)
  for (const role of ROLES) await revokeRole(db, world.id('amina'), role)
  const amina = await world.signIn('amina')
  await amina.get('/my')
  await amina.follow('CEC')
  expect(amina.text).toContain('Fête')
  expect(amina.text).toContain('Bastien Moreau')
  expect((await amina.get('/work/cec.csv?year=2025')).html).toContain('Bastien Moreau')
  const person = `/work/cec/people/${world.id('bastien')}?year=2025`
  expect((await amina.get(person)).status).toBe(200)
  expect((await amina.get(person.replace('?', '/sheet?'))).status).toBe(200)
  const step = { action: 'declare', day: '2026-03-02', reason: '' } as const
  await takeStep(world.deps, await viewer('amina'), world.id('bastien'), 2025, step)
  await db.deleteFrom('limited_roles').where('person_id', '=', world.id('amina')).execute()
  await limit('amina', 'cec-role', GARDEN)
  const again = await world.signIn('amina')
  await again.get('/work/cec?year=2025')
  expect(again.text).not.toContain('Bastien')
  expect((await again.get('/work/cec.csv?year=2025')).html).not.toContain('Bastien')
  for (const path of [person, person.replace('?', '/sheet?'), person.replace('?', '/sheet.pdf?')])
    expect([path, (await again.get(path)).status]).toEqual([path, 404])
  expect((await again.post(person.replace('?year=2025', ''), { year: '2025', ...step })).status).toBe(404)
  const validate = { ...step, action: 'validate' } as const
  await expect(takeStep(world.deps, await viewer('amina'), world.id('bastien'), 2025, validate)).rejects.toMatchObject({
    status: 404,
  })
  // Chloé gave to the garden; her figure is of all her hours, because she declares them once.
  await again.get(`/work/cec/people/${world.id('chloe')}?year=2025`)
  expect(again.text).toContain('9 h')
})

it('validates for the CEC the people of a team', async () => {
  const { db } = world.deps
  await db.deleteFrom('limited_roles').where('person_id', '=', world.id('amina')).execute()
  await limit('amina', 'cec-role', TEAM)
  const amina = await world.signIn('amina')
  expect((await amina.get(`/work/cec/people/${world.id('chloe')}?year=2025`)).status).toBe(200)
  expect((await amina.get(`/work/cec/people/${world.id('bastien')}?year=2025`)).status).toBe(404)
  for (const path of ['/work/hours', '/work/people', '/work/trips', '/work/hours/years', '/work/hours/statement'])
    expect([path, (await amina.get(path)).status]).toEqual([path, 403])
})

it('a treasurer of a team has its hours and kilometres, and what its hours are worth, named as the part of the team', async () => {
  const { db } = world.deps
  await db.deleteFrom('limited_roles').where('person_id', '=', world.id('amina')).execute()
  await limit('amina', 'treasurer', TEAM)
  const amina = await world.signIn('amina')
  await amina.get('/work/hours?state=approved')
  expect(amina.text).toContain('Chloé')
  expect(amina.text).not.toContain('Bastien')
  const statement = [...amina.document.querySelectorAll('main a')].find((one) =>
    one.textContent!.includes('Le bilan de l’année'),
  )
  await amina.follow('Kilomètres')
  expect(amina.text).toContain('to-feast')
  expect(amina.text).not.toContain('77')
  // 2 h for the garden and 7 h for the feast: each line is rounded by itself, at 25 € an hour.
  const part = (others: string[]) => {
    for (const word of ['Maraude', 'La part de l’équipe', '225,00 €']) expect(amina.text).toContain(word)
    for (const other of ['Bastien', '3 000', '3 175', '3 225', '129 h', ...others])
      expect([other, amina.text.includes(other)]).toEqual([other, false])
  }
  await amina.get(statement!.getAttribute('href')!)
  part([])
  expect(amina.document.querySelector('.sign')).toBeNull()
  await amina.follow('Clôtures')
  for (const year of ['2026', '2025']) {
    await amina.get(`/work/hours/years?team=${TEAM}`)
    await amina.follow(year)
    expect(amina.url).toBe(`/work/hours/years/${year}?team=${TEAM}`)
    expect(amina.text).toContain('données par 1 personne')
    part(['864'])
    expect(amina.document.querySelector('form[action*="/work/hours/years"], blockquote')).toBeNull()
  }
  // The statement is of the whole association, and has no lines by team.
  expect(amina.text).not.toContain('État n°')
  const at = `/work/hours/statements/${await statementId()}`
  await amina.get(at)
  expect(amina.url).toBe(`/work/hours/years/2025?team=${TEAM}`)
  for (const file of ['.csv', '.ods', '.pdf', '/projects.csv'])
    expect([file, (await amina.get(`${at}${file}?team=${TEAM}`)).status]).toEqual([file, 404])
  for (const path of [`${at}/entry.csv`, `${at}/sheets`, '/work/hours/years/2026/closing', '/work/hours/settings'])
    expect([path, (await amina.get(path)).status]).toEqual([path, 403])
  for (const path of [`${at}/posting`, `${at}/reopening`, '/work/hours/years/2026', '/work/hours/years/2026/closing'])
    expect([path, (await amina.post(path, { reason: 'x', agreed: 'on' })).status]).toEqual([path, 403])
  // Another team is not theirs; of a project they have the part of their team.
  for (const path of ['/work/hours/years/2026', '/work/hours/statement', '/work/hours/simulation'])
    expect([path, (await amina.get(`${path}?team=elsewhere`)).status]).toEqual([path, 404])
  await amina.get(`/work/hours/years/2026?project=${FEAST}`)
  expect(amina.text).toContain('175,00 €')
  expect(amina.text).not.toContain('3 175')
})

it('of a team: the file of the year has hours and values of the team, and nobody’s by name', async () => {
  const amina = await world.signIn('amina')
  const { html: file } = await amina.get('/work/hours/statement.csv?year=2026')
  expect(file).toContain('Maraude')
  expect(file).toContain('25,00')
  for (const name of ['Chloé', 'Bastien', 'Tremblay']) expect(file).not.toContain(name)
})

it('of a team: tries methods with the hours of the team', async () => {
  const amina = await world.signIn('amina')
  await amina.get('/work/hours/years')
  await amina.follow('Comparer plusieurs méthodes')
  amina.fill('Quelle année ?', '2026').fill('Une valeur unique', '10')
  await amina.press('Comparer')
  expect(amina.url).toContain(`team=${TEAM}`)
  expect(amina.text).toContain('90,00 €')
  expect((await amina.post('/work/hours/simulation', { team: 'elsewhere', year: '2026', flat: '10' })).status).toBe(404)
})

it('the part of a team is priced and rounded as the page of the year is: 175 min at 25 € are 72.92 €', async () => {
  const { db } = world.deps
  const at = world.clock.iso()
  const categories = await db.selectFrom('hours_categories').select('id').orderBy('created_at').orderBy('id').execute()
  const line = { state: 'approved', source: 'self', created_at: at, category_id: categories[0]!.id } as const
  for (const [id, minutes] of [
    ['a', 50],
    ['b', 125],
  ] as const)
    await db
      .insertInto('hours_entries')
      .values({ ...line, id, person_id: world.id('chloe'), minutes, worked_on: '2026-06-02' })
      .execute()
  const amina = await world.signIn('amina')
  await amina.get('/work/hours/years/2026')
  // Rounded one by one they would come to 20,83 € and 52,08 €.
  expect(amina.text).toContain('2 h 55 25,00 € 72,92 €')
  expect(amina.text).toContain('297,92 €')
  await db.deleteFrom('hours_entries').where('id', 'in', ['a', 'b']).execute()
})

it('a coordinator of the whole association finds the people of one team, and takes their list home', async () => {
  const bastien = await world.signIn('bastien')
  await bastien.get('/work/people')
  expect(bastien.text).toContain('Bastien Moreau')
  await bastien.fill('Équipe', 'Maraude').press('Chercher')
  expect(bastien.url).toBe(`/work/people?team=${TEAM}`)
  const names = () => [...bastien.document.querySelectorAll('tbody th')].map((one) => one.textContent!.trim())
  expect(names()).toEqual(['Chloé Tremblay'])
  // With words too, and the team stays.
  await bastien.fill('Nom, numéro ou e-mail', 'moreau').press('Chercher')
  expect([names(), bastien.url.includes(`team=${TEAM}`)]).toEqual([[], true])
  const { html } = await bastien.get(`/work/people.csv?team=${TEAM}`)
  expect(html).toContain('Tremblay')
  expect(html).not.toContain('Moreau')
  expect((await bastien.get('/work/people?team=nothing')).text).not.toContain('Tremblay')
})

const hrefIn = (b: Browser, text: string) =>
  [...b.document.querySelectorAll('main a')].find((one) => one.textContent!.includes(text))!.getAttribute('href')!

it('a coordinator of the whole association looks at one team in the list, the figures, the kilometres and the files', async () => {
  const bastien = await world.signIn('bastien')
  await bastien.get('/work/hours?state=approved')
  await bastien.fill('Équipe', 'Maraude').press('Afficher')
  expect(bastien.url).toContain(`team=${TEAM}`)
  expect(bastien.text).toContain('Chloé')
  expect(bastien.document.querySelector('main tbody')!.textContent).not.toContain('Bastien')
  const links = (text: string) => hrefIn(bastien, text)
  const [figures, file, trips] = [links('Les heures en chiffres'), links('Télécharger'), links('Kilomètres')]
  expect((await bastien.get(file)).html).not.toContain('Bastien')
  await bastien.get(figures)
  expect(bastien.text).toContain('9 h')
  expect(bastien.text).toContain('Maraude')
  await bastien.get(trips)
  expect(bastien.text).not.toContain('77')
  await bastien.get('/work/hours')
  expect(bastien.text).toContain('Toutes les équipes')
})

it('a project and a team are chosen at once: list, count, figures, kilometres, sums, people, and the file of each', async () => {
  const bastien = await world.signIn('bastien')
  const both = `project=${FEAST}&team=${TEAM}`
  const rows = () => [...bastien.document.querySelectorAll('main tbody tr')].map((row) => row.textContent!)
  await bastien.get('/work/hours?state=approved')
  await bastien.fill('Projet', 'Fête').fill('Équipe', 'Maraude').press('Afficher')
  expect(bastien.url).toBe(`/work/hours?${both}&state=approved`)
  expect([bastien.value('Projet'), bastien.value('Équipe')]).toEqual([FEAST, TEAM])
  expect(rows()).toHaveLength(2)
  for (const row of rows()) expect(row).toMatch(/Chloé[^]*Fête[^]*7\s?h/)
  // What leads on from there is about the same.
  const links = ['Les heures en chiffres', 'Télécharger', 'Kilomètres'].map((text) => hrefIn(bastien, text))
  for (const link of links) expect(link).toContain(both)
  const [figures, file, trips] = links as [string, string, string]
  const { html: hours } = await bastien.get(file)
  expect(hours.trim().split('\n')).toHaveLength(3)
  expect(hours).not.toMatch(/Bastien|Jardin/)
  await bastien.get(figures)
  expect([bastien.value('Projet'), bastien.value('Équipe')]).toEqual([FEAST, TEAM])
  expect(bastien.text).toContain('Fête · Maraude')
  expect(bastien.text).toContain('de bénévolat, validées 7 h')
  const { html: sums } = await bastien.get(hrefIn(bastien, 'Télécharger ces chiffres'))
  expect(sums).toContain('420')
  expect(sums).not.toMatch(/540|7200|7620/)
  await bastien.get(trips)
  expect(rows().join()).toContain('to-feast')
  expect(rows().join()).not.toContain('to-garden')
  expect(bastien.text).toContain('1 ligne attend')
  expect((await bastien.get(`/work/trips?${both}&state=approved`)).text).not.toMatch(
    /done-feast|done-garden|77\s?km|12\s?km/,
  )
  const { html: kilometres } = await bastien.get(hrefIn(bastien, 'Télécharger'))
  expect(kilometres).toContain('to-feast')
  expect(kilometres).not.toMatch(/to-garden|done-feast/)
  // Sums of the year too.
  await bastien.get(`/work/trips?project=${GARDEN}&team=${TEAM}&state=approved`)
  expect(bastien.text).toContain('42 km')
  expect(bastien.text).not.toMatch(/119\s?km|77\s?km/)
  await bastien.get('/work/people')
  await bastien.fill('Projet', 'Fête').press('Chercher')
  const names = () => [...bastien.document.querySelectorAll('tbody th')].map((one) => one.textContent!.trim())
  expect(names()).toEqual(['Bastien Moreau', 'Chloé Tremblay'])
  await bastien.fill('Équipe', 'Maraude').press('Chercher')
  expect(bastien.url).toBe(`/work/people?${both}`)
  expect(names()).toEqual(['Chloé Tremblay'])
  expect(bastien.text).toContain('1 personne')
  const { html: people } = await bastien.get(hrefIn(bastien, 'Télécharger'))
  expect(people).toContain('Tremblay')
  expect(people).not.toContain('Moreau')
  await bastien.get('/work/people?project=nothing')
  expect(names()).toEqual([])
})

it('the number of lines that wait is that of what was chosen', async () => {
  const { db } = world.deps
  await db.updateTable('hours_entries').set({ state: 'submitted' }).where('worked_on', '=', '2026-05-02').execute()
  const bastien = await world.signIn('bastien')
  for (const [query, count] of [
    ['', '8 lignes'],
    [`?project=${FEAST}`, '7 lignes'],
    [`?team=${TEAM}`, '2 lignes'],
    [`?project=${FEAST}&team=${TEAM}`, '1 ligne'],
  ])
    expect([query, (await bastien.get(`/work/hours${query}`)).text]).toEqual([query, expect.stringContaining(count!)])
  await db.updateTable('hours_entries').set({ state: 'approved' }).where('worked_on', '=', '2026-05-02').execute()
})

it('whoever leads a project or a team chooses both within it, and nothing beyond', async () => {
  const { db } = world.deps
  await db
    .deleteFrom('limited_roles')
    .where('person_id', 'in', [world.id('david'), world.id('amina')])
    .execute()
  const seen = async (who: Browser, query: string) => {
    const { status, text } = await who.get(`/work/hours?state=approved${query}`)
    return [status, ['Chloé', 'Bastien'].filter((name) => text.includes(name))]
  }
  await limit('amina', 'coordinator', TEAM)
  const amina = await world.signIn('amina')
  expect(await seen(amina, `&project=${FEAST}`)).toEqual([200, ['Chloé']])
  expect([amina.value('Projet'), amina.value('Équipe')]).toEqual([FEAST, TEAM])
  expect(amina.document.querySelector('main tbody')!.textContent).not.toContain('Jardin')
  expect(await seen(amina, `&project=${FEAST}&team=${TEAM}`)).toEqual([200, ['Chloé']])
  expect((await amina.get(`/work/hours?project=${FEAST}&team=elsewhere`)).status).toBe(404)
  expect((await amina.get(`/work/hours.csv?project=${FEAST}`)).html).not.toMatch(/Bastien|Jardin/)
  expect((await amina.get(`/work/people?project=${FEAST}`)).text).not.toContain('Moreau')
  await limit('david', 'coordinator', FEAST)
  const david = await world.signIn('david')
  expect(await seen(david, `&project=${FEAST}`)).toEqual([200, ['Chloé', 'Bastien']])
  // Who is in a team is not theirs to know.
  for (const query of [`&team=${TEAM}`, `&project=${FEAST}&team=${TEAM}`, `&project=${GARDEN}`])
    expect([query, await seen(david, query)]).toEqual([query, [404, []]])
  await db
    .deleteFrom('limited_roles')
    .where('person_id', 'in', [world.id('david'), world.id('amina')])
    .execute()
})

it('who sees the people and not their hours does not choose them by project', async () => {
  const { db } = world.deps
  await saveRole(db, { id: 'lists-people', name: 'Annuaire', rights: ['see_people'], at: world.clock.iso() })
  const given = {
    person_id: world.id('david'),
    role_id: 'lists-people',
    granted_at: world.clock.iso(),
    granted_by: null,
  }
  await giveOwnRole(db, given)
  const david = await world.signIn('david')
  await david.get('/work/people')
  expect(david.document.querySelector('select[name=project]')).toBeNull()
  expect(david.document.querySelector('select[name=team]')).not.toBeNull()
  expect((await david.get(`/work/people?project=${FEAST}`)).status).toBe(404)
  expect((await david.get(`/work/people.csv?project=${FEAST}`)).status).toBe(404)
})
