// SPDX-License-Identifier: AGPL-3.0-or-later
// Copies the database, then runs what is pending. Up only: going back means restoring the copy taken just before.
import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { copyDatabase } from './copy.ts'
import { APPLICATION_ID } from './open.ts'
import { migrations } from './migrations/index.ts'
import { withoutTags } from './tags.ts'

/** `sql` has a tag after each column: see tags.ts. */
export type Migration = { name: string; sql: string }

export const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS migrations (
  name TEXT PRIMARY KEY, -- internal
  at TEXT NOT NULL -- internal
) STRICT, WITHOUT ROWID`

/** In order. @throws when the file has a migration that this program does not know. */
export function pending(connection: Database.Database): string[] {
  const isThere = connection.prepare("SELECT 1 FROM sqlite_master WHERE name = 'migrations'").get() !== undefined
  const done = new Set(isThere ? (connection.prepare('SELECT name FROM migrations').pluck().all() as string[]) : [])
  const unknown = [...done].filter((name) => !migrations.some((migration) => migration.name === name))
  if (unknown.length > 0) {
    throw new Error(`this database was written by a newer Mainforte (it has ${unknown.join(', ')}); update the program`)
  }
  return migrations.map(({ name }) => name).filter((name) => !done.has(name))
}

/**
 * Runs every pending migration in one transaction, with a foreign key check before it ends.
 * @param at ISO UTC, written beside each name.
 * @param copyTo path of a consistent copy made first, when the file already holds something.
 * @returns the names that were run.
 * @throws when the file is foreign, newer than this program, or a migration fails (nothing is then changed).
 */
export function migrate(connection: Database.Database, at: string, copyTo?: string): string[] {
  const id = connection.pragma('application_id', { simple: true })
  const tables = connection
    .prepare("SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'migrations'")
    .pluck()
    .get() as number
  if (id !== APPLICATION_ID && tables > 0) throw new Error('this file is not a Mainforte database')
  const names = pending(connection)
  if (names.length === 0) return names
  if (copyTo && tables > 0) copyDatabase(connection, copyTo)
  connection.pragma('foreign_keys = OFF')
  try {
    connection
      .transaction(() => {
        // With the rest: a start that is killed leaves a file without any table, which the next start fills.
        connection.exec(withoutTags(MIGRATIONS_TABLE))
        const insert = connection.prepare('INSERT INTO migrations (name, at) VALUES (?, ?)')
        for (const migration of migrations.filter(({ name }) => names.includes(name))) {
          connection.exec(withoutTags(migration.sql))
          insert.run(migration.name, at)
        }
        const broken = connection.pragma('foreign_key_check') as unknown[]
        if (broken.length > 0) throw new Error(`${broken.length} rows point to nothing after the migration`)
        connection.pragma(`application_id = ${APPLICATION_ID}`)
        connection.pragma(`user_version = ${migrations.length}`)
      })
      .immediate()
  } finally {
    connection.pragma('foreign_keys = ON')
  }
  return names
}

export function copyBefore(dataDir: string, at: string): string {
  return join(
    dataDir,
    'backups',
    `before-${migrations.at(-1)!.name}-${at.replaceAll(/[^0-9]/g, '').slice(0, 14)}.sqlite`,
  )
}
