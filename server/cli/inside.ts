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
import type { Translator } from '../text/i18n.ts'
import { fault, note, ok, type Finding } from './findings.ts'
import { sayIn } from './language.ts'

const HOUR_MS = 3_600_000

export function database(config: Config, t: Translator): Finding[] {
  const { dataDir } = config
  const file = join(dataDir, DATABASE_FILE)
  if (!existsSync(file)) {
    return [
      existsSync(join(dataDir, 'mainforte.created'))
        ? fault(t('cli.doctor.gone'), t('cli.doctor.gone_mend'))
        : note(t('cli.doctor.none'), t('cli.doctor.none_mend')),
    ]
  }
  const report = inspectDatabase(file, sayIn(t))
  if (!report.ok) return [fault(report.faults.join('; '), t('cli.doctor.unsound_mend'))]
  if (report.pending > 0) return [note(t.n('cli.doctor.pending', report.pending), t('cli.doctor.pending_mend'))]
  const key = keyFault(config, report, t)
  return [
    ok(t('cli.doctor.sound', { people: t.n('cli.people', report.people), offers: t.n('cli.offers', report.offers) })),
    ...(report.people > 0 ? [] : [note(t('cli.doctor.nobody'), t('cli.doctor.nobody_mend'))]),
    known(config, report.publicUrl, t),
    key ? fault(t('cli.doctor.key_wrong'), key) : ok(t('cli.doctor.key_right')),
    ...contents(config, file, t),
  ]
}

function known({ publicUrl }: Config, url: string | undefined, t: Translator): Finding {
  if (!url || url === publicUrl) return ok(t('cli.doctor.known', { url: publicUrl }))
  return fault(t('cli.doctor.moved', { url: publicUrl, known: url }), t('cli.doctor.moved_mend', { known: url }))
}

function contents(config: Config, file: string, t: Translator): Finding[] {
  const stuckBefore = new Date(Date.now() - 24 * HOUR_MS).toISOString()
  const found = readCondition(file, { consumers: runningConsumers(config), stuckBefore })
  return [
    clock(found.lastEventAt, t),
    ...found.consumers.flatMap((one) => eventsFor(one, t)),
    found.failedMails > 0
      ? note(t.n('cli.doctor.mails', found.failedMails), t('cli.doctor.see_mails'))
      : ok(t('cli.doctor.mails_fine')),
    ...(found.stuckMails > 0 ? [note(t.n('cli.doctor.stuck', found.stuckMails), t('cli.doctor.stuck_mend'))] : []),
    found.failedDeliveries > 0
      ? note(t.n('cli.doctor.deliveries', found.failedDeliveries), t('cli.doctor.see_federation'))
      : ok(t('cli.doctor.deliveries_fine')),
    ...(found.parkedActivities > 0
      ? [note(t.n('cli.doctor.activities', found.parkedActivities), t('cli.doctor.see_federation'))]
      : []),
    found.failedJobs
      ? note(t('cli.doctor.jobs', { jobs: found.failedJobs }), t('cli.doctor.jobs_mend'))
      : ok(t('cli.doctor.jobs_fine')),
  ]
}

/** Events older than five minutes that a consumer has not read, and those it could not handle. */
function eventsFor({ name, waiting, oldestAt, parked }: Condition['consumers'][number], t: Translator): Finding[] {
  const isLate = oldestAt && Date.parse(oldestAt) < Date.now() - HOUR_MS / 12
  return [
    isLate
      ? note(
          [t.n('cli.doctor.events', waiting, { name }), t('cli.doctor.events_late', { at: oldestAt })].join(', '),
          t('cli.doctor.events_late_mend'),
        )
      : ok(t.n('cli.doctor.events', waiting, { name })),
    ...(parked > 0 ? [note(t.n('cli.doctor.parked', parked, { name }), t('cli.doctor.parked_mend'))] : []),
  ]
}

/** The last event cannot be later than now, unless the clock is wrong. */
function clock(last: string | null, t: Translator): Finding {
  const ahead = last ? Date.parse(last) - Date.now() : 0
  if (ahead < HOUR_MS / 12) return ok(t('cli.doctor.clock', { now: new Date().toISOString() }))
  return fault(t('cli.doctor.clock_wrong', { now: new Date().toISOString(), last }), t('cli.doctor.clock_mend'))
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

export function lastBackup({ dataDir }: Config, t: Translator): Finding {
  const last = newestBackup(dataDir, new Date())
  const mend = t('cli.doctor.backup_mend')
  if (!last) return note(t('cli.doctor.backup_none'), mend)
  const hours = Math.round((Date.now() - Date.parse(last.at)) / HOUR_MS)
  return hours > 48
    ? note(t('cli.doctor.backup_old', { hours }), mend)
    : ok(t('cli.doctor.backup_fine', { hours, file: last.file }))
}
