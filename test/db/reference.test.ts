// SPDX-License-Identifier: AGPL-3.0-or-later
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { distance, openGazetteer, type Gazetteer } from '../../db/reference/places.ts'
import { loadTaxonomies, type ListName } from '../../db/reference/taxonomies.ts'

const LISTS: ListName[] = [
  'cause',
  'activity',
  'commitment',
  'frequency',
  'time',
  'part_of_day',
  'weekday',
  'beneficiary',
  'skill',
  'work_language',
  'requirement',
  'benefit',
  'work_mode',
  'accessible',
  'compensation',
  'close_reason',
  'cancel_reason',
  'decline_reason',
  'withdraw_reason',
  'place_reason',
  'refusal_reason',
]
const PATTERNS = 'torchon vichy pois tweed cahier arlequin poule pique marin denim velours'.split(' ')

describe('the lists of words', () => {
  const taxonomies = loadTaxonomies()

  it('every list has terms, each with a permanent ASCII code and both languages', () => {
    expect(taxonomies.version).toBe(1)
    for (const name of LISTS) {
      const codes = taxonomies.list(name).map((term) => term.code)
      expect(codes.length).toBeGreaterThan(2)
      expect(new Set(codes).size).toBe(codes.length)
      for (const term of taxonomies.list(name)) {
        expect(term.code).toMatch(/^[a-z][a-z0-9_]*$/)
        expect(term.fr.trim()).not.toBe('')
        expect(term.en.trim()).not.toBe('')
        expect(`${term.fr}${term['fr-CA'] ?? ''}${term.en}`).not.toMatch(/['|]/)
      }
    }
  })

  it('the lists are as long as the product shows', () => {
    const lengths = (['cause', 'activity', 'beneficiary', 'skill', 'refusal_reason'] as const).map(
      (name) => taxonomies.list(name).length,
    )
    expect(lengths).toEqual([24, 40, 20, 30, 13])
  })

  it('a label is in the language of the place, and an unknown code is shown as it is', () => {
    expect(taxonomies.label('cause', 'homelessness', 'fr')).toBe('Sans-abrisme, logement')
    expect(taxonomies.label('cause', 'homelessness', 'fr-CA')).toBe('Itinérance, logement')
    expect(taxonomies.label('cause', 'food', 'fr-CA')).toBe('Sécurité alimentaire')
    expect(taxonomies.label('cause', 'food', 'en')).toBe('Food security')
    expect(taxonomies.label('cause', 'xx.bees', 'fr')).toBe('xx.bees')
    expect(taxonomies.has('skill', 'cooking')).toBe(true)
    expect(taxonomies.has('skill', 'toString')).toBe(false)
  })

  it('every cause has its pattern and its code for the national export', () => {
    for (const cause of taxonomies.list('cause')) {
      expect(PATTERNS).toContain(taxonomies.pattern(cause.code))
      expect(cause.ae).toMatch(/^[a-z-]+$/)
    }
    expect(['food', 'seniors', 'education', 'animals'].map((code) => taxonomies.pattern(code))).toEqual([
      'torchon',
      'vichy',
      'cahier',
      'poule',
    ])
    expect(PATTERNS).toContain(taxonomies.pattern('xx.bees'))
  })
})

describe('the places', () => {
  let places: Gazetteer
  beforeAll(() => {
    places = openGazetteer()
  })
  afterAll(() => places.close())
  const found = (text: string, country?: 'FR' | 'CA') =>
    places.search(text, country ? { country } : {}).map((place) => `${place.name} ${place.code}`)

  it('a town is found whatever the accents, hyphens, apostrophes and abbreviations', () => {
    for (const text of ['Saint-Jérôme', 'saint jerome', 'St-Jérôme', 'st jérome', 'SAINT-JEROME', 'St. Jérôme'])
      expect(found(text)[0]).toBe('Saint-Jérôme QC-75017')
    for (const text of ['Val-d’Or', "val-d'or", 'val dor', 'Val d Or']) expect(found(text)[0]).toBe('Val-d’Or QC-89008')
    expect(found('Besanc')[0]).toBe('Besançon FR-25056')
    expect(found('havre')[0]).toBe('Le Havre FR-76351')
    expect(found('vandoeuvre')[0]).toBe('Vandœuvre-lès-Nancy FR-54547')
    expect(found('Chalon s/Saône')[0]).toBe('Chalon-sur-Saône FR-71076')
  })

  it('a postal code or its beginning finds its towns, largest first', () => {
    expect(found('21200')[0]).toBe('Beaune FR-21054')
    expect(found('2100')).toEqual(['Dijon FR-21231'])
    expect(places.resolve('Saint-Jérôme J7Z 1A1')?.code).toBe('QC-75017')
    expect(places.resolve('21200 Beaune')?.code).toBe('FR-21054')
    expect(places.resolve('69003 Lyon cedex 03')?.code).toBe('FR-69123')
  })

  it('an exact name comes before a longer one, and the country narrows the search', () => {
    expect(found('Saint-Denis').slice(0, 2)).toEqual(['Saint-Denis FR-97411', 'Saint-Denis FR-93066'])
    expect(found('Saint-Denis', 'CA')).toEqual([
      'Saint-Denis-sur-Richelieu QC-57068',
      'Saint-Denis-de-Brompton QC-saint-denis-de-brompton',
    ])
    expect(places.search('saint', { limit: 3, country: 'CA' }).map((place) => place.country)).toEqual([
      'CA',
      'CA',
      'CA',
    ])
    expect(places.search('s', { limit: 120 })).toHaveLength(120)
  })

  it('an ambiguous name is not guessed until the person names the region', () => {
    expect(places.resolve('Saint-Denis')).toBeUndefined()
    for (const text of ['Saint-Denis (93)', 'Saint-Denis 93', 'St-Denis, Seine-Saint-Denis', '93200 Saint-Denis'])
      expect(places.resolve(text)?.code).toBe('FR-93066')
    expect(places.resolve('Saint-Denis, Réunion')?.code).toBe('FR-97411')
    expect(places.resolve('Laval')).toBeUndefined()
    expect(places.resolve('Laval', { country: 'CA' })?.code).toBe('QC-65005')
    expect(places.resolve('Laval, Québec')?.code).toBe('QC-65005')
    expect(places.resolve('Laval, Mayenne')?.code).toBe('FR-53130')
    expect(places.resolve('Laval', { country: 'FR' })?.code).toBe('FR-53130')
    expect(places.resolve('Évry')).toBeUndefined()
    // The population of the one in Québec is unknown, so the largest of France is not assumed.
    expect(places.resolve('Clermont')).toBeUndefined()
    expect(places.resolve('Clermont', { country: 'FR' })?.code).toBe('FR-60157')
    expect(places.resolve('Clermont', { country: 'CA' })?.mrc).toBe('Charlevoix-Est')
    expect(places.resolve('Saint-Donat, Lanaudière')?.mrc).toBe('Matawinie')
  })

  it('a clear name, a code, a former commune and a borough each resolve to one town', () => {
    expect(places.resolve('dijon')?.code).toBe('FR-21231')
    expect(places.resolve('FR-25056')?.name).toBe('Besançon')
    expect(places.resolve('Cherbourg')?.code).toBe('FR-50129')
    expect(places.resolve('Annecy-le-Vieux')?.name).toBe('Annecy')
    expect(places.resolve('Paris 12e')?.code).toBe('FR-75056')
    expect(places.resolve('Saint-Faustin–Lac-Carré')?.name).toBe('Mont-Blanc')
    expect(places.resolve('Vaucourt')).toMatchObject({ code: 'FR-54551', precision: 'sibling' })
  })

  it('nonsense finds nothing and breaks nothing', () => {
    for (const text of ['', ' ', '%', '(', '"', '’’', '{', 'zzzzzz', '99999', '🧵', 'a'.repeat(5000), '(((', ',,,']) {
      expect(places.search(text)).toEqual([])
      expect(places.resolve(text)).toBeUndefined()
    }
    expect(places.find('FR-00000')).toBeUndefined()
  })

  it.each([
    ['FR-21231', 47.322, 5.041],
    ['FR-21054', 47.026, 4.84],
    ['FR-25056', 47.238, 6.024],
    ['FR-75056', 48.857, 2.352],
    ['FR-13055', 43.296, 5.37],
    ['FR-97411', -20.879, 55.448],
    ['QC-75017', 45.78, -74.004],
    ['QC-78032', 46.05, -74.28],
    ['QC-79088', 46.551, -75.499],
    ['QC-66023', 45.508, -73.562],
  ])('%s lies within 5 km of the truth', (code, latitude, longitude) => {
    const place = places.find(code)
    expect(place?.precision).toBe('exact')
    expect(distance(place?.latitude ?? 0, place?.longitude ?? 0, latitude, longitude)).toBeLessThan(5)
  })

  it('a town has its département, region or MRC', () => {
    expect(places.find('FR-21054')).toMatchObject({
      country: 'FR',
      department: 'FR-D21',
      departmentName: 'Côte-d’Or',
      region: 'FR-R27',
      regionName: 'Bourgogne-Franche-Comté',
      mrc: null,
      postalCodes: ['21200'],
    })
    expect(places.find('QC-75017')).toMatchObject({
      country: 'CA',
      department: null,
      departmentName: null,
      region: 'QC-15',
      regionName: 'Laurentides',
      mrc: 'La Rivière-du-Nord',
      mrcCode: 'QC-M750',
    })
    const regionOf = (code: string) => places.find(code)?.regionName
    expect(['QC-lorraine', 'QC-64008', 'QC-saint-donat', 'QC-65005'].map(regionOf)).toEqual([
      'Laurentides',
      'Lanaudière',
      'Lanaudière',
      'Laval',
    ])
  })

  it('all 18 regions of France and 17 of Québec are there, with their départements and MRC', () => {
    const french = places.regions('FR').map((region) => region.code)
    const eighteen = '84 27 53 24 94 44 01 03 32 11 04 02 06 28 75 76 52 93'.split(' ').map((code) => `FR-R${code}`)
    expect(french.slice(0, 18)).toEqual(eighteen)
    expect(places.regions('CA')).toHaveLength(17)
    expect(places.departments('FR-R27').map((one) => one.code)).toContain('FR-D21')
    expect(places.departments('QC-15')).toHaveLength(8)
    expect(places.area('QC-M750')).toMatchObject({ name: 'La Rivière-du-Nord', kind: 'mrc', parent: 'QC-15' })
  })

  it('every town has a region, a position, and a code of its own', () => {
    const all = places.near(0, 0, 30_000)
    expect(all).toHaveLength(34_963 + 452)
    expect(new Set(all.map((place) => place.code)).size).toBe(all.length)
    const faulty = all.filter((place) => {
      const area = place.country === 'FR' ? place.department : place.mrc
      return !/^[\x21-\x7e]+$/.test(place.code) || place.regionName === '' || area === null || place.latitude === 0
    })
    expect(faulty).toEqual([])
    expect(all.filter((place) => place.region === 'QC-15')).toHaveLength(77)
    const people = (precision?: string) =>
      all
        .filter((place) => place.country === 'FR' && (precision === undefined || place.precision === precision))
        .reduce((sum, place) => sum + place.population, 0)
    expect(people('exact') / people()).toBeGreaterThan(0.83)
    expect(people('department') / people()).toBeLessThan(0.005)
  })

  it('every town of our own table is found by its name, in its MRC, as near as in the table', () => {
    const file = join(__dirname, '../../db/reference/sources/quebec-towns.tsv')
    const rows = readFileSync(file, 'utf8').trimEnd().split('\n').slice(1)
    for (const row of rows) {
      const [name = '', mrc, precision] = row.split('\t')
      const known = places.search(name, { country: 'CA' }).filter((place) => place.mrcCode === `QC-M${mrc}`)
      expect(known[0]).toMatchObject({ name, precision, country: 'CA' })
    }
    expect(rows).toHaveLength(149)
  })

  it('towns nearby come nearest first, and the limit keeps the nearest', () => {
    const around = places.near(45.78, -74.004, 12).map((place) => place.name)
    expect(around[0]).toBe('Saint-Jérôme')
    expect(around).toEqual(expect.arrayContaining(['Sainte-Sophie', 'Saint-Colomban', 'Prévost']))
    expect(around).not.toContain('Sainte-Adèle')
    expect(places.near(45.78, -74.004, 12, 1).map((place) => place.name)).toEqual(['Saint-Jérôme'])
    expect(places.near(45.78, -74.004, 0)).toEqual([])
  })

  it('the shipped file is what its sources give, byte for byte', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mainforte-places-'))
    try {
      const built = join(folder, 'places.sqlite')
      const program = join(__dirname, '../../db/reference/build-places.ts')
      execFileSync(process.execPath, [program, built], { stdio: 'ignore' })
      expect(readFileSync(built).equals(readFileSync(join(program, '../places.sqlite')))).toBe(true)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('the sources are named with their licences, and nothing is without one', () => {
    const text = readFileSync(join(__dirname, '../../db/reference/ATTRIBUTION.md'), 'utf8')
    expect(text).not.toMatch(/no stated source|without a stated source|memory/i)
    for (const words of ['Etalab', 'Licence Ouverte', '2.0', 'GeoNames', 'CC BY 4.0']) expect(text).toContain(words)
  })
})
