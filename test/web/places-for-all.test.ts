// SPDX-License-Identifier: AGPL-3.0-or-later
// Nobody in France or Québec is refused for where they live.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from '@jest/globals'
import { freePlace } from '../../db/reference/free-place.ts'
import { openGazetteer } from '../../db/reference/places.ts'
import { makeSetUpLink } from '../../server/accounts/first-start.ts'
import { startApp, stopApps, type World } from '../support/app.ts'

const places = openGazetteer()
afterAll(() => places.close())
afterEach(stopApps)

describe('public 34: postal codes, boroughs, numbers and parts of words', () => {
  it.each([
    ['21 000', 'Dijon'],
    ['21 000 Dijon', 'Dijon'],
    ['F-21000 Dijon', 'Dijon'],
    ['F 21000', 'Dijon'],
    ['Lyon 03', 'Lyon'],
    ['Lyon 3ème arrondissement', 'Lyon'],
    ['Lyon 3e', 'Lyon'],
    ['Paris 11e arr.', 'Paris'],
    ['Marseille 1er arrondissement', 'Marseille'],
    ['69383', 'Lyon'],
    ['75111', 'Paris'],
    ['13208', 'Marseille'],
    ['2A004', 'Ajaccio'],
    ['2a004', 'Ajaccio'],
    ['21231', 'Dijon'],
    ['Chalon/Saône', 'Chalon-sur-Saône'],
    ['Montréal-Nord', 'Montréal'],
    ['Kamouraska', 'Kamouraska'],
    ['Saint-Élie-de-Caxton', 'Saint-Élie-de-Caxton'],
    ['Kahnawake', 'Kahnawake'],
    ['Kahnawà:ke', 'Kahnawake'],
    ['Wendake', 'Wendake'],
    ['Kuujjuaq', 'Kuujjuaq'],
  ])('%s is %s', (typed, name) => {
    expect(places.resolve(typed)?.name).toBe(name)
  })

  it('the beginnings of its words find a town', () => {
    expect(places.search('sai eti lug').map(({ name }) => name)).toEqual(['Saint-Étienne-de-Lugdarès'])
    expect(places.search('sai eti', { limit: 3 }).every(({ name }) => name.startsWith('Saint-Étienne'))).toBe(true)
    expect(places.search('sai zzz')).toEqual([])
  })
})

describe('public 1: Québec', () => {
  const rows = readFileSync(join(__dirname, '../../db/reference/sources/quebec-postal.tsv'), 'utf8').trim().split('\n')

  it('every postal code is its sector, with the nearest towns', () => {
    expect(rows).toHaveLength(413)
    for (const row of rows.slice(1)) {
      const [prefix = '', sector] = row.split('\t')
      const found = places.resolve(`${prefix} 1A1`)
      expect(found).toMatchObject({ code: `QC-P${prefix}`, name: sector, country: 'CA', postalCodes: [prefix] })
      expect(found!.mrc).not.toBeNull()
      expect(places.search(prefix.toLowerCase()).length).toBeGreaterThan(3)
    }
  })

  it('H2X is in Montréal, and a sector is never the nearest town', () => {
    const { latitude, longitude } = places.resolve('H2X 1Y4')!
    expect(places.near(latitude, longitude, 30, 1)[0]!.code).not.toMatch(/^QC-P[A-Z]/)
    expect(places.near(latitude, longitude, 10).map(({ name }) => name)).toContain('Montréal')
  })

  it('a name that is in no list lies where its postal code is', () => {
    expect(freePlace(places, 'Saint-Imaginaire G0L 1M0', 'CA')).toMatchObject({
      name: 'Saint-Imaginaire',
      postalCode: 'G0L',
      around: { code: 'QC-PG0L' },
    })
    expect(freePlace(places, 'Trifouillis 21000', 'FR')).toMatchObject({ around: { name: 'Dijon' } })
    expect(freePlace(places, 'G0L 1M0', 'CA')).toBeUndefined()
  })
})

