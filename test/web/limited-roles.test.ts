// SPDX-License-Identifier: AGPL-3.0-or-later
// A role for one project: its hours, their pages, files, sums and decisions, and nothing of another project.
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { listCategories } from '../../db/queries/hours.ts'
import { insertHeadcount } from '../../db/queries/headcounts.ts'
import { insertProject, saveProjectOfOffer } from '../../db/queries/projects.ts'
import { findPerson, insertPerson, revokeRole } from '../../db/queries/people.ts'
import { deleteLimited, insertLimited, saveRole } from '../../db/queries/roles.ts'
import { addMember, findTeamNamed, insertTeam, removeMember } from '../../db/queries/teams.ts'
import { routes } from '../../server/routes.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { ROLES } from '../../server/model/rights.ts'
import { approveHours, recordHours, reverseHours } from '../../server/hours/commands/entries.ts'
import { reverseHeadcount } from '../../server/hours/commands/headcounts.ts'
import { setEntryProject } from '../../server/hours/commands/projects.ts'
import { setEntryLevel } from '../../server/hours/commands/settings.ts'
import { recordSheet } from '../../server/hours/commands/sheet.ts'
import { stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { fullWorld } from '../support/full-world.ts'

const [OWN, OTHER] = ['project-own', 'project-other']
/** Words of lines that somebody of the project « Jardin » may never see. */
const SECRET = 'SECRET-'
let world: World
let b: Browser
let lines: Record<'own' | 'waiting' | 'other' | 'otherWaiting' | 'none', string>

beforeAll(async () => {
  world = (await fullWorld()).world
  const { db } = world.deps
  const at = world.clock.iso()
  await insertProject(db, { id: OWN, name: 'Jardin', created_at: at })
  await insertProject(db, { id: OTHER, name: 'Fête', created_at: at })
  const category = (await listCategories(db))[0]!.id
  const line = async (
    id: string,
    project: string | null,
    state: 'approved' | 'submitted',
    who: 'chloe' | 'bastien',
  ) => {
    const note = project === OWN ? 'Bêcher' : `${SECRET}${project === OTHER ? 'FETE' : 'NONE'}`
    const day = {
      worked_on: '2026-11-10',
      minutes: project === OWN ? 61 : project === OTHER ? 207 : 199,
      category_id: category,
    }
    await db
      .insertInto('hours_entries')
      .values({
        id,
        person_id: world.id(who),
        ...day,
        project_id: project,
        note,
        source: 'self',
        state,
        created_at: at,
      })
      .execute()
    return id
  }
  lines = {
    own: await line('line-own', OWN, 'approved', 'chloe'),
    waiting: await line('line-waiting', OWN, 'submitted', 'chloe'),
    other: await line('line-other', OTHER, 'approved', 'bastien'),
    otherWaiting: await line('line-other-waiting', OTHER, 'submitted', 'bastien'),
    none: await line('line-none', null, 'submitted', 'chloe'),
  }
  const helpers = { worked_on: '2026-11-10', minutes: 90, category_id: category, created_at: at }
  const trip = { choice: 'reimburse', state: 'submitted', created_at: at } as const
  for (const [id, project_id, who, way] of [
    ['trip-own', OWN, 'chloe', 'Jardinerie'],
    ['trip-other', OTHER, 'bastien', `${SECRET}FETE`],
  ] as const)
    await db
      .insertInto('trips')
      .values({
        id,
        project_id,
        person_id: world.id(who),
        way,
        metres: id === 'trip-own' ? 42_000 : 47_000,
        travelled_on: '2026-11-10',
        ...trip,
      })
      .execute()
  await insertHeadcount(db, { id: 'helpers-own', people: 7, project_id: OWN, ...helpers })
  await insertHeadcount(db, { id: 'helpers-other', people: 13, project_id: OTHER, reason: `${SECRET}FETE`, ...helpers })
  await saveRole(db, {
    id: 'lead',
    name: 'Référent du jardin',
    rights: ['manage_hours', 'years', 'see_people', 'cec'],
    at,
  })
  for (const role of ROLES) await revokeRole(db, world.id('david'), role)
  const given = { granted_at: at, granted_by: null, project_id: OWN }
  await insertLimited(db, {
    id: 'limited',
    person_id: world.id('david'),
    role_id: 'lead',
    role: null,
    team_id: null,
    ...given,
  })
})
afterAll(stopApps)
beforeEach(async () => {
  b = await world.signIn('david')
})

const david = async () => {
  const person = (await findPerson(world.deps.db, world.id('david')))!
  return viewerOf(person.id, 'David', person.roles, person)
}

it('lands on what waits for that project, with a menu of hours alone', async () => {
  b = await world.signIn('david', { isRead: true })
  expect(b.url).toBe('/work')
  expect(b.text).toContain('1 saisie d’heures à valider')
  const menu = [...b.document.querySelectorAll('nav.nav li a')].map((one) => one.getAttribute('href'))
  expect(menu).toEqual(['/work', '/offers', '/work/hours'])
  expect(b.document.querySelector('nav.nav a[href="/work/hours"]')!.textContent).toContain('1')
})

it('sees the lines of the project, alone', async () => {
  await b.get('/work/hours')
  expect(b.text).toContain('Bêcher')
  await b.get('/work/hours?state=approved')
  expect(b.text).toContain('Chloé Tremblay')
  expect(b.text).not.toContain('Bastien')
  for (const id of [lines.own, lines.waiting]) expect((await b.get(`/work/hours/${id}`)).status).toBe(200)
  for (const id of [lines.other, lines.otherWaiting, lines.none]) {
    expect([id, (await b.get(`/work/hours/${id}`)).status]).toEqual([id, 404])
  }
  expect((await b.get(`/work/hours?project=${OTHER}`)).status).toBe(404)
  const file = (await b.get('/work/hours.csv')).html
  expect(file).toContain('Bêcher')
  expect(file).not.toContain(SECRET)
  expect((await b.get(`/work/hours.csv?project=${OTHER}`)).status).toBe(404)
})

it('adds up that project alone', async () => {
  await b.get('/work/hours/figures')
  // 61 minutes, and 7 helpers of 90 minutes each.
  expect(b.text).toContain('11 h 31')
  expect(b.text).not.toContain('Fête')
  expect((await b.get('/work/hours/figures.csv')).html).not.toContain('Fête')
  expect((await b.get(`/work/hours/figures?project=${OTHER}`)).status).toBe(404)
  await b.get('/work/hours/unnamed')
  expect(b.text).toContain('7')
  expect(b.text).not.toContain(SECRET)
  expect((await b.get('/work/hours/unnamed.csv')).html).not.toContain(SECRET)
  expect((await b.get('/work/hours/unnamed/helpers-other/reversal')).status).toBe(404)
})

/** Pages that links lead to, within a few steps: those that are refused, those that show the secret, how many there are. */
async function walk(who: Browser): Promise<{ refused: string[]; seen: string[]; pages: number }> {
  const known = new Set<string>()
  const [refused, seen]: string[][] = [[], []]
  let next = ['/my', '/work']
  const shape = (path: string) => path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|\d{2,}/g, ':id').replace(/[?#].*/, '')
  for (let step = 0; step < 4; step++) {
    const found: string[] = []
    for (const path of next) {
      if (known.has(shape(path))) continue
      known.add(shape(path))
      await who.get(path)
      if (who.status === 403) refused!.push(path)
      if (who.html.includes(SECRET)) seen!.push(path)
      for (const link of who.document.querySelectorAll('a[href^="/"]')) found.push(link.getAttribute('href')!)
    }
    next = found.filter((path) => !/\.(?:pdf|webp|png|ics|atom|gz)|^\/(?:help|source|embed)/.test(path))
  }
  return { refused: refused!, seen: seen!, pages: known.size }
}

it('is led to nothing that it may not open, and no page of hours or people has a line of another project', async () => {
  const { pages, ...wrong } = await walk(b)
  expect(wrong).toEqual({ refused: [], seen: [] })
  expect(pages).toBeGreaterThan(12)
})

/** All that may not change: lines of others, kilometres, statements, declarations. */
async function readOthers(own: string): Promise<string> {
  const { db } = world.deps
  return JSON.stringify([
    await db.selectFrom('hours_entries').selectAll().where('person_id', '<>', own).execute(),
    await db.selectFrom('trips').selectAll().where('person_id', '<>', own).execute(),
    await db.selectFrom('hours_statements').selectAll().execute(),
    await db.selectFrom('hours_years').selectAll().execute(),
    await db.selectFrom('hours_rates').selectAll().execute(),
    await db.selectFrom('trip_rates').selectAll().execute(),
    await db.selectFrom('cec_files').selectAll().where('person_id', '<>', own).execute(),
  ])
}

/** These end the session. */
const ENDS = ['/sign-out', '/my/security/sessions/ending']

/**
 * Asks for every page, file and command of the site with ids of another project and of somebody else.
 * @param never what no page may show. @param own a page that they may see, with a word of it: whoever is signed out would
 * find nothing. @returns what is wrong.
 */
async function tryAll(who: Browser, id: string, never: RegExp, own: readonly [string, string]): Promise<string[]> {
  const bastien = world.id('bastien')
  const ids: Record<string, string> = {
    entry: lines.other,
    line: 'helpers-other',
    person: bastien,
    trip: 'trip-other',
    year: '2026',
    paper: 'sheet',
  }
  const typed = { project: OTHER, entries: lines.otherWaiting, trips: 'trip-other', people: bastien, person: bastien }
  const more = { reason: 'x', way: 'x', level: '', action: 'declare', day: '2026-11-10', agreed: 'on', year: '2026' }
  const wrong: string[] = []
  const shows = () => never.test(`${who.html} ${who.text}`)
  const before = await readOthers(id)
  for (const { method, path } of routes.filter((route) => !ENDS.includes(route.path))) {
    const address = path.replaceAll(/:(\w+)/g, (_whole, name: string) => ids[name] ?? 'nothing')
    if (method === 'post') {
      await who.post(address, { ...typed, ...more })
      if (shows()) wrong.push(`post ${address}: shows it`)
      if ((await readOthers(id)) !== before) wrong.push(`post ${address}: changed something`)
      continue
    }
    for (const query of ['', `?project=${OTHER}`, `?person=${bastien}`, `?project=${OTHER}&person=${bastien}`]) {
      await who.get(address + query)
      if (shows()) wrong.push(`get ${address}${query}: shows it`)
    }
  }
  await who.get(own[0])
  return who.html.includes(own[1]) ? wrong : [...wrong, 'is no longer signed in']
}

it('gets nothing of another project from any address', async () => {
  expect(
    await tryAll(b, world.id('david'), /SECRET-|3 h 27|3 h 19|47\s?km/, ['/work/hours?state=approved', 'Bêcher']),
  ).toEqual([])
})

it('decides on lines of the project alone, in the commands too', async () => {
  const viewer = await david()
  const { deps } = world
  await expect(approveHours(deps, viewer, [lines.otherWaiting, lines.none])).resolves.toMatchObject({ ids: [] })
  await expect(reverseHours(deps, viewer, lines.other, 'x')).rejects.toMatchObject({ status: 404 })
  await expect(setEntryProject(deps, viewer, lines.other, OWN)).rejects.toMatchObject({ status: 404 })
  await expect(setEntryLevel(deps, viewer, lines.otherWaiting, '')).rejects.toMatchObject({ status: 404 })
  await expect(reverseHeadcount(deps, viewer, 'helpers-other', 'x')).rejects.toMatchObject({ status: 404 })
  // A line does not leave the project by them.
  for (const to of [OTHER, ''])
    await expect(setEntryProject(deps, viewer, lines.waiting, to)).rejects.toMatchObject({
      fields: { project: expect.anything() },
    })
  await expect(approveHours(deps, viewer, [lines.waiting])).resolves.toMatchObject({ ids: [lines.waiting] })
})

it('records for people of the project, and for that project', async () => {
  const viewer = await david()
  const { deps } = world
  const category = (await listCategories(deps.db))[0]!.id
  const line = { category, day: '2026-11-20', duration: 60, note: '', offer: '', form_id: '', replaces: '' }
  const sure = { again: true, sure: true, long: true }
  const record = (project: string, who: string) =>
    recordHours(
      deps,
      viewer,
      { ...line, ...sure, project } as Parameters<typeof recordHours>[2],
      world.id(who as 'chloe'),
    )
  await expect(record(OTHER, 'chloe')).rejects.toMatchObject({ fields: { project: expect.anything() } })
  await expect(record('', 'chloe')).rejects.toMatchObject({ fields: { project: expect.anything() } })
  await expect(record(OWN, 'elise')).rejects.toMatchObject({ fields: { person: expect.anything() } })
  await record(OWN, 'chloe')
  const sheet = { category, day: '2026-11-20', offer: '', form_id: 's', sure_day: true }
  const on = [{ personId: world.id('elise'), minutes: 60, isSure: true }]
  await expect(recordSheet(deps, viewer, { ...sheet, project: OTHER }, on)).rejects.toMatchObject({
    fields: { project: expect.anything() },
  })
  const { recorded, kept } = await recordSheet(deps, viewer, { ...sheet, project: OWN }, on)
  expect([recorded.length, [...kept.keys()]]).toEqual([0, [world.id('elise')]])
  await b.get('/work/hours/sheet')
  expect(b.text).toContain('Tremblay')
  expect(b.text).not.toContain('Garnier')
  await b.post('/work/hours/sheet', { do: 'show', people: world.id('elise'), q: 'Garnier' })
  expect(b.text).not.toContain('Garnier')
  await b.get('/work/hours/new')
  expect(b.text).toContain('Tremblay')
  expect(b.text).not.toContain('Garnier')
  await b.get(`/work/hours/new?person=${world.id('elise')}`)
  expect(b.text).not.toContain('Élise')
})

it('replaces no line of another project, also of somebody of its own', async () => {
  const day = { day_choice: 'other', day: '2026-11-22', duration_choice: 'other', duration: '1:00' }
  const category = (await listCategories(world.deps.db))[0]!.id
  const sure = { again: 'on', sure: 'on', long: 'on', note: '', offer: '', form_id: 'replacing' }
  const line = { ...day, ...sure, category, person: world.id('chloe'), project: OWN, replaces: lines.none }
  await b.post('/work/hours/new', line)
  expect(b.status).toBe(404)
  await b.post('/work/hours/new', { ...line, replaces: '' })
  expect(b.status).toBe(200)
  const { state } = await world.deps.db
    .selectFrom('hours_entries')
    .select('state')
    .where('id', '=', lines.none)
    .executeTakeFirstOrThrow()
  expect(state).toBe('submitted')
})

it('learns of a person’s offers only those of the project', async () => {
  const { db } = world.deps
  const at = world.clock.iso()
  const title = 'Soupe de minuit'
  const sent = { id: 'midnight-chloe', offer_id: 'midnight', locale: 'fr', created_at: at, updated_at: at } as const
  const offer = {
    id: 'midnight',
    revision: 1,
    state: 'published',
    content: JSON.stringify({ title: { fr: title } }),
  } as const
  await db
    .insertInto('offers')
    .values({ ...offer, created_at: at, updated_at: at })
    .execute()
  const chloe = {
    given_name: 'Chloé',
    family_name: 'Tremblay',
    message: '',
    email: '',
    email_key: '',
    person_id: world.id('chloe'),
  }
  await db
    .insertInto('applications')
    .values({ ...sent, ...chloe, state: 'accepted' })
    .execute()
  await b.get(`/work/hours/new?person=${world.id('chloe')}`)
  expect(b.text).toContain('Tremblay')
  expect(b.text).not.toContain(title)
  const category = (await listCategories(db))[0]!.id
  const line = { category, day: '2026-11-19', duration: 60, note: '', form_id: '', replaces: '', project: OWN }
  const sure = { again: true, sure: true, long: true }
  const input = { ...line, ...sure, offer: 'midnight' } as Parameters<typeof recordHours>[2]
  const record = async () => recordHours(world.deps, await david(), input, world.id('chloe'))
  await expect(record()).rejects.toMatchObject({ fields: { offer: expect.anything() } })
  await saveProjectOfOffer(db, 'midnight', OWN)
  await b.get(`/work/hours/new?person=${world.id('chloe')}`)
  expect(b.text).toContain(title)
  await record()
  await saveProjectOfOffer(db, 'midnight', null)
})

it('has of a role only what there is for a project', async () => {
  for (const path of ['/work/people', '/work/hours/review', '/work/trips/rates', '/settings/roles'])
    expect([path, (await b.get(path)).status]).toEqual([path, 403])
  expect((await david()).rights.size).toBe(0)
})

it('is given and taken back on the page of a person, by whoever has what is in the role', async () => {
  const amina = await world.signIn('amina')
  const david = await world.signIn('david')
  await amina.get(`/work/people/${world.id('david')}`)
  expect(amina.text).toContain('Référent du jardin · Jardin')
  amina.fill('Donner un rôle', 'Coordonne les bénévoles').fill('Où', 'Fête')
  await amina.press('Donner')
  expect(amina.text).toContain('Coordonne les bénévoles · Fête')
  expect((await david.get('/my')).url).toContain('/sign-in')
  const again = await world.signIn('david')
  await again.get(`/work/hours?project=${OTHER}`)
  expect(again.text).toContain(SECRET)
  const taken = (await findPerson(world.deps.db, world.id('david')))!.limited.find(({ of }) => of === 'Fête')!
  await amina.press('Retirer Coordonne les bénévoles · Fête')
  // The same button pressed twice.
  await amina.post(`/work/people/${world.id('david')}/own-roles/removal`, { own_role: taken.id })
  expect(amina.url).toBe(`/work/people/${world.id('david')}`)
  expect((await again.get(`/work/hours?project=${OTHER}`)).status).toBe(404)
  await amina.post(`/work/people/${world.id('david')}/own-roles`, { own_role: 'moderator', where: OWN })
  expect(amina.status).toBe(404)
  const bastien = await world.signIn('bastien')
  await bastien.post(`/work/people/${world.id('david')}/own-roles`, { own_role: 'lead', where: OTHER })
  expect(bastien.status).toBe(403)
  const people = (await findPerson(world.deps.db, world.id('david')))!
  expect(people.limited.map(({ of }) => of)).toEqual(['Jardin'])
})

const TEAM = 'team'

/** Chloé alone is in the team; Élise has a role of coordinator for it, and no other role. */
async function leadOfTeam(): Promise<Browser> {
  const { db } = world.deps
  const at = world.clock.iso()
  for (const role of ROLES) await revokeRole(db, world.id('elise'), role)
  await addMember(db, { team_id: TEAM, person_id: world.id('chloe'), added_at: at })
  const limited = { person_id: world.id('elise'), role: 'coordinator', role_id: null, project_id: null } as const
  await insertLimited(db, { id: 'team-lead', team_id: TEAM, granted_at: at, granted_by: null, ...limited })
  return world.signIn('elise', { isRead: true })
}

it('for one team gives the people of the team and their hours, and nobody else’s', async () => {
  const lead = await leadOfTeam()
  const menu = [...lead.document.querySelectorAll('nav.nav li a')].map((one) => one.getAttribute('href'))
  expect(menu).toEqual(['/work', '/offers', '/work/hours', '/work/people'])
  await lead.get('/work/people')
  const names = () => [...lead.document.querySelectorAll('tbody th')].map((one) => one.textContent!.trim())
  expect(names()).toEqual(['Chloé Tremblay'])
  await lead.fill('Nom, numéro ou e-mail', 'bastien').press('Chercher')
  expect(names()).toEqual([])
  expect((await lead.get('/work/people?team=elsewhere')).status).toBe(404)
  expect((await lead.get('/work/people.csv?team=elsewhere')).status).toBe(404)
  const file = (await lead.get('/work/people.csv')).html
  expect(file).toContain('Tremblay')
  for (const other of ['Moreau', 'Benali', 'Garnier']) expect(file).not.toContain(other)
  expect((await lead.get(`/work/people/${world.id('chloe')}`)).status).toBe(200)
  expect(lead.text).toContain('Ses heures en 2026')
  for (const other of ['bastien', 'amina', 'david'] as const)
    expect([other, (await lead.get(`/work/people/${world.id(other)}`)).status]).toEqual([other, 404])
  await lead.get('/work/hours')
  expect(lead.text).toContain('Chloé Tremblay')
  // Without a project too.
  expect((await lead.get(`/work/hours/${lines.none}`)).status).toBe(200)
  for (const id of [lines.other, lines.otherWaiting]) expect((await lead.get(`/work/hours/${id}`)).status).toBe(404)
  expect((await lead.get('/work/hours.csv')).html).not.toContain('Moreau')
  expect((await lead.get('/work/hours/figures')).text).toContain('Maraude du jeudi')
  expect((await lead.get('/work/hours/unnamed')).text).not.toContain(SECRET)
  // Of another project they have what people of the team did for it.
  expect((await lead.get(`/work/hours?project=${OTHER}`)).text).not.toMatch(/Moreau|SECRET/)
  await lead.get('/work/hours/sheet')
  expect(lead.text).toContain('Tremblay')
  expect(lead.text).not.toContain('Moreau')
  expect((await walk(lead)).refused).toEqual([])
  expect(await tryAll(lead, world.id('elise'), /SECRET-FETE|3 h 27|47\s?km/, ['/work/people', 'Tremblay'])).toEqual([])
})

it('of two teams leads from a person to their hours, whichever team they are in', async () => {
  const { db } = world.deps
  const at = world.clock.iso()
  await insertTeam(db, { id: 'a-first', name: 'Autre', created_at: at })
  const limited = { person_id: world.id('elise'), role: 'coordinator', role_id: null, project_id: null } as const
  await insertLimited(db, { id: 'first-lead', team_id: 'a-first', granted_at: at, granted_by: null, ...limited })
  const lead = await world.signIn('elise')
  await lead.get(`/work/people/${world.id('chloe')}`)
  await lead.follow('Voir ses heures validées')
  expect(lead.text).toContain('Chloé Tremblay')
  expect(lead.text).toContain('Bêcher')
  await deleteLimited(db, 'first-lead')
})

it('opens the list where something waits', async () => {
  const { db } = world.deps
  const at = world.clock.iso()
  const limited = { person_id: world.id('elise'), role: 'treasurer', role_id: null, team_id: null } as const
  await insertLimited(db, { id: 'reads-other', project_id: OTHER, granted_at: at, granted_by: null, ...limited })
  const lead = await world.signIn('elise')
  await lead.get('/work/hours')
  expect(lead.text).toContain('Chloé Tremblay')
  expect((await lead.get(`/work/hours?project=${OTHER}&state=approved`)).status).toBe(200)
  await deleteLimited(db, 'reads-other')
})

it('of a team approves and records for its people, whatever the project, and for nobody else', async () => {
  const person = (await findPerson(world.deps.db, world.id('elise')))!
  const viewer = viewerOf(person.id, 'Élise', person.roles, person)
  const { deps } = world
  await expect(approveHours(deps, viewer, [lines.otherWaiting])).resolves.toMatchObject({ ids: [] })
  await expect(approveHours(deps, viewer, [lines.none])).resolves.toMatchObject({ ids: [lines.none] })
  await expect(reverseHours(deps, viewer, lines.other, 'x')).rejects.toMatchObject({ status: 404 })
  const category = (await listCategories(deps.db))[0]!.id
  const line = {
    category,
    day: '2026-11-21',
    duration: 60,
    note: '',
    offer: '',
    form_id: '',
    replaces: '',
    project: '',
  }
  const sure = { again: true, sure: true, long: true }
  const record = (who: 'chloe' | 'bastien') =>
    recordHours(deps, viewer, { ...line, ...sure } as Parameters<typeof recordHours>[2], world.id(who))
  await expect(record('bastien')).rejects.toMatchObject({ fields: expect.anything() })
  await record('chloe')
  const sheet = { category, day: '2026-11-21', offer: '', form_id: 't', sure_day: true, project: '' }
  const on = (who: 'chloe' | 'bastien') => [{ personId: world.id(who), minutes: 30, isSure: true }]
  expect((await recordSheet(deps, viewer, sheet, on('bastien'))).recorded).toEqual([])
  expect((await recordSheet(deps, viewer, { ...sheet, form_id: 'u' }, on('chloe'))).recorded).toHaveLength(1)
  // Who is taken out of the team is out of reach.
  await removeMember(deps.db, TEAM, world.id('chloe'))
  await expect(reverseHours(deps, viewer, lines.none, 'x')).rejects.toMatchObject({ status: 404 })
})

it('chooses the mails about hours of one’s own', async () => {
  await b.get('/my/notices')
  expect(b.status).toBe(200)
  expect(b.text).toContain('Les questions sur mes heures')
})

it('teams are made, named, archived and filled by whoever manages people', async () => {
  const bastien = await world.signIn('bastien')
  await bastien.get('/work/people')
  await bastien.follow('Équipes')
  await bastien.press('Ajouter cette équipe')
  expect(bastien.errors()).toEqual({ 'Nom de l’équipe': 'Donnez un nom à cette équipe.' })
  await bastien.fill('Nom de l’équipe', 'Accueil').press('Ajouter cette équipe')
  expect(bastien.text).toContain('L’équipe « Accueil » est prête.')
  await bastien.fill('Nom de l’équipe', 'ACCUEIL').press('Ajouter cette équipe')
  expect(bastien.errors()['Nom de l’équipe']).toContain('Une autre équipe porte déjà ce nom.')
  await bastien.get(`/work/people/${world.id('chloe')}`)
  await bastien.fill('Ajouter à une équipe', 'Accueil').press('Ajouter')
  expect(bastien.text).toContain('Chloé Tremblay est dans l’équipe.')
  const { id } = (await findTeamNamed(world.deps.db, 'Accueil'))!
  await bastien.post(`/work/people/${world.id('chloe')}/teams`, { team: id })
  const joined = () => world.deps.db.selectFrom('events').selectAll().where('type', '=', 'person.team_joined').execute()
  expect(await joined()).toHaveLength(1)
  await bastien.get('/work/teams')
  await bastien.follow('Accueil')
  expect(bastien.text).toContain('Chloé Tremblay')
  for (const name of ['amina', 'bastien', 'david', 'elise'] as const)
    await bastien.post(`/work/people/${world.id(name)}/teams`, { team: id })
  await bastien.get(`/work/teams/${id}`)
  const names = [...bastien.document.querySelectorAll('main ul a')].map((one) => one.textContent)
  expect(names.map((name) => name!.split(' ')[1])).toEqual(['Benali', 'Garnier', 'Moreau', 'Roy', 'Tremblay'])
  const at = world.clock.iso()
  for (const number of Array.from({ length: 50 }, (_, one) => 2000 + one)) {
    const person = { id: `member-${number}`, member_number: number, given_name: 'M', family_name: `Zed${number}` }
    await insertPerson(world.deps.db, { ...person, joined_on: '2026-01-01', created_at: at, updated_at: at })
    await addMember(world.deps.db, { team_id: id, person_id: person.id, added_at: at })
  }
  await bastien.get(`/work/teams/${id}`)
  expect(bastien.text).not.toContain('Zed2049')
  await bastien.follow('La suite')
  expect(bastien.text).toContain('Zed2049')
  await bastien.press('Ranger Accueil')
  expect(bastien.text).toContain('L’équipe est rangée.')
  await bastien.get(`/work/people/${world.id('david')}`)
  expect(bastien.text).not.toContain('Accueil (')
  await bastien.get(`/work/people/${world.id('chloe')}`)
  await bastien.press('Retirer de l’équipe Accueil')
  expect(bastien.text).toContain('Chloé Tremblay n’est plus dans l’équipe.')
  await bastien.post(`/work/people/${world.id('chloe')}/teams/removal`, { team: id })
  expect(bastien.text).toContain('Chloé Tremblay n’est plus dans l’équipe.')
  const left = await world.deps.db.selectFrom('events').selectAll().where('type', '=', 'person.team_left').execute()
  expect(left).toHaveLength(1)
  const chloe = await world.signIn('chloe')
  expect((await chloe.post('/work/teams', { name: 'Autre' })).status).toBe(403)
})
