// SPDX-License-Identifier: AGPL-3.0-or-later
// Whoever is erased leaves no byte: database, write-ahead log, sessions, mails; and does not come back with a backup.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { DATABASE_FILE } from '../../db/open.ts'
import { findPerson, updatePerson } from '../../db/queries/people.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { runCommand } from '../support/commands.ts'
import type { Browser } from '../support/browser.ts'
import { PASSWORD } from '../support/world.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mainforte-'))))
afterEach(async () => {
  await stopApps()
  rmSync(folder, { recursive: true, force: true })
})

const MARKS = [
  'Zéphyrine',
  'Quatremarre',
  'zephyrine',
  'quatremarre',
  '819 555-0177',
  'NoteQuelconque',
  'MotQuelconque',
]

const env = () => ({
  DATA_DIR: folder,
  PUBLIC_URL: 'http://localhost:3000',
  SECRET_KEY: 'a-secret-for-tests-only-a-secret-for-tests-only',
})

const open = (empty = false) =>
  startApp({
    file: join(folder, DATABASE_FILE),
    empty,
    env: { DATA_DIR: folder },
    ...(empty && { hasKey: false as const }),
  })

/** Chloé under a name that stands nowhere else, with something in every table. */
async function withMarks(world: World): Promise<Browser> {
  const { db } = world.deps
  const id = world.id('chloe')
  const email = 'zephyrine@quatremarre.example'
  const names = { given_name: 'Zéphyrine', family_name: 'Quatremarre', phone: '819 555-0177' }
  await updatePerson(db, id, { ...names, email, email_key: email })
  const b = world.browser()
  await b.post('/sign-in', { login: '1003', password: PASSWORD })
  const category = await db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()
  for (const [day, duration] of [
    ['2026-10-03', '7h'],
    ['2026-10-20', '20h'],
    ['2026-11-20', '1h'],
  ] as const)
    await b.post('/my/hours', { category: category.id, day, duration, sure: 'on', long: 'on', note: 'NoteQuelconque' })
  const lines = await db.selectFrom('hours_entries').select('id').orderBy('worked_on').execute()
  const bastien = await world.signIn('bastien')
  await bastien.post('/work/hours/approval', { entries: lines.slice(0, 2).map((line) => line.id) })
  await bastien.post(`/work/hours/${lines[2]!.id}/return`, { reason: 'MotQuelconque' })
  await bastien.post('/work/people', { q: 'Quatremarre', who: 'active' })
  await bastien.get(`/work/people/${id}`)
  const now = world.clock.iso()
  const offer = {
    id: 'o',
    state: 'published',
    content: '{"title":{"fr":"Soupe"}}',
    created_at: now,
    updated_at: now,
  } as const
  await db.insertInto('offers').values(offer).execute()
  const said = {
    given_name: 'Zéphyrine',
    family_name: 'Quatremarre',
    message: 'MotQuelconque',
    email,
    email_key: email,
  }
  const sent = { id: 'a', offer_id: 'o', state: 'submitted', locale: 'fr', created_at: now, updated_at: now } as const
  await db
    .insertInto('applications')
    .values({ ...sent, ...said, person_id: id })
    .execute()
  await b.post('/my/data/request', { kind: 'correction', said: 'MotQuelconque' })
  await b.post('/my/trips', { day: '2026-11-20', km: '12', way: 'MotQuelconque', choice: 'waive' })
  await b.post('/my/hours/timer', {})
  const { given_name, family_name } = names
  const typed = {
    given_name,
    family_name,
    worked_on: '2026-11-20',
    minutes: 60,
    category_id: category.id,
    created_at: now,
  }
  await db
    .insertInto('kiosk_lines')
    .values({ id: 'k', ...typed })
    .execute()
  await world.browser().post('/password/forgot', { login: '1003' })
  await world.browser().post('/sign-in/link', { login: email })
  await world.mails()
  return b
}

/** Which marks stand in which file of the data folder; the backups are told about, and end with their time. */
function found(): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /sqlite(-wal|-shm)?$|txt$/.test(name),
  )
  return files
    .filter((name) => !/^backups\/.*sqlite/.test(name) && name !== 'copy.sqlite')
    .flatMap((name) => {
      const bytes = readFileSync(join(folder, name))
      return MARKS.filter((mark) => bytes.includes(mark)).map((mark) => `${name}: ${mark}`)
    })
}

const minutesOf = async ({ deps: { db } }: World) =>
  await db.selectFrom('hours_entries').select(['minutes', 'worked_on', 'note', 'person_id']).execute()

