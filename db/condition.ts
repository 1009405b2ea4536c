// SPDX-License-Identifier: AGPL-3.0-or-later
// What the doctor reads in a database file while a server may be using it.
import { existsSync, statSync } from 'node:fs'
import type Database from 'better-sqlite3'
import { openConnection } from './open.ts'

/** Instants are ISO. */
export type Condition = {
  lastEventAt: string | null
  failedMails: number
  /** Queued since before `asked.stuckBefore`. */
  stuckMails: number
  failedDeliveries: number
  parkedActivities: number
  /** Names of the jobs that failed at their last run, with commas; null for none. */
  failedJobs: string | null
  consumers: { name: string; waiting: number; oldestAt: string | null; parked: number }[]
}

/** The main language of the site; undefined when there is no database, or no site in it yet. */
export function siteLanguage(file: string): string | undefined {
  if (!existsSync(file)) return undefined
  try {
    return withConnection(file, (connection) => connection.prepare('SELECT locale FROM association').pluck().get()) as
      string | undefined
  } catch {
    return undefined
  }
}

/** @throws the error of SQLite, when the file cannot be read. */
export function readCondition(file: string, asked: { consumers: readonly string[]; stuckBefore: string }): Condition {
  return withConnection(file, (connection) => {
    const one = <T = number>(sql: string, ...given: string[]) =>
      connection
        .prepare(sql)
        .pluck()
        .get(...given) as T
    const after = '(SELECT coalesce(max(seq), 0) FROM event_cursors WHERE consumer = ?)'
    return {
      lastEventAt: one<string | null>('SELECT max(at) FROM (SELECT at FROM events ORDER BY seq DESC LIMIT 100)'),
      failedMails: one("SELECT count(*) FROM mails WHERE state = 'failed'"),
      stuckMails: one("SELECT count(*) FROM mails WHERE state = 'queued' AND created_at < ?", asked.stuckBefore),
      failedDeliveries: one("SELECT count(*) FROM fed_deliveries WHERE state = 'failed'"),
      parkedActivities: one("SELECT count(*) FROM fed_activities WHERE state = 'parked'"),
      failedJobs: one<string | null>("SELECT group_concat(name, ', ') FROM jobs WHERE last_error IS NOT NULL"),
      consumers: asked.consumers.map((name) => ({
        name,
        waiting: one(`SELECT count(*) FROM events WHERE seq > ${after}`, name),
        oldestAt:
          one<string | undefined>(`SELECT at FROM events WHERE seq > ${after} ORDER BY seq LIMIT 1`, name) ?? null,
        parked: one('SELECT count(*) FROM event_failures WHERE consumer = ? AND parked_at IS NOT NULL', name),
      })),
    }
  })
}

/** @throws the error of SQLite, when the file cannot be read. */
export function hasAssociation(file: string): boolean {
  return withConnection(file, (one) => one.prepare('SELECT 1 FROM association').get() !== undefined)
}

/**
 * True when another process has the database open: SQLite grants exclusive mode only to a connection that is alone.
 * False for a file that cannot be opened at all. Waits half a second at most.
 */
export function isOpenElsewhere(file: string): boolean {
  try {
    withConnection(file, (connection) => {
      connection.pragma('busy_timeout = 500')
      connection.pragma('locking_mode = EXCLUSIVE')
      connection.exec('BEGIN EXCLUSIVE; COMMIT')
    })
    return false
  } catch (error) {
    return /^SQLITE_(BUSY|LOCKED)/.test(String((error as { code?: unknown }).code))
  }
}

/** Larger files take longer to be written anew than a form may wait for. */
const MOST_REWRITTEN = 64 * 1024 * 1024

/**
 * Writes the log into the file, so that the text of deleted rows is nowhere. A file of at most 64 MB is written anew:
 * SQLite moves rows between pages and leaves pieces behind, which `secure_delete` does not reach (2 of 292 deleted rows
 * when tried). Blocks the thread; forms wait meanwhile, pages do not.
 */
export function emptyWriteAheadLog(file: string): void {
  withConnection(file, (connection) => {
    connection.pragma('wal_checkpoint(TRUNCATE)')
    if (statSync(file).size > MOST_REWRITTEN) return
    // Rows of tables with an index, which all that are listed have, keep their numbers.
    connection.exec('VACUUM')
    connection.pragma('wal_checkpoint(TRUNCATE)')
  })
}

function withConnection<T>(file: string, read: (connection: Database.Database) => T): T {
  const connection = openConnection(file)
  try {
    return read(connection)
  } finally {
    connection.close()
  }
}
