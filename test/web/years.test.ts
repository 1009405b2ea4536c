// SPDX-License-Identifier: AGPL-3.0-or-later
// Closing a year of hours: the statement, its files, the entry in the accounts, and opening the year again.
import { inflateRawSync } from 'node:zlib'
import { afterEach, expect, it } from '@jest/globals'
import { parseHTML } from 'linkedom'
import { CompiledQuery, sql } from 'kysely'
import { replaceHoursBySums } from '../../db/queries/erase.ts'
import { record } from '../../db/queries/events.ts'
import { getAssociation } from '../../db/queries/association.ts'
import { findStatement, listProjectPeople, listStatementLines } from '../../db/queries/years.ts'
import { statementDocument, statementPage } from '../../server/years/pages/statement.ts'
import { transact } from '../../server/web/transact.ts'
import { continueClosing } from '../../server/years/commands/close.ts'
import type { Browser } from '../support/browser.ts'
import { startApp, stopApps, type World, type WorldOptions } from '../support/app.ts'

afterEach(stopApps)

type Line = {
  id: string
  on: string
  minutes: number
  of?: 0 | 3
  state?: 'approved' | 'submitted'
  who?: 'chloe' | 'david'
}

/** Chloé gave 175 min in June 2025 at 25 €, David an hour of a board meeting, which has no value. */
const LINES: Line[] = [
  { id: 'june', on: '2025-06-01', minutes: 175 },
  { id: 'board', on: '2025-06-02', minutes: 60, of: 3, who: 'david' },
  { id: 'december', on: '2024-12-30', minutes: 120 },
]

async function start(lines: readonly Line[] = LINES, options: WorldOptions = {}): Promise<World> {
  const world = await startApp(options)
  const { db } = world.deps
  const categories = await db.selectFrom('hours_categories').select('id').orderBy('created_at').orderBy('id').execute()
  for (const { id, on, minutes, of = 0, state = 'approved', who = 'chloe' } of lines) {
    const line = { id, worked_on: on, minutes, state, category_id: categories[of]!.id, person_id: world.id(who) }
    await db
      .insertInto('hours_entries')
      .values({ ...line, source: 'self', created_at: world.clock.iso() })
      .execute()
  }
  const rate = { cents_per_hour: 2500, currency: 'EUR', valid_from: '2024-01-01', source: 'Conseil' } as const
  await db
    .insertInto('hours_rates')
    .values({ ...rate, id: 'rate', created_at: world.clock.iso() })
    .execute()
  return world
}

async function close(world: World, elise: Browser, year = '2025'): Promise<Browser> {
  await elise.get(`/work/hours/years/${year}/closing`)
  await elise.press('Clôturer l’année')
  await world.settle()
  return elise.get(elise.url)
}

const idIn = (b: Browser) => b.url.split('/').at(-1)!

it('30 December 2024 counts in 2024, and 175 min at 25 € is 72,92 €', async () => {
  const world = await start()
  const elise = await world.signIn('elise')
  await elise.get('/work/hours/years')
  expect(elise.text).toContain('2025 Ouverte 2024 Ouverte')
  await elise.follow('2024')
  expect(elise.text).toContain('Sur le terrain 2 h 25,00 € 50,00 €')
  await elise.get('/work/hours/years/2025')
  expect(elise.text).toContain('Sur le terrain 2 h 55 25,00 € 72,92 €')
  expect(elise.text).toContain('Réunions du conseil 1 h sans valeur')
})

it('closes a year into a numbered statement that does not change any more', async () => {
  const world = await start()
  const elise = await close(world, await world.signIn('elise'))
  expect([elise.status, elise.heading]).toEqual([200, 'État n° 1, 2025'])
  expect(elise.text).toContain('3 h 55 72,92 €')
  expect(elise.text).toContain('données par 2 personnes')
  expect(elise.text).toContain('Comptes: 864 au débit, 875 au crédit.')
  expect(elise.text).toContain('Clôturé le')
  // Pressed twice, it is one statement.
  await elise.post('/work/hours/years/2025/closing', {})
  await world.settle()
  expect(await world.deps.db.selectFrom('hours_statements').select('id').execute()).toHaveLength(1)
  // The page of the year leads there.
  await elise.get('/work/hours/years/2025')
  expect(elise.heading).toBe('État n° 1, 2025')
  const amina = await world.signIn('amina')
  expect((await amina.get('/operator/trail')).text).toContain('Année close')
})