const setUpLink = async ({ deps }: World) => new URL((await makeSetUpLink(deps))!).pathname

async function writeAt(town: string) {
  const world = await startApp()
  const b = await world.signIn('bastien')
  await b.get('/work/offers/new')
  b.fill('Titre', 'Servir la soupe').fill('Ville ou village', town)
  await b.press('Enregistrer et me relire')
  const rows = await world.deps.db.selectFrom('offers').selectAll().execute()
  return { world, b, places: rows[0]?.content ? JSON.parse(String(rows[0].content)).places : undefined }
}

describe('public 1: an unknown town never blocks anybody', () => {
  it('a draft is kept, and says that its town is to be checked', async () => {
    const { b, places: kept } = await writeAt('Xyzabc')
    expect(kept).toMatchObject([{ code: null, name: 'Xyzabc', latitude: null }])
    expect(b.text).toContain('Xyzabc (commune à vérifier)')
    await b.get(`${b.url}/edit`)
    expect(b.value('Ville ou village')).toBe('Xyzabc')
  })

  it('with its postal code it lies there, and comes back as it was typed', async () => {
    const { b, places: kept } = await writeAt('Trifouillis 21000')
    expect(kept).toMatchObject([{ code: null, name: 'Trifouillis', postalCode: '21000', department: 'Côte-d’Or' }])
    expect(kept[0].latitude).toBeCloseTo(47.3, 1)
    await b.get(`${b.url}/edit`)
    expect(b.value('Ville ou village')).toBe('21000 Trifouillis')
  })

  it('where a similar name may be meant, one can keep one’s own', async () => {
    const { world, b } = await writeAt('Beaunne')
    expect(b.status).toBe(422)
    await b.choose('Aucune : garder « Beaunne », à vérifier').press('Enregistrer et me relire')
    const [row] = await world.deps.db.selectFrom('offers').selectAll().execute()
    expect(JSON.parse(String(row!.content)).places).toMatchObject([{ code: null, name: 'Beaunne' }])
  })

  it.each([
    ['Saint-Imaginaire G0L 1M0', 'Saint-Imaginaire', null],
    ['H2X 1Y4', 'Plateau Mont-Royal', 'QC-PH2X'],
    ['Kamouraska', 'Kamouraska', 'QC-kamouraska'],
  ])('an association begins in %s', async (place, name, code) => {
    const world = await startApp({ empty: true })
    const link = await setUpLink(world)
    const b = world.browser()
    const answers = {
      kind: 'association',
      name: 'La Popote',
      handle: 'popote',
      place,
      country: 'CA',
      locale: 'fr-CA',
      given_name: 'Ana',
      family_name: 'Roy',
      email: 'ana@example.org',
      password: 'une-longue-phrase-a-moi',
    }
    await b.post(link, answers)
    const row = await world.deps.db.selectFrom('association').selectAll().executeTakeFirst()
    expect(row).toMatchObject({ place_name: name, place_code: code, country: 'CA' })
    expect(row!.latitude).not.toBeNull()
  })

  it('a name alone can be kept as it is', async () => {
    const world = await startApp({ empty: true })
    const link = await setUpLink(world)
    const b = world.browser()
    const answers = {
      kind: 'association',
      name: 'La Popote',
      handle: 'popote',
      place: 'Nulle-Part',
      country: 'CA',
      locale: 'fr-CA',
      given_name: 'Ana',
      family_name: 'Roy',
      email: 'ana@example.org',
      password: 'une-longue-phrase-a-moi',
    }
    expect((await b.post(link, answers)).status).toBe(422)
    expect(b.text).toContain('garder « Nulle-Part »')
    await b.post(link, { ...answers, place_code: 'as-typed' })
    const row = await world.deps.db.selectFrom('association').selectAll().executeTakeFirst()
    expect(row).toMatchObject({ place_name: 'Nulle-Part', place_code: null })
  })
})
