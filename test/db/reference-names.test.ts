// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { normalisePlace, readPlace, splitPlaces } from '../../db/reference/place-names.ts'

it.each([
  ['Saint-Jérôme', 'saint jerome'],
  ['St-Jérôme', 'saint jerome'],
  ['Ste. Agathe des Monts', 'sainte agathe des monts'],
  ['L’Île-d’Orléans', 'l ile d orleans'],
  ["Val-d'Or", 'val d or'],
  ['Vandœuvre-lès-Nancy', 'vandoeuvre les nancy'],
  ['Chalon s/Saône', 'chalon sur saone'],
  ['Saint-Faustin–Lac-Carré', 'saint faustin lac carre'],
  ['  BESANÇON ', 'besancon'],
  ['Stains', 'stains'],
  ['', ''],
])('%j becomes %j', (text, plain) => expect(normalisePlace(text)).toBe(plain))

it('normalising twice changes nothing, and the result is plain', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const once = normalisePlace(text)
      expect(once).toMatch(/^(?:(?!\p{Lu})[\p{L}\p{N}]+(?: [\p{L}\p{N}]+)*)?$/u)
      expect(normalisePlace(once)).toBe(once)
    }),
  )
})

it.each([
  ['Vaucourt; St-Jérôme', ['Vaucourt', 'St-Jérôme']],
  ['Dijon, Beaune, dijon\n', ['Dijon', 'Beaune']],
  ['- Dijon\n- Saint-Denis, Réunion\r\n\n', ['Dijon', 'Saint-Denis, Réunion']],
  ['Dijon\t21000', ['Dijon', '21000']],
  [' ; ;, ', []],
  ['', []],
])('the pasted list %j is %j', (text, items) => expect(splitPlaces(text)).toEqual(items))

it.each([
  ['Dijon', 'Dijon', null, null],
  ['21200 Beaune', 'Beaune', '21200', null],
  ['Beaune 21200', 'Beaune', '21200', null],
  ['j7z 1a1', '', 'J7Z', null],
  ['Saint-Jérôme J7Z1A1', 'Saint-Jérôme', 'J7Z', null],
  ['Saint-Denis (93)', 'Saint-Denis', null, '93'],
  ['Saint-Denis, La Réunion', 'Saint-Denis', null, 'La Réunion'],
  ['Ajaccio 2A', 'Ajaccio', null, '2A'],
  ['Lyon 03', 'Lyon', '69003', null],
  ['Dijon Cedex 9', 'Dijon', null, null],
])('%j is read as name %j, postal code %j, where %j', (text, name, postal, where) =>
  expect(readPlace(text)).toEqual({ name, postal, where }),
)