it('hours of a closed year are refused with a reason, on each way in', async () => {
  const world = await start([...LINES, { id: 'waits', on: '2025-07-01', minutes: 60, state: 'submitted' }])
  const elise = await world.signIn('elise')
  await elise.get('/work/hours/years/2025/closing')
  expect(elise.text).toContain('1 ligne attend votre réponse. Elles n’entreront pas dans l’état.')
  await elise.press('Clôturer l’année')
  expect([elise.status, Object.keys(elise.errors())]).toEqual([422, ['Oui, clôturer sans ces heures']])
  await elise.choose('Oui, clôturer sans ces heures').press('Clôturer l’année')
  await world.settle()
  const chloe = await world.signIn('chloe')
  await chloe.get('/my/hours')
  chloe.choose('Sur le terrain').choose('Un autre jour').fill('Le jour', '2025-08-01').fill('Combien de temps ?', '2 h')
  await chloe.press('Noter ces heures')
  expect(chloe.status).toBe(422)
  expect(Object.values(chloe.errors()).join()).toContain('L’année de ce jour est close')
  const bastien = await world.signIn('bastien')
  await bastien.get('/work/hours')
  expect(bastien.text).toContain('Année close : ces heures ne peuvent plus être validées'.replace(' :', ':'))
  await bastien.post('/work/hours/approval', { entries: 'waits' })
  expect([bastien.status, bastien.text]).toEqual([409, expect.stringContaining('elles ne changent plus')])
  await bastien.post('/work/hours/june/reversal', { reason: 'Erreur' })
  expect(bastien.status).toBe(409)
  // A value from before would change the year: it is refused; one from today is not.
  const add = (from: string) =>
    elise.post('/work/hours/rates', { category: '', amount: '99', valid_from: from, source: 'SMIC' })
  await add('2025-01-01')
  expect([elise.status, elise.errors()['À partir du']]).toEqual([
    422,
    expect.stringContaining('changerait une année close'),
  ])
  expect((await add('2026-11-01')).status).toBe(200)
  await elise.post('/work/hours/rates/rate/withdrawal', {})
  expect([elise.status, elise.text]).toEqual([409, expect.stringContaining('rouvrez d’abord l’année')])
})

it.each([
  [
    'a line is added',
    "INSERT INTO hours_entries (id, person_id, worked_on, minutes, category_id, source, state, created_at) SELECT 'x', person_id, '2025-03-01', 60, category_id, 'self', 'approved', '' FROM hours_entries WHERE id = 'june'",
  ],
  ['a line is approved', "UPDATE hours_entries SET state = 'approved' WHERE id = 'waits'"],
  ['minutes change', "UPDATE hours_entries SET minutes = 1 WHERE id = 'june'"],
  ['a line moves into the year', "UPDATE hours_entries SET worked_on = '2025-06-03' WHERE id = 'december'"],
  ['a line moves out of the year', "UPDATE hours_entries SET worked_on = '2024-06-03' WHERE id = 'june'"],
  ['a line is deleted', "DELETE FROM hours_entries WHERE id = 'june'"],
  ['a line of the statement changes', 'UPDATE hours_statement_lines SET cents = 1'],
  ['a line of the statement goes', 'DELETE FROM hours_statement_lines'],
  [
    'a line is added to the statement',
    'INSERT INTO hours_statement_lines (statement_id, category_id, is_valued, minutes) SELECT statement_id, category_id, 1, 1 FROM hours_statement_lines LIMIT 1',
  ],
  ['the number changes', 'UPDATE hours_statements SET number = 7'],
  ['the statement goes', 'DELETE FROM hours_statements'],
  [
    'the same days are closed again',
    "INSERT INTO hours_statements SELECT 'y', NULL, '2025-12-31', '2026-05-01', 'closing', 1, NULL, '', '2025-12-31', '', 0, 'EUR', 1, '', '', '', '', NULL, NULL, NULL, '', NULL, NULL, NULL, NULL, ''",
  ],
])('SQLite itself refuses that %s', async (_what, statement) => {
  const world = await start([...LINES, { id: 'waits', on: '2025-07-01', minutes: 60, state: 'submitted' }])
  const elise = await world.signIn('elise')
  await elise.post('/work/hours/years/2025/closing', { agreed: 'on' })
  await world.settle()
  await expect(world.deps.db.executeQuery(CompiledQuery.raw(statement))).rejects.toThrow(/closed|kept/)
})

