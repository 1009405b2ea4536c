// SPDX-License-Identifier: AGPL-3.0-or-later
// One connection writes, one transaction after the other; another reads meanwhile, and sees only what is committed.
// Transactions that end within one turn of the event loop, or while the disk is busy, share a commit and its sync.
import { setTimeout as wait } from 'node:timers/promises'
import type Database from 'better-sqlite3'
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDialect,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  type SqliteDatabase,
  type SqliteStatement,
} from 'kysely'
import { Journal } from './journal.ts'

/** Milliseconds for which a statement waits while another process holds the write lock, in pauses off the thread. */
const LOCK_PATIENCE = 5_000
const LOCK_PAUSE = 20

type Connection = Database.Database
type Options = {
  connection: Connection
  /** Absent for a database that has only this connection. */
  openBeside: (() => Connection) | undefined
  /** Is the caller inside a transaction? */
  isInside: () => boolean
}
type Waiting = { done: () => void; failed: (error: unknown) => void }

/** What a caller holds: the right to write only from its first write on. */
class Held implements DatabaseConnection {
  mayWrite = false
  isInTransaction = false
  readonly #driver: OneWriterDriver

  constructor(driver: OneWriterDriver) {
    this.#driver = driver
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.#driver.run<R>(this, query)
  }

  // eslint-disable-next-line require-yield
  async *streamQuery(): AsyncIterableIterator<QueryResult<never>> {
    throw new Error('lists are read by key, part by part (db/keyset.ts)')
  }
}

class OneWriterDriver implements Driver {
  readonly #options: Options
  readonly #writer: Connection
  readonly #writing: SqliteDatabase
  readonly #hasReader: boolean
  /** Opened by the first that reads, because a schema takes milliseconds to be read in. */
  #reader: { connection: Connection; statements: SqliteDatabase } | undefined
  #queue: (() => void)[] = []
  #isTaken = false
  /** The transaction that has begun, and in which others take part; `ended`: those that wait for its commit. */
  #isOpen = false
  #ended: Waiting[] = []
  #isDue = false
  /** Absent where a commit needs no sync of ours: in memory, and where the host or a test does not wait for the disk. */
  readonly #journal: Journal | undefined
  /** Those that are committed and wait for the disk. */
  #unsynced: Waiting[] = []
  #syncing: Promise<void> | undefined
  #isClosed = false

  constructor(options: Options) {
    this.#options = options
    this.#writer = options.connection
    this.#writing = remembering(options.connection)
    this.#hasReader = options.openBeside !== undefined
    if (this.#hasReader && Journal.isFor(options.connection)) this.#journal = new Journal(options.connection)
  }

  async init(): Promise<void> {}

  /** The check comes before the queue, in which the call would wait for ever. */
  async acquireConnection(): Promise<DatabaseConnection> {
    if (this.#options.isInside()) throw new Error('the outer database handle was used inside a transaction')
    return new Held(this)
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    this.#release(connection as Held)
  }

  async run<R>(held: Held, query: CompiledQuery): Promise<QueryResult<R>> {
    if (held.isInTransaction) return this.#write<R>(query)
    const reading = READS.test(query.sql) ? this.#openedReader()?.prepare(query.sql) : undefined
    if (reading && isReadOnly(reading)) return this.#patiently(() => resultOf<R>(reading, query))
    return this.#writeAlone<R>(held, query)
  }

  /** A statement outside a transaction is one of its own. */
  async #writeAlone<R>(held: Held, query: CompiledQuery): Promise<QueryResult<R>> {
    const statement = this.#writing.prepare(query.sql)
    const shares = this.#hasReader && !isAboutTheFile(query.sql) && !isReadOnly(statement)
    if (!shares) {
      await this.#take(held)
      const isOfFigures = CHANGES_FIGURES.test(query.sql)
      const before = isOfFigures ? this.#readerSees() : undefined
      const result = await this.#patiently(() => {
        this.#commit()
        return resultOf<R>(statement, query)
      }, held)
      this.#release(held)
      if (isOfFigures && before !== this.#readerSees()) this.#closeReader()
      return result
    }
    await this.beginTransaction(held)
    let result: QueryResult<R>
    try {
      result = this.#write<R>(query)
    } catch (error) {
      await this.rollbackTransaction(held)
      throw error
    }
    await this.commitTransaction(held)
    return result
  }

