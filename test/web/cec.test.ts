// SPDX-License-Identifier: AGPL-3.0-or-later
// Compte d'engagement citoyen: which hours count, one's own gauge, the message of March, the validator's list, papers.
import { afterEach, expect, it } from '@jest/globals'
import type { Browser } from '../support/browser.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { tellOfCec } from '../../server/cec/timetable.ts'
import { fr } from '../support/texts.ts'
import { insertProject } from '../../db/queries/projects.ts'
import { insertLimited, saveRole } from '../../db/queries/roles.ts'
import { addMember, insertTeam, removeMember } from '../../db/queries/teams.ts'

afterEach(stopApps)

type Line = {
  who: 'chloe' | 'david' | 'amina'
  on: string
  hours: number
  of?: 'board' | 'field'
  state?: 'approved' | 'submitted'
}

/** Chloé: 120 h on the board in 2025, 90 h on the last days of 2024; David: 150 h in the field, which do not count. */
const LINES: Line[] = [
  ...Array.from({ length: 12 }, (_, at): Line => ({
    who: 'chloe',
    on: `2025-03-${String(at + 1).padStart(2, '0')}`,
    hours: 10,
  })),
  ...Array.from({ length: 15 }, (_, at): Line => ({
    who: 'david',
    on: `2025-04-${String(at + 1).padStart(2, '0')}`,
    hours: 10,
    of: 'field',
  })),
  // 30 December 2024 lies in the first ISO week of 2025.
  ...Array.from({ length: 9 }, (_, at): Line => ({
    who: 'chloe',
    on: `2024-12-${String(at + 22).padStart(2, '0')}`,
    hours: 10,
  })),
]

async function start(lines = LINES): Promise<World> {
  const world = await startApp()
  const { db } = world.deps
  const categories = await db.selectFrom('hours_categories').select('id').orderBy('created_at').orderBy('id').execute()
  for (const [at, { who, on, hours, of = 'board', state = 'approved' }] of lines.entries())
    await db
      .insertInto('hours_entries')
      .values({
        id: `line-${at}`,
        worked_on: on,
        minutes: hours * 60,
        state,
        category_id: categories[of === 'board' ? 3 : 0]!.id,
        person_id: world.id(who),
        source: 'self',
        created_at: world.clock.iso(),
      })
      .execute()
  await db
    .updateTable('association')
    .set({ legal_identifiers: '[{"scheme":"FR-RNA","value":"W212001234"},{"scheme":"FR-SIREN","value":"732829320"}]' })
    .execute()
  const elise = await world.signIn('elise')
  await elise.get('/work/hours/settings')
  await elise
    .fill('Pour le CEC : Réunions du conseil', 'Direction de l’association')
    .press('Enregistrer le CEC Réunions du conseil')
  expect(elise.text).toContain('C’est enregistré.')
  return world
}

/** A day of 2026, ten o'clock in Dijon. */
const at = (world: World, day: string) => world.clock.set(`${day}T09:00:00.000Z`)

it('the gauge is that of the civil year: 30 December 2024 counts in 2024, the field does not count', async () => {
  const world = await start()
  const chloe = await world.signIn('chloe')
  await chloe.get('/my/hours')
  await chloe.follow('Mon compte d’engagement citoyen')
  expect(chloe.text).toContain('Vos heures de 2026')
  await chloe.get('/my/cec?year=2025')
  expect(chloe.text).toContain('120 h sur 100 h')
  expect(chloe.text).toContain('120 h sur 200 h')
  expect(chloe.text).not.toContain('Bravo')
  await chloe.get('/my/cec?year=2024')
  expect(chloe.text).toContain('90 h sur 100 h')
  const david = await world.signIn('david')
  await david.get('/my/cec?year=2025')
  expect(david.text).toContain('0 h sur 100 h')
  for (const year of ['2016', '2027', 'x'])
    expect([year, (await david.get(`/my/cec?year=${year}`)).status]).toEqual([year, 404])
})

