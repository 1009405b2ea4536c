// SPDX-License-Identifier: AGPL-3.0-or-later
// Members and hours of other tools: each row is shown first, good ones come in, and a whole file can be taken back.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import Papa from 'papaparse'
import { NOTED_OF_PEOPLE } from '../../db/queries/imports.ts'
import { guessColumns, toolOf } from '../../server/imports/columns.ts'
import { forgetOldFiles } from '../../server/imports/commands.ts'
import { askUsualHours } from '../../server/hours/timetable.ts'
import { FILE_DAYS } from '../../server/imports/rules.ts'
import { DAY } from '../../server/base/clock.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { benevalibreCsv, benevalibreJson, galetteCsv, pahekoMembersCsv, taimaCsv } from '../support/import-files.ts'

let world: World
let b: Browser
beforeEach(async () => {
  world = await startApp()
  b = await world.signIn('bastien')
})
afterEach(stopApps)

async function send(text: string, name = 'export.csv', by = b): Promise<Browser> {
  await by.get('/work/import')
  await by.attach('Votre fichier', { name, type: 'text/csv', bytes: Buffer.from(text) }).press('Lire ce fichier')
  await world.settle()
  return by.get(by.url)
}

async function press(button: string, by = b): Promise<Browser> {
  await by.press(button)
  await world.settle()
  return by.get(by.url)
}

const shown = (by = b): string[][] => {
  by.document.querySelectorAll('tbody br').forEach((br) => br.replaceWith(' / '))
  return [...by.document.querySelectorAll('tbody tr')].map((row) =>
    [...row.children].map((cell) => (cell.textContent ?? '').replaceAll(/\s+/g, ' ').trim()),
  )
}
const entries = () => world.deps.db.selectFrom('hours_entries').selectAll().orderBy('worked_on').orderBy('id').execute()
const people = () => world.deps.db.selectFrom('people').selectAll().orderBy('member_number').execute()

const HEAD = 'Bénévole;Date;Titre;Description;Catégorie;Niveau;Projet;Heures, en décimal'
const BENEVALIBRE = [
  HEAD,
  'Chloé Tremblay;30/12/2024;Soupe;;Sur le terrain;;;2,5',
  'TREMBLAY Chloé;02/06/2025;Soupe;Servir;Ateliers;Encadrement;Jardin;2,91666666666667',
  'Zoé Inconnue;03/06/2025;Tri;;Ateliers;;;1',
  'Zoé Inconnue;35/06/2025;Tri;;Ateliers;;;1',
  'Zoé Inconnue;04/06/2025;Trajet;;Ateliers;;;0',
  ';05/06/2025;Sans nom;;Ateliers;;;1',
  'Zoé Inconnue;03/06/2025;Tri;;Ateliers;;;1',
  'Zoé Inconnue;01/01/2030;Plus tard;;Ateliers;;;1',
].join('\r\n')