  // A deferred BEGIN that reads first and writes later fails with SQLITE_BUSY_SNAPSHOT, whatever the busy timeout, when
  // the command line wrote in between.
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const held = connection as Held
    await this.#take(held)
    await this.#patiently(() => {
      // Another may have begun it while this one waited for the lock.
      if (!this.#isOpen) this.#writer.exec('begin immediate')
      this.#isOpen = true
    }, held)
    held.isInTransaction = true
    this.#writer.exec('savepoint own')
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const held = connection as Held
    this.#guarded(() => this.#writer.exec('release own'))
    const committed = new Promise<void>((done, failed) => this.#ended.push({ done, failed }))
    if (!this.#hasReader) this.#commit()
    else if (this.#ended.length === 1) this.#plan()
    held.isInTransaction = false
    this.#release(held)
    await committed
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    const held = connection as Held
    // Its commit failed, and has been rolled back.
    if (!held.isInTransaction) return
    held.isInTransaction = false
    if (this.#isOpen && this.#ended.length === 0) {
      this.#isOpen = false
      this.#writer.exec('rollback')
    } else if (this.#isOpen) this.#guarded(() => this.#writer.exec('rollback to own; release own'))
    this.#release(held)
  }

  /** What is under way is not kept. */
  async destroy(): Promise<void> {
    this.#isClosed = true
    if (this.#isTaken) this.#end((one) => one.failed(new Error('the database was closed')))
    else this.#commit()
    await this.#syncing
    await this.#journal?.close()
    this.#closeReader()
    this.#writer.close()
  }

  #write<R>(query: CompiledQuery): QueryResult<R> {
    return this.#guarded(() => resultOf<R>(this.#writing.prepare(query.sql), query))
  }

  /** On a full disk SQLite rolls the whole transaction back (https://sqlite.org/lang_transaction): all share the fault. */
  #guarded<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (this.#isOpen && !this.#writer.inTransaction) this.#end((one) => one.failed(error))
      throw error
    }
  }

  /** While the disk is busy, the next ones gather. */
  #plan(): void {
    if (!this.#syncing) setImmediate(() => this.#commitWhenFree())
  }

  #commitWhenFree(): void {
    if (this.#isTaken) this.#isDue = true
    else this.#commit()
  }

  #commit(): void {
    if (!this.#isOpen) return
    try {
      this.#writer.exec('commit')
    } catch (error) {
      if (this.#writer.inTransaction) this.#writer.exec('rollback')
      return this.#end((one) => one.failed(error))
    }
    if (this.#journal) this.#end((one) => this.#unsynced.push(one))
    else this.#end((one) => one.done())
    if (this.#journal) this.#syncing ??= this.#sync(this.#journal)
  }

  async #sync(journal: Journal): Promise<void> {
    while (this.#unsynced.length > 0) {
      const committed = this.#unsynced
      this.#unsynced = []
      await journal.sync().then(
        () => committed.forEach((one) => one.done()),
        (error) => committed.forEach((one) => one.failed(error)),
      )
    }
    this.#syncing = undefined
    if (this.#ended.length > 0) this.#commitWhenFree()
  }

  #end(tell: (one: Waiting) => void): void {
    this.#isOpen = false
    this.#isDue = false
    const ended = this.#ended
    this.#ended = []
    ended.forEach(tell)
  }

  /**
   * While another process holds the lock, others have their turn between two tries. SQLite's own waiting would hold the
   * thread, and with it every page.
   */
  async #patiently<T>(work: () => T, held?: Held): Promise<T> {
    const until = performance.now() + LOCK_PATIENCE
    for (;;) {
      if (this.#isClosed) throw new Error('the database was closed')
      try {
        return work()
      } catch (error) {
        const { code } = Object(error) as { code?: unknown }
        if (!String(code).startsWith('SQLITE_BUSY') || performance.now() > until) throw error
      }
      if (held) this.#release(held)
      await wait(LOCK_PAUSE)
      if (held) await this.#take(held)
    }
  }

  /** In the order of asking. */
  async #take(held: Held): Promise<void> {
    if (held.mayWrite) return
    if (this.#isTaken) await new Promise<void>((resolve) => this.#queue.push(resolve))
    this.#isTaken = true
    held.mayWrite = true
  }

  #release(held: Held): void {
    if (!held.mayWrite) return
    held.mayWrite = false
    if (this.#isDue) this.#commit()
    const next = this.#queue.shift()
    // Handed on while still taken, so that no other call gets it in between.
    if (next) next()
    else this.#isTaken = false
  }

  #openedReader(): SqliteDatabase | undefined {
    if (this.#reader) return this.#reader.statements
    const connection = this.#options.openBeside?.()
    if (!connection) return undefined
    this.#reader = { connection, statements: remembering(connection) }
    return this.#reader.statements
  }

  /** Another number once another connection has changed something (https://sqlite.org/pragma.html#pragma_data_version). */
  #readerSees(): unknown {
    return this.#reader?.connection.pragma('data_version', { simple: true })
  }

  /** Opened anew after a change of the figures, which another connection does not hear of. */
  #closeReader(): void {
    this.#reader?.connection.close()
    this.#reader = undefined
  }
}

