// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { openGazetteer, type Gazetteer } from '../../db/reference/places.ts'
import { loadTaxonomies } from '../../db/reference/taxonomies.ts'
import { ofTown, withArticle } from '../../server/text/wording.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import { fold, text } from '../../server/text/icalendar.ts'
import { xml } from '../../server/search/feeds/atom.ts'
import { publicIdOf } from '../../server/public-offer/listing.ts'
import { slotText, whenText, whereText } from '../../server/public-offer/words.ts'
import { queryOf, readAsked } from '../../server/search/query.ts'
import { bandsMet, timeBand } from '../../server/model/offer/bands.ts'
import { locate, townLabel } from '../../server/search/towns.ts'
import { indexText, matchExpression } from '../../server/public-offer/index-text.ts'
import { createI18n } from '../../server/text/i18n.ts'

const taxonomies = loadTaxonomies()
const t = createI18n().for('fr')

describe('words', () => {
  it('are indexed without accents, capitals, elisions and hyphens', () => {
    expect(indexText('L’École de Dœuil')).toBe('l ecole de doeuil')
    expect(indexText('un week-end')).toBe('un week end weekend')
    expect(indexText('St-Jérôme')).toBe('saint jerome stjerome')
  })

  it('leave out the small ones, and look for the last one from its beginning', () => {
    expect(matchExpression('lire à l’école')).toContain('AND ("ecole"* OR "ecoles"*)')
    expect(matchExpression('lire à l’école')).not.toMatch(/"l"|"a"/)
  })

  it('are found in singular and plural', () => {
    expect(matchExpression('chevaux')).toContain('"cheval"*')
    expect(matchExpression('enfants fous')).toMatch(/^\("enfants" OR "enfant"[^)]*\) AND /)
  })

  it('bring their synonyms along, those of two words too', () => {
    expect(matchExpression('aîné')).toContain('"agees"')
    expect(matchExpression('sans-abri')).toContain('"itinerance"')
    expect(matchExpression('popote')).toContain('"repas"')
  })

  it('may be missing: then there is nothing to look for', () => {
    for (const typed of ['', '  ', '***', '" OR "', 'à la', '()^:-']) expect(matchExpression(typed)).toBeNull()
  })

  it('never let a sign of the query language through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (typed) => {
        const made = matchExpression(typed)
        expect(made === null || /^(?:[()* ]|"[\p{L}\p{N} ]+"|AND|OR)+$/u.test(made)).toBe(true)
      }),
    )
  })
})

describe('the time asked', () => {
  const band = (minutes: number | null, frequency: string | null, commitment = 'regular') =>
    timeBand({ minutes_per_session: minutes, frequency, commitment })

  it('is minutes times frequency', () => {
    expect(band(120, 'monthly')).toBe('up_to_2h_month')
    expect(band(60, 'weekly')).toBe('up_to_1h_week')
    expect(band(240, 'weekly')).toBe('up_to_half_day_week')
    expect(band(60, 'several_week')).toBe('up_to_half_day_week')
    expect(band(300, 'weekly')).toBe('more')
    expect(band(240, 'once', 'one_off')).toBe('up_to_1h_week')
  })

  it('is unknown without minutes or rhythm', () => {
    expect(band(null, 'weekly')).toBeNull()
    expect(band(60, 'flexible')).toBeNull()
    expect(band(60, null)).toBeNull()
  })

  it('of a small offer is also within a larger band, but not within « more »', () => {
    expect(bandsMet('up_to_2h_month')).toEqual(['up_to_2h_month', 'up_to_1h_week', 'up_to_half_day_week'])
    expect(bandsMet('more')).toEqual(['more'])
    expect(bandsMet(null)).toEqual([])
  })
})

describe('the address of a search', () => {
  it('is read without ever failing, and names what it left aside', () => {
    const { asked, ignored } = readAsked(
      { q: 'lire', cause: ['food', 'nonsense'], radius: '-3', page: 'x', accessible: '1', age: '16 ans', sort: 'best' },
      taxonomies,
    )
    expect(asked).toMatchObject({ q: 'lire', cause: ['food'], radius: null, page: 1, accessible: true, age: 16 })
    expect(ignored.map(({ name }) => name).sort()).toEqual(['cause', 'page', 'radius', 'sort'])
  })

  it('survives anything', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.string(), { maxLength: 3 }),
      fc.constant(undefined),
    )
    const names = ['q', 'place', 'radius', 'cause', 'time', 'age', 'page', 'sort', 'group', '__proto__'] as const
    const queries = fc.record(Object.fromEntries(names.map((name) => [name, value])))
    fc.assert(
      fc.property(queries, (query) => {
        const { asked } = readAsked(query, taxonomies)
        const again = new URLSearchParams(queryOf(asked, { page: asked.page }))
        const given = Object.fromEntries([...new Set(again.keys())].map((name) => [name, again.getAll(name)]))
        expect(readAsked(given, taxonomies).asked).toEqual(asked)
      }),
    )
  })

  it('keeps every choice but the page when something changes', () => {
    const { asked } = readAsked({ q: 'lire', cause: ['food', 'seniors'], page: '3' }, taxonomies)
    expect(queryOf(asked, { cause: ['food'] })).toBe('?q=lire&cause=food')
    expect(queryOf(asked, { page: 4 })).toBe('?q=lire&cause=food&cause=seniors&page=4')
  })
})

