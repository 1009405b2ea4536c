// SPDX-License-Identifier: AGPL-3.0-or-later
// Build time only: the towns of Québec with their MRC and region.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { normalisePlace } from '../place-names.ts'
import { distance } from '../places.ts'
import type { Town } from './geonames.ts'
import { curved, middle, readTable, type AreaRow, type PlaceRow } from './rows.ts'

type Correction = { code?: string; name?: string; mrc?: string; aliases?: string[] }
type Tables = {
  regions: [code: string, name: string][]
  mrcs: [code: string, name: string, region: string][]
  /** By GeoNames id: what GeoNames has wrong or old (our code replaces its own); null leaves the town out. */
  corrections: Record<string, Correction | null>
  /** By municipality code: quarters and former towns that people still name. */
  aliases: Record<string, string[]>
}

const tables = JSON.parse(readFileSync(join(import.meta.dirname, 'quebec.json'), 'utf8')) as Tables

/**
 * Municipalities with a code in GeoNames, and those of our own table (`quebec-towns.tsv`), which GeoNames lacks or
 * gives no code. Two towns with one code are one municipality: the larger name wins, the other is an alias.
 * @throws when our table names a town twice, or a neighbour that GeoNames does not know.
 */
export function readQuebec(towns: Town[]): { areas: AreaRow[]; places: PlaceRow[]; sectors: Sector[] } {
  const places = new Map<string, PlaceRow>()
  const largestFirst = [...towns].sort((a, b) => quarter(a) - quarter(b) || b.population - a.population)
  for (const town of largestFirst) {
    const correction = tables.corrections[town.id]
    const code = correction?.code ?? town.official
    if (correction === null || code === null) continue
    const name = correction?.name ?? town.name
    const known = places.get(code)
    const at: Position = { ...town, precision: 'exact' }
    if (known) known.aliases.push(name)
    else places.set(code, place(code, correction?.mrc ?? mrcOf(code), name, correction?.aliases ?? [], at))
  }
  for (const [code, names] of Object.entries(tables.aliases)) places.get(code)?.aliases.push(...names)
  for (const own of ownTowns(towns, [...places.values()])) {
    if (places.has(own.code.slice(3))) throw new Error(`quebec-towns.tsv: ${own.name} is there already`)
    places.set(own.code.slice(3), own)
  }
  const sorted = [...places.values()].sort((a, b) => (a.code < b.code ? -1 : 1))
  return { areas: areas(), places: sorted, sectors: sectors(sorted) }
}

/** What a postal code stands for: its first three characters, and the municipalities that are nearest. */
export type Sector = { place: PlaceRow; nearest: PlaceRow[] }
const NEAREST = 6

/** The sector lies in the MRC of the nearest municipality. */
function sectors(towns: readonly PlaceRow[]): Sector[] {
  return readTable('quebec-postal.tsv').map((row) => {
    const [prefix = '', latitude, longitude] = [row['prefix'], Number(row['latitude']), Number(row['longitude'])]
    const far = (town: PlaceRow) => distance(latitude, longitude, town.latitude, town.longitude)
    const nearest = towns
      .filter(({ precision }) => precision !== 'department')
      .toSorted((a, b) => far(a) - far(b))
      .slice(0, NEAREST)
    const at: Position = { latitude, longitude, precision: 'sibling', population: 0 }
    const found = place(`P${prefix}`, nearest[0]!.area.slice(4), row['sector'] ?? '', [], at)
    return { place: { ...found, postalCodes: [prefix] }, nearest }
  })
}

/**
 * The position is the middle of the towns of GeoNames that the row names: the town itself under another spelling
 * (`exact`), neighbours (`sibling`) or far ones (`department`); when it names none, of all known towns of its MRC.
 */
function ownTowns(towns: Town[], located: PlaceRow[]): PlaceRow[] {
  return readTable('quebec-towns.tsv').map(({ name = '', mrc = '', aliases, ...row }) => {
    const precision = row['precision'] as PlaceRow['precision']
    const named = words(row['towns'], ', ').map((one) => townNamed(towns, one))
    const points = named.length > 0 ? named : located.filter((one) => one.area === `QC-M${mrc}`)
    const population = precision === 'exact' ? named.reduce((sum, one) => sum + one.population, 0) : 0
    const code = normalisePlace(name).replaceAll(' ', '-')
    return place(code, mrc, name, words(aliases, ','), { ...middle(points), population, precision })
  })
}

/** "Saint-Ambroise #6137383" gives the id, because GeoNames has several towns of that name. */
function townNamed(towns: Town[], text: string): Town {
  const [name, id] = text.split(' #')
  const [town, other] = towns.filter(
    (one) => one.name === name && (id === undefined || one.id === id) && tables.corrections[one.id] !== null,
  )
  if (!town || other) throw new Error(`quebec-towns.tsv: GeoNames knows ${other ? 'several' : 'no'} ${text}`)
  return town
}

const words = (text: string | undefined, separator: string) =>
  (text ?? '').split(separator).filter((word) => word !== '')
const quarter = (town: Town) => (town.kind === 'PPLX' || town.kind === 'PPLL' ? 1 : 0)

type Position = { latitude: number; longitude: number; population: number; precision: PlaceRow['precision'] }

function place(code: string, mrc: string, name: string, aliases: string[], at: Position): PlaceRow {
  const { latitude, longitude, population, precision } = at
  const named = { name: curved(name), aliases: [...aliases], country: 'CA' as const, area: `QC-M${mrc}` }
  return { code: `QC-${code}`, ...named, postalCodes: [], latitude, longitude, precision, population }
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