it('the entry is balanced to the cent, and its mark prevents a second posting', async () => {
  const world = await start([...LINES, { id: 'more', on: '2025-06-09', minutes: 50, of: 0 }])
  await world.deps.db
    .insertInto('hours_rates')
    .values({ id: 'new', cents_per_hour: 1201, currency: 'EUR', valid_from: '2025-06-05', created_at: '', source: '' })
    .execute()
  const elise = await close(world, await world.signIn('elise'))
  const id = idIn(elise)
  const file = (await elise.get(`/work/hours/statements/${id}/entry.csv`)).html.replace('\ufeff', '').trim()
  const [head, ...rows] = file.split('\r\n').map((row) => row.split(';'))
  expect(head).toHaveLength(18)
  expect(head![0]).toBe('JournalCode')
  const cents = (column: string) =>
    rows.reduce((sum, row) => sum + Math.round(Number(row[head!.indexOf(column)]!.replace(',', '.')) * 100), 0)
  expect(rows.map((row) => row[4])).toEqual(['864', '864', '875'])
  expect([cents('Debit'), cents('Credit')]).toEqual([7292 + 1001, 7292 + 1001])
  expect(rows.every((row) => row[3] === '20251231' && row[8] === 'BEN-1')).toBe(true)
  await elise.get(`/work/hours/statements/${id}`)
  await elise.fill('Numéro de l’écriture', 'OD-12').press('Noter que l’écriture est passée')
  expect(elise.text).toContain('sous le numéro OD-12')
  expect(elise.hasButton('Noter que l’écriture est passée')).toBe(false)
  await elise.post(`/work/hours/statements/${id}/posting`, { posted_as: 'OD-13' })
  expect([elise.status, elise.text]).toEqual([409, expect.stringContaining('L’écriture de cet état est déjà passée')])
  const twice = world.deps.db.executeQuery(CompiledQuery.raw("UPDATE hours_statements SET posted_as = 'OD-13'"))
  await expect(twice).rejects.toThrow('a statement is posted once')
})

