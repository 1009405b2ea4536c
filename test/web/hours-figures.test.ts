// SPDX-License-Identifier: AGPL-3.0-or-later
// The hours of a year as the team and everybody else see them.
import { afterEach, describe, expect, it } from '@jest/globals'
import Papa from 'papaparse'
import { findPerson } from '../../db/queries/people.ts'
import { erasePerson } from '../../server/privacy/erase.ts'
import { createFigures, monthsOf, withoutSmall, type Group } from '../../server/years/figures.ts'
import { yearOfCode } from '../../server/years/rules.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { randomFrom } from '../support/random.ts'

afterEach(stopApps)

/** Hours of people 0, 1, 2…: who, the day, minutes, at which place in the list of categories. */
type Line = [who: number, on: string, minutes: number, of: number]

async function start(lines: readonly Line[]): Promise<World> {
  const world = await startApp()
  const { db, clock } = world.deps
  const now = clock.iso()
  const categories = await db.selectFrom('hours_categories').select('id').orderBy('created_at').orderBy('id').execute()
  for (const who of new Set(lines.map(([one]) => one)))
    await db
      .insertInto('people')
      .values({ id: `p${who}`, member_number: 2000 + who, joined_on: '2020-01-01', created_at: now, updated_at: now })
      .execute()
  for (const [at, [who, worked_on, minutes, of]] of lines.entries())
    await db
      .insertInto('hours_entries')
      .values({
        id: `h${at}`,
        person_id: `p${who}`,
        worked_on,
        minutes,
        category_id: categories[of]!.id,
        source: 'self',
        state: 'approved',
        created_at: now,
      })
      .execute()
  return world
}

/** Six people in the field, two of them at the desk; four of them were there the year before. */
const LINES: Line[] = [
  ...[0, 1, 2, 3, 4, 5].map((who): Line => [who, '2025-03-10', 600, 0]),
  [0, '2025-03-11', 90, 1],
  [1, '2025-03-11', 90, 1],
  ...[0, 1, 2, 3, 8].map((who): Line => [who, '2024-05-05', 60, 0]),
]

it('hours of the first year of all show in a year that begins in September too', async () => {
  const world = await start([[0, '2000-03-01', 60, 0]])
  const elise = await world.signIn('elise')
  await elise.post('/work/hours/years/month', { month: '9' })
  for (const path of ['/work/hours/years', '/work/hours/figures'])
    expect([path, (await elise.get(path)).status]).toEqual([path, 200])
  expect((await elise.get('/work/hours/figures?year=1999-09')).text).toContain('de bénévolat, validées 1 h')
})

describe('the team', () => {
  it('sees hours, people, full-time equivalents with their divisor, who stayed and who came', async () => {
    const world = await start(LINES)
    const b = await world.signIn('elise')
    await b.get('/work/hours/figures?year=2025')
    expect(b.heading).toBe('Les heures en chiffres, 2025')
    expect(b.text).toContain('de bénévolat, validées 63 h')
    expect(b.text).toContain('Un équivalent temps plein compte 1 607 heures par an')
    expect(b.text).toContain('Personnes de l’année d’avant: 5. Encore là cette année: 4 (80 %).')
    expect(b.text).toContain('personnes nouvelles cette année 2')
    expect(b.text).toContain('Sur le terrain 60 h 6')
    expect(b.text).toContain('Accueil et permanence 3 h 2')
    expect(b.text).toContain('mars 2025 63 h 6')
    // Each chart has its table.
    expect(b.document.querySelectorAll('.chart svg')).toHaveLength(2)
    expect(b.text).toContain('2024 5 h')
  })

  it('counts hours of people who were erased, and nobody for them', async () => {
    const world = await start(LINES)
    for (const id of ['p5', 'p8']) await erasePerson(world.deps, (await findPerson(world.deps.db, id))!, null)
    const b = await world.signIn('elise')
    await b.get('/work/hours/figures?year=2025')
    expect(b.text).toContain('Sur le terrain 60 h 5')
    expect(b.text).toContain('Personnes de l’année d’avant: 4. Encore là cette année: 4')
    expect(b.text).toContain('personnes nouvelles cette année 1')
  })

  it('takes the same numbers along as CSV', async () => {
    const world = await start(LINES)
    const b = await world.signIn('bastien')
    await b.get('/work/hours/figures.csv?year=2025')
    const { data } = Papa.parse<string[]>(b.html.replace('\ufeff', ''), { delimiter: ';', skipEmptyLines: true })
    expect(data[0]).toEqual(['Par', 'Nom', 'Minutes', 'Heures', 'Personnes'])
    expect(data).toContainEqual(['Catégorie', 'Accueil et permanence', '180', '3,00', '2'])
    const sum = (kind: string) => data.filter(([of]) => of === kind).reduce((all, row) => all + Number(row[2]), 0)
    expect([sum('Mois'), sum('Catégorie'), sum('Projet')]).toEqual([3780, 3780, 3780])
  })

  it('sees nothing of a year that has not begun, and an empty year as such', async () => {
    const world = await start([])
    const b = await world.signIn('bastien')
    expect((await b.get('/work/hours/figures?year=2030')).status).toBe(404)
    expect((await b.get('/work/hours/figures?year=x')).status).toBe(404)
    await b.get('/work/hours/figures?year=2025')
    expect([b.status, b.document.querySelectorAll('.chart svg').length]).toEqual([200, 0])
  })
})

