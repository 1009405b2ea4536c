// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, it } from '@jest/globals'
import { byDay } from '../../server/mail/quiet-hours.ts'

it.each([
  // The evening before, the night, the morning; across the change of the clock; in Québec.
  ['2026-11-22T19:59:59.000Z', '2026-11-22T19:59:59.000Z', 'Europe/Paris'],
  ['2026-11-22T20:00:00.000Z', '2026-11-23T06:00:00.000Z', 'Europe/Paris'],
  ['2026-11-22T23:30:00.000Z', '2026-11-23T06:00:00.000Z', 'Europe/Paris'],
  ['2026-11-23T05:59:59.000Z', '2026-11-23T06:00:00.000Z', 'Europe/Paris'],
  ['2026-11-23T06:00:00.000Z', '2026-11-23T06:00:00.000Z', 'Europe/Paris'],
  ['2026-10-24T22:00:00.000Z', '2026-10-25T06:00:00.000Z', 'Europe/Paris'],
  ['2026-11-23T03:00:00.000Z', '2026-11-23T12:00:00.000Z', 'America/Toronto'],
])('what is written at %s leaves at %s (%s)', (at, due, zone) => {
  expect(byDay(at, zone)).toBe(due)
})
