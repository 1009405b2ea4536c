// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterAll, describe, expect, it } from '@jest/globals'
import { isShortNumber, isTelephone, telephoneLink } from '../../server/model/telephone.ts'
import { openGazetteer } from '../../db/reference/places.ts'
import {
  printIdentifier,
  readIdentifier,
  siretFitsSiren,
  type Scheme,
} from '../../server/association/legal-identifiers.ts'
import { isTimeZone, kindObstacle, readPostalCode, readWebsite, TIME_ZONES } from '../../server/association/rules.ts'
import { describeTerritory, readTerritory } from '../../server/association/territory.ts'
import { AS_TYPED, chooseTown } from '../../server/association/town.ts'

const places = openGazetteer()
afterAll(() => places.close())

describe('a registration number', () => {
  it.each<[Scheme, string, string]>([
    ['FR-RNA', 'w 212 001234', 'W212001234'],
    ['FR-RNA', 'W2A1000123', 'W2A1000123'],
    ['FR-RNA', 'W9M1000123', 'W9M1000123'],
    ['FR-SIREN', '732 829 320', '732829320'],
    ['FR-SIRET', '732.829.320.00074', '73282932000074'],
    ['CA-QC-NEQ', '1143-920-115', '1143920115'],
    ['CA-BN-RR', '123456782 rr 0001', '123456782RR0001'],
  ])('%s is read as people write it: %s', (scheme, typed, value) => {
    expect(readIdentifier(scheme, typed)).toEqual({ ok: true, value })
  })

  it.each<[Scheme, string]>([
    ['FR-RNA', '0212001234'],
    ['FR-RNA', 'W21200123'],
    ['FR-SIREN', '732829321'],
    ['FR-SIREN', '73282932'],
    ['FR-SIRET', '73282932000075'],
    ['FR-SIRET', '732829320'],
    ['CA-QC-NEQ', '114392011'],
    ['CA-BN-RR', '123456789RR0001'],
    ['CA-BN-RR', '123456782'],
    ['CA-BN-RR', '123456782RT0001'],
  ])('%s refuses %s', (scheme, typed) => {
    expect(readIdentifier(scheme, typed).ok).toBe(false)
  })

  it('of an establishment begins with that of its organisation', () => {
    const siret = { scheme: 'FR-SIRET' as const, value: '73282932000074' }
    expect(siretFitsSiren([{ scheme: 'FR-SIREN', value: '732829320' }, siret])).toBe(true)
    expect(siretFitsSiren([{ scheme: 'FR-SIREN', value: '404833048' }, siret])).toBe(false)
    expect(siretFitsSiren([siret])).toBe(true)
  })

  it('is printed in groups', () => {
    const printed = (scheme: Scheme, value: string) => printIdentifier({ scheme, value }).replaceAll('\u00a0', ' ')
    expect(printed('FR-SIREN', '732829320')).toBe('732 829 320')
    expect(printed('FR-SIRET', '73282932000074')).toBe('732 829 320 00074')
    expect(printed('CA-BN-RR', '123456782RR0001')).toBe('123456782 RR0001')
    expect(printed('FR-RNA', 'W212001234')).toBe('W212001234')
    expect(printed('CA-QC-NEQ', '1143920115')).toBe('1143920115')
  })
})