describe('web H3: a person who is erased', () => {
  it('by themselves, leaves no byte in the running database; approved hours stay as sums of a month', async () => {
    const world = await open()
    const b = await withMarks(world)
    expect(MARKS.filter((mark) => !found().some((line) => line.endsWith(mark)))).toEqual([])
    await b.get('/my/data/erasure')
    await b.press('Tout effacer')
    expect([b.status, Object.keys(b.errors())]).toEqual([422, ['Votre mot de passe']])
    await b.fill('Votre mot de passe', PASSWORD).press('Tout effacer')
    expect([b.url, b.text]).toEqual(['/', expect.stringContaining('vos données sont effacées')])
    expect(b.text).toMatch(/disparaissent au plus tard le .*2027/)
    expect((await b.get('/my')).url).toBe('/sign-in?next=%2Fmy')
    expect(found()).toEqual([])
    const lines = await minutesOf(world)
    expect(lines.reduce((sum, { minutes }) => sum + minutes, 0)).toBe(27 * 60)
    expect(new Set(lines.map(({ worked_on, note }) => `${worked_on}${note}`))).toEqual(new Set(['2026-10-01']))
    expect(JSON.stringify(lines)).not.toContain(world.id('chloe'))
    const id = world.id('chloe')
    expect(
      await world.deps.db
        .selectFrom('events')
        .selectAll()
        .where((eb) => eb.or([eb('actor_id', '=', id), eb('subject_id', '=', id)]))
        .execute(),
    ).toEqual([])
    const amina = await world.signIn('amina')
    for (const path of [
      '/work/people?who=closed',
      '/work/hours',
      '/work/hours/statement?year=2026',
      '/operator/trail',
      '/work/applications',
    ])
      expect([path, (await amina.get(path)).status]).toEqual([path, 200])
    expect((await amina.get('/work/people?who=closed')).text).not.toContain('—')
    expect((await amina.get('/work/hours/statement?year=2026')).text).toContain('27 h')
  })

  it('by an administrator, after a question; not the last administrator, not by others', async () => {
    const world = await open()
    await withMarks(world)
    const path = `/work/people/${world.id('chloe')}/erasure`
    expect((await (await world.signIn('bastien')).post(path, {})).status).toBe(403)
    const amina = await world.signIn('amina')
    await amina.get(path)
    expect(amina.text).toContain('Le compte de Zéphyrine Quatremarre')
    await amina.press('Tout effacer')
    expect(amina.text).toContain('les données de cette personne sont effacées')
    expect(found()).toEqual([])
    await amina.post('/my/data/erasure', { password: PASSWORD })
    expect([amina.status, Boolean(await findPerson(world.deps.db, world.id('amina')))]).toEqual([409, true])
  })

  it.each([
    ['without a name', { given_name: '', family_name: '' }],
    ['of the same name as somebody else', { given_name: 'Bastien', family_name: 'Moreau' }],
  ])('somebody %s, without a mail of others', async (_who, names) => {
    const world = await open()
    await world.browser().post('/password/forgot', { login: 'bastien@example.org' })
    await updatePerson(world.deps.db, world.id('chloe'), names)
    const before = (await world.mails()).map(({ to, subject, text }) => [to, subject, text])
    expect(before).toHaveLength(1)
    await (await world.signIn('amina')).post(`/work/people/${world.id('chloe')}/erasure`, {})
    expect(await findPerson(world.deps.db, world.id('chloe'))).toBeUndefined()
    expect((await world.mails()).map(({ to, subject, text }) => [to, subject, text])).toEqual(before)
  })

  it('by a link, when there is no password', async () => {
    const world = await open()
    const b = await withMarks(world)
    await updatePerson(world.deps.db, world.id('chloe'), { password_hash: null, password_set_at: null })
    await b.get('/my/data/erasure')
    await b.press('Recevoir le lien')
    expect(await findPerson(world.deps.db, world.id('chloe'))).toBeDefined()
    const other = await world.browser().get(await world.linkFor('zephyrine@quatremarre.example'))
    await other.press('Tout effacer')
    expect(await findPerson(world.deps.db, world.id('chloe'))).toBeUndefined()
    expect(found()).toEqual([])
  })

  it('what somebody without an account withdrew stays gone when a backup of before is restored', async () => {
    const world = await open()
    const b = world.browser()
    const mail = { given_name: 'Zéphyrine', family_name: 'Quatremarre', email: 'zephyrine@quatremarre.example' }
    await b.post('/enquiries/new', { ...mail, wishes: 'MotQuelconque' })
    const page = await world.linkFor(mail.email)
    await b.get(page)
    await b.press('Oui, je confirme')
    await b.post('/offers/follow', { email: mail.email, rhythm: 'weekly', q: 'NoteQuelconque' })
    await b.get(await world.linkFor(mail.email))
    await b.press('Oui, je veux les recevoir')
    const alerts = b.url
    const rows = async ({ deps: { db } }: World) => [
      ...(await db.selectFrom('enquiries').select('id').execute()),
      ...(await db.selectFrom('alert_subscribers').select('id').execute()),
    ]
    const kept = await rows(world)
    expect(kept).toHaveLength(2)
    const copy = join(folder, 'copy.sqlite')
    expect((await runCommand(['backup', copy], env())).code).toBe(0)
    await b.get(page)
    await b.follow('Retirer ma proposition et tout effacer')
    await b.press('Retirer et tout effacer')
    await b.get(alerts)
    await b.follow('Tout arrêter et effacer mon adresse')
    await b.press('Tout arrêter')
    expect(await rows(world)).toEqual([])
    const listed = readFileSync(join(folder, 'backups/erased.txt'), 'utf8').match(/^\S+/gm)
    expect(listed!.toSorted()).toEqual(kept.map(({ id }) => id).toSorted())
    await stopApps()
    expect((await runCommand(['restore', copy, '--yes'], env())).code).toBe(0)
    expect(found()).not.toEqual([])
    expect(await rows(await open(true))).toEqual([])
    expect(found()).toEqual([])
  })

  it('is erased again when a backup of before is restored', async () => {
    const world = await open()
    const b = await withMarks(world)
    const id = world.id('chloe')
    const copy = join(folder, 'copy.sqlite')
    expect((await runCommand(['backup', copy], env())).code).toBe(0)
    await b.post('/my/data/erasure', { password: PASSWORD })
    expect(readFileSync(join(folder, 'backups/erased.txt'), 'utf8')).toMatch(new RegExp(`^${id} \\S+\n$`))
    await stopApps()
    const ended = await runCommand(['restore', copy, '--yes'], env())
    expect([ended.code, ended.err]).toEqual([0, ''])
    expect(found().length).toBeGreaterThan(5)
    const after = await open(true)
    expect(await findPerson(after.deps.db, id)).toBeUndefined()
    expect(found()).toEqual([])
    expect((await minutesOf(after)).reduce((sum, { minutes }) => sum + minutes, 0)).toBe(27 * 60)
    expect(existsSync(join(folder, 'backups/erased.txt'))).toBe(true)
  })
})

