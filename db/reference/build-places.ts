// SPDX-License-Identifier: AGPL-3.0-or-later
// Builds places.sqlite, the list of towns shipped with the product: node db/reference/build-places.ts
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { placeKey } from './place-names.ts'
import { readFrance } from './sources/france.ts'
import { readTowns } from './sources/geonames.ts'
import { readQuebec, type Sector } from './sources/quebec.ts'
import type { AreaRow, PlaceRow } from './sources/rows.ts'

const SCHEMA = `
  create table areas (
    code text primary key, name text not null, kind text not null, country text not null, parent text
  ) without rowid;
  create table places (
    id integer primary key, code text not null, name text not null, area text not null, postal_codes text not null,
    latitude real not null, longitude real not null, precision text not null, population integer not null
  );
  -- kind 0: the name itself, or the postal code itself; 1: without its article, a former commune, a quarter; a town nearby
  create table names (
    key text not null, kind integer not null, country text not null, population integer not null,
    place integer not null, primary key (key, place)
  ) without rowid;
  create table postal (
    key text not null, kind integer not null, country text not null, population integer not null,
    place integer not null, primary key (key, place)
  ) without rowid;
`
const INDEXES = `
  create unique index places_code on places (code);
  create index places_position on places (latitude, longitude);
`

const towns = readTowns()
const france = readFrance(towns.france)
const quebec = readQuebec(towns.quebec)
const file = process.argv[2] ?? join(import.meta.dirname, 'places.sqlite')
write(file, [...france.areas, ...quebec.areas], [...france.places, ...quebec.places], quebec.sectors)
report(france.places, quebec.places)

/** The same input gives the same bytes: rows are written sorted and in one transaction, then the file is packed. */
function write(path: string, areas: AreaRow[], places: PlaceRow[], sectors: Sector[]): void {
  rmSync(path, { force: true })
  const db = new Database(path)
  db.pragma('journal_mode = off')
  db.exec(SCHEMA)
  db.transaction(() => {
    const area = db.prepare('insert into areas values (@code, @name, @kind, @country, @parent)')
    for (const row of areas) area.run(row)
    const place = db.prepare('insert into places values (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    const name = db.prepare('insert or ignore into names values (?, ?, ?, ?, ?)')
    const postal = db.prepare('insert or ignore into postal values (?, ?, ?, ?, ?)')
    const ids = new Map<string, number>()
    const put = (row: PlaceRow) => {
      const { code, area: where, latitude, longitude, precision, population } = row
      const id = ids.size + 1
      ids.set(code, id)
      place.run(id, code, row.name, where, row.postalCodes.join(' '), latitude, longitude, precision, population)
      for (const one of row.postalCodes) postal.run(one, 0, row.country, population, id)
      return id
    }
    for (const row of places) {
      const id = put(row)
      const { population } = row
      name.run(placeKey(row.name), 0, row.country, population, id)
      for (const other of otherNames(row)) name.run(placeKey(other), 1, row.country, population, id)
    }
    // Found by their postal code only: their names are those of quarters and regions.
    for (const { place, nearest } of sectors) {
      put(place)
      for (const town of nearest)
        postal.run(place.postalCodes[0], 1, town.country, town.population, ids.get(town.code))
    }
  })()
  db.exec(INDEXES)
  db.exec('vacuum')
  db.close()
}

/** "Havre" finds Le Havre, "Octeville" finds Cherbourg-en-Cotentin. */
function otherNames(row: PlaceRow): string[] {
  return [row.name, ...row.aliases].flatMap((name) => [name, name.replace(/^(le |la |les |l['’])/i, '')])
}

function report(french: PlaceRow[], quebecois: PlaceRow[]): void {
  const people = french.reduce((sum, row) => sum + row.population, 0)
  const share = (precision: string) => {
    const rows = french.filter((row) => row.precision === precision)
    const part = (rows.reduce((sum, row) => sum + row.population, 0) / people) * 100
    return `${precision} ${rows.length} (${part.toFixed(1)} % of the people)`
  }
  const shares = ['exact', 'sibling', 'department'].map(share).join(', ')
  const size = statSync(file).size
  process.stdout.write(`France ${french.length}: ${shares}. Québec ${quebecois.length}. ${size} bytes.\n`)
}