it('is a tagged PDF too, with the lines of the page, what they rest on and a place for the signatures', async () => {
  const world = await start()
  const elise = await close(world, await world.signIn('elise'))
  const link = [...elise.document.querySelectorAll('main a')].find((one) => one.textContent!.includes('PDF'))!
  const answer = await fetch(world.url + link.getAttribute('href')!, { headers: { cookie: elise.cookie } })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pdf'])
  expect(answer.headers.get('content-disposition')).toContain('etat-benevolat-1.pdf')
  const pdf = Buffer.from(await answer.arrayBuffer()).toString('latin1')
  expect(pdf).toContain('<pdfuaid:part>1</pdfuaid:part>')
  expect(pdf).toMatch(/\/Lang ?\(fr/)
  for (const tag of ['H1', 'H2', 'Table', 'TH', 'TD', 'L'])
    expect([tag, new RegExp(`/S ?/${tag}\\b`).test(pdf)]).toEqual([tag, true])
  const { db, i18n, clock } = world.deps
  const statement = (await findStatement(db, idIn(elise)))!
  const t = i18n.for('fr', 'Europe/Paris', clock.iso().slice(0, 10))
  const given = {
    statement,
    lines: await listStatementLines(db, statement.id),
    people: await listProjectPeople(db, statement.id),
    association: await getAssociation(db),
  }
  const about = { title: 'État n° 1', association: 'Les Jardins', made: '2026-11-22', isWhole: true }
  const { tables, notes, signs, lead } = statementDocument(t, statementPage(t, given), about)
  const plain = (text: unknown) => JSON.stringify(text).replaceAll(/[\u00a0\u202f]/g, ' ')
  expect(plain(tables)).toContain('["Sur le terrain","2 h 55","25,00 €","72,92 €"]')
  expect(plain(tables)).toContain('["Total de l’année","3 h 55","","72,92 €"]')
  for (const part of ['864', 'Nature du bénévolat']) expect(plain(notes)).toContain(part)
  expect(lead).toContain('Élise Garnier')
  expect(signs).toHaveLength(2)
  expect((await (await world.signIn('chloe')).get(link.getAttribute('href')!)).status).toBe(403)
})

it('opens a year again by a contrary statement with a reason, and closes it under another number', async () => {
  const world = await start()
  const elise = await close(world, await world.signIn('elise'))
  const first = idIn(elise)
  await elise.post(`/work/hours/statements/${first}/posting`, {})
  await elise.post(`/work/hours/statements/${first}/reopening`, { reason: '' })
  expect([elise.status, elise.errors()['La raison']]).toEqual([422, 'Écrivez en quelques mots pourquoi.'])
  await elise.fill('La raison', 'Une ligne oubliée').press('Rouvrir l’année')
  expect(elise.heading).toBe('État n° 2, qui annule le n° 1, 2025')
  expect(elise.text).toContain('Raison: Une ligne oubliée')
  const reversal = idIn(elise)
  // Its entry has the sides changed, and no negative amount.
  const entry = (await elise.get(`/work/hours/statements/${reversal}/entry.csv`)).html
  expect(entry).toContain(';864;')
  expect(entry).not.toContain('-72')
  expect(entry).toMatch(/;864;Personnel bénévole;.*;0,00;72,92;/)
  expect(entry).toMatch(/;875;Bénévolat;.*;72,92;0,00;/)
  await elise.post(`/work/hours/statements/${reversal}/posting`, {})
  expect(elise.status).toBe(200)
  await elise.get(`/work/hours/statements/${first}`)
  expect(elise.text).toContain('Cet état est annulé par un état contraire.')
  expect(elise.hasButton('Rouvrir l’année')).toBe(false)
  // Hours can be corrected now.
  const bastien = await world.signIn('bastien')
  await bastien.post('/work/hours/june/reversal', { reason: 'Erreur' })
  expect(bastien.status).toBe(200)
  await close(world, elise)
  expect(elise.heading).toBe('État n° 3, 2025')
  expect(elise.text).not.toContain('72,92')
})

it('a statement that was taken back before it was posted is never posted', async () => {
  const world = await start()
  const elise = await close(world, await world.signIn('elise'))
  const first = idIn(elise)
  await elise.post(`/work/hours/statements/${first}/reopening`, { reason: 'Erreur' })
  const reversal = idIn(elise)
  for (const id of [first, reversal]) {
    await elise.post(`/work/hours/statements/${id}/posting`, {})
    expect([elise.status, elise.text]).toEqual([409, expect.stringContaining('Cet état est annulé')])
  }
})

it('without money: hours, the note that the accounts need, and no entry', async () => {
  const world = await start()
  const elise = await world.signIn('elise')
  await elise.get('/work/hours/years/2025')
  await elise.choose('Non, les heures sans argent').press('Enregistrer l’année')
  await elise.get('/work/hours/years/2025/closing')
  await elise.press('Clôturer l’année')
  expect([elise.status, elise.text]).toEqual([409, expect.stringContaining('Dites d’abord pourquoi')])
  await elise.get('/work/hours/years/2025')
  await elise.fill('Sans valeur : pourquoi ?', 'Nous ne donnons pas de prix.').press('Enregistrer l’année')
  await close(world, elise)
  expect(elise.text).toContain('3 h 55')
  expect(elise.text).not.toContain('€')
  expect(elise.text).toContain('article 211-4). Nous ne donnons pas de prix.')
  expect(elise.text).toContain('En 2025, 2 personnes ont donné 3 h 55')
  const id = idIn(elise)
  expect((await elise.get(`/work/hours/statements/${id}/entry.csv`)).status).toBe(404)
  await elise.post(`/work/hours/statements/${id}/posting`, {})
  expect(elise.status).toBe(409)
})

it('subsidies, budget and other resources are typed once: the share of volunteering in the whole', async () => {
  const world = await start()
  const elise = await world.signIn('elise')
  await elise.get('/work/hours/years/2025')
  elise.fill('Budget de l’année', '218,76').fill('Subventions', '109,38 €').fill('Autres ressources', '200')
  await elise.press('Enregistrer l’année')
  expect([elise.status, elise.value('Subventions')]).toEqual([422, '109,38 €'])
  expect(elise.errors()['Budget de l’année']).toContain('dépassent ce budget')
  await elise.fill('Autres ressources', '').press('Enregistrer l’année')
  expect(elise.text).toContain('Le bénévolat représente 25 % de l’ensemble')
  expect(elise.text).toContain('Les subventions (109,38 €) font 50 % de l’argent, et 37,5 % de l’ensemble')
  await close(world, elise)
  expect(elise.text).toContain('Le bénévolat représente 25 % de l’ensemble')
  expect(elise.text).toContain('Sur le terrain 2 h 55 0 72,92 €')
})

it('refuses to close hours without a value, a year that is not over, and a part of a closed year', async () => {
  const world = await start()
  const elise = await world.signIn('elise')
  await elise.post('/work/hours/years/2026/closing', {})
  expect([elise.status, elise.text]).toEqual([409, expect.stringContaining('n’est pas finie')])
  await close(world, elise)
  await elise.post('/work/hours/years/2024-09/closing', {})
  expect([elise.status, elise.text]).toEqual([409, expect.stringContaining('déjà close par un autre état')])
  await world.deps.db.deleteFrom('hours_rates').execute()
  await elise.post('/work/hours/years/2024/closing', {})
  expect([elise.status, elise.text]).toEqual([409, expect.stringContaining('pas encore de valeur')])
  expect((await elise.get('/work/hours/years/2027')).status).toBe(404)
  expect((await elise.get('/work/hours/years/2025-13')).status).toBe(404)
  const bastien = await world.signIn('bastien')
  expect((await bastien.post('/work/hours/years/2024/closing', {})).status).toBe(403)
  expect((await bastien.get('/work/hours/years/2025')).status).toBe(200)
})

it('an association has its own financial year', async () => {
  const world = await start()
  const elise = await world.signIn('elise')
  await elise.get('/work/hours/years')
  await elise.fill('Votre année commence en', 'septembre').press('Enregistrer')
  expect(elise.text).toContain('septembre 2024 à août 2025 Ouverte')
  await elise.follow('septembre 2024 à août 2025')
  // 30 December 2024 and June 2025 lie in it.
  expect(elise.text).toContain('Sur le terrain 4 h 55 25,00 € 122,92 €')
  await close(world, elise, '2024-09')
  expect(elise.heading).toBe('État n° 1, septembre 2024 à août 2025')
})

it('files: CSV and ODS have the lines of the statement and their sums', async () => {
  const world = await start()
  const elise = await close(world, await world.signIn('elise'))
  const id = idIn(elise)
  const csv = await elise.get(`/work/hours/statements/${id}.csv`)
  expect(csv.html).toContain('1;;Sur le terrain;;175;2,92;25,00;72,92;864;875;0,00;')
  expect(csv.html).toContain('1;;Total de l’année;;235;3,92;;72,92;;;0,00;')
  const answer = await fetch(`${world.url}/work/hours/statements/${id}.ods`, { headers: { cookie: elise.cookie } })
  expect(answer.headers.get('content-type')).toBe('application/vnd.oasis.opendocument.spreadsheet')
  const files = unzip(Buffer.from(await answer.arrayBuffer()))
  expect([...files.keys()]).toEqual(['mimetype', 'content.xml', 'meta.xml', 'META-INF/manifest.xml'])
  expect(files.get('mimetype')).toBe('application/vnd.oasis.opendocument.spreadsheet')
  const { document } = parseHTML(files.get('content.xml')!.replace(/<\?xml[^>]*>/, ''))
  const values = [...document.querySelectorAll('*')].flatMap((one) => one.getAttribute('office:value') ?? [])
  expect(values).toEqual(expect.arrayContaining(['175', '72.92', '25', '235']))
})

/** By the central directory, as every program reads a zip. */
function unzip(bytes: Buffer): Map<string, string> {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06'))
  const files = new Map<string, string>()
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [method, size, length] = [
      bytes.readUInt16LE(at + 10),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt16LE(at + 28),
    ]
    const name = bytes.subarray(at + 46, at + 46 + length).toString()
    const local = bytes.readUInt32LE(at + 42)
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const data = bytes.subarray(from, from + size)
    files.set(name, (method === 8 ? inflateRawSync(data) : data).toString())
    at += 46 + length
  }
  return files
}