describe('hours of Bénévalibre', () => {
  it('come again by themselves while the file is read or taken in', async () => {
    await send(BENEVALIBRE)
    const refresh = []
    for (const state of ['checking', 'ready', 'taking', 'taken', 'undoing'] as const) {
      await world.deps.db.updateTable('imports').set({ state }).execute()
      refresh.push((await b.get(b.url)).headers.get('refresh'))
    }
    expect(refresh).toEqual(['3', null, '3', null, '3'])
  })

  it('are shown row by row, and nothing is there before somebody says so', async () => {
    await send(BENEVALIBRE)
    expect(b.heading).toBe('Les heures de votre fichier')
    expect(b.text).toContain('export.csv (Bénévalibre)')
    expect(await entries()).toEqual([])
    const rows = shown()
    expect(rows.map(([line]) => line)).toEqual(['2', '3', '4', '5', '6', '7', '8', '9'])
    expect(rows[0]![2]).toBe('Sera reprise')
    expect(rows[1]![1]).toContain('2 h 55')
    expect(rows[2]![2]).toBe('Sera reprise, avec une nouvelle personne')
    expect(rows[3]![2]).toBe('À corriger / Date : « 35/06/2025 » n’est pas un jour. Écrivez par exemple 30/12/2025.')
    expect(rows[4]![2]).toContain('Heures, en décimal : La durée est de zéro.')
    expect(rows[5]![2]).toContain('Bénévole : Il manque le nom de la personne.')
    expect(rows[6]![2]).toBe('La même qu’une ligne plus haut')
    expect(rows[7]![2]).toContain('Date : ')
    expect(b.text).toContain('1 nouvelle personne')
    expect(b.hasButton('Reprendre 3 lignes d’heures et ajouter 1 personne')).toBe(true)
  })

  it('come in approved, with who took them from which file, and nobody is written to', async () => {
    const before = (await world.mails()).length
    await send(BENEVALIBRE)
    await press('Reprendre 3 lignes d’heures et ajouter 1 personne')
    expect(b.text).toContain('3 lignes d’heures sont reprises, validées. 1 personne est ajoutée.')
    const rows = await entries()
    expect(rows.map(({ worked_on, minutes, state }) => [worked_on, minutes, state])).toEqual([
      ['2024-12-30', 150, 'approved'],
      ['2025-06-02', 175, 'approved'],
      ['2025-06-03', 60, 'approved'],
    ])
    expect(rows.map(({ person_id }) => person_id).slice(0, 2)).toEqual([world.id('chloe'), world.id('chloe')])
    const [file] = await world.deps.db.selectFrom('imports').selectAll().execute()
    for (const row of rows)
      expect([row.import_id, row.entered_by, row.decided_by]).toEqual([
        file!.id,
        world.id('bastien'),
        world.id('bastien'),
      ])
    const zoe = (await people()).at(-1)!
    expect([zoe.given_name, zoe.family_name, zoe.email, zoe.invited_at, zoe.joined_on]).toEqual([
      'Zoé',
      'Inconnue',
      '',
      null,
      '2025-06-03',
    ])
    const named = await world.deps.db.selectFrom('hours_projects').select('name').execute()
    expect(named).toEqual([{ name: 'Jardin' }])
    expect(rows[1]!.project_id).not.toBeNull()
    expect(rows[1]!.level_id).not.toBeNull()
    expect((await world.mails()).length).toBe(before)
    // A page of a line says where it came from.
    await b.get(`/work/hours/${rows[0]!.id}`)
    expect(b.text).toContain('Reprise du fichier export.csv')
    // Pressed twice, the lines are there once; asked for again later, it is refused.
    await b.post(`/work/import/${file!.id}/taking`, {})
    expect(b.status).toBe(200)
    world.clock.advance(11_000)
    await b.post(`/work/import/${file!.id}/taking`, {})
    expect(b.status).toBe(409)
    await world.settle()
    expect(await entries()).toHaveLength(3)
  })

  it('sent again are already here', async () => {
    await send(BENEVALIBRE)
    await press('Reprendre 3 lignes d’heures et ajouter 1 personne')
    await send(BENEVALIBRE)
    expect(b.text).toContain('4 lignes déjà notées ici')
    expect(b.text).toContain('Aucune ligne ne peut être reprise')
    await b.choose('Reprendre aussi les lignes en double')
    await press('Garder ces choix')
    expect(b.hasButton('Reprendre 4 lignes d’heures')).toBe(true)
  })

  it('in JSON are the same', async () => {
    await send(benevalibreJson(40, 4, '2025-01-01'), 'actions.json')
    expect(b.text).toContain('actions.json (Bénévalibre)')
    const [json] = [shown().map((row) => row.slice(1))]
    await send(benevalibreCsv(40, 4, '2025-01-01'))
    expect(shown().map((row) => row.slice(1))).toEqual(json)
  })

  it('are read whole when their rows are long', async () => {
    // The parser gets the file in parts of 64 kB, which end in the middle of the hundredth of these rows.
    const rows = Array.from({ length: 300 }, (_, at) => {
      const row = `Chloé Tremblay;02/06/2025;Action ${at};;Ateliers;;;0,05`
      return row.replace(';;', `;${'m'.repeat(660 - row.length)};`)
    })
    await send([HEAD, ...rows].join('\n'))
    expect(b.hasButton('Reprendre 300 lignes d’heures')).toBe(true)
    expect(b.text).not.toContain('à corriger')
  })

  it('of more than a day in one day are to be mended, whatever is there already and whatever is chosen', async () => {
    const { db, clock } = world.deps
    const [category] = await db.selectFrom('hours_categories').select('id').execute()
    const there = { id: 'there', person_id: world.id('chloe'), worked_on: '2025-06-03', minutes: 20 * 60 } as const
    const entry = { ...there, category_id: category!.id, source: 'self', state: 'approved' } as const
    await db
      .insertInto('hours_entries')
      .values({ ...entry, created_at: clock.iso() })
      .execute()
    const line = (day: string, hours: number, what = 'Soupe') =>
      `Chloé Tremblay;${day}/06/2025;${what};;Ateliers;;;${hours}`
    const inFile = [line('02', 14), line('02', 8), line('02', 4), line('02', 2)]
    const besideOthers = [line('03', 5), line('03', 4)]
    await send([HEAD, ...inFile, ...besideOthers, line('04', 13), line('04', 13)].join('\n'))
    const states = () => shown().map((row) => row[2]!.split(' / ')[0])
    const [good, bad] = ['Sera reprise', 'À corriger']
    expect(states()).toEqual([good, good, bad, good, bad, good, good, 'La même qu’une ligne plus haut'])
    expect(shown()[2]![2]).toContain(
      'Date : Avec les autres heures de ce jour, ici ou plus haut dans le fichier, cela fait plus de 24 heures.',
    )
    await b.choose('Reprendre aussi les lignes en double')
    await press('Garder ces choix')
    expect(states()).toEqual([good, good, bad, good, bad, good, good, bad])
    // Once the other line is gone, there is space.
    await db.deleteFrom('hours_entries').execute()
    b.uncheck('Reprendre aussi les lignes en double')
    await press('Garder ces choix')
    expect(states()).toEqual([good, good, bad, good, good, good, good, 'La même qu’une ligne plus haut'])
    await press('Reprendre 6 lignes d’heures')
    expect((await entries()).reduce((sum, { minutes }) => sum + minutes, 0)).toBe((24 + 9 + 13) * 60)
  })

  it('go to the people and categories that somebody chose', async () => {
    const { db, clock } = world.deps
    const base = { given_name: 'Chloé', family_name: 'Tremblay', search_key: 'tremblay chloe', joined_on: '2025-01-01' }
    const twin = { ...base, id: 'twin', member_number: 1900, created_at: clock.iso(), updated_at: clock.iso() }
    await db.insertInto('people').values(twin).execute()
    await send([HEAD, 'Chloé Tremblay;02/06/2025;Soupe;;Ateliers;;;2'].join('\n'))
    expect(shown()[0]![2]).toBe('Dites d’abord qui c’est')
    expect(b.text).toContain('Aucune ligne ne peut être reprise')
    b.fill('Chloé Tremblay', 'Chloé Tremblay, n° 1900').fill('Catégorie : Ateliers', 'Accueil et permanence')
    await press('Garder ces choix')
    await press('Reprendre 1 ligne d’heures')
    const [row] = await entries()
    const [category] = await db
      .selectFrom('hours_categories')
      .select('label')
      .where('id', '=', row!.category_id)
      .execute()
    expect([row!.person_id, category!.label]).toEqual(['twin', expect.stringContaining('Accueil et permanence')])
  })

  it('of the one who takes them in wait for somebody else', async () => {
    await send([HEAD, 'Bastien Moreau;02/06/2025;Soupe;;Ateliers;;;2'].join('\n'))
    await press('Reprendre 1 ligne d’heures')
    expect((await entries()).map(({ state, source, decided_by }) => [state, source, decided_by])).toEqual([
      ['submitted', 'self', null],
    ])
  })

  it('are read anew with other columns', async () => {
    await send(['Qui;Quand;Temps', 'Chloé Tremblay;02/06/2025;90'].join('\n'))
    expect(b.text).toContain('Aucune colonne ne donne ceci: Prénom et nom')
    b.fill('Qui', 'Prénom et nom').fill('Quand', 'Jour').fill('Temps', 'Durée en minutes')
    await press('Relire avec ces colonnes')
    expect(shown()[0]![1]).toContain('1 h 30')
    expect(b.hasButton('Reprendre 1 ligne d’heures')).toBe(true)
  })
})

