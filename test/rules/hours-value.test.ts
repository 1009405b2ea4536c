// SPDX-License-Identifier: AGPL-3.0-or-later
// What hours are worth: worked examples, and random ledgers whose totals are the sums of the lines shown.
import fc from 'fast-check'
import { expect, it } from '@jest/globals'
import {
  centsOfRate,
  periodsIn,
  price,
  rateOn,
  statementOf,
  type Rate,
  type Worked,
} from '../../server/hours/statement.ts'

it('a multiple of the minimum wage is rounded half up', () => {
  expect(centsOfRate({ amount: 1202, times: null })).toBe(1202)
  expect(centsOfRate({ amount: 1202, times: 300 })).toBe(3606)
  // 12.01 € × 1.5 is 18.015 €.
  expect(centsOfRate({ amount: 1201, times: 150 })).toBe(1802)
})

it('175 min at 25 € is 72.92 €, as one line and as several of the same line', () => {
  expect(price(175, 2500)).toBe(7292)
  const worked = [60, 60, 55].map((minutes) => ({ personId: 'a', categoryId: 'c', workedOn: '2026-03-01', minutes }))
  const rates = [{ categoryId: null, centsPerHour: 2500, validFrom: '2026-01-01' }]
  expect(statementOf(worked, rates, new Set(['c']))).toMatchObject({ minutes: 175, cents: 7292 })
})

it('the level comes first, then the activity, then the value of all', () => {
  const rates: Rate[] = [
    { categoryId: null, centsPerHour: 1202, validFrom: '2026-01-01' },
    { categoryId: 'c', centsPerHour: 1500, validFrom: '2026-01-01' },
    { categoryId: null, levelId: 'lead', centsPerHour: 2404, validFrom: '2026-07-01' },
  ]
  expect(rateOn(rates, 'c', '2026-07-01', 'lead')).toBe(2404)
  expect(rateOn(rates, 'c', '2026-06-30', 'lead')).toBe(1500)
  expect(rateOn(rates, 'd', '2026-07-01', 'lead')).toBe(2404)
  expect(rateOn(rates, 'd', '2026-07-01', 'other')).toBe(1202)
  expect(rateOn(rates, 'c', '2026-07-01')).toBe(1500)
})

it('a new value never changes what was worth another before its day', () => {
  const worked = [{ personId: 'a', categoryId: 'c', workedOn: '2026-06-30', minutes: 175 }]
  const before: Rate[] = [{ categoryId: null, centsPerHour: 2500, validFrom: '2026-01-01' }]
  const after: Rate[] = [...before, { categoryId: null, centsPerHour: 9900, validFrom: '2026-07-01' }]
  expect(statementOf(worked, after, new Set(['c'])).cents).toBe(statementOf(worked, before, new Set(['c'])).cents)
})

it('periods of a financial year leave no day out and count none twice', () => {
  const rates = [{ categoryId: null, centsPerHour: 1202, validFrom: '2024-12-30' }]
  const periods = periodsIn({ from: '2024-09-01', until: '2025-08-31' }, rates)
  expect([periods[0]!.from, periods.at(-1)!.until]).toEqual(['2024-09-01', '2025-08-31'])
  expect(periods.some(({ from }) => from === '2024-12-30')).toBe(true)
  for (const [at, { until }] of periods.entries()) {
    const next = periods[at + 1]
    if (next) expect(Date.parse(next.from) - Date.parse(until)).toBe(86_400_000)
  }
})

const day = fc
  .integer({ min: 0, max: 364 })
  .map((days) => new Date(Date.UTC(2026, 0, 1 + days)).toISOString().slice(0, 10))
const level = fc.constantFrom(null, 'l1', 'l2')
const ledger = fc.array(
  fc.record<Worked>({
    personId: fc.constantFrom('p1', 'p2', 'p3'),
    categoryId: fc.constantFrom('c1', 'c2', 'c3'),
    levelId: level,
    projectId: fc.constantFrom(null, 'fete', 'jardin'),
    workedOn: day,
    minutes: fc.integer({ min: -1440, max: 1440 }).filter((minutes) => minutes !== 0),
  }),
  { maxLength: 60 },
)
const rate = fc.record<Rate>({
  categoryId: fc.constantFrom(null, 'c1'),
  levelId: fc.constant(null),
  centsPerHour: fc.integer({ min: 0, max: 1_000_000 }),
  validFrom: day,
})
const levelRate = fc.record<Rate>({
  categoryId: fc.constant(null),
  levelId: fc.constantFrom('l1', 'l2'),
  centsPerHour: fc.integer({ min: 0, max: 1_000_000 }),
  validFrom: day,
})
const general: Rate = { categoryId: null, centsPerHour: 1202, validFrom: '2025-01-01' }

it('in any ledger the totals are the sums of the lines shown, and no minute is lost', () => {
  const property = fc.property(ledger, fc.array(rate), fc.array(levelRate), (worked, some, ofLevels) => {
    const year = statementOf(worked, [general, ...some, ...ofLevels], new Set(['c1', 'c2']))
    const sum = (values: number[]) => values.reduce((all, value) => all + value, 0)
    const all = sum(worked.map(({ minutes }) => minutes))
    expect(year.minutes).toBe(all)
    expect(sum(year.byMonth)).toBe(all)
    expect(sum(year.byPerson.map(({ minutes }) => minutes))).toBe(all)
    expect(sum(year.lines.map(({ minutes }) => minutes)) + year.notValuedMinutes).toBe(all)
    expect(sum(year.notValued.map(({ minutes }) => minutes))).toBe(year.notValuedMinutes)
    for (const { projectId, people } of year.peopleByProject) {
      const own = worked.filter((line) => line.projectId === projectId)
      const ofLines = [...year.lines, ...year.notValued].filter((line) => line.projectId === projectId)
      expect(sum(ofLines.map(({ minutes }) => minutes))).toBe(sum(own.map(({ minutes }) => minutes)))
      const given = [...Map.groupBy(own, ({ personId }) => personId).values()].map((some) =>
        sum(some.map((one) => one.minutes)),
      )
      expect(people).toBe(given.filter((minutes) => minutes !== 0).length)
    }
    expect(year.cents).toBe(sum(year.lines.map(({ cents }) => cents!)))
    for (const line of year.lines) {
      // Half a cent at most from the exact value, in whole numbers.
      const exact = BigInt(line.minutes) * BigInt(line.centsPerHour!)
      const off = exact - BigInt(line.cents!) * 60n
      expect(off >= -30n && off <= 30n).toBe(true)
    }
  })
  fc.assert(property, { numRuns: 300, seed: 20_261_129 })
})
