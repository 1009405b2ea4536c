// SPDX-License-Identifier: AGPL-3.0-or-later
// Build time only: the French communes and their positions.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { placeKey } from '../place-names.ts'
import type { Town } from './geonames.ts'
import { curved, middle, readTable, type AreaRow, type PlaceRow } from './rows.ts'

type Commune = {
  code: string
  nom: string
  type: string
  departement: string
  region: string
  codesPostaux?: string[]
  population?: number
  /** Of a former commune or a borough: its commune today. */
  chefLieu?: string
  commune?: string
}
type Named = { code: string; nom: string; region?: string }
type Group = { membres: { code: string }[] }
type Point = { latitude: number; longitude: number }

/** Terres australes et antarctiques, Clipperton. */
const UNINHABITED = new Set(['984', '989'])

/** Every current commune with inhabitants, overseas included. */
export function readFrance(towns: Town[]): { areas: AreaRow[]; places: PlaceRow[] } {
  const all = official<Commune>('communes')
  const current = all
    .filter((one) => one.type === 'commune-actuelle' && !UNINHABITED.has(one.departement))
    .sort((a, b) => (a.code < b.code ? -1 : 1))
  const exact = exactPoints(current, towns)
  const aliases = formerNames(all)
  const far = new Map(overseas(towns, 'department'))
  const estimate = estimator(current, exact)
  const places = current.map((commune): PlaceRow => {
    const point = exact.get(commune.code)
    const neighbour = far.get(commune.code)
    return {
      code: `FR-${commune.code}`,
      name: curved(commune.nom),
      aliases: aliases.get(commune.code) ?? [],
      country: 'FR',
      area: `FR-D${commune.departement}`,
      postalCodes: commune.codesPostaux ?? [],
      ...((point && { ...point, precision: 'exact' }) ??
        (neighbour && { ...neighbour, precision: 'department' }) ??
        estimate(commune)),
      population: commune.population ?? 0,
    }
  })
  return { areas: areas(current), places }
}

function official<T>(name: string): T[] {
  const file = createRequire(import.meta.url).resolve(`@etalab/decoupage-administratif/data/${name}.json`)
  return JSON.parse(readFileSync(file, 'utf8')) as T[]
}

function areas(current: Commune[]): AreaRow[] {
  const used = new Set(current.flatMap((commune) => [commune.region, commune.departement]))
  const regions = official<Named>('regions').filter((region) => used.has(region.code))
  const departments = official<Named>('departements').filter((department) => used.has(department.code))
  return [
    ...regions.map((one): AreaRow => area(`FR-R${one.code}`, one.nom, 'region', null)),
    ...departments.map((one): AreaRow => area(`FR-D${one.code}`, one.nom, 'department', `FR-R${one.region}`)),
  ]
}

function area(code: string, name: string, kind: AreaRow['kind'], parent: string | null): AreaRow {
  return { code, name: curved(name), kind, country: 'FR', parent }
}

/** By municipality code first (the seat, not a quarter), then by name within the département. */
function exactPoints(current: Commune[], towns: Town[]): Map<string, Point> {
  const byCode = new Map<string, Town[]>()
  for (const town of towns) {
    if (town.official !== null) byCode.set(town.official, [...(byCode.get(town.official) ?? []), town])
  }
  const byName = namesByDistrict(towns)
  const points = new Map(overseas(towns, 'exact'))
  for (const commune of current) {
    const key = placeKey(commune.nom)
    const rank = (town: Town) =>
      (placeKey(town.name) === key ? 4e9 : 0) + (/^PPL(A|C)/.test(town.kind) ? 2e9 : 0) + town.population
    const [seat] = (byCode.get(commune.code) ?? []).sort((a, b) => rank(b) - rank(a))
    const town = seat ?? byName.get(`${commune.departement} ${key}`) ?? paris(commune, towns)
    if (town) points.set(commune.code, { latitude: town.latitude, longitude: town.longitude })
  }
  return points
}