describe('towns', () => {
  let places: Gazetteer
  beforeAll(() => void (places = openGazetteer()))
  afterAll(() => places.close())
  const names = (typed: string) => locate(places, typed, 'FR').towns.map(({ name }) => name)

  it('are known by name, postal code and code, however they are spelt', () => {
    for (const typed of ['Beaune', 'beaune', '21200', 'FR-21054', ' BEAUNE ']) expect(names(typed)).toEqual(['Beaune'])
    for (const typed of ['St-Jérôme', 'saint jerome', 'Saint-Jérôme']) expect(names(typed)).toEqual(['Saint-Jérôme'])
  })

  it('may be several, as older sites wrote them', () => {
    expect(names('Beaune; Dijon ;')).toEqual(['Beaune', 'Dijon'])
  })

  it('may be a region or a département', () => {
    expect(locate(places, 'Côte-d’Or', 'FR').area?.code).toBe('FR-D21')
    expect(locate(places, 'Laurentides', 'CA').area?.name).toBe('Laurentides')
  })

  it('of a centre’s own territory come before others of that name; of twins, both are meant', () => {
    const codes = (typed: string, territory: string[]) =>
      locate(places, typed, 'FR', territory).towns.map(({ code }) => code)
    expect(codes('Val-David', ['FR-R27'])).not.toContain('QC-78010')
    expect(codes('val david', ['FR-R27', 'QC-15'])).toEqual(['QC-78010'])
    expect(codes('Saint-Sauveur', ['QC-15'])).toEqual(['QC-77043'])
    expect(codes('Saint-Sauveur', ['FR-R27', 'QC-15'])).toEqual(expect.arrayContaining(['QC-77043', 'FR-70473']))
    expect(codes('Dijon', ['QC-15'])).toEqual(['FR-21231'])
  })

  it('are joined to the words before them as French does', () => {
    const joined = ['Dijon', 'Auxerre', 'Évry', 'Le Val-David', 'Les Sables', 'La Rochelle'].map((name) =>
      ofTown(name, 'fr'),
    )
    expect(joined).toEqual(['de Dijon', 'd’Auxerre', 'd’Évry', 'du Val-David', 'des Sables', 'de La Rochelle'])
    expect(ofTown('Auxerre', 'en')).toBe('Auxerre')
  })

  it('that are misspelt bring those they may be', () => {
    const [slip] = locate(places, 'Bezançon', 'FR').unknown
    expect(slip?.suggestions[0]?.name).toBe('Besançon')
    const [several] = locate(places, 'Saint-Denis', 'FR').unknown
    expect(several?.suggestions.length).toBeGreaterThan(1)
    expect(locate(places, '***', 'FR').unknown).toHaveLength(1)
  })

  it('are shown so that they are found when typed again', () => {
    const beaune = places.resolve('Beaune')!
    expect(names(townLabel(beaune))).toEqual(['Beaune'])
  })
})

describe('an offer in few words', () => {
  const words = { t, taxonomies }
  const place = {
    code: 'FR-21054',
    label: 'Salle des fêtes',
    name: 'Beaune',
    region: null,
    department: null,
    country: 'FR' as const,
    postalCode: '21200',
    street: null,
    latitude: 47,
    longitude: 4.8,
    precision: 'municipality' as const,
  }
  const content = { ...emptyContent(), commitment: 'regular', work_mode: 'on_site', places: [place] }
  const plain = (words: string) => words.replaceAll(/[\u00a0\u202f]/g, ' ')

  it('shows its rhythm and its moment', () => {
    const weekly = { ...content, frequency: 'weekly', minutes_per_session: 120, slots: ['wednesday-morning'] }
    expect(plain(whenText(words, weekly))).toBe('2 h par semaine, le mercredi matin')
    expect(slotText(words, 'nonsense')).toBe('nonsense')
  })

  it('shows its day when it has one', () => {
    const dated = {
      ...content,
      commitment: 'one_off',
      frequency: 'once',
      minutes_per_session: 180,
      starts_on: '2026-11-28',
    }
    expect(plain(whenText(words, dated))).toBe('Samedi 28 novembre, 3 h')
  })

  it('shows the nearest of its towns when asked from somewhere', () => {
    const two = { ...content, places: [place, { ...place, label: '', name: 'Dijon', code: 'FR-21231' }] }
    expect(whereText(words, two)).toBe('Beaune et une autre commune')
    expect(plain(whereText(words, two, { km: 3.4, town: 'Dijon' }))).toBe('Dijon, à 3 km')
    expect(whereText(words, content)).toBe('Salle des fêtes, Beaune')
  })

  it('never shows where a person who is helped lives', () => {
    const home = { ...content, work_mode: 'at_beneficiary_home' }
    expect(whereText(words, home)).not.toContain('Salle des fêtes')
  })

  it('gives a centre its article', () => {
    expect(withArticle('Centre du bénévolat', 'fr')).toBe('le Centre du bénévolat')
    expect(withArticle('Maison des associations', 'fr-CA')).toBe('la Maison des associations')
    expect(withArticle('Centre du bénévolat', 'en')).toBe('Centre du bénévolat')
  })
})

describe('feeds', () => {
  it('fold calendar lines at 75 octets without cutting a character, and unfold to the same', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }).filter((line) => !/[\r\n]/.test(line)),
        (line) => {
          const folded = fold(line.toWellFormed())
          for (const part of folded.split('\r\n')) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(75)
          expect(folded.replaceAll('\r\n ', '')).toBe(line.toWellFormed())
        },
      ),
    )
  })

  it('escape what would end a value', () => {
    expect(text('a;b,c\\d\ne')).toBe('a\\;b\\,c\\\\d\\ne')
    expect(xml('<a b="c">&\u0000\u{d800}')).toBe('&lt;a b=&quot;c&quot;&gt;&amp;\ufffd')
  })
})

it('gives a member’s offer the same short name each time', () => {
  expect(publicIdOf('https://a.example/offers/1')).toBe(publicIdOf('https://a.example/offers/1'))
  expect(publicIdOf('https://a.example/offers/1')).toMatch(/^[0-9a-f]{16}$/)
})