describe('rows to mend', () => {
  it('are a file of their own, which can be sent again', async () => {
    await send(BENEVALIBRE)
    await b.follow('Télécharger les lignes à corriger (CSV)')
    const { data } = Papa.parse<string[]>(b.html.replace('\ufeff', ''), { delimiter: ';', skipEmptyLines: true })
    expect(data).toHaveLength(5)
    expect(data[0]!.at(-1)).toBe('À corriger')
    expect(data[1]!.slice(0, 2)).toEqual(['Zoé Inconnue', '35/06/2025'])
    await send(b.html.replace('35/06/2025', '25/06/2025'))
    expect(b.hasButton('Reprendre 1 ligne d’heures et ajouter 1 personne')).toBe(true)
  })

  it('are those in which a formula failed: nobody and nothing is made under the name of its error', async () => {
    const failed = [
      '#N/A;03/06/2025;;;Ateliers;;;1',
      'Zoé Inconnue;04/06/2025;;;#REF!;;;1',
      'Zoé Inconnue;05/06/2025;;;;Err:508;#NOM?;1',
    ]
    await send([HEAD, ...failed, 'Zoé Inconnue;06/06/2025;#N/A !;#vu;#soupe;;#1;1'].join('\n'))
    expect(b.text).toContain('La formule de cette cellule n’a pas donné de résultat: « #N/A ».')
    expect(b.hasButton('Reprendre 1 ligne d’heures et ajouter 1 personne')).toBe(true)
    const { db } = world.deps
    const words = await db.selectFrom('import_words').select('word').where('word', '<>', '').orderBy('word').execute()
    expect(words.map(({ word }) => word)).toEqual(['#1', '#soupe', 'Ateliers'])
  })

  it('make nobody a member since a day that is none of theirs', async () => {
    await send(
      [HEAD, 'Zoé Inconnue;03/06/0205;Tri;;Ateliers;;;1', 'Zoé Inconnue;03/06/2025;Tri;;Ateliers;;;1'].join('\n'),
    )
    await press('Reprendre 1 ligne d’heures et ajouter 1 personne')
    expect((await people()).at(-1)!.joined_on).toBe('2025-06-03')
  })

  it.each([
    ['half a workbook', 'PK\u0003\u0004rest', 'Ce fichier est abîmé'],
    ['half a JSON', '[{"Bénévole": "A', 'Nous ne pouvons pas lire ce fichier JSON.'],
    [
      'a JSON of many columns',
      JSON.stringify([Object.fromEntries(Array.from({ length: 121 }, (_, at) => [`c${at}`, 1]))]),
      'Il y a trop de colonnes : 120 au plus.',
    ],
    ['a line of more cells than a spreadsheet has', `${HEAD}\nChloé${';'.repeat(16_384)}`, 'Il y a trop de colonnes'],
    ['headings alone', HEAD, 'Nous n’avons pas trouvé de ligne.'],
    ['open quotes', `${HEAD}\n"Chloé;1`, 'Des guillemets ne sont pas fermés'],
  ])('%s is refused with a reason', async (_what, text, reason) => {
    await b.get('/work/import')
    await b.attach('Votre fichier', { name: 'x', type: 'text/csv', bytes: Buffer.from(text) }).press('Lire ce fichier')
    expect([b.status, b.errors()['Votre fichier']]).toEqual([422, expect.stringContaining(reason)])
  })
})

