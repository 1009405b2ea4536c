// SPDX-License-Identifier: AGPL-3.0-or-later
// An official list of municipalities, put into a copy of the list of towns that is shipped. A bad row is refused and
// named; the others are taken.
import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { placeKey } from './place-names.ts'
import { SHIPPED } from './places.ts'
import { readOfficial, type ColumnName, type OfficialRow } from './official-csv.ts'

/** In the data folder; read in place of the shipped list where it is. */
export const OWN_PLACES = 'places.sqlite'

export type ImportReport = {
  rows: number
  added: string[]
  renamed: string[]
  same: number
  refused: Refusal[]
}
/** A row that is not taken. `town`: its code and name as they stand there; `about`: what `why` is about, or ''. */
export type Refusal = { line: number; town: string; why: Why; about: string }
type Why = 'again' | 'position' | 'nowhere' | 'parent' | 'name' | 'code_fr' | 'code_ca' | 'department' | 'area'
type Wrong = { why: Why; about?: string }
type Known = { id: number; name: string; area: string; postal_codes: string; latitude: number; longitude: number; precision: string }
type Read = { code: string; country: 'FR' | 'CA'; area: string; name: string; postal: string[]; population: number }

/** Names and reasons that are kept for the report; all are counted. */
const MOST_NAMED = 100_000

/**
 * @param options.isDry reads everything and changes nothing.
 * @param options.base the list it is put into: by default what was imported before, else the shipped one.
 * @throws when the file cannot be read, or is no list of municipalities.
 */
export async function importPlaces(
  file: string,
  dataDir: string,
  options: { isDry?: boolean; columns?: Partial<Record<ColumnName, string>> } = {},
): Promise<ImportReport> {
  const target = join(dataDir, OWN_PLACES)
  const copy = `${target}.new`
  rmSync(copy, { force: true })
  copyFileSync(existsSync(target) ? target : SHIPPED, copy)
  const db = new Database(copy)
  try {
    db.pragma('journal_mode = memory')
    db.exec('begin')
    const report = await takeAll(db, readOfficial(file, options.columns))
    db.exec('commit')
    db.close()
    if (!options.isDry && report.added.length + report.renamed.length + report.same > 0) renameSync(copy, target)
    return report
  } finally {
    if (db.open) db.close()
    rmSync(copy, { force: true })
    rmSync(`${copy}-journal`, { force: true })
  }
}

async function takeAll(db: Database.Database, rows: AsyncIterable<OfficialRow>): Promise<ImportReport> {
  const report: ImportReport = { rows: 0, added: [], renamed: [], same: 0, refused: [] }
  const take = taker(db, report)
  const seen = new Set<string>()
  for await (const row of rows) {
    report.rows += 1
    const refusal = take(row, seen)
    if (refusal && report.refused.length < MOST_NAMED)
      report.refused.push({ line: row.line, town: `${row.code || '?'} ${row.name || '?'}`, about: '', ...refusal })
  }
  return report
}