it('only approved hours count, and hours elsewhere, which the person says, are for the own gauge', async () => {
  const world = await start([...LINES, { who: 'chloe', on: '2025-05-01', hours: 20, state: 'submitted' }])
  const chloe = await world.signIn('chloe')
  await chloe.get('/my/cec?year=2025')
  await chloe.fill('Vos heures du même genre dans une autre association', 'beaucoup').press('Enregistrer')
  expect([chloe.status, chloe.value('Vos heures du même genre dans une autre association')]).toEqual([422, 'beaucoup'])
  await chloe.fill('Vos heures du même genre dans une autre association', '79').press('Enregistrer')
  expect(chloe.text).toContain('199 h sur 200 h')
  expect(chloe.text).not.toContain('Bravo')
  await chloe.fill('Vos heures du même genre dans une autre association', '80 h').press('Enregistrer')
  expect(chloe.text).toContain('Bravo')
  // The validator sees what was given here.
  const amina = await world.signIn('amina')
  await amina.get('/work/cec?year=2025')
  expect(amina.text).toContain(
    'Chloé Tremblay Direction de l’association 120 h avec 80 h de plus dans d’autres associations À prévenir',
  )
  await amina.follow('Chloé Tremblay')
  expect(amina.text).not.toContain('200 h')
})

const told = async (world: World) => (await world.mails()).filter(({ template }) => template === 'cec/march')

it('in March each person who may declare is told once, with their figure, the numbers and the days', async () => {
  const world = await start()
  at(world, '2026-02-28')
  await tellOfCec(world.deps)
  await world.settle()
  expect(await told(world)).toEqual([])
  at(world, '2026-03-02')
  for (const _run of [1, 2]) await tellOfCec(world.deps)
  await world.settle()
  const [mail, ...others] = await told(world)
  expect([mail!.to, others]).toEqual(['chloe@example.org', []])
  for (const part of [
    '120 h',
    'W212001234',
    '732829320',
    '30 juin 2026',
    '31 décembre 2026',
    'Avec 80 h de plus',
    '/my/cec?year=2025',
  ])
    expect(mail!.text.replaceAll(/[\u00a0\u202f]/g, ' ')).toContain(part)
  const amina = await world.signIn('amina')
  await amina.get('/work/cec')
  expect(amina.text).toContain('avec 80 h de plus dans d’autres associations Prévenue')
  await amina.get('/operator/trail?kind=cec')
  expect(amina.text).toContain('Compte d’engagement citoyen')
})

it('whoever wants no notices is not told, and stays « to be told » for the validator', async () => {
  const world = await start()
  await world.deps.db
    .updateTable('people')
    .set({ notice_choices: '{"hours":"none"}' })
    .where('id', '=', world.id('chloe'))
    .execute()
  at(world, '2026-03-02')
  await tellOfCec(world.deps)
  await world.settle()
  expect(await told(world)).toEqual([])
  const amina = await world.signIn('amina')
  await amina.get(`/work/cec/people/${world.id('chloe')}`)
  await amina.press('Je lui en ai parlé')
  expect(amina.text).toContain('Prévenue')
})

async function validator(world: World): Promise<Browser> {
  const amina = await world.signIn('amina')
  await amina.get(`/work/people/${world.id('bastien')}`)
  const buttons = [...amina.document.querySelectorAll('form')].map((one) => one.getAttribute('action'))
  expect(buttons).toContain(`/work/people/${world.id('bastien')}/cec-validator`)
  await amina.press(fr('people.cec.give'))
  return world.signIn('bastien')
}

it('declared by the person, validated until 31 December: each step once, in the trail, with what was validated', async () => {
  const world = await start()
  at(world, '2026-06-10')
  const [chloe, bastien] = [await world.signIn('chloe'), await validator(world)]
  await chloe.get('/my/cec?year=2025')
  await chloe.fill('Le jour où vous les avez déclarées', '2026-06-11').press('Noter ma déclaration')
  expect([chloe.status, Object.values(chloe.errors()).join()]).toEqual([422, expect.stringContaining('1er janvier')])
  for (const _press of [1, 2]) await chloe.post('/my/cec/declaration', { year: '2025', day: '2026-06-09' })
  expect(chloe.status).toBe(200)
  expect(chloe.text).toContain('Déclarée, à valider')
  await bastien.get('/work/cec')
  expect(bastien.text).toContain('Encore 204 jours pour valider: jusqu’au 31 décembre 2026')
  expect(bastien.text).toContain('1 déclaration attend votre validation.')
  await bastien.follow('Chloé Tremblay')
  await bastien.fill('Donnée le', '2026-06-10').press('Refusée')
  expect([bastien.status, Object.values(bastien.errors()).join()]).toEqual([
    422,
    expect.stringContaining('Dites en un mot'),
  ])
  expect(bastien.value('Donnée le')).toBe('2026-06-10')
  await bastien.press('Validée')
  expect(bastien.text).toContain('Validée')
  expect(bastien.text).toContain('Heures retenues 120 h')
  await bastien.press(fr('cec.person.reopen'))
  await bastien.fill('Donnée le', '2026-06-10').fill('Pourquoi ?', 'Hors liste').press('Refusée')
  await chloe.get('/my/cec?year=2025')
  expect(chloe.text).toContain('Refusée Pourquoi: Hors liste')
  const facts = await world.deps.db
    .selectFrom('events')
    .select(['type', 'actor_id'])
    .where('type', 'like', 'cec.%')
    .orderBy('seq')
    .execute()
  expect(facts.map(({ type }) => type)).toEqual(['cec.declared', 'cec.validated', 'cec.reopened', 'cec.refused'])
  expect(facts.map(({ actor_id }) => actor_id)).toEqual(
    ['chloe', 'bastien', 'bastien', 'bastien'].map((name) => world.id(name as 'chloe')),
  )
  // After 31 December nothing can be validated any more.
  at(world, '2027-01-02')
  const late = await world.signIn('bastien')
  await late.post(`/work/cec/people/${world.id('chloe')}`, { year: '2025', action: 'reopen' })
  await late.post(`/work/cec/people/${world.id('chloe')}`, { year: '2025', action: 'validate', day: '2027-01-02' })
  expect([late.status, Object.values(late.errors()).join()]).toEqual([422, expect.stringContaining('hors du délai')])
  expect((await late.get('/work/cec?year=2025')).text).toContain('Le délai pour valider est passé')
})