describe('hours that came in with a file', () => {
  const lines = (days: readonly string[], hours: number) =>
    [HEAD, ...days.map((day) => `Chloé Tremblay;${day};Soupe;;Ateliers;;;${hours}`)].join('\n')
  const mails = async () => (await world.mails()).map(({ template }) => template)

  it('thank nobody: neither then, nor with the next line that is approved', async () => {
    await send(lines(['02/06/2025', '03/06/2025', '04/06/2025', '05/06/2025', '06/06/2025', '07/06/2025'], 9))
    await press('Reprendre 6 lignes d’heures')
    const chloe = await world.signIn('chloe')
    await chloe.get('/my/hours')
    chloe.choose('Sur le terrain').choose('Hier').fill('Combien de temps ?', '2h')
    await chloe.press('Noter ces heures')
    await b.get('/work/hours')
    await b.press('Valider les lignes cochées')
    expect((await entries()).map(({ state }) => state)).toEqual(Array(7).fill('approved'))
    expect(await mails()).toEqual([])
    // From 56 hours to 100.
    for (const [at, day] of ['2026-11-01', '2026-11-02', '2026-11-03', '2026-11-04'].entries()) {
      const { category_id } = (await entries())[0]!
      await chloe.post('/my/hours', { category: category_id, day, duration: '11h', sure: 'on', form_id: `line ${at}` })
    }
    await b.get('/work/hours')
    await b.press('Valider les lignes cochées')
    expect(await mails()).toEqual(['hours/thanks'])
  })

  it('taken back again leave thanks to come for the hours that somebody gives', async () => {
    await send(lines(['02/06/2025', '03/06/2025', '04/06/2025', '05/06/2025', '06/06/2025'], 24))
    await press('Reprendre 5 lignes d’heures')
    const category = (await entries())[0]!.category_id
    await b.follow('Retirer tout ce qui vient de ce fichier')
    await press('Tout retirer')
    const chloe = await world.signIn('chloe')
    for (const day of ['2026-11-01', '2026-11-02', '2026-11-03', '2026-11-04', '2026-11-05'])
      await chloe.post('/my/hours', { category, day, duration: '11h', sure: 'on', form_id: day })
    await b.get('/work/hours')
    await b.press('Valider les lignes cochées')
    expect(await mails()).toEqual(['hours/thanks'])
  })

  it('make nobody regular: nobody is asked at the beginning of a month whether it was as usual', async () => {
    await send(lines(['10/10/2026', '17/10/2026'], 2))
    await press('Reprendre 2 lignes d’heures')
    world.clock.set('2026-12-02T10:00:00.000Z')
    await askUsualHours(world.deps)
    await world.settle()
    expect(await mails()).toEqual([])
  })
})

