// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, it } from '@jest/globals'
import { readTexts } from '../support/texts.ts'
import {
  CEC_ACTIONS,
  CEC_RULES,
  CEC_STATES,
  createCecSums,
  datesOf,
  daysFor,
  gaugeOf,
  nextState,
  rulesOf,
} from '../../server/cec/rules.ts'

const rules = rulesOf(2025)!
const h = (hours: number) => hours * 60

it('rules are data with their source and the day on which it was read', () => {
  for (const one of CEC_RULES) {
    expect(readTexts('fr')).toHaveProperty([`cec.rules.${one.source}`])
    expect(one.readOn).toMatch(/^\d{4}-\d\d-\d\d$/)
  }
  expect([rulesOf(2016), rulesOf(2017)!.associationYears, rulesOf(2024)!.associationYears]).toEqual([undefined, 3, 1])
})

it.each([
  ['200 h here', 200, 0, true],
  ['199 h here', 199, 0, false],
  ['100 h here and 100 h elsewhere', 100, 100, true],
  ['99 h here and 101 h elsewhere', 99, 101, true],
  ['99 h here and 99 h elsewhere', 99, 99, false],
  ['nothing here', 0, 250, false],
])('%s: enough or not', (_what, here, elsewhere, isReached) => {
  expect(gaugeOf(rules, h(here), h(elsewhere)).isReached).toBe(isReached)
})

it('hours of 2025 are declared until 30 June 2026, and validated until 31 December 2026', () => {
  expect(datesOf(rules, 2025)).toEqual({ declareFrom: '2026-01-01', declareBy: '2026-06-30', validateBy: '2026-12-31' })
  expect(daysFor('declare', rules, 2025, '2026-09-01').until).toBe('2026-06-30')
  expect(daysFor('decide', rules, 2025, '2026-09-01').until).toBe('2026-09-01')
})

it('governing and supervising are counted apart, and lines that take others out count too', () => {
  const sums = createCecSums(
    new Map([
      ['board', 'governing'],
      ['crew', 'supervising'],
    ]),
  )
  const line = (categoryId: string, minutes: number) => ({ personId: 'p', categoryId, minutes })
  sums.add([line('board', 120), line('board', -60), line('crew', 30), line('field', 600)])
  expect(sums.of('p')).toEqual({ governing: 60, supervising: 30 })
})

it('a declaration moves by these steps and no others', () => {
  const steps = CEC_STATES.flatMap((from) =>
    CEC_ACTIONS.flatMap((action) => {
      const to = nextState(from, action)
      return to ? [`${from} ${action} ${to}`] : []
    }),
  )
  expect(steps).toEqual([
    'begun tell told',
    'begun declare declared',
    'told declare declared',
    'declared validate validated',
    'declared refuse refused',
    'validated reopen declared',
    'refused reopen declared',
  ])
})