it('a sheet to sign for each person, without money, and a line in the trail', async () => {
  const world = await start()
  const elise = await close(world, await world.signIn('elise'))
  await elise.follow('Les feuilles à signer')
  expect(elise.document.querySelectorAll('.a4')).toHaveLength(2)
  expect(elise.text).toContain('Chloé Tremblay')
  expect(elise.text).toContain('1er juin 2025 Sur le terrain 2 h 55')
  expect(elise.text).toContain('La personne bénévole: date et signature')
  expect(elise.text).not.toContain('€')
  const events = await world.deps.db
    .selectFrom('events')
    .select('details')
    .where('type', '=', 'hours.exported')
    .execute()
  expect(events.map(({ details }) => JSON.parse(details))).toEqual([{ rows: 2 }])
})

it('somebody who is erased leaves a closed year as it is', async () => {
  const world = await start()
  const elise = await close(world, await world.signIn('elise'))
  const { deps } = world
  await transact(deps, (tx) => replaceHoursBySums(tx, world.id('chloe'), deps.newId, deps.clock.iso()))
  await elise.get(elise.url)
  expect(elise.text).toContain('3 h 55 72,92 €')
  const rows = await deps.db.selectFrom('hours_entries').select(['worked_on', 'minutes']).orderBy('worked_on').execute()
  expect(rows.map(({ minutes }) => minutes).reduce((sum, one) => sum + one, 0)).toBe(355)
  // The way that let them through is shut again.
  expect(
    await deps.db.selectFrom('instance_facts').select('key').where('key', 'like', 'hours being%').execute(),
  ).toEqual([])
})

