// SPDX-License-Identifier: AGPL-3.0-or-later
import { describe, expect, it } from '@jest/globals'
import { HOURS_ACTIONS, HOURS_STATES, dayFault, step } from '../../server/hours/rules.ts'
import { price, rateOn, statementOf, type Rate } from '../../server/hours/statement.ts'
import { parseDuration, parseSpan } from '../../server/web/durations.ts'

describe('a length of time', () => {
  it.each([
    ['3h30', 210],
    ['3 h 30', 210],
    ['3H30', 210],
    ['3:30', 210],
    ['3,5', 210],
    ['3.5', 210],
    ['3 h 30 min', 210],
    ['3h', 180],
    ['3', 180],
    ['0,25', 15],
    ['90 min', 90],
    ['90min', 90],
    ['45 minutes', 45],
    ['2 heures', 120],
    ['1 heure 30', 90],
    ['2 hours', 120],
    ['3\u00a0h\u00a030', 210],
    [' 3h05 ', 185],
    ['1,33', 80],
  ])('reads « %s » as %i minutes', (typed, minutes) => {
    expect(parseDuration(typed)).toBe(minutes)
  })

  it.each(['', 'deux heures', '3h75', '3:60', '3h30h', '-2', '1e3', '3,555', '30 h 2 h', '∞'])(
    'does not guess « %s »',
    (typed) => {
      expect(parseDuration(typed)).toBeNull()
    },
  )
})

it.each([
  ['22h-2h', 1320, 1560],
  ['de 22 h à 2h30', 1320, 1590],
  ['9h30-12h', 570, 720],
  ['9h-12', 540, 720],
  ['22:00 – 02:00', 1320, 1560],
  ['entre 8h et 10h15', 480, 615],
  ['from 9:00 to 10:00', 540, 600],
  ['20h → 0h', 1200, 1440],
  ['0h-24h', 0, 1440],
])('reads « %s » as a time of day and the next', (typed, from, until) => {
  expect(parseSpan(typed)).toEqual({ from, until })
  expect(parseDuration(typed)).toBeNull()
})

it.each(['9-12', '3h30', '22h-22h', '25h-26h', '24h-2h', '9h75-10h', '', 'de 9h', '9h-10h-11h'])(
  'does not take « %s » for a span',
  (typed) => {
    expect(parseSpan(typed)).toBeNull()
  },
)

it('knows what each action does to each state, and nothing else', () => {
  const table = HOURS_STATES.map((state) => [
    state,
    ...HOURS_ACTIONS.map((action) => {
      const result = step(state, action)
      return result.ok ? result.to : '–'
    }),
  ])
  expect(table).toEqual([
    ['submitted', 'approved', 'returned', '–', 'replaced', 'withdrawn', '–'],
    ['approved', '–', '–', '–', '–', '–', 'approved'],
    ['returned', '–', '–', 'submitted', 'replaced', 'withdrawn', '–'],
    ['replaced', '–', '–', '–', '–', '–', '–'],
    ['withdrawn', '–', '–', '–', '–', '–', '–'],
  ])
})

it('refuses hours that are not done yet, and years that are typing errors', () => {
  expect(dayFault('2026-11-23', '2026-11-22')).toBe('hours.error.day_future')
  expect(dayFault('1926-11-22', '2026-11-22')).toBe('hours.error.day_old')
  expect(dayFault('2026-11-22', '2026-11-22')).toBeUndefined()
})

describe('the yearly statement', () => {
  const rates: Rate[] = [
    { categoryId: null, centsPerHour: 1202, validFrom: '2026-01-01' },
    { categoryId: null, centsPerHour: 1250, validFrom: '2026-07-01' },
    { categoryId: 'lead', centsPerHour: 1803, validFrom: '2026-01-01' },
  ]

  it('takes the rate in force on the day worked, the category’s own first', () => {
    expect(rateOn(rates, 'field', '2026-06-30')).toBe(1202)
    expect(rateOn(rates, 'field', '2026-07-01')).toBe(1250)
    expect(rateOn(rates, 'lead', '2026-12-31')).toBe(1803)
    expect(rateOn(rates, 'field', '2025-12-31')).toBeNull()
  })

  it('sums minutes before pricing and rounds each line once, half up', () => {
    const worked = [50, 50, 50].map((minutes) => ({
      personId: 'a',
      categoryId: 'field',
      workedOn: '2026-03-01',
      minutes,
    }))
    // 150 min at 12.02 € is 30.05 €; three times 50 min rounded apart would be 30.06 €.
    expect(statementOf(worked, rates, new Set(['field'])).cents).toBe(3005)
    expect(price(30, 1201)).toBe(601)
    expect(price(-30, 1201)).toBe(-601)
  })

  it('does not lose minutes: 175 min at 25 € is 72.92 €', () => {
    expect(price(175, 2500)).toBe(7292)
  })

  it('splits a category where its rate changes, and totals the lines shown', () => {
    const worked = [
      { personId: 'a', categoryId: 'field', workedOn: '2026-06-30', minutes: 60 },
      { personId: 'b', categoryId: 'field', workedOn: '2026-07-01', minutes: 60 },
      { personId: 'b', categoryId: 'board', workedOn: '2026-07-01', minutes: 90 },
    ]
    const year = statementOf(worked, rates, new Set(['field']))
    expect(year.lines.map(({ centsPerHour, cents }) => [centsPerHour, cents])).toEqual([
      [1202, 1202],
      [1250, 1250],
    ])
    expect(year).toMatchObject({ minutes: 210, cents: 2452, people: 2, notValuedMinutes: 90 })
    expect(year.byMonth[5]).toBe(60)
    expect(year.byMonth[6]).toBe(150)
  })

  it('takes a reversed line out of every total', () => {
    const line = { personId: 'a', categoryId: 'field', workedOn: '2026-03-01' }
    const year = statementOf(
      [
        { ...line, minutes: 210 },
        { ...line, minutes: -210 },
      ],
      rates,
      new Set(['field']),
    )
    expect(year).toMatchObject({ minutes: 0, cents: 0, people: 0, lines: [], byPerson: [] })
  })

  it('marks a line without a rate rather than count it as nothing', () => {
    const worked = [{ personId: 'a', categoryId: 'field', workedOn: '2026-03-01', minutes: 60 }]
    expect(statementOf(worked, [], new Set(['field'])).cents).toBeNull()
  })
})
