// SPDX-License-Identifier: AGPL-3.0-or-later
// Finds towns by name, code or position in the file we ship, without network.
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { compareNames } from '../plain.ts'
import { normalisePlace, placeKey, readPlace } from './place-names.ts'

export { normalisePlace, splitPlaces } from './place-names.ts'

export type Country = 'FR' | 'CA'

/**
 * Codes: `FR-21231` (INSEE); `QC-75017` with the municipality's number in GeoNames, `QC-gore` made from the name where
 * it has none; `QC-PH2X` is the sector of a postal code. Areas: `FR-D21`, `FR-R27`, `QC-M750` (MRC), `QC-15`.
 */
export type Place = {
  code: string
  name: string
  country: Country
  department: string | null
  departmentName: string | null
  region: string
  regionName: string
  mrc: string | null
  mrcCode: string | null
  /** Five digits in France; in Canada the first three characters, of a sector only. */
  postalCodes: string[]
  /** In degrees. `precision`: of the town itself, of its neighbours (a few km), or of its département only. */
  latitude: number
  longitude: number
  precision: 'exact' | 'sibling' | 'department'
  /** Of the municipality in France, of its main town in Québec; 0 means unknown. */
  population: number
}

export type Area = {
  code: string
  name: string
  kind: 'region' | 'department' | 'mrc'
  country: Country
  parent: string | null
}

export type Gazetteer = {
  find(code: string): Place | undefined
  /** Towns whose name or postal code begins with the text: exact ones first, then by population. Default limit 10. */
  search(text: string, options?: { country?: Country; limit?: number }): Place[]
  /**
   * The town of a code, a name or a postal code, also "Saint-Denis (93)" or "21200 Beaune". Undefined when none fits,
   * or several do and none is ten times larger than the next.
   */
  resolve(text: string, options?: { country?: Country }): Place | undefined
  /** By name; in France the overseas collectivities come last. */
  regions(country?: Country): { code: string; name: string }[]
  /** Départements (or MRC) by name; of both countries without a region. */
  departments(regionCode?: string): { code: string; name: string }[]
  area(code: string): Area | undefined
  /** Nearest first; all of them without a limit. */
  near(latitude: number, longitude: number, km: number, limit?: number): Place[]
  close(): void
}

type PlaceRow = {
  id: number
  code: string
  name: string
  area: string
  postal_codes: string
  latitude: number
  longitude: number
  precision: Place['precision']
  population: number
}
/** kind 0: the name of today; 1: a former or shorter one. */
type Hit = { place: number; exact: 0 | 1; kind: 0 | 1 }

export const SHIPPED = join(import.meta.dirname, 'places.sqlite')
const CLEARLY_LARGER = 10
const FEW = 40
const LOOKED_AT = 400
const BOROUGHS = [
  [/^751(?:0[1-9]|1\d|20)$/, '75056'],
  [/^6938[1-9]$/, '69123'],
  [/^132(?:0[1-9]|1[0-6])$/, '13055'],
] as const
const CANADA = new Set(['qc', 'quebec', 'canada'])