it('a year of many hours is added up in parts; one that was interrupted goes on, and loses nothing to an erasure', async () => {
  const world = await start([])
  const { deps } = world
  await sql`insert into hours_entries (id, person_id, worked_on, minutes, category_id, source, state, created_at)
    with recursive n (i) as (select 0 union all select i + 1 from n where i < 8999)
    select 'n' || i, case i % 2 when 0 then ${world.id('chloe')} else ${world.id('david')} end,
      date('2025-01-01', '+' || (i % 365) || ' days'), 7 + i % 90, (select id from hours_categories limit 1),
      'self', 'approved', '' from n`.execute(deps.db)
  const sums = await sql<{ minutes: number }>`select sum(minutes) as minutes from hours_entries`.execute(deps.db)
  const { minutes } = sums.rows[0]!
  const days = { from_day: '2025-01-01', until_day: '2025-12-31', next_day: '2025-01-01' }
  const money = {
    currency: 'EUR' as const,
    is_valued: 1 as const,
    why: '',
    method_note: '',
    debit_account: '864',
    credit_account: '875',
  }
  const row = { id: 's', ...days, ...money, state: 'closing', is_in_force: 1, created_at: '' } as const
  await deps.db.insertInto('hours_statements').values(row).execute()
  const step = () => transact(deps, (tx) => continueClosing(tx, deps, 's'), { wakes: false })
  const progress = async () => (await findStatement(deps.db, 's'))!.next_day
  expect(await step()).toBe('more')
  const after = await progress()
  expect(after > '2025-03-01' && after < '2025-12-01').toBe(true)
  const elise = await world.signIn('elise')
  await elise.get('/work/hours/statements/s')
  expect(elise.text).toMatch(/Clôture en cours, [1-9]\d %/)
  expect(elise.headers.get('refresh')).toBe('3')
  // Lines of days that were added up are moved by an erasure: it begins anew.
  await transact(deps, (tx) => replaceHoursBySums(tx, world.id('chloe'), deps.newId, deps.clock.iso()), {
    wakes: false,
  })
  expect(await progress()).toBe('2025-01-01')
  expect(await step()).toBe('more')
  await transact(deps, (tx) => record(tx, { type: 'hours.year_closing', at: deps.clock.iso(), subject: 's' }))
  await world.settle()
  const line = await deps.db.selectFrom('hours_statement_lines').selectAll().executeTakeFirstOrThrow()
  expect([line.minutes, line.cents]).toEqual([minutes, Math.floor((minutes * 2500) / 60 + 0.5)])
  await elise.get('/work/hours/statements/s')
  expect([elise.heading, elise.headers.get('refresh')]).toEqual(['État n° 1, 2025', null])
})