describe('an address', () => {
  it('has a postal code of its country', () => {
    expect(readPostalCode('21 000', 'FR')).toBe('21000')
    expect(readPostalCode('j7z1a1', 'CA')).toBe('J7Z 1A1')
    for (const wrong of ['2100', 'J7Z 1A1', '210000']) expect(readPostalCode(wrong, 'FR')).toBeUndefined()
    for (const wrong of ['21000', 'J7Z', 'D7Z 1A1', 'J7Z 1O1']) expect(readPostalCode(wrong, 'CA')).toBeUndefined()
  })

  it('of the web is made whole, and can only be of the web', () => {
    expect(readWebsite('jardins.example')).toBe('https://jardins.example')
    expect(readWebsite('http://jardins.example/nous?x=1')).toBe('http://jardins.example/nous?x=1')
    for (const wrong of [
      'javascript:alert(1)',
      'ftp://jardins.example',
      'jardins',
      'https://a:b@jardins.example',
      'a b',
    ])
      expect(readWebsite(wrong)).toBeUndefined()
  })

  it('takes telephone numbers as people write them', () => {
    const good = [
      '03 80 00 00 00',
      '06.12.34.56.78',
      '0612345678',
      '06-12-34-56-78',
      '+33 6 12 34 56 78',
      '+33 (0)6 12 34 56 78',
      '0033 6 12 34 56 78',
      '06\u00a012\u202f34 56 78',
      '0 800 123 456',
      // Guadeloupe, Martinique, Guyane, La Réunion, Mayotte; Saint-Pierre, Nouvelle-Calédonie, Polynésie, Wallis.
      '0590 12 34 56',
      '0696 12 34 56',
      '0594 12 34 56',
      '0262 12 34 56',
      '0269 61 12 34',
      '+262 692 12 34 56',
      '41 12 34',
      '26 12 34',
      '40 12 34 56',
      '+687 26 12 34',
      '72 12 34',
      '819 555-0123',
      '(819) 555-0123',
      '418.555.0123',
      '1 819 555-0123',
      '+1 819 555 0123',
      '1-800-555-0199',
      '819 555-0123 poste 12',
      '819 555-0123, poste 12',
      '819 555-0123 ext. 12',
      '03 80 00 00 00 p. 4',
      '+32 2 123 45 67',
      '+41 22 123 45 67',
      '+221 33 123 45 67',
    ]
    expect(good.filter((typed) => !isTelephone(typed))).toEqual([])
    const wrong = [
      '12',
      '3939',
      '06 12 3',
      '06 12 34 56 78 9',
      '1'.repeat(16),
      '+',
      '+33',
      '+999 12 34 56 78',
      'demain',
      '<b>0612345678</b>',
      'au 06 12 34 56 78',
      '819 555-0123, le soir',
      '06 12 34 56 78 ou 79',
      '٠٦١٢٣٤٥٦٧٨',
    ]
    expect(wrong.filter((typed) => isTelephone(typed))).toEqual([])
    expect(['3939', '39 39', '112', '12', 'abc', '1234567'].filter((typed) => isShortNumber(typed))).toEqual([
      '3939',
      '39 39',
      '112',
    ])
  })

  it('dials what is written, without an extension and without the 0 that nobody dials', () => {
    const links = ['03 80 00 00 00', '+33 (0)6 12 34 56 78', '(819) 555-0123 poste 12', '819 555-0123 ext. 4', '3939']
    expect(links.map(telephoneLink)).toEqual([
      'tel:0380000000',
      'tel:+33612345678',
      'tel:8195550123',
      'tel:8195550123',
      'tel:3939',
    ])
  })

  it('has a time zone the calendar knows', () => {
    expect(TIME_ZONES.every(({ zone }) => isTimeZone(zone))).toBe(true)
    expect(isTimeZone('Europe/Nulle-Part')).toBe(false)
    expect(isTimeZone('')).toBe(false)
  })
})

describe('the kind of a site', () => {
  const quiet = { livingMembers: 0, livingCentres: 0, offersOnline: 0 }

  it('changes freely while nothing depends on it', () => {
    for (const kind of ['association', 'centre', 'both'] as const) expect(kindObstacle(kind, quiet)).toBeUndefined()
  })

  it('keeps its pages as long as somebody needs them', () => {
    expect(kindObstacle('association', { ...quiet, livingMembers: 1 })).toBe('members')
    expect(kindObstacle('centre', { ...quiet, offersOnline: 1 })).toBe('offers')
    expect(kindObstacle('centre', { ...quiet, livingCentres: 1 })).toBe('centres')
    expect(kindObstacle('both', { livingMembers: 1, livingCentres: 1, offersOnline: 1 })).toBeUndefined()
  })
})

