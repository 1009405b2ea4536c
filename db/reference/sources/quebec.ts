// SPDX-License-Identifier: AGPL-3.0-or-later
// Which towns of Québec do we know, in which MRC and region? (build time only)
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Town } from './geonames.ts'
import { curved, readTable, type AreaRow, type PlaceRow } from './rows.ts'

type Correction = { code?: string; name?: string; mrc?: string; aliases?: string[] }
type Tables = {
  regions: [code: string, name: string][]
  mrcs: [code: string, name: string, region: string][]
  /** By GeoNames id: what GeoNames has wrong or old; null leaves the town out. */
  corrections: Record<string, Correction | null>
  /** By municipality: quarters and former towns people still name. */
  aliases: Record<string, string[]>
}

const tables = JSON.parse(readFileSync(join(import.meta.dirname, 'quebec.json'), 'utf8')) as Tables

/**
 * Our own table (`quebec-towns.tsv`: all of Laurentides, and towns GeoNames lacks) and then GeoNames. Two towns with one
 * municipality code are one municipality: the larger name wins, the other becomes an alias.
 */
export function readQuebec(towns: Town[]): { areas: AreaRow[]; places: PlaceRow[] } {
  const places = new Map<string, PlaceRow>()
  for (const row of readTable('quebec-towns.tsv')) {
    const code = row['code'] ?? ''
    const postalCodes = words(row['postal'], ' ')
    const [latitude, longitude, population] = [row['latitude'], row['longitude'], row['population']].map(Number)
    const position = { latitude: latitude ?? 0, longitude: longitude ?? 0, population: population ?? 0 }
    places.set(code, place(code, mrcOf(code), row['name'] ?? '', words(row['aliases'], ','), postalCodes, position))
  }
  const largestFirst = [...towns].sort((a, b) => quarter(a) - quarter(b) || b.population - a.population)
  for (const town of largestFirst) {
    const correction = tables.corrections[town.id]
    const code = correction?.code ?? town.official
    if (correction === null || code === null) continue
    const name = correction?.name ?? town.name
    const known = places.get(code)
    if (known) known.aliases.push(name)
    else places.set(code, place(code, correction?.mrc ?? mrcOf(code), name, correction?.aliases ?? [], [], town))
  }
  for (const [code, names] of Object.entries(tables.aliases)) places.get(code)?.aliases.push(...names)
  return { areas: areas(), places: [...places.values()].sort((a, b) => (a.code < b.code ? -1 : 1)) }
}

const words = (text: string | undefined, separator: string) =>
  (text ?? '').split(separator).filter((word) => word !== '')
const quarter = (town: Town) => (town.kind === 'PPLX' || town.kind === 'PPLL' ? 1 : 0)

type Position = { latitude: number; longitude: number; population: number }

function place(
  code: string,
  mrc: string,
  name: string,
  aliases: string[],
  postalCodes: string[],
  at: Position,
): PlaceRow {
  const { latitude, longitude, population } = at
  const named = { name: curved(name), aliases: [...aliases], country: 'CA' as const, area: `QC-M${mrc}`, postalCodes }
  return { code: `QC-${code}`, ...named, latitude, longitude, precision: 'exact', population }
}

/** An official municipality code begins with the two digits of its MRC; five of these are shared by two or three. */
function mrcOf(code: string): string {
  const number = Number(code)
  const split: Record<string, string> = {
    '25': '251',
    '37': number < 37200 ? '371' : '372',
    '94': number < 94200 ? '941' : '942',
    '97': number < 97030 ? '971' : '972',
    '98': number < 98020 ? '982' : '981',
    '99': number < 99070 ? '991' : number < 99800 ? '992' : '993',
  }
  return split[code.slice(0, 2)] ?? `${code.slice(0, 2)}0`
}

function areas(): AreaRow[] {
  return [
    ...tables.regions.map(([code, name]): AreaRow => {
      return { code: `QC-${code}`, name, kind: 'region', country: 'CA', parent: null }
    }),
    ...tables.mrcs.map(([code, name, region]): AreaRow => {
      return { code: `QC-M${code}`, name, kind: 'mrc', country: 'CA', parent: `QC-${region}` }
    }),
  ]
}