/** Opens the file read-only; only the areas are kept in memory. @throws when the file is missing. */
export function openGazetteer(file: string = SHIPPED): Gazetteer {
  const db = new Database(file, { readonly: true, fileMustExist: true })
  db.pragma('cache_size = -1024')
  const statements = new Map<string, Database.Statement>()
  const prepared = (sql: string) => {
    const known = statements.get(sql) ?? db.prepare(sql)
    statements.set(sql, known)
    return known
  }
  const areas = new Map((db.prepare('select * from areas').all() as Area[]).map((area) => [area.code, area]))
  let areaKeys: (readonly [key: string, area: Area])[] | undefined
  const row = (id: number) => prepared('select * from places where id = ?').get(id) as PlaceRow
  const country = (code: string): Country => (code.startsWith('FR-') ? 'FR' : 'CA')

  function toPlace(found: PlaceRow): Place {
    const { code, name, latitude, longitude, precision, population } = found
    const own = areas.get(found.area)
    const region = own?.kind === 'region' ? own : areas.get(own?.parent ?? '')
    const department = own?.kind === 'department' ? own : undefined
    const mrc = own?.kind === 'mrc' ? own : undefined
    return {
      code,
      name,
      country: country(code),
      department: department?.code ?? null,
      departmentName: department?.name ?? null,
      region: region?.code ?? '',
      regionName: region?.name ?? '',
      mrc: mrc?.name ?? null,
      mrcCode: mrc?.code ?? null,
      postalCodes: found.postal_codes === '' ? [] : found.postal_codes.split(' '),
      latitude,
      longitude,
      precision,
      population,
    }
  }

  /**
   * Exact matches first, own names before former ones, then the largest. Few rows are read at first, so that the sort
   * stays small; the rest only for a reader that goes on.
   */
  function* beginning(table: 'names' | 'postal', key: string, only: Country | undefined): Generator<Hit> {
    // Keys hold only letters and digits: "{" and "[" are the characters just after "z" and "Z".
    const range = { key, end: `${key}${table === 'names' ? '{' : '['}`, only: only ?? null }
    const sql = `select place, key = @key as exact, kind from ${table}
      where key >= @key and key < @end and (@only is null or country = @only)
      order by exact desc, kind, population desc, place limit @limit offset @offset`
    const first = prepared(sql).all({ ...range, limit: FEW, offset: 0 }) as Hit[]
    yield* first
    if (first.length === FEW) yield* prepared(sql).all({ ...range, limit: -1, offset: FEW }) as Hit[]
  }

  /** The areas that are named beside a town: "93", "La Réunion", "Québec". Undefined when none fits. */
  function areasNamed(words: string | null): Set<string> | undefined {
    if (words === null) return undefined
    const key = placeKey(words)
    const of: Country | undefined = key === 'france' ? 'FR' : CANADA.has(key) ? 'CA' : undefined
    areaKeys ??= [...areas.values()].map((area) => [withoutArticle(area.name), area] as const)
    const plain = withoutArticle(words)
    const meant = (name: string, area: Area) =>
      of === undefined ? area.code === `FR-D${key.toUpperCase()}` || name === plain : area.country === of
    const found = areaKeys.filter(([name, area]) => meant(name, area))
    return found.length === 0 ? undefined : new Set(found.map(([, area]) => area.code))
  }

  /** Best first; only those that fit the postal code or département that was typed. */
  function* candidates(text: string, only: Country | undefined): Generator<{ found: PlaceRow; hit: Hit }> {
    const { name, postal, where } = readPlace(text.slice(0, 200))
    const within = areasNamed(where)
    const byPostal = name === '' || /^(\d{1,4}|[a-z]\d)$/i.test(name)
    const key = byPostal ? (postal ?? name).toUpperCase() : placeKey(name)
    if (key === '') return
    const seen = new Set<number>()
    for (const hit of beginning(byPostal ? 'postal' : 'names', key, only)) {
      if (seen.has(hit.place)) continue
      seen.add(hit.place)
      const found = row(hit.place)
      const other = postal !== null && found.postal_codes !== '' && !found.postal_codes.split(' ').includes(postal)
      if (!byPostal && other) continue
      if (within && !within.has(found.area) && !within.has(areas.get(found.area)?.parent ?? '')) continue
      yield { found, hit }
    }
  }

  /** « sai eti lug »: towns whose words begin with those that were typed, in their order, largest first. */
  function byWords(text: string, only: Country | undefined, limit: number): Place[] {
    const words = normalisePlace(readPlace(text.slice(0, 200)).name).split(' ')
    const [first = '', ...others] = words
    if (others.length === 0 || words.length > 8 || words.some((word) => word.length < 2)) return []
    const sql = `select distinct p.* from names n join places p on p.id = n.place
      where n.key >= @key and n.key < @end and n.key like @pattern and (@only is null or n.country = @only)
      order by p.population desc, p.id limit ${LOOKED_AT}`
    const asked = { key: first, end: `${first}{`, pattern: `${words.join('%')}%`, only: only ?? null }
    return (prepared(sql).all(asked) as PlaceRow[])
      .filter(({ name }) => beginsLike(normalisePlace(name).split(' '), words))
      .slice(0, limit)
      .map(toPlace)
  }

  const find = (code: string) => {
    const found = prepared('select * from places where code = ?').get(code.trim()) as PlaceRow | undefined
    return found && toPlace(found)
  }

  return {
    find,
    search: (text, { country: only, limit = 10 } = {}) => {
      const found = [...candidates(text, only).take(limit)].map((one) => toPlace(one.found))
      return found.length > 0 ? found : byWords(text, only, limit)
    },
    resolve(text, { country: only } = {}) {
      const byCode = find(text)
      if (byCode) return byCode
      const byNumber = numbered(text)
      const exact: { found: PlaceRow; hit: Hit }[] = []
      for (const candidate of candidates(text, only)) {
        if (candidate.hit.exact === 0) break
        exact.push(candidate)
      }
      const [first, ...others] = exact.filter(({ hit }) => hit.kind === exact[0]?.hit.kind)
      // An unknown population is no reason to guess.
      const larger = (a: PlaceRow, b: PlaceRow) => b.population > 0 && a.population >= b.population * CLEARLY_LARGER
      if (!first) return byNumber
      if (!others.every((other) => larger(first.found, other.found))) return undefined
      // "Évry" is a village of the Yonne, but most people mean today's Évry-Courcouronnes: nothing is chosen.
      const former = exact.find(({ hit }) => hit.kind !== first.hit.kind)
      return former && larger(former.found, first.found) ? undefined : toPlace(first.found)
    },
    regions: (only) => named((area) => area.kind === 'region' && area.country === (only ?? area.country)),
    departments: (region) =>
      named((area) => area.kind !== 'region' && (region === undefined || area.parent === region)),
    area: (code) => areas.get(code),
    near(latitude, longitude, km, limit) {
      const height = km / 111.2
      const width = height / Math.max(Math.cos((latitude * Math.PI) / 180), 0.01)
      // The sector of a postal code is no town.
      const sql = `select * from places where latitude between ? and ? and longitude between ? and ?
        and code not glob 'QC-P[A-Z][0-9][A-Z]'`
      const box = [latitude - height, latitude + height, longitude - width, longitude + width]
      return (prepared(sql).all(...box) as PlaceRow[])
        .map((found) => ({ found, km: distance(latitude, longitude, found.latitude, found.longitude) }))
        .filter((one) => one.km <= km)
        .sort((a, b) => a.km - b.km || a.found.id - b.found.id)
        .slice(0, limit)
        .map((one) => toPlace(one.found))
    },
    close: () => db.close(),
  }

  /** By its number in the list of INSEE; those of boroughs are those of their city. */
  function numbered(text: string): Place | undefined {
    const [number] = /^(?:\d{5}|2[ab]\d{3})$/i.exec(text.trim()) ?? []
    if (number === undefined) return undefined
    return find(`FR-${BOROUGHS.find(([boroughs]) => boroughs.test(number))?.[1] ?? number.toUpperCase()}`)
  }

  function named(wanted: (area: Area) => boolean): { code: string; name: string }[] {
    const last = (area: Area) => (/^FR-R9[78]\d$/.test(area.code) ? 1 : 0)
    return [...areas.values()]
      .filter(wanted)
      .sort((a, b) => last(a) - last(b) || compareNames(a.name, b.name))
      .map(({ code, name }) => ({ code, name }))
  }
}

/** Each typed word begins a word of the name, and they stand in the same order. */
function beginsLike(name: readonly string[], typed: readonly string[]): boolean {
  let at = 0
  for (const word of name) if (at < typed.length && word.startsWith(typed[at]!)) at += 1
  return at === typed.length
}

const withoutArticle = (name: string): string => placeKey(name.replace(/^(le |la |les |l['’])/i, ''))

export const EARTH_DIAMETER_KM = 12_742

/** Kilometres between two points in degrees (haversine). */
export function distance(fromLatitude: number, fromLongitude: number, latitude: number, longitude: number): number {
  const rad = Math.PI / 180
  const a =
    Math.sin(((latitude - fromLatitude) * rad) / 2) ** 2 +
    Math.cos(fromLatitude * rad) * Math.cos(latitude * rad) * Math.sin(((longitude - fromLongitude) * rad) / 2) ** 2
  // Rounding may bring opposite points of the earth a little beyond 1.
  return EARTH_DIAMETER_KM * Math.asin(Math.sqrt(Math.min(1, a)))
}