it('in Québec money is a choice, and time is never a donation receipt', async () => {
  const world = await startApp({
    locale: 'fr-CA',
    before: async ({ db }) => {
      await db
        .updateTable('association')
        .set({ country: 'CA', currency: 'CAD', time_zone: 'America/Toronto' })
        .execute()
    },
  })
  const category = await world.deps.db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()
  const line = { id: 'x', person_id: world.id('chloe'), category_id: category.id, worked_on: '2025-03-01', minutes: 60 }
  await world.deps.db
    .insertInto('hours_entries')
    .values({ ...line, source: 'self', state: 'approved', created_at: '' })
    .execute()
  const elise = await world.signIn('elise')
  await elise.get('/work/hours/years/2025')
  await elise.choose('Oui').press('Enregistrer l’année')
  expect([elise.status, Object.keys(elise.errors())]).toEqual([422, ['Compte au débit', 'Compte au crédit']])
  await close(world, elise)
  expect(elise.text).toContain('Le temps donné n’ouvre pas droit à un reçu officiel de don.')
  expect(elise.text).not.toContain('$')
})

it('compares methods side by side before one is taken, and stores nothing meanwhile', async () => {
  const world = await start()
  await world.deps.db
    .insertInto('hours_levels')
    .values({ id: 'lead', label: '{"fr":"Encadrement"}', created_at: '' })
    .execute()
  await world.deps.db.updateTable('hours_entries').set({ level_id: 'lead' }).where('id', '=', 'june').execute()
  const elise = await world.signIn('elise')
  await elise.get('/work/hours/simulation')
  elise.fill('Quelle année ?', '2025').fill('Une valeur unique', '25').fill('Salaire minimum d’une heure', '12,02')
  await elise.post('/work/hours/simulation', {
    year: '2025',
    flat: '25',
    wage: '12,02',
    times_lead: '2',
    replacement_lead: 'x',
  })
  expect([elise.status, elise.value('Une valeur unique')]).toEqual([422, '25'])
  await elise.post('/work/hours/simulation', {
    year: '2025',
    flat: '25',
    wage: '12,02',
    times_lead: '2',
    scale_lead: '18',
  })
  expect(elise.url).toBe('/work/hours/simulation')
  // 175 min: 72.92 € at 25 €, 70.12 € at twice 12.02 €, 52.50 € at 18 €.
  expect(elise.text).toContain('Encadrement 2 h 55 72,92 € 70,12 € 52,50 €')
  expect(await world.deps.db.selectFrom('hours_rates').select('id').execute()).toHaveLength(1)
  await elise.follow('Salaire minimum')
  elise.fill('À partir du', '2026-01-01').fill('Qui l’a décidé, d’après quoi ?', 'Conseil')
  await elise.press('Enregistrer ces valeurs')
  expect(elise.url).toBe('/work/hours/settings')
  expect(elise.text).toContain('Niveau: Encadrement 24,04 € 1er janvier 2026 Salaire minimum: 12,02 € × 2. Conseil')
})

