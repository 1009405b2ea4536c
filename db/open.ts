// SPDX-License-Identifier: AGPL-3.0-or-later
import { AsyncLocalStorage } from 'node:async_hooks'
import { existsSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import Database from 'better-sqlite3'
import {
  CompiledQuery,
  Kysely,
  sql,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  type SqliteDatabase,
  type SqliteStatement,
  type Transaction,
} from 'kysely'
import { nameKey } from './plain.ts'
import type { Tables } from './schema.ts'

export type Db = Kysely<Tables>

export const DATABASE_FILE = 'mainforte.sqlite'

/** The characters MNFT, in the header of our files (PRAGMA application_id). */
export const APPLICATION_ID = 0x4d4e4654

const SYNCED = 'synchronous = FULL'
const PRAGMAS = [
  'journal_mode = WAL',
  SYNCED,
  'foreign_keys = ON',
  'busy_timeout = 5000',
  'trusted_schema = OFF',
  'cell_size_check = ON',
  `journal_size_limit = ${64 * 1024 * 1024}`,
  'secure_delete = ON',
  'temp_store = MEMORY',
  'cache_size = -8000',
]

/** Milliseconds for which a statement waits while another process holds the write lock, in pauses off the thread. */
const LOCK_PATIENCE = 5_000
const LOCK_PAUSE = 20

const insideTransaction = new AsyncLocalStorage<true>()
const waitsForDisk = new AsyncLocalStorage<boolean>()

/**
 * Runs `work` in one IMMEDIATE transaction, which takes the write lock at once. Inside it the outer handle throws,
 * because it would wait for ever for the connection that this transaction holds.
 * @param options.isOnDisk false: the commit does not wait for the disk. When the power fails before the next one that
 * does, it is gone, whole, as if it had not been made: for parts of a work that then goes on where the file is.
 * @throws what `work` throws; everything it wrote is then rolled back.
 */
export function inTransaction<T>(
  db: Db,
  work: (tx: Transaction<Tables>) => Promise<T>,
  { isOnDisk = true }: { isOnDisk?: boolean } = {},
): Promise<T> {
  const inside = (tx: Transaction<Tables>) => waitsForDisk.exit(() => insideTransaction.run(true, () => work(tx)))
  return waitsForDisk.run(isOnDisk, () => db.transaction().execute(inside))
}

/** Rows that this connection has inserted, changed and deleted since it was opened. */
export async function countWritten(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`select total_changes() as count`.execute(db)
  return rows[0]?.count ?? 0
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

class ImmediateDriver extends SqliteDriver {
  readonly #sqlite: Database.Database
  #waiting: (() => void)[] = []
  #isTaken = false
  #isUnsynced = false

  constructor(sqlite: Database.Database) {
    super({ database: remembering(sqlite) })
    this.#sqlite = sqlite
  }

  /** In the order of asking. The check comes before the queue, in which the call would wait for ever. */
  override async acquireConnection(): Promise<DatabaseConnection> {
    if (insideTransaction.getStore()) throw new Error('the outer database handle was used inside a transaction')
    await this.#take()
    const connection = await super.acquireConnection()
    return {
      executeQuery: <R>(query: CompiledQuery) => this.#patiently(() => connection.executeQuery<R>(query)),
      streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
    }
  }

  /**
   * While another process holds the lock, others read through the connection between two tries. SQLite's own waiting
   * would hold the thread, and with it every page.
   */
  async #patiently<R>(work: () => Promise<QueryResult<R>>): Promise<QueryResult<R>> {
    const until = performance.now() + LOCK_PATIENCE
    for (;;) {
      try {
        return await work()
      } catch (error) {
        const { code } = Object(error) as { code?: unknown }
        if (!String(code).startsWith('SQLITE_BUSY') || this.#sqlite.inTransaction || performance.now() > until)
          throw error
      }
      await this.releaseConnection()
      await wait(LOCK_PAUSE)
      await this.#take()
    }
  }

  async #take(): Promise<void> {
    if (this.#isTaken) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#isTaken = true
  }

  override async releaseConnection(): Promise<void> {
    const next = this.#waiting.shift()
    // Handed on while still taken, so that no other call gets it in between.
    if (next) next()
    else this.#isTaken = false
  }

  // A deferred BEGIN that reads first and writes later fails with SQLITE_BUSY_SNAPSHOT, whatever the busy timeout, when
  // the command line wrote in between.
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    if (waitsForDisk.getStore() === false) await this.#patiently(() => this.#beginUnsynced())
    else await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  /** The setting cannot change inside a transaction, and is the usual one whenever somebody else has the connection. */
  async #beginUnsynced(): Promise<QueryResult<never>> {
    this.#sqlite.pragma('synchronous = NORMAL')
    try {
      this.#sqlite.exec('begin immediate')
    } catch (error) {
      this.#sqlite.pragma(SYNCED)
      throw error
    }
    this.#isUnsynced = true
    return { rows: [] }
  }

  #endUnsynced(): void {
    if (!this.#isUnsynced || this.#sqlite.inTransaction) return
    this.#isUnsynced = false
    this.#sqlite.pragma(SYNCED)
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await super.commitTransaction(connection)
    this.#endUnsynced()
  }

  // On a full disk SQLite has rolled back already; a second time would hide why (https://sqlite.org/lang_transaction).
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#sqlite.inTransaction) await super.rollbackTransaction(connection)
    this.#endUnsynced()
  }
}

/** Kysely's own queue for a single connection comes before the driver, so that our check would come too late. */
class OneConnectionAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): true {
    return true
  }
}

const MAX_STATEMENTS = 300

/** Keeps prepared statements, because most are run again and again. */
function remembering(connection: Database.Database): SqliteDatabase {
  const known = new Map<string, Database.Statement<unknown[]>>()
  return {
    close: () => void connection.close(),
    prepare(sql) {
      const kept = known.get(sql)
      // The most recently used come last.
      if (kept) known.delete(sql)
      else if (known.size >= MAX_STATEMENTS) known.delete(known.keys().next().value ?? '')
      const statement = kept ?? connection.prepare<unknown[]>(sql)
      known.set(sql, statement)
      return statement as unknown as SqliteStatement
    },
  }
}

class ImmediateDialect extends SqliteDialect {
  readonly #connection: Database.Database
  constructor(connection: Database.Database) {
    super({ database: connection })
    this.#connection = connection
  }
  override createAdapter(): SqliteAdapter {
    return new OneConnectionAdapter()
  }
  override createDriver(): Driver {
    return new ImmediateDriver(this.#connection)
  }
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

/** `db.destroy()` closes the connection. */
export function openDb(connection: Database.Database): Db {
  connection.pragma('busy_timeout = 0')
  return new Kysely<Tables>({ dialect: new ImmediateDialect(connection) })
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