/**
 * From `overseas.tsv`: the town of GeoNames with the town hall of a commune (`exact`), or the town nearest to an island
 * that has none in GeoNames (`department`).
 */
function overseas(towns: Town[], precision: string): [code: string, Point][] {
  const byName = namesByDistrict(towns)
  const rows = readTable('overseas.tsv').filter((row) => row['precision'] === precision)
  return rows.map(({ code = '', town: name = '' }) => {
    const town = byName.get(`${code.slice(0, 3)} ${placeKey(name)}`)
    if (!town) throw new Error(`overseas.tsv: GeoNames knows no ${name}`)
    return [code, { latitude: town.latitude, longitude: town.longitude }]
  })
}

function namesByDistrict(towns: Town[]): Map<string, Town> {
  const unnumbered = towns.filter((town) => town.official === null)
  return new Map(unnumbered.map((town) => [`${town.district} ${placeKey(town.name)}`, town]))
}

/** GeoNames gives the capital neither a municipality nor a département. */
const paris = (commune: Commune, towns: Town[]) =>
  commune.code === '75056' ? towns.find((town) => town.country === 'FR' && town.kind === 'PPLC') : undefined

/** By the commune of today: names of merged communes and of boroughs, and those of our own table. */
function formerNames(all: Commune[]): Map<string, string[]> {
  const names = new Map<string, string[]>()
  const add = (code: string, name: string) => names.set(code, [...(names.get(code) ?? []), name])
  const today = new Map(all.filter((one) => one.type === 'commune-actuelle').map((one) => [one.code, one.nom]))
  for (const one of all) {
    const borough = /^(.+) (\d+)(er|e) Arrondissement$/.exec(one.nom)
    const target = one.commune ?? one.chefLieu
    if (one.type === 'commune-actuelle' || target === undefined || one.nom === today.get(target)) continue
    add(target, one.nom)
    if (borough)
      add(target, `${borough[1]} ${borough[2]}`).get(target)?.push(`${borough[1]} ${borough[2]}${borough[3]}`)
  }
  for (const row of readTable('france-aliases.tsv')) {
    const code = row['code'] ?? ''
    if (today.get(code) !== row['name']) throw new Error(`france-aliases.tsv: ${code} is not ${row['name']}`)
    for (const alias of (row['aliases'] ?? '').split(',')) add(code, alias)
  }
  return names
}

/**
 * The middle of the located communes that share the postal code (half are within 4 km of the truth), else of those in
 * the same intercommunality (8 km): both called `sibling`; else of the département (27 km).
 */
function estimator(current: Commune[], exact: Map<string, Point>) {
  const groups = new Map<string, Point[]>()
  const add = (group: string, code: string) => {
    const point = exact.get(code)
    if (point) groups.set(group, [...(groups.get(group) ?? []), point])
  }
  const intercommunality = new Map<string, string>()
  official<Group>('epci').forEach((group, i) => {
    for (const member of group.membres) intercommunality.set(member.code, `together ${i}`)
  })
  const together = (code: string) => intercommunality.get(code) ?? 'alone'
  for (const commune of current) {
    for (const postal of commune.codesPostaux ?? []) add(`postal ${postal}`, commune.code)
    if (intercommunality.has(commune.code)) add(together(commune.code), commune.code)
    add(`department ${commune.departement}`, commune.code)
  }
  return (commune: Commune): Point & { precision: PlaceRow['precision'] } => {
    const neighbours = (commune.codesPostaux ?? []).flatMap((postal) => groups.get(`postal ${postal}`) ?? [])
    const siblings = neighbours.length > 0 ? neighbours : (groups.get(together(commune.code)) ?? [])
    if (siblings.length > 0) return { ...middle(siblings), precision: 'sibling' }
    return { ...middle(groups.get(`department ${commune.departement}`) ?? []), precision: 'department' }
  }
}
