// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, it } from '@jest/globals'
import { askingOn, monthBefore, roundIn, sameWeekday } from '../../server/hours/usual.ts'

it.each([
  ['2026-12-02', 1, '2026-11-01', '2026-11-30'],
  ['2026-03-31', 1, '2026-02-01', '2026-02-28'],
  ['2026-01-05', 1, '2025-12-01', '2025-12-31'],
  ['2026-01-05', 3, '2025-10-01', '2025-10-31'],
])('on %s, %i months before is %s to %s', (day, back, from, until) => {
  expect(monthBefore(day, back)).toEqual({ month: from.slice(0, 7), from, until })
})

it('asks in the first week of a month, about the month before and the two before that', () => {
  expect(askingOn('2026-12-01')).toBeUndefined()
  expect(askingOn('2026-12-08')).toBeUndefined()
  expect(askingOn('2026-12-07')).toMatchObject({
    quiet: { month: '2026-11' },
    usual: { from: '2026-09-01', until: '2026-10-31' },
  })
})

it.each([
  ['2026-10-17', '2026-11-30', '2026-11-28'],
  ['2026-10-12', '2026-11-30', '2026-11-30'],
  ['2026-10-11', '2026-11-30', '2026-11-29'],
])('a day like %s, in the month until %s, is %s', (like, until, day) => {
  expect(sameWeekday(like, until)).toBe(day)
})

it.each([
  [599, 0],
  [600, 10],
  [2999, 10],
  [3000, 50],
  [6000, 100],
  [15_000, 250],
  [30_000, 500],
  [59_999, 500],
  [60_000, 1000],
  [179_999, 2000],
  [-600, 0],
])('%i minutes have the round figure %i', (minutes, hours) => {
  expect(roundIn(minutes)).toBe(hours)
})