it('a declaration is noted from 1 January on, for a day that can be, and not once it can no longer be validated', async () => {
  const world = await start([...LINES, ...LINES.map((line) => ({ ...line, on: line.on.replace('2025', '2026') }))])
  const path = `/work/cec/people/${world.id('chloe')}`
  const shown = async (day: string, year: string) => {
    at(world, day)
    const [chloe, amina] = [await world.signIn('chloe'), await world.signIn('amina')]
    await chloe.get(`/my/cec?year=${year}`)
    await amina.get(`${path}?year=${year}`)
    return [chloe, amina].map((b) => b.document.querySelector('main input[type=date]')?.getAttribute('max'))
  }
  expect(await shown('2026-11-10', '2026')).toEqual([undefined, undefined])
  expect(await shown('2026-06-10', '2025')).toEqual(['2026-06-10', '2026-06-10'])
  expect(await shown('2026-11-10', '2025')).toEqual(['2026-06-30', '2026-06-30'])
  expect(await shown('2027-01-02', '2025')).toEqual([undefined, undefined])
})

it('nobody notes or validates a declaration of their own while somebody else can', async () => {
  const world = await start([...LINES, ...LINES.map((line) => ({ ...line, who: 'amina' as const }))])
  at(world, '2026-06-10')
  const page = `/work/cec/people/${world.id('amina')}`
  const of = (action: string) => ({ year: '2025', action, day: '2026-06-09', reason: 'x' })
  await validator(world)
  const amina = await world.signIn('amina')
  const state = async () => {
    const file = await world.deps.db.selectFrom('cec_files').select('state').executeTakeFirst()
    return file?.state ?? 'begun'
  }
  await amina.get(`${page}?year=2025`)
  expect(amina.text).toContain('C’est votre propre déclaration')
  expect(amina.document.querySelector('main form')).toBeNull()
  for (const action of ['tell', 'declare']) {
    await amina.post(page, of(action))
    expect([action, amina.status, await state()]).toEqual([action, 409, 'begun'])
  }
  // It is declared as everybody declares theirs, and answered by the other validator.
  await amina.get(`${page}?year=2025`)
  await amina.follow('Mon compte d’engagement citoyen')
  await amina.fill('Le jour où vous les avez déclarées', '2026-06-09').press('Noter ma déclaration')
  for (const action of ['validate', 'refuse']) {
    await amina.post(page, of(action))
    expect([action, amina.status, await state()]).toEqual([action, 409, 'declared'])
    expect(amina.text).toContain('Une autre personne')
  }
  const bastien = await world.signIn('bastien')
  await bastien.get(`${page}?year=2025`)
  await bastien.fill('Donnée le', '2026-06-10').press('Validée')
  expect(await state()).toBe('validated')
  await amina.post(page, of('reopen'))
  expect([amina.status, await state()]).toEqual([409, 'validated'])
})