describe('a town', () => {
  const typed = (place: string, more = {}) => ({
    place,
    place_choice: '',
    postal_code: '',
    country: 'FR' as const,
    ...more,
  })

  it('is known by its name, or by name and postal code', () => {
    expect(chooseTown(places, typed('Dijon'))).toMatchObject({
      ok: true,
      town: { place_code: 'FR-21231', region: 'FR-R27' },
    })
    const some = chooseTown(places, typed('Saint-Denis', { postal_code: '93200' }))
    expect(some).toMatchObject({ ok: true, town: { place_code: 'FR-93066' } })
  })

  it('is asked for when several have the name, and taken when it is chosen', () => {
    expect(chooseTown(places, typed('Saint-Denis'))).toEqual({ ok: false, reason: 'association.error.place_several' })
    const chosen = chooseTown(places, typed('Saint-Denis', { place_choice: 'FR-11339' }))
    expect(chosen).toMatchObject({ ok: true, town: { place_code: 'FR-11339' } })
    expect(chooseTown(places, typed('Saint-Denis', { place_choice: 'QC-75017' })).ok).toBe(false)
  })

  it('that no list has can be kept as it was typed', () => {
    expect(chooseTown(places, typed('Trifouillis'))).toEqual({ ok: false, reason: 'association.error.place_unknown' })
    const kept = chooseTown(places, typed('Trifouillis', { place_choice: AS_TYPED }))
    expect(kept).toMatchObject({ ok: true, town: { place_code: null, place_name: 'Trifouillis' } })
  })

  it('that was chosen before is not asked for again', () => {
    const now = { place_code: 'FR-11339', place_name: 'Saint-Denis', region: 'FR-R76', latitude: 43, longitude: 2 }
    expect(chooseTown(places, typed('Saint-Denis'), { ...now, country: 'FR' })).toEqual({ ok: true, town: now })
  })
})

describe('a territory', () => {
  it('is read from names, areas before towns', () => {
    for (const typed of ["Côte d'Or, le Jura; Beaune; FR-D58", "Côte d'Or\nle Jura\nBeaune\nfr-d58"]) {
      expect(readTerritory(places, 'FR', typed)).toEqual({
        codes: ['FR-D21', 'FR-D39', 'FR-21054', 'FR-D58'],
        unknown: [],
      })
    }
    expect(readTerritory(places, 'FR', 'Saint-Denis, La Réunion; Jura').codes).toEqual(['FR-97411', 'FR-D39'])
  })

  it('separates the town from the area of the same name', () => {
    expect(readTerritory(places, 'CA', 'Laval').codes).toEqual(['QC-M650'])
    expect(readTerritory(places, 'CA', 'région de Laval').codes).toEqual(['QC-13'])
    expect(readTerritory(places, 'CA', 'ville de Laval').codes).toEqual(['QC-65005'])
    expect(readTerritory(places, 'CA', 'MRC d’Argenteuil').codes).toEqual(['QC-M760'])
    expect(readTerritory(places, 'CA', 'Saint-Jérôme, Les Laurentides').codes).toEqual(['QC-75017', 'QC-M780'])
  })

  it('never crosses the ocean, and names what it does not know', () => {
    const { codes, unknown } = readTerritory(places, 'CA', 'Dijon, QC-15, FR-D21')
    expect({ codes, unknown }).toEqual({ codes: ['QC-15'], unknown: ['Dijon', 'FR-D21'] })
  })

  it('is shown with names and kinds', () => {
    expect(describeTerritory(places, ['FR-D21', 'FR-21231', 'XX-1'])).toEqual([
      { code: 'FR-D21', name: 'Côte-d’Or', kind: 'department' },
      { code: 'FR-21231', name: 'Dijon', kind: 'town' },
      { code: 'XX-1', name: 'XX-1', kind: 'town' },
    ])
  })
})