describe('everybody else', () => {
  it('sees sums of five people or more, and none that a subtraction gives back', async () => {
    const world = await start(LINES)
    const b = await world.signIn('chloe')
    expect((await b.get('/work/hours/figures?year=2025')).status).toBe(403)
    await b.get('/hours/together?year=2025')
    expect(b.text).toContain('de bénévolat, validées 63 h')
    expect(b.text).not.toContain('Accueil et permanence')
    expect(b.text).not.toMatch(/\b3 h\b|\b60 h\b/)
    expect(b.text).not.toContain('personnes nouvelles')
    expect(b.text).not.toContain('Sur 5 personnes')
    expect(b.text).toContain('Ce que moins de 5 personnes ont donné n’est pas montré à part.')
  })

  it('sees nothing when four people gave all the hours', async () => {
    const world = await start(LINES.filter(([who]) => who < 4))
    const b = await world.signIn('chloe')
    await b.get('/hours/together?year=2025')
    expect(b.text).not.toContain('de bénévolat, validées')
    expect(b.document.querySelectorAll('.chart svg, table')).toHaveLength(0)
  })
})

it('the year in review is what everybody may see, to print', async () => {
  const world = await start([...LINES, ...[0, 1, 2, 3, 4].map((who): Line => [who, '2025-04-01', 30, 1])])
  const b = await world.signIn('bastien')
  await b.get('/work/hours/figures?year=2025')
  await b.follow('L’année en revue, à imprimer')
  expect(b.heading).toBe('L’année en revue, 2025')
  expect(b.text).toContain('Les Jardins du Canal')
  expect(b.text).toContain('Accueil et permanence 5 h 30 5')
})

it('a year of an association that begins in September has its twelve months', () => {
  const months = monthsOf(yearOfCode('2025-09')!)
  expect(months.map(({ month }) => month).join()).toBe(
    '2025-09,2025-10,2025-11,2025-12,2026-01,2026-02,2026-03,2026-04,2026-05,2026-06,2026-07,2026-08',
  )
  expect(months[5]).toEqual({ month: '2026-02', from: '2026-02-01', until: '2026-02-28' })
})

it('by chance: the parts come to the whole, and every part that is shown is of five people or more', () => {
  const random = randomFrom(20261130)
  for (let round = 0; round < 300; round += 1) {
    const { add, figures } = createFigures()
    for (let at = 0; at < 12; at += 1)
      add(
        at,
        Array.from({ length: Math.floor(random.next() * 6) }, () => ({
          personId: `p${Math.floor(random.next() * 12)}`,
          categoryId: `c${Math.floor(random.next() ** 2 * 6)}`,
          levelId: null,
          projectId: random.one([null, 'a', 'b']),
          minutes: 1 + Math.floor(random.next() * 500),
        })),
      )
    const sumOf = (groups: Iterable<Group>) => [...groups].reduce((sum, { minutes }) => sum + minutes, 0)
    for (const groups of [
      figures.months,
      figures.categories.values(),
      figures.levels.values(),
      figures.projects.values(),
    ])
      expect(sumOf(groups)).toBe(figures.total.minutes)
    for (const groups of [figures.categories, figures.projects]) {
      const shown = withoutSmall(groups, (id) => id)
      expect(shown.every(({ people }) => people >= 5)).toBe(true)
      if (shown.length > 0) expect(shown.reduce((sum, { minutes }) => sum + minutes, 0)).toBe(figures.total.minutes)
    }
  }
})