/** `with` may also begin a statement that writes. */
const READS = /^\s*(?:select|with|values|explain)\b/i

/** Such statements do not run in a transaction, or concern the connection that runs them. */
const isAboutTheFile = (sql: string): boolean => /^\s*(?:pragma|analyze|vacuum|attach|detach|begin|commit)\b/i.test(sql)

/** Of the query planner. */
const CHANGES_FIGURES = /^\s*(?:analyze|pragma\s+optimize)\b/i

const isReadOnly = (statement: SqliteStatement): boolean => (statement as unknown as { readonly: boolean }).readonly

function resultOf<R>(statement: SqliteStatement, { parameters }: CompiledQuery): QueryResult<R> {
  if (statement.reader) return { rows: statement.all(parameters) as R[] }
  const { changes, lastInsertRowid } = statement.run(parameters)
  return { insertId: BigInt(lastInsertRowid), numAffectedRows: BigInt(changes), rows: [] }
}

const MAX_STATEMENTS = 300
const statementsOf = new WeakMap<Connection, Map<string, Database.Statement<unknown[]>>>()

/** Keeps prepared statements, as long as the connection, because most are run again and again. */
function remembering(connection: Connection): SqliteDatabase {
  const known = statementsOf.get(connection) ?? new Map<string, Database.Statement<unknown[]>>()
  statementsOf.set(connection, known)
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

/** Kysely's own queue for a single connection comes before the driver, so that our check would come too late. */
class OneConnectionAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): true {
    return true
  }
}

/**
 * For each value that is bound SQLite may plan a statement anew (https://sqlite.org/queryplanner-ng.html#qpsg), which takes
 * longer than most of ours run. It looks into no expression: a plan that needs a value has it as a constant (`sql.lit`).
 */
class StablePlanCompiler extends SqliteQueryCompiler {
  override getCurrentParameterPlaceholder(): string {
    return '+?'
  }
}

/** How every query is written; the two connections come with `OneWriterDialect`. */
export class StableSqliteDialect extends SqliteDialect {
  override createQueryCompiler(): SqliteQueryCompiler {
    return new StablePlanCompiler()
  }
}

export class OneWriterDialect extends StableSqliteDialect {
  readonly #options: Options

  constructor(options: Options) {
    super({ database: options.connection })
    this.#options = options
  }

  override createAdapter(): SqliteAdapter {
    return new OneConnectionAdapter()
  }

  override createDriver(): Driver {
    return new OneWriterDriver(this.#options)
  }
}