it('hours typed at an entrance and lines that were returned are told before a year is closed', async () => {
  const world = await start()
  const { db } = world.deps
  await db.updateTable('hours_entries').set({ state: 'returned' }).where('id', '=', 'board').execute()
  const { category_id } = await db.selectFrom('hours_entries').select('category_id').executeTakeFirstOrThrow()
  const typed = { given_name: 'Ida', family_name: 'Noël', minutes: 60, created_at: '', category_id }
  await db
    .insertInto('kiosk_lines')
    .values([
      { ...typed, id: 'in', worked_on: '2025-06-03' },
      { ...typed, id: 'out', worked_on: '2026-06-03' },
    ])
    .execute()
  const elise = await world.signIn('elise')
  await elise.get('/work/hours/years/2025/closing')
  expect(elise.text).toContain('2 lignes attendent votre réponse.')
  await elise.press('Clôturer l’année')
  expect(elise.status).toBe(422)
  await elise.choose('Oui, clôturer sans ces heures').press('Clôturer l’année')
  await world.settle()
  const bastien = await world.signIn('bastien')
  await bastien.post('/work/hours/kiosk/in/person', { person: world.id('chloe') })
  expect(bastien.status).toBe(422)
  const [fault] = bastien.document.querySelectorAll('.faults a')
  expect(fault!.textContent).toContain('L’année de ce jour est close')
  expect(bastien.document.querySelector(fault!.getAttribute('href')!)!.textContent).toContain('3 juin 2025')
  expect(bastien.document.querySelector('section .error')!.textContent).toContain('L’année de ce jour est close')
  expect(await db.selectFrom('kiosk_lines').select('id').execute()).toHaveLength(2)
})

it('counts the same people while a year is open and when it is closed', async () => {
  const world = await start([...LINES, { id: 'other', on: '2025-03-01', minutes: 60 }])
  const { deps } = world
  const board = await deps.db
    .selectFrom('hours_entries')
    .selectAll()
    .where('id', '=', 'board')
    .executeTakeFirstOrThrow()
  await deps.db
    .insertInto('hours_entries')
    .values([
      { ...board, id: 'taken-out', minutes: -60, reverses_id: 'board' },
      { ...board, id: 'farids', person_id: world.id('bastien'), minutes: 30 },
    ])
    .execute()
  await transact(deps, (tx) => replaceHoursBySums(tx, world.id('bastien'), deps.newId, deps.clock.iso()))
  const elise = await world.signIn('elise')
  await elise.get('/work/hours/years/2025')
  expect(elise.text).toContain('données par 1 personne')
  await close(world, elise)
  expect(elise.text).toContain('données par 1 personne')
})

it('the simulation offers the years that the list of years has', async () => {
  const world = await start()
  const elise = await world.signIn('elise')
  await elise.get('/work/hours/years')
  await elise.fill('Votre année commence en', 'septembre').press('Enregistrer')
  const listed = [...elise.document.querySelectorAll('a[href^="/work/hours/years/"]')].map((link) =>
    link.getAttribute('href')!.split('/').at(-1)!,
  )
  expect(listed).toEqual(['2026-09', '2025-09', '2024-09', '2023-09'])
  await elise.get('/work/hours/simulation')
  const offered = [...elise.document.querySelectorAll('select[name=year] option')].map((one) =>
    one.getAttribute('value'),
  )
  expect(offered).toEqual(listed)
})

it('takes no amounts that were not shown: a simulation changed meanwhile is shown again', async () => {
  const world = await start()
  const elise = await world.signIn('elise')
  await elise.post('/work/hours/simulation', { year: '2025', flat: '25' })
  await elise.follow('Valeur unique')
  elise.fill('À partir du', '2026-01-01').fill('Qui l’a décidé, d’après quoi ?', 'Conseil')
  const second = await world.signIn('elise')
  second.cookie = elise.cookie
  await second.post('/work/hours/simulation', { year: '2025', flat: '99' })
  await elise.press('Enregistrer ces valeurs')
  expect([elise.status, elise.value('Qui l’a décidé, d’après quoi ?')]).toEqual([409, 'Conseil'])
  expect(elise.text).toContain('99,00')
  expect(await world.deps.db.selectFrom('hours_rates').select('id').execute()).toHaveLength(1)
  await elise.press('Enregistrer ces valeurs')
  expect(elise.url).toBe('/work/hours/settings')
  expect(elise.text).toContain('99,00')
})
