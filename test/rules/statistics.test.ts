// SPDX-License-Identifier: AGPL-3.0-or-later
import { describe, expect, it } from '@jest/globals'
import { toDocument } from '../../federation/translate/statistics.ts'
import { readPlainJson } from '../../federation/plain-json.ts'
import { serialise } from '../../federation/vocabulary.ts'
import { maskedSum } from '../../server/model/counts.ts'
import { isDue, lineRefusal, MOST_A_DAY, MOST_LINES, spanOf, wasShownOn } from '../../server/statistics/rules.ts'

const line = (change: object = {}) => ({
  offer: 'https://a.example/offers/1',
  day: '2026-11-21',
  impressions: 0,
  views: 3,
  apply_starts: 0,
  applications: 0,
  accepted: 0,
  ...change,
})
const NOON = '2026-11-22T12:00:00.000Z'

describe('a number of others', () => {
  it.each([
    [[0], { is: 'small' }],
    [[4], { is: 'small' }],
    [[5], { is: 'exact', count: 5 }],
    [[], { is: 'small' }],
    [[12, 8], { is: 'exact', count: 20 }],
    [[12, 4], { is: 'at_least', count: 12 }],
    [[12, 0], { is: 'at_least', count: 12 }],
    [[3, 4, 4], { is: 'small_each' }],
  ] as const)('%j is shown as %j', (cells, shown) => {
    expect(maskedSum(cells)).toEqual(shown)
  })

  it.each([
    [[3], [2], { is: 'at_least', count: 2 }],
    [[9], [2], { is: 'exact', count: 11 }],
    [[], [1, 0], { is: 'exact', count: 1 }],
    [[3, 1], [0], { is: 'small_each' }],
  ] as const)('of others %j and of those that agree %j', (others, agreed, shown) => {
    expect(maskedSum(others, agreed)).toEqual(shown)
  })

  it('below five is in no sum, whichever it is', () => {
    const seen = [0, 1, 2, 3, 4].flatMap((a) => [0, 1, 2, 3, 4].map((b) => JSON.stringify(maskedSum([a, 9, b, 30]))))
    expect(new Set(seen).size).toBe(1)
  })
})

describe('a day', () => {
  it.each([
    ['the day before, never sent', '2026-11-21', undefined, true],
    ['the day before, sent as it is', '2026-11-21', 'a1', false],
    ['the day before, changed since', '2026-11-21', 'a0', true],
    ['today', '2026-11-22', undefined, false],
    ['seven days ago, changed since', '2026-11-15', 'a0', true],
    ['eight days ago, changed since', '2026-11-14', 'a0', false],
    ['eight days ago, never sent', '2026-11-14', undefined, true],
    ['thirty days ago, never sent', '2026-10-23', undefined, true],
    ['longer ago, never sent', '2026-10-22', undefined, false],
  ])('%s: due or not', (_name, day, sent, due) => {
    expect(isDue(day, '2026-11-21', 'a1', sent)).toBe(due)
  })

  it('is believed once it is over somewhere on earth, and for five weeks', () => {
    expect(lineRefusal(line({ day: '2026-11-22' }), '2026-11-22T09:59:59.000Z')).toBe('day_not_over')
    expect(lineRefusal(line({ day: '2026-11-22' }), '2026-11-22T10:00:00.000Z')).toBeUndefined()
    expect(lineRefusal(line({ day: '2026-11-23' }), NOON)).toBe('day_not_over')
    expect(lineRefusal(line({ day: '2026-10-18' }), NOON)).toBeUndefined()
    expect(lineRefusal(line({ day: '2026-10-17' }), NOON)).toBe('day_too_old')
  })

  it.each([-1, 0.5, MOST_A_DAY + 1, Infinity, NaN, 2 ** 60])('with %d people is not believed', (views) => {
    expect(lineRefusal(line({ views }), NOON)).toBe('count_unusable')
    expect(lineRefusal(line({ views: 0, accepted: views }), NOON)).toBe('count_unusable')
  })

  it('on which an offer was shown lies before it was taken off', () => {
    const gone = { now: false, ever: true, stoppedAt: '2026-11-20T23:30:00.000Z' }
    expect(wasShownOn('2026-11-20', gone)).toBe(true)
    expect(wasShownOn('2026-11-21', gone)).toBe(true) // where it is already the next day
    expect(wasShownOn('2026-11-22', gone)).toBe(false)
    expect(wasShownOn('2026-11-20', { ...gone, ever: false })).toBe(false)
    expect(wasShownOn('2026-11-22', { ...gone, now: true })).toBe(true)
  })
})

it('periods are whole days, both ends included', () => {
  expect(spanOf('days', '2026-03-01')).toEqual({ from: '2026-01-31', until: '2026-03-01' })
  expect(spanOf('year', '2026-03-01')).toEqual({ from: '2026-01-01', until: '2026-03-01' })
  expect(spanOf('last_year', '2026-03-01')).toEqual({ from: '2025-01-01', until: '2025-12-31' })
})

describe('the documents of a day', () => {
  const telling = {
    origin: 'https://assoc.example',
    actor: 'https://assoc.example/actor',
    at: NOON,
    partner: 'https://centre.example/actor',
    day: '2026-11-21',
  }
  const lines = Array.from({ length: MOST_LINES }, (_, n) => ({
    offer: `https://assoc.example/offers/019383f0-0000-7000-8000-${String(n).padStart(12, '0')}`,
    day: '2026-11-21',
    counts: { views: 100_000, apply_starts: 1, applications: 1, accepted: 1 },
  }))

  it('have names of their own, and the inbox of ours takes a full one', () => {
    const documents = [0, 1, 2].map((number) => toDocument({ ...telling, sending: 1 }, number, lines))
    expect(documents.map(({ id }) => id)).toEqual([
      'https://assoc.example/st/2026-11-21/centre.example/actor',
      'https://assoc.example/st/2026-11-21.2/centre.example/actor',
      'https://assoc.example/st/2026-11-21.3/centre.example/actor',
    ])
    const body = Buffer.from(serialise(documents[0]!))
    expect(body.length).toBeLessThan(256_000)
    expect(readPlainJson(body)).toMatchObject({ ok: true })
  })

  it('keep their names when they are sent again, in a new activity', () => {
    const first = toDocument({ ...telling, sending: 1 }, 0, lines.slice(0, 1))
    const again = toDocument({ ...telling, sending: 2 }, 0, lines.slice(0, 1))
    expect((again.object as { id: string }).id).toBe((first.object as { id: string }).id)
    expect(again.id).toBe('https://assoc.example/st/2026-11-21/again/2/centre.example/actor')
  })
})
