// SPDX-License-Identifier: AGPL-3.0-or-later
// Places that an instance has added to its own list of towns, beside those of an official list (import-places.ts).
import { copyFile, rename } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { OWN_PLACES } from './import-places.ts'
import { placeKey } from './place-names.ts'
import { SHIPPED, type Place } from './places.ts'

/** `area`: the code of its département, MRC or region. `postal`: '' when it is not known. Coordinates in degrees. */
export type OwnPlace = Pick<Place, 'code' | 'name' | 'country' | 'latitude' | 'longitude' | 'precision'> & {
  area: string
  postal: string
}

/** `FR-own-…` or `QC-own-…`. In Québec, an official list with a town of that name and MRC takes it over. */
export const ownCode = (country: Place['country'], id: string) => `${country === 'FR' ? 'FR' : 'QC'}-own-${id}`
export const isOwnCode = (code: string) => /^(?:FR|QC)-own-/.test(code)

/** Writes it into the list of the data folder, which begins as a copy of the shipped one. */
export async function addOwnPlace(dataDir: string, place: OwnPlace): Promise<void> {
  const file = join(dataDir, OWN_PLACES)
  if (!existsSync(file)) {
    await copyFile(SHIPPED, `${file}.first`)
    await rename(`${file}.first`, file)
  }
  change(file, (db) => {
    take(db, place.code)
    const { code, name, area, postal, country } = place
    const id = db
      .prepare(
        `insert into places (code, name, area, postal_codes, latitude, longitude, precision, population)
         values (?, ?, ?, ?, ?, ?, ?, 0)`,
      )
      .run(code, name, area, postal, place.latitude, place.longitude, place.precision).lastInsertRowid
    db.prepare('insert or ignore into names (key, kind, country, population, place) values (?, 0, ?, 0, ?)').run(
      placeKey(name),
      country,
      id,
    )
    // In Québec the sectors of postal codes are places of their own.
    if (postal && country === 'FR')
      db.prepare('insert or ignore into postal (key, kind, country, population, place) values (?, 0, ?, 0, ?)').run(
        postal,
        country,
        id,
      )
  })
}

/** Does nothing when it is not there. */
export function removeOwnPlace(dataDir: string, code: string): void {
  const file = join(dataDir, OWN_PLACES)
  if (existsSync(file)) change(file, (db) => take(db, code))
}

function take(db: Database.Database, code: string): void {
  const id = db.prepare('select id from places where code = ?').pluck().get(code)
  if (id === undefined) return
  for (const table of ['names', 'postal']) db.prepare(`delete from ${table} where place = ?`).run(id)
  db.prepare('delete from places where id = ?').run(id)
}

function change(file: string, work: (db: Database.Database) => void): void {
  const db = new Database(file, { fileMustExist: true })
  try {
    db.transaction(work).immediate(db)
  } finally {
    db.close()
  }
}