describe('taking a file back', () => {
  it('takes out its lines and its people, and says what stays and why', async () => {
    await send([...BENEVALIBRE.split('\r\n'), 'Yann Autre;05/06/2025;Tri;;Ateliers;;;1'].join('\n'))
    await press('Reprendre 4 lignes d’heures et ajouter 2 personnes')
    const file = b.url
    // One line is corrected, one person gets a note.
    const lines = await entries()
    await b.post(`/work/hours/${lines[1]!.id}/reversal`, { reason: 'Erreur' })
    const yann = (await people()).find(({ given_name }) => given_name === 'Yann')!
    await b.post(`/work/people/${yann.id}/phone`, { phone: '03 80 00 00 01' })
    await b.get(file)
    await b.follow('Retirer tout ce qui vient de ce fichier')
    expect(b.text).toContain('3 lignes d’heures seront retirées.')
    expect(b.text).toContain('1 ligne reste: elle a été corrigée depuis')
    await press('Tout retirer')
    expect(b.text).toContain('Ce qui venait de ce fichier est retiré.')
    expect(b.text).toContain('1 ligne d’heures est restée')
    expect(b.text).toContain('1 personne est restée')
    expect((await entries()).map(({ minutes }) => minutes)).toEqual([175, -175])
    const names = (await people()).map(({ given_name }) => given_name)
    expect([names.includes('Zoé'), names.includes('Yann')]).toEqual([false, true])
    expect((await world.deps.db.selectFrom('imports').select('undone_by').execute())[0]!.undone_by).toBe(
      world.id('bastien'),
    )
  })

  it('takes in where hours were done', async () => {
    await send(`Bénévole;Date;Durée;Lieu;Catégorie\nChloé Tremblay;14/11/2025;2 h;Salle des fêtes;Sur le terrain\n`)
    await press('Reprendre 1 ligne d’heures')
    expect((await entries()).map(({ worked_on, place }) => [worked_on, place])).toEqual([
      ['2025-11-14', 'Salle des fêtes'],
    ])
    await send(`Bénévole;Date;Durée;Lieu\nChloé Tremblay;15/11/2025;2 h;${'x'.repeat(101)}\n`)
    expect(b.text).toContain('Ce texte est trop long')
  })

  it('leaves people of whom more was noted since', async () => {
    await send(BENEVALIBRE)
    await press('Reprendre 3 lignes d’heures et ajouter 1 personne')
    const file = b.url
    const zoe = (await people()).find(({ given_name }) => given_name === 'Zoé')!
    const declared = { person_id: zoe.id, year: 2025, state: 'declared', updated_at: world.deps.clock.iso() } as const
    await world.deps.db.insertInto('cec_files').values(declared).execute()
    await b.get(file)
    await b.follow('Retirer tout ce qui vient de ce fichier')
    await press('Tout retirer')
    expect(b.text).toContain('1 personne est restée')
    expect(await world.deps.db.selectFrom('cec_files').select('state').execute()).toEqual([{ state: 'declared' }])
  })

  it('looks into every table that notes something of a person', async () => {
    const { rows } = await sql<{ table: string; column: string }>`
      select m.name as "table", f."from" as "column" from sqlite_schema m, pragma_foreign_key_list(m.name) f
      where m.type = 'table' and f."table" = 'people'`.execute(world.deps.db)
    // Who wrote, decided or granted something has been here, and has a role or a last visit.
    const noted = rows.filter(({ column }) => !column.endsWith('_by'))
    const beside = ['people_roles.person_id', 'import_people.person_id']
    expect(
      noted
        .map(({ table, column }) => `${table}.${column}`)
        .filter((name) => !beside.includes(name))
        .toSorted(),
    ).toEqual(NOTED_OF_PEOPLE.map((names) => names.join('.')).toSorted())
  })

  it('leaves the lines of a closed year', async () => {
    await send(
      [HEAD, 'Chloé Tremblay;30/12/2024;A;;Ateliers;;;1', 'Chloé Tremblay;02/06/2025;A;;Ateliers;;;1'].join('\n'),
    )
    await press('Reprendre 2 lignes d’heures')
    const file = b.url
    const rate = { id: 'rate', cents_per_hour: 2500, currency: 'EUR', valid_from: '2024-01-01', source: '' } as const
    await world.deps.db
      .insertInto('hours_rates')
      .values({ ...rate, created_at: '' })
      .execute()
    const elise = await world.signIn('elise')
    await elise.post('/work/hours/years/2024/closing', {})
    await world.settle()
    await b.get(file)
    await b.follow('Retirer tout ce qui vient de ce fichier')
    expect(b.text).toContain('1 ligne reste: son année est close.')
    await press('Tout retirer')
    expect((await entries()).map(({ worked_on }) => worked_on)).toEqual(['2024-12-30'])
  })
})

