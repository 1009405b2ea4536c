// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, it } from '@jest/globals'
import { shownUntil } from '../../server/model/offer/member-limit.ts'

it('P9: the days of a centre begin with the last sign of life, and a date to come gains none', () => {
  const now = '2026-11-30T09:00:00.000Z'
  const from = '2026-11-01T09:00:00.000Z'
  expect(shownUntil({ from, touched: from, now }, 10)).toBe('2026-11-11T09:00:00.000Z')
  expect(shownUntil({ from, touched: '2026-11-20T09:00:00.000Z', now }, 10)).toBe('2026-11-30T09:00:00.000Z')
  expect(shownUntil({ from, touched: '2030-01-01T09:00:00.000Z', now }, 10)).toBe('2026-12-10T09:00:00.000Z')
  expect(shownUntil({ from: '2026-12-24T09:00:00.000Z', touched: from, now }, 10)).toBe('2027-01-03T09:00:00.000Z')
})
