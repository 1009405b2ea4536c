// SPDX-License-Identifier: AGPL-3.0-or-later
// For the doctor: what the database says of itself, of its queues, of the clock, and of its backups.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../config/env.ts'
import { inspectDatabase } from '../../db/inspect.ts'
import { DATABASE_FILE, openConnection } from '../../db/open.ts'
import { newestBackup } from '../operator/backup.ts'
import { runningConsumers } from '../consumers.ts'
import { keyFault } from './backup.ts'
import { fault, note, ok, type Finding } from './findings.ts'

const HOUR_MS = 3_600_000

/** Soundness first; what is in it only when it can be believed. */
export function database(config: Config): Finding[] {
  const { dataDir } = config
  const file = join(dataDir, DATABASE_FILE)
  if (!existsSync(file)) {
    return [
      existsSync(join(dataDir, 'mainforte.created'))
        ? fault('the database was here and is gone', 'put it back, or: npx mainforte restore FILE --yes')
        : note('no database yet', 'start the server once: npm start'),
    ]
  }
  const report = inspectDatabase(file)
  if (!report.ok)
    return [
      fault(
        report.faults.join('; '),
        'stop the server, then: npx mainforte restore FILE --yes, with the last sound backup',
      ),
    ]
  if (report.pending > 0)
    return [note(`${report.pending} migrations wait`, 'start the server, or: npx mainforte migrate')]
  const key = keyFault(config, report)
  return [
    ok(`the database is sound: ${report.people} people, ${report.offers} offers`),
    ...(report.people > 0
      ? []
      : [note('nobody has set it up yet', 'start the server and open the link that it prints, good for one hour')]),
    known(config, report.publicUrl),
    key ? fault('the secret key does not fit the database', key) : ok('the secret key fits the database'),
    ...contents(config, file),
  ]
}

function known({ publicUrl }: Config, url: string | undefined): Finding {
  if (!url || url === publicUrl) return ok(`known to partners as ${publicUrl}`)
  return fault(`PUBLIC_URL is ${publicUrl}, but partners know us as ${url}`, `set PUBLIC_URL=${url}`)
}

function contents(config: Config, file: string): Finding[] {
  const connection = openConnection(file)
  try {
    const one: One = <T = number>(sql: string, ...given: string[]) =>
      connection
        .prepare(sql)
        .pluck()
        .get(...given) as T
    const yesterday = new Date(Date.now() - 24 * HOUR_MS).toISOString()
    const failed = one("SELECT count(*) FROM mails WHERE state = 'failed'")
    const stuck = one("SELECT count(*) FROM mails WHERE state = 'queued' AND created_at < ?", yesterday)
    const deliveries = one("SELECT count(*) FROM fed_deliveries WHERE state = 'failed'")
    const parked = one("SELECT count(*) FROM fed_activities WHERE state = 'parked'")
    const jobs = one<string | null>("SELECT group_concat(name, ', ') FROM jobs WHERE last_error IS NOT NULL")
    return [
      clock(one<string | null>('SELECT max(at) FROM (SELECT at FROM events ORDER BY seq DESC LIMIT 100)')),
      ...runningConsumers(config).flatMap((name) => eventsFor(name, one)),
      failed > 0 ? note(`${failed} mails could not be sent`, 'see /operator/mails') : ok('no mail has failed'),
      ...(stuck > 0
        ? [note(`${stuck} mails have waited for more than a day`, 'is the server running? Then see /operator/mails')]
        : []),
      deliveries > 0
        ? note(`${deliveries} messages to partners failed`, 'see /operator/federation')
        : ok('no message to a partner has failed'),
      ...(parked > 0
        ? [note(`${parked} messages from partners could not be understood`, 'see /operator/federation')]
        : []),
      jobs ? note(`failed at the last run: ${jobs}`, 'see /operator for the reason of each') : ok('no job has failed'),
    ]
  } finally {
    connection.close()
  }
}

/** Reads one value. */
type One = <T = number>(sql: string, ...given: string[]) => T

/** Events that a consumer has not read although they are some minutes old, and those it could not handle. */
function eventsFor(consumer: string, one: One): Finding[] {
  const after = '(SELECT coalesce(max(seq), 0) FROM event_cursors WHERE consumer = ?)'
  const oldest = one<string | null>(`SELECT at FROM events WHERE seq > ${after} ORDER BY seq LIMIT 1`, consumer)
  const waiting = one(`SELECT count(*) FROM events WHERE seq > ${after}`, consumer)
  const parked = one('SELECT count(*) FROM event_failures WHERE consumer = ? AND parked_at IS NOT NULL', consumer)
  const isLate = oldest && Date.parse(oldest) < Date.now() - HOUR_MS / 12
  return [
    isLate
      ? note(
          `${waiting} events wait for ${consumer}, the oldest since ${oldest}`,
          'is the server running? See /operator',
        )
      : ok(`${waiting} events wait for ${consumer}`),
    ...(parked > 0
      ? [note(`${parked} events could not be handled by ${consumer}`, 'see /operator: mend the cause, then try again')]
      : []),
  ]
}

/** Time only goes forward: what was written last cannot lie ahead. */
function clock(last: string | null): Finding {
  const ahead = last ? Date.parse(last) - Date.now() : 0
  if (ahead < HOUR_MS / 12) return ok(`the clock reads ${new Date().toISOString()}`)
  return fault(
    `the clock reads ${new Date().toISOString()}, and something was written at ${last}`,
    'set the clock: sudo timedatectl set-ntp true',
  )
}

/** Before that, partners find nothing here. A database that cannot be read is the business of another line. */
export function isSetUp({ dataDir }: Config): boolean {
  const file = join(dataDir, DATABASE_FILE)
  if (!existsSync(file)) return false
  const connection = openConnection(file)
  try {
    return connection.prepare('SELECT 1 FROM association').get() !== undefined
  } catch {
    return true
  } finally {
    connection.close()
  }
}

export function lastBackup({ dataDir }: Config): Finding {
  const last = newestBackup(dataDir, new Date())
  const mend = 'the running server makes one each night; make one now: npx mainforte backup'
  if (!last) return note('no backup yet', mend)
  const hours = Math.round((Date.now() - Date.parse(last.at)) / HOUR_MS)
  return hours > 48
    ? note(`the last backup is ${hours} hours old`, mend)
    : ok(`last backup ${hours} h ago: ${last.file}`)
}
