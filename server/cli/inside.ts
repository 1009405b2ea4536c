// SPDX-License-Identifier: AGPL-3.0-or-later
// For the doctor: database, queues, clock and backups.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../config/env.ts'
import { hasAssociation, readCondition, type Condition } from '../../db/condition.ts'
import { inspectDatabase } from '../../db/inspect.ts'
import { DATABASE_FILE } from '../../db/open.ts'
import { newestBackup } from '../operator/backup.ts'
import { runningConsumers } from '../consumers.ts'
import { keyFault } from './backup.ts'
import { fault, note, ok, type Finding } from './findings.ts'

const HOUR_MS = 3_600_000

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
  const stuckBefore = new Date(Date.now() - 24 * HOUR_MS).toISOString()
  const found = readCondition(file, { consumers: runningConsumers(config), stuckBefore })
  return [
    clock(found.lastEventAt),
    ...found.consumers.flatMap(eventsFor),
    found.failedMails > 0
      ? note(`${found.failedMails} mails could not be sent`, 'see /operator/mails')
      : ok('no mail has failed'),
    ...(found.stuckMails > 0
      ? [
          note(
            `${found.stuckMails} mails have waited for more than a day`,
            'is the server running? Then see /operator/mails',
          ),
        ]
      : []),
    found.failedDeliveries > 0
      ? note(`${found.failedDeliveries} messages to partners failed`, 'see /operator/federation')
      : ok('no message to a partner has failed'),
    ...(found.parkedActivities > 0
      ? [note(`${found.parkedActivities} messages from partners could not be understood`, 'see /operator/federation')]
      : []),
    found.failedJobs
      ? note(`failed at the last run: ${found.failedJobs}`, 'see /operator for the reason of each')
      : ok('no job has failed'),
  ]
}

/** Events older than five minutes that a consumer has not read, and those it could not handle. */
function eventsFor({ name, waiting, oldestAt, parked }: Condition['consumers'][number]): Finding[] {
  const isLate = oldestAt && Date.parse(oldestAt) < Date.now() - HOUR_MS / 12
  return [
    isLate
      ? note(`${waiting} events wait for ${name}, the oldest since ${oldestAt}`, 'is the server running? See /operator')
      : ok(`${waiting} events wait for ${name}`),
    ...(parked > 0
      ? [note(`${parked} events could not be handled by ${name}`, 'see /operator: mend the cause, then try again')]
      : []),
  ]
}

/** The last event cannot be later than now, unless the clock is wrong. */
function clock(last: string | null): Finding {
  const ahead = last ? Date.parse(last) - Date.now() : 0
  if (ahead < HOUR_MS / 12) return ok(`the clock reads ${new Date().toISOString()}`)
  return fault(
    `the clock reads ${new Date().toISOString()}, and something was written at ${last}`,
    'set the clock: sudo timedatectl set-ntp true',
  )
}

/** Before that, partners find nothing here. True for a database that cannot be read, which another check reports. */
export function isSetUp({ dataDir }: Config): boolean {
  const file = join(dataDir, DATABASE_FILE)
  if (!existsSync(file)) return false
  try {
    return hasAssociation(file)
  } catch {
    return true
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
