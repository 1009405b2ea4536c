// SPDX-License-Identifier: AGPL-3.0-or-later
// The write-ahead log is written to disk off the thread: a slow disk then holds no page (https://sqlite.org/wal.html §3).
import { open, type FileHandle } from 'node:fs/promises'
import type Database from 'better-sqlite3'

const FULL = 2
/** Pages of the log (2 MB) from which SQLite copies them into the file, which the commit that reaches it waits for. */
const PAGES_BEFORE_COPY = 500

/**
 * From here on a commit of this connection is in the file, but not on the disk before `sync` resolved. The order on
 * disk stays SQLite's own (`synchronous = NORMAL`): a power cut can only take away what was last, never a part of it.
 */
export class Journal {
  readonly #file: string
  #handle: FileHandle | undefined

  constructor(connection: Database.Database) {
    this.#file = `${connection.name}-wal`
    connection.pragma('synchronous = NORMAL')
    connection.pragma(`wal_autocheckpoint = ${PAGES_BEFORE_COPY}`)
  }

  /** Only for a connection that waits for the disk itself until now. */
  static isFor(connection: Database.Database): boolean {
    return (
      connection.pragma('synchronous', { simple: true }) === FULL &&
      connection.pragma('journal_mode', { simple: true }) === 'wal'
    )
  }

  /** Resolves when all that was committed before the call is on the disk. @throws a fault of the file. */
  async sync(): Promise<void> {
    try {
      // SQLite makes the log with the first commit, and keeps it while the connection is open.
      this.#handle ??= await open(this.#file, 'r+')
      await this.#handle.datasync()
    } catch (error) {
      const { message } = error as Error
      throw Object.assign(new Error(`the disk did not take what was written: ${message}`), {
        code: 'SQLITE_IOERR_FSYNC',
        cause: error,
      })
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close()
  }
}