/** The two sides of the entry of a closed year, in cents. */
async function closedEntry(year: string): Promise<{ debit: number; credit: number; minutes: number }> {
  const rate = { id: 'rate', cents_per_hour: 1203, currency: 'EUR', valid_from: '2016-01-01', source: '' } as const
  await world.deps.db
    .insertInto('hours_rates')
    .values({ ...rate, created_at: '' })
    .execute()
  const elise = await world.signIn('elise')
  await elise.get(`/work/hours/years/${year}/closing`)
  await elise.press('Clôturer l’année')
  await world.settle()
  const [, id] = /statements\/([\w-]+)/.exec(elise.url)!
  const file = (await elise.get(`/work/hours/statements/${id}/entry.csv`)).html.replace('\ufeff', '')
  const { data } = Papa.parse<Record<string, string>>(file, { delimiter: ';', header: true, skipEmptyLines: true })
  const sum = (side: string) =>
    data.reduce((all, row) => all + Math.round(Number(row[side]!.replace(',', '.')) * 100), 0)
  const rows = await world.deps.db
    .selectFrom('hours_statement_lines')
    .select(({ fn }) => fn.sum<number>('minutes').as('minutes'))
    .execute()
  return { debit: sum('Debit'), credit: sum('Credit'), minutes: rows[0]!.minutes }
}

it.each([
  ['Bénévalibre', benevalibreCsv(300, 7, '2024-11-01')],
  ['Paheko’s time', taimaCsv(300, 7, '2024-11-01')],
])('%s → approved hours → a closed year → an entry balanced to the cent', async (_tool, file) => {
  await send(file)
  await b.press('Reprendre 300 lignes d’heures et ajouter 7 personnes')
  await world.settle()
  const minutes = (await entries())
    .filter(({ worked_on }) => worked_on.startsWith('2024'))
    .reduce((sum, entry) => sum + entry.minutes, 0)
  expect(minutes).toBeGreaterThan(10_000)
  const { debit, credit, minutes: closed } = await closedEntry('2024')
  expect(closed).toBe(minutes)
  expect(debit).toBe(credit)
  const lines = await world.deps.db.selectFrom('hours_statement_lines').select(['minutes']).execute()
  // Rounded once a line, half up.
  expect(debit).toBe(lines.reduce((sum, line) => sum + Math.floor((line.minutes * 1203) / 60 + 0.5), 0))
})

