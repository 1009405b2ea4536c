// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, it } from '@jest/globals'
import { dueAfter, mayRun, offsetOf } from '../../server/job-times.ts'

const at = (iso: string) => new Date(iso)
const HOURLY = { every: 60 }

it('an hourly job is due at the minute of its instance, and not twice in an hour', () => {
  expect(dueAfter(HOURLY, at('2026-11-22T09:00:00.000Z'), 7, 'Europe/Paris')).toBe('2026-11-22T09:07:00.000Z')
  expect(dueAfter(HOURLY, at('2026-11-22T09:06:59.999Z'), 7, 'Europe/Paris')).toBe('2026-11-22T09:07:00.000Z')
  expect(dueAfter(HOURLY, at('2026-11-22T09:07:00.000Z'), 7, 'Europe/Paris')).toBe('2026-11-22T10:07:00.000Z')
})

it('a job of the round minute is due there in every instance', () => {
  const when = { every: 10, onTheDot: true } as const
  expect(offsetOf('https://a.example', 'job', when)).toBe(0)
  expect(dueAfter(when, at('2026-11-22T09:00:01.000Z'), 0, 'Europe/Paris')).toBe('2026-11-22T09:10:00.000Z')
})

it('daytime is that of the association, also when the clocks change', () => {
  const when = { every: 60, hours: [7, 19] } as const
  // 19:30 and 20:30 in Paris; the next morning at 7:30 (6:30 UTC).
  expect(dueAfter(when, at('2026-11-22T18:00:00.000Z'), 30, 'Europe/Paris')).toBe('2026-11-22T18:30:00.000Z')
  expect(dueAfter(when, at('2026-11-22T18:30:00.000Z'), 30, 'Europe/Paris')).toBe('2026-11-23T06:30:00.000Z')
  // Montréal: 7:30 is 12:30 UTC in winter, 11:30 in summer.
  expect(dueAfter(when, at('2026-11-22T02:00:00.000Z'), 30, 'America/Toronto')).toBe('2026-11-22T12:30:00.000Z')
  expect(dueAfter(when, at('2026-07-22T02:00:00.000Z'), 30, 'America/Toronto')).toBe('2026-07-22T11:30:00.000Z')
  // The night on which Paris loses an hour.
  expect(dueAfter(when, at('2026-03-28T22:00:00.000Z'), 30, 'Europe/Paris')).toBe('2026-03-29T05:30:00.000Z')
  expect(mayRun(when, at('2026-11-22T18:59:00.000Z'), 'Europe/Paris')).toBe(true)
  expect(mayRun(when, at('2026-11-22T19:00:00.000Z'), 'Europe/Paris')).toBe(false)
})

it('instances are spread over the hour, each at the same minute at every start', () => {
  const minutes = Array.from({ length: 600 }, (_, n) => offsetOf(`https://site-${n}.example`, 'job', HOURLY))
  expect(minutes).toEqual(minutes.map((_, n) => offsetOf(`https://site-${n}.example`, 'job', HOURLY)))
  const most = Math.max(...[...Map.groupBy(minutes, (minute) => minute).values()].map(({ length }) => length))
  expect(new Set(minutes).size).toBeGreaterThan(55)
  expect(most).toBeLessThan(30)
})