it('whoever is the only one that can, does so for their own declaration', async () => {
  const world = await start(LINES.map((line) => ({ ...line, who: 'amina' as const })))
  at(world, '2026-06-10')
  const { db } = world.deps
  const page = `/work/cec/people/${world.id('amina')}`
  const amina = await world.signIn('amina')
  const may = async () => {
    await amina.get(`${page}?year=2025`)
    return amina.document.querySelector('main form') !== null
  }
  expect(await may()).toBe(true)
  // A role for one team counts once she is of that team, and one for a project once she gave hours to it.
  const given = { person_id: world.id('chloe'), role: null, role_id: 'cec', granted_at: world.clock.iso() }
  await saveRole(db, { id: 'cec', name: 'Valide le CEC', rights: ['cec'], at: world.clock.iso() })
  await insertTeam(db, { id: 'board', name: 'Bureau', created_at: world.clock.iso() })
  await insertProject(db, { id: 'garden', name: 'Jardin', created_at: world.clock.iso() })
  await insertLimited(db, { ...given, id: 'of-team', team_id: 'board', project_id: null, granted_by: null })
  await insertLimited(db, { ...given, id: 'of-project', team_id: null, project_id: 'garden', granted_by: null })
  expect(await may()).toBe(true)
  await addMember(db, { team_id: 'board', person_id: world.id('amina'), added_at: world.clock.iso() })
  expect(await may()).toBe(false)
  await removeMember(db, 'board', world.id('amina'))
  expect(await may()).toBe(true)
  await db.updateTable('hours_entries').set({ project_id: 'garden' }).where('id', '=', 'line-0').execute()
  expect(await may()).toBe(false)
  // Nobody can who may not enter.
  await db.updateTable('people').set({ disabled_at: world.clock.iso() }).where('id', '=', world.id('chloe')).execute()
  expect(await may()).toBe(true)
  await amina.fill('Déclarée le', '2026-06-09').press('Noter la déclaration')
  await amina.fill('Donnée le', '2026-06-10').press('Validée')
  expect(amina.text).toContain('Heures retenues 120 h')
})

it('the list is for administrators and whoever was asked, and ends with their last role', async () => {
  const world = await start()
  const before = await world.signIn('bastien')
  for (const path of ['/work/cec', '/work/cec.csv', `/work/cec/people/${world.id('chloe')}`])
    expect([path, (await before.get(path)).status]).toEqual([path, 403])
  expect((await before.post(`/work/cec/people/${world.id('chloe')}`, { year: '2025', action: 'tell' })).status).toBe(
    403,
  )
  const bastien = await validator(world)
  expect((await bastien.get('/work/cec?year=2025')).status).toBe(200)
  const csv = await bastien.get('/work/cec.csv?year=2025')
  expect(csv.html).toContain('Chloé Tremblay;120,00;0,00;120,00;À prévenir')
  const amina = await world.signIn('amina')
  await amina.post(`/work/people/${world.id('bastien')}/roles`, { roles: 'volunteer' })
  expect((await (await world.signIn('bastien')).get('/work/cec')).status).toBe(403)
})

it('the sheet and the attestation for leave say the same figures, as pages and as PDF', async () => {
  const world = await start()
  const chloe = await world.signIn('chloe')
  await chloe.get('/my/cec?year=2025')
  await chloe.follow('Fiche pour votre déclaration')
  for (const part of ['Chloé Tremblay', '120 h', 'RNA: W212001234. SIREN: 732829320.', 'jusqu’au 30 juin 2026'])
    expect(chloe.text).toContain(part)
  await chloe.get('/my/cec/leave?year=2025')
  expect(chloe.text).toContain('article L. 3142-54-1')
  for (const paper of ['sheet', 'leave']) {
    const answer = await fetch(`${world.url}/my/cec/${paper}.pdf?year=2025`, { headers: { cookie: chloe.cookie } })
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect([answer.status, bytes.subarray(0, 5).toString()]).toEqual([200, '%PDF-'])
    expect(bytes.toString('latin1')).toContain('/MarkInfo')
  }
  // Without hours there is nothing to attest, and nobody reads another one's.
  expect((await (await world.signIn('david')).get('/my/cec/sheet?year=2025')).status).toBe(404)
  expect((await chloe.get(`/work/cec/people/${world.id('chloe')}/sheet?year=2025`)).status).toBe(403)
})

it('there is none outside France', async () => {
  const world = await start()
  await world.deps.db.updateTable('association').set({ country: 'CA' }).execute()
  const [chloe, amina] = [await world.signIn('chloe'), await world.signIn('amina')]
  await chloe.get('/my/hours')
  expect(chloe.hasLink('Mon compte d’engagement citoyen')).toBe(false)
  expect((await chloe.get('/my/cec')).status).toBe(404)
  expect((await amina.get('/work/cec')).status).toBe(404)
  at(world, '2026-03-02')
  await tellOfCec(world.deps)
  await world.settle()
  expect(await told(world)).toEqual([])
})