describe('members', () => {
  it.each([
    ['Paheko', pahekoMembersCsv(30)],
    ['Galette', galetteCsv(30)],
  ])('of %s come in once, without an account or a mail', async (tool, file) => {
    const before = (await world.mails()).length
    await send(file)
    expect(b.heading).toBe('Les personnes de votre fichier')
    expect(b.text).toContain(`export.csv (${tool})`)
    await press('Ajouter 30 personnes')
    expect(b.text).toContain('30 personnes sont ajoutées')
    const added = (await people()).slice(-30)
    expect(new Set(added.map(({ email }) => email)).size).toBe(30)
    expect(added.every(({ invited_at, password_hash }) => invited_at === null && password_hash === null)).toBe(true)
    expect([added[1]!.given_name, added[1]!.family_name]).toEqual(['Bakary', 'Arnaud'])
    expect((await world.mails()).length).toBe(before)
    await send(file)
    expect(b.text).toContain('30 personnes déjà ici')
    expect(b.text).toContain('Aucune ligne ne peut être reprise')
  })

  it('can be invited afterwards', async () => {
    await send(galetteCsv(1))
    await press('Ajouter 1 personne')
    const added = (await people()).at(-1)!
    await b.get(`/work/people/${added.id}`)
    await b.press('L’inviter')
    expect((await world.mails()).map(({ to }) => to)).toContain('galette0@example.org')
  })

  it('with the mailbox of somebody else of that name are asked about', async () => {
    await send('Prénom;Nom;Courriel\nChloé;Tremblay;autre@example.net\nchloe;TREMBLAY;chloe@example.org')
    expect(shown().map((row) => row[2])).toEqual(['Dites d’abord qui c’est', 'Déjà ici'])
    b.fill('Chloé Tremblay, autre@example.net', 'Quelqu’un d’autre : ajouter cette personne')
    await press('Garder ces choix')
    await press('Ajouter 1 personne')
    expect((await people()).filter(({ family_name }) => family_name === 'Tremblay')).toHaveLength(2)
  })
})

it('the rows of a file are forgotten after some days, and what came of them can still be taken back', async () => {
  await send(BENEVALIBRE)
  await press('Reprendre 3 lignes d’heures et ajouter 1 personne')
  const file = b.url
  world.clock.advance((FILE_DAYS + 1) * DAY)
  await forgetOldFiles(world.deps)
  expect(await world.deps.db.selectFrom('import_rows').select('line').execute()).toEqual([])
  const kept = await world.deps.db.selectFrom('import_people').select(['given_name', 'name_key']).execute()
  expect(JSON.stringify(kept)).not.toMatch(/zo|inconnu/i)
  b = await world.signIn('bastien')
  await b.get(file)
  expect(b.text).toContain('Les lignes du fichier ne sont plus ici')
  await b.follow('Retirer tout ce qui vient de ce fichier')
  await press('Tout retirer')
  expect(await entries()).toEqual([])
})

it.each([
  ['benevalibre', HEAD.split(';'), 'full_name,day,title,note,category,level,project,hours'],
  [
    'paheko',
    ['Catégorie', 'Projet', 'Nom du membre', 'Prénom du membre', 'Date', 'Durée, en heures'],
    'category,project,family_name,given_name,day,hours',
  ],
  [
    'galette',
    ['id_adh', 'nom_adh', 'prenom_adh', 'email_adh', 'tel_adh', 'gsm_adh'],
    ',family_name,given_name,email,phone,',
  ],
  ['table', ['Nom', 'Prénom', 'Heures'], 'family_name,given_name,hours'],
])('%s is told by its columns', (tool, headings, columns) => {
  expect([toolOf(headings), guessColumns(headings).join()]).toEqual([tool, columns])
})
