// SPDX-License-Identifier: AGPL-3.0-or-later
import { AsyncLocalStorage } from 'node:async_hooks'
import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { Kysely, sql, type Transaction } from 'kysely'
import { OneWriterDialect } from './one-writer.ts'
import { nameKey } from './plain.ts'
import type { Tables } from './schema.ts'

export type Db = Kysely<Tables>

export const DATABASE_FILE = 'mainforte.sqlite'

/** The characters MNFT, in the header of our files (PRAGMA application_id). */
export const APPLICATION_ID = 0x4d4e4654

const PRAGMAS = [
  'journal_mode = WAL',
  'synchronous = FULL',
  'foreign_keys = ON',
  'busy_timeout = 5000',
  'trusted_schema = OFF',
  'cell_size_check = ON',
  `journal_size_limit = ${64 * 1024 * 1024}`,
  'secure_delete = ON',
  'temp_store = MEMORY',
  'cache_size = -6000',
]

const insideTransaction = new AsyncLocalStorage<true>()

/**
 * Runs `work` in one IMMEDIATE transaction, which takes the write lock at once. Inside it the outer handle throws,
 * because it would wait for ever for the connection that this transaction holds.
 * @throws what `work` throws; everything it wrote is then rolled back.
 */
export function inTransaction<T>(db: Db, work: (tx: Transaction<Tables>) => Promise<T>): Promise<T> {
  return db.transaction().execute((tx) => insideTransaction.run(true, () => work(tx)))
}

/** Rows that this process has inserted, changed and deleted since it opened the file. */
export function countWritten(db: Db): Promise<number> {
  return inTransaction(db, async (tx) => {
    const { rows } = await sql<{ count: number }>`select total_changes() as count`.execute(tx)
    return rows[0]?.count ?? 0
  })
}

/** SQLite's result codes for a file that is locked, full, read-only or out of reach, and for too little memory. */
const OF_THE_FILE = /^SQLITE_(?:BUSY|LOCKED|FULL|READONLY|IOERR|CANTOPEN|NOMEM|PROTOCOL)(?:_|$)/

/** True when the state of the database file made the statement fail, whatever it was about; it may pass by itself. */
export function isFileFault(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown }
  return typeof code === 'string' && OF_THE_FILE.test(code)
}

/** For work that outlives the transaction it is started in (a timer, a job). */
export function outsideFence<T>(fn: () => T): T {
  return insideTransaction.exit(fn)
}

/** @param file `':memory:'`, a path, or the bytes of a database (tests). @throws when it must exist and does not. */
export function openConnection(file: string | Buffer, options: { mustExist?: boolean } = {}): Database.Database {
  if (options.mustExist && typeof file === 'string' && !existsSync(file)) {
    throw new Error(`the database ${file} is not there; it was before. Put it back, or restore a backup.`)
  }
  const connection = new Database(file)
  try {
    for (const pragma of PRAGMAS) connection.pragma(pragma)
    connection.function('name_key', { deterministic: true }, (name) => nameKey(String(name)))
  } catch (error) {
    connection.close()
    throw error
  }
  return connection
}

/** `db.destroy()` closes the connection. @param openReading opens one that reads beside it. */
export function openDb(connection: Database.Database, openReading = () => openReadingConnection(connection.name)): Db {
  connection.pragma('busy_timeout = 0')
  const isInside = () => insideTransaction.getStore() === true
  const writes = connection.pragma('query_only', { simple: true }) === 0
  // A database in memory has only one connection.
  const openBeside = writes && !connection.memory && connection.name !== '' ? openWithoutWaiting : undefined
  // Lists and searches are read beside it.
  if (openBeside) connection.pragma('cache_size = -2000')
  return new Kysely<Tables>({ dialect: new OneWriterDialect({ connection, openBeside, isInside }) })

  function openWithoutWaiting(): Database.Database {
    const beside = openReading()
    beside.pragma('busy_timeout = 0')
    return beside
  }
}

/**
 * A further connection to a file that the server has open; it writes nothing. One that SQLite itself opens read-only
 * would not check the rows against their constraints (PRAGMA integrity_check).
 */
export function openReadingConnection(file: string): Database.Database {
  const connection = openConnection(file, { mustExist: true })
  connection.pragma('query_only = ON')
  return connection
}

/** The same, for queries. */
export const openReader = (file: string): Db => openDb(openReadingConnection(file))
