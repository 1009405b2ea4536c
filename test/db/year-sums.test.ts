// SPDX-License-Identifier: AGPL-3.0-or-later
// A year is added up in SQL, period by period: is that what all its lines come to, one by one?
import { expect, it } from '@jest/globals'
import { migrate } from '../../db/migrate.ts'
import { openConnection, openDb } from '../../db/open.ts'
import { sumApproved } from '../../db/queries/hours.ts'
import { createStatement, periodsOf, statementOf, type Rate, type Worked } from '../../server/hours/statement.ts'

const NOW = '2026-11-22T09:00:00.000Z'
const RATES: Rate[] = [
  { categoryId: null, centsPerHour: 1201, validFrom: '2024-05-05' },
  { categoryId: null, centsPerHour: 1250, validFrom: '2026-03-17' },
  { categoryId: 'c1', centsPerHour: 1803, validFrom: '2026-11-30' },
  { categoryId: 'c1', centsPerHour: 999, validFrom: '2026-02-28' },
]

it('periods lie in one month and in the time of one rate, and leave no day out', () => {
  const periods = periodsOf(2026, RATES)
  expect(periods[0]!.from).toBe('2026-01-01')
  expect(periods.at(-1)!.until).toBe('2026-12-31')
  for (const [at, { from, until }] of periods.entries()) {
    expect(from.slice(0, 7)).toBe(until.slice(0, 7))
    expect(from <= until).toBe(true)
    expect(RATES.filter(({ validFrom }) => validFrom > from && validFrom <= until)).toEqual([])
    const next = periods[at + 1]
    if (next) expect(Date.parse(next.from) - Date.parse(until)).toBe(86_400_000)
  }
})

it('sums of periods and single lines come to the same statement', async () => {
  const connection = openConnection(':memory:')
  migrate(connection, NOW)
  const db = openDb(connection)
  const lines = randomLines(3000)
  connection.exec(
    `INSERT INTO hours_categories (id, label, created_at) VALUES ('c0', '{}', ''), ('c1', '{}', ''), ('c2', '{}', '')`,
  )
  const person = connection.prepare(
    `INSERT INTO people (id, member_number, joined_on, created_at, updated_at) VALUES (?, ?, '', '', '')`,
  )
  for (let at = 0; at < 20; at++) person.run(`p${at}`, at)
  const entry = connection.prepare(`INSERT INTO hours_entries
    (id, person_id, worked_on, minutes, category_id, source, state, created_at) VALUES (?, ?, ?, ?, ?, 'self', ?, '')`)
  for (const [at, line] of lines.entries())
    entry.run(`h${at}`, line.personId, line.workedOn, line.minutes, line.categoryId, line.state)

  const valued = new Set(['c0', 'c1'])
  const sums = createStatement(RATES, valued)
  for (const period of periodsOf(2026, RATES)) sums.add(await sumApproved(db, period))
  const year = lines.filter(({ state, workedOn }) => state === 'approved' && workedOn.startsWith('2026'))
  expect(year.length).toBeGreaterThan(1000)
  expect(ordered(sums.result())).toEqual(ordered(statementOf(year, RATES, valued)))
  await db.destroy()
})

/** The same each time (a linear congruential generator). */
function randomLines(count: number): (Worked & { state: string })[] {
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((seed / 2_147_483_648) * below)
  }
  return Array.from({ length: count }, () => ({
    personId: `p${random(20)}`,
    categoryId: `c${random(3)}`,
    workedOn: new Date(Date.UTC(2025, 11, 1 + random(430))).toISOString().slice(0, 10),
    minutes: (random(10) === 0 ? -1 : 1) * (1 + random(300)),
    state: random(5) === 0 ? 'submitted' : 'approved',
  }))
}

function ordered({ byPerson, byCategory, lines, ...rest }: ReturnType<typeof statementOf>) {
  const by = (key: (row: never) => string) => (a: unknown, b: unknown) => (key(a as never) < key(b as never) ? -1 : 1)
  return {
    ...rest,
    byPerson: byPerson.toSorted(by(({ personId }: { personId: string }) => personId)),
    byCategory: byCategory.toSorted(by(({ categoryId }: { categoryId: string }) => categoryId)),
    lines: lines.toSorted(
      by((line: { categoryId: string; centsPerHour: number }) => `${line.categoryId} ${line.centsPerHour}`),
    ),
  }
}