describe('web H3: on the command line', () => {
  it('export-person writes what the site shows into a new file that only its owner reads, with a line in the trail', async () => {
    const world = await open()
    const b = await withMarks(world)
    const file = join(folder, 'person.json')
    expect(await runCommand(['export-person', '1003', file], env())).toMatchObject({ code: 0, err: '' })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const linesOf = (text: string) =>
      (JSON.parse(text) as { kept: { table: string }[] }).kept.filter(({ table }) => table !== 'events')
    expect(linesOf(readFileSync(file, 'utf8'))).toEqual(linesOf((await b.get('/my/data.json')).html))
    expect(linesOf(readFileSync(file, 'utf8')).length).toBeGreaterThan(8)
    const looks = await world.deps.db.selectFrom('events').selectAll().where('type', '=', 'record.opened').execute()
    expect(looks.filter(({ actor_id, subject_id }) => !actor_id && subject_id === world.id('chloe'))).toHaveLength(1)
    const again = await runCommand(['export-person', 'zephyrine@quatremarre.example', file], env())
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('EEXIST')])
    expect(await runCommand(['export-person', '4242', join(folder, 'x')], env())).toMatchObject({
      code: 1,
      err: expect.stringContaining('nobody has this login'),
    })
    rmSync(file)
  })

  it('erase-person does what the page does, only with --yes, and not for the last administrator', async () => {
    const world = await open()
    await withMarks(world)
    const without = await runCommand(['erase-person', '1003'], env())
    expect([without.code, without.err]).toEqual([1, expect.stringContaining('Zéphyrine Quatremarre (1003)')])
    expect(await findPerson(world.deps.db, world.id('chloe'))).toBeDefined()
    expect(await runCommand(['erase-person', '1003', '--yes'], env())).toMatchObject({ code: 0, err: '' })
    expect(await findPerson(world.deps.db, world.id('chloe'))).toBeUndefined()
    expect(found()).toEqual([])
    expect((await minutesOf(world)).reduce((sum, { minutes }) => sum + minutes, 0)).toBe(27 * 60)
    const last = await runCommand(['erase-person', 'amina@example.org', '--yes'], env())
    expect([last.code, last.err]).toEqual([1, expect.stringContaining('last administrator')])
  })

  it('both ask for a number when several people share an address', async () => {
    const world = await open()
    await updatePerson(world.deps.db, world.id('david'), { email: 'chloe@example.org', email_key: 'chloe@example.org' })
    const ended = await runCommand(['erase-person', 'Chloe@example.org', '--yes'], env())
    expect([ended.code, ended.err]).toEqual([1, expect.stringMatching(/1003 {2}Chloé Tremblay\n1004 {2}/)])
    expect(await findPerson(world.deps.db, world.id('chloe'))).toBeDefined()
  })
})