/** @returns what takes one row, and says why it was refused. */
function taker(db: Database.Database, report: ImportReport) {
  const find = db.prepare('select * from places where code = ?')
  // 102 towns of Québec are known by name and MRC only; offers have the codes that were made for them.
  const findUnnumbered = db.prepare(`select places.* from names join places on places.id = names.place
    where names.key = ? and names.kind = 0 and places.area = ? and places.code glob 'QC-[a-z]*'`)
  const insert = db.prepare(`insert into places (code, name, area, postal_codes, latitude, longitude, precision,
    population) values (?, ?, ?, ?, ?, ?, ?, ?)`)
  const update = db.prepare(`update places set name = ?, postal_codes = ?, latitude = ?, longitude = ?, precision = ?,
    population = max(population, ?) where id = ?`)
  const put = {
    name: db.prepare('insert or replace into names (key, kind, country, population, place) values (?, ?, ?, ?, ?)'),
    postal: db.prepare('insert or ignore into postal (key, kind, country, population, place) values (?, 0, ?, ?, ?)'),
  }
  const former = db.prepare('update names set kind = 1 where place = ? and key = ?')
  const areas = areasOf(db)
  const around = positions(db)

  return (row: OfficialRow, seen: Set<string>): Wrong | undefined => {
    if (['ARM', 'COMD', 'COMA'].includes(row.type)) return alias(row)
    const read = readRow(row, areas, find)
    if ('why' in read) return read
    if (seen.has(read.code)) return { why: 'again' }
    seen.add(read.code)
    const known = (find.get(read.code) ?? findUnnumbered.get(placeKey(read.name), read.area)) as Known | undefined
    const own = readPosition(row)
    if (own === null) return { why: 'position' }
    const at = own ?? known ?? around(read)
    if (!at) return { why: 'nowhere' }
    const postal = [...new Set([...(known?.postal_codes.split(' ').filter(Boolean) ?? []), ...townPostal(read)])]
    const id = known?.id ?? Number(insert.run(read.code, read.name, read.area, postal.join(' '), at.latitude,
      at.longitude, at.precision, read.population).lastInsertRowid)
    if (known) update.run(read.name, postal.join(' '), at.latitude, at.longitude, at.precision, read.population, id)
    if (known && placeKey(known.name) !== placeKey(read.name)) former.run(id, placeKey(known.name))
    put.name.run(placeKey(read.name), 0, read.country, read.population, id)
    const short = placeKey(read.name.replace(/^(le |la |les |l['’])/i, ''))
    if (short !== placeKey(read.name)) put.name.run(short, 1, read.country, read.population, id)
    for (const one of postal) put.postal.run(one, read.country, read.population, id)
    if (!known) report.added.push(read.name)
    else if (known.name !== read.name) report.renamed.push(`${known.name} → ${read.name}`)
    else report.same += 1
    return undefined
  }

  /** A former commune finds the one it belongs to; a borough is found by its number already. */
  function alias({ type, parent, name }: OfficialRow): Wrong | undefined {
    if (type === 'ARM') return undefined
    const known = find.get(`FR-${parent}`) as Known | undefined
    if (!known) return { why: 'parent', about: parent || '?' }
    if (placeKey(name) === '') return { why: 'name' }
    if (placeKey(name) !== placeKey(known.name)) put.name.run(placeKey(name), 1, 'FR', 0, known.id)
    return undefined
  }
}

/** In Québec the sectors of postal codes are places of their own, so towns have none. */
const townPostal = ({ country, postal }: Read) => (country === 'FR' ? postal : [])

function readRow(row: OfficialRow, areas: ReturnType<typeof areasOf>, find: Database.Statement): Read | Wrong {
  const name = row.name.replaceAll(/\s+/g, ' ')
  if (!/\p{L}/u.test(name) || name.length > 120) return { why: 'name' }
  const population = Number(row.population.replaceAll(/\D/g, '')) || 0
  const isFrench = row.department !== '' || row.type !== ''
  if (isFrench || /^(?:2[ab]\d{3}|\d{5})$/i.test(row.code) && !row.mrc && !row.region) {
    if (!/^(?:2[ab]\d{3}|\d{5})$/i.test(row.code)) return { why: 'code_fr' }
    const number = row.code.toUpperCase()
    const department = row.department.toUpperCase() || (/^9[78]/.test(number) ? number.slice(0, 3) : number.slice(0, 2))
    const area = areas.department(department) ?? (find.get(`FR-${number}`) as Known | undefined)?.area
    if (!area) return { why: 'department', about: department }
    const postal = row.postal.match(/\d{5}/g) ?? []
    return { code: `FR-${number}`, country: 'FR', area, name, postal, population }
  }
  const number = row.code.padStart(5, '0')
  if (!/^\d{5}$/.test(number)) return { why: 'code_ca' }
  const area = areas.quebec(row.mrc, row.region) ?? (find.get(`QC-${number}`) as Known | undefined)?.area
  if (!area) return { why: 'area', about: `${row.mrc} · ${row.region}` }
  const postal = (row.postal.toUpperCase().match(/[A-Z]\d[A-Z]/g) ?? []).slice(0, 1)
  return { code: `QC-${number}`, country: 'CA', area, name, postal, population }
}

function areasOf(db: Database.Database) {
  const all = db.prepare('select code, name, kind, country from areas').all() as Record<string, string>[]
  const byName = new Map(all.filter(({ country }) => country === 'CA').map((one) => [`${one['kind']} ${placeKey(one['name']!)}`, one['code']!]))
  const codes = new Set(all.map(({ code }) => code!))
  const known = (code: string) => (codes.has(code) ? code : undefined)
  return {
    department: (number: string) => known(`FR-D${number}`),
    quebec(mrc: string, region: string) {
      const [number] = /\d{2}/.exec(region) ?? []
      const named = placeKey(region.replace(/\(?\d{2}\)?/, ''))
      return (
        (mrc && byName.get(`mrc ${placeKey(mrc.replace(/^MRC (?:de |du |des |d['’])?/i, ''))}`)) ||
        (number && known(`QC-${number}`)) ||
        byName.get(`region ${named}`)
      )
    },
  }
}

type At = { latitude: number; longitude: number; precision: string }

/** @returns undefined without a position, null for one that no town there can have. */
function readPosition({ latitude, longitude }: OfficialRow): At | null | undefined {
  if (latitude === '' && longitude === '') return undefined
  const [north, east] = [latitude, longitude].map((one) => (one === '' ? NaN : Number(one.replace(',', '.'))))
  if (!(Math.abs(north!) <= 90) || !(Math.abs(east!) <= 180) || (north === 0 && east === 0)) return null
  return { latitude: north!, longitude: east!, precision: 'exact' }
}

/** Where a town without a position is: where its postal code is, else among the towns of its area. */
function positions(db: Database.Database) {
  const byPostal = db.prepare(`select latitude, longitude, 'sibling' as precision from places
    join postal on postal.place = places.id where postal.key = ? order by postal.kind, places.population desc limit 1`)
  const byArea = db.prepare(`select avg(latitude) as latitude, avg(longitude) as longitude, 'department' as precision
    from places where area = ?`)
  return ({ postal, area }: Read): At | undefined => {
    const [code] = postal
    const found = (code && byPostal.get(code)) || byArea.get(area)
    return (found as At).latitude === null ? undefined : (found as At)
  }
}
