// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, it } from '@jest/globals'
import { dateFormat, listFormat, numberFormat, pluralRules } from '../../server/base/intl.ts'

it('a format is made once for a locale and its options', () => {
  expect(numberFormat('fr-FR')).toBe(numberFormat('fr-FR'))
  expect(pluralRules('fr-FR')).toBe(pluralRules('fr-FR'))
  expect(listFormat('fr-FR', { type: 'conjunction' })).toBe(listFormat('fr-FR', { type: 'conjunction' }))
  const paris = dateFormat('fr-FR', { timeZone: 'Europe/Paris' })
  expect(dateFormat('fr-FR', { timeZone: 'Europe/Paris' })).toBe(paris)
  expect(dateFormat('fr-FR', { timeZone: 'America/Toronto' })).not.toBe(paris)
  expect(dateFormat('en-CA', { timeZone: 'Europe/Paris' })).not.toBe(paris)
})

it('those of one kind are not those of another, and a fault is not kept', () => {
  expect(numberFormat('fr-CA').format(1.5)).toBe('1,5')
  expect(pluralRules('fr-CA').select(1.5)).toBe('one')
  for (let round = 0; round < 2; round++)
    expect(() => dateFormat('fr', { timeZone: 'Nowhere/Never' })).toThrow(RangeError)
})

it('time zones that other sites name push out the oldest, never what is in use', () => {
  const inUse = numberFormat('fr-CA')
  const first = dateFormat('fr', { timeZone: '+00:00' })
  for (let minute = 1; minute < 600; minute++) {
    const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
    dateFormat('fr', { timeZone: `+${two(minute / 60)}:${two(minute % 60)}` })
    numberFormat('fr-CA')
  }
  expect(numberFormat('fr-CA')).toBe(inUse)
  expect(dateFormat('fr', { timeZone: '+00:00' })).not.toBe(first)
})
