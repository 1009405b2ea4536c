// SPDX-License-Identifier: AGPL-3.0-or-later
import { dirname } from 'node:path'
import { countMailsByState } from '../../../db/queries/mails.ts'
import { countDeliveries, countParked, databaseSize, listJobs, sqliteVersion } from '../../../db/queries/operator.ts'
import type { Deps } from '../../deps.ts'
import type { Translator } from '../../text/i18n.ts'
import type { MessageKey } from '../../text/message-keys.ts'
import { newestBackup, type Backup } from '../backup.ts'
import { eventLines, parkedSection, readEventFacts, type EventFacts } from './events.ts'
import { incomingLines, readIncomingFacts, setAsideSection, type IncomingFacts } from './incoming.ts'
import { readDisk, readVersion, type Disk } from '../machine.ts'
import { BACKUP_JOB, CHECKS } from '../nightly.ts'
import { addressFault, backupMark, diskMark, inUnits, type Mark, type Seen } from '../rules.ts'

export type Facts = {
  now: string
  database: { bytes: number; free: number }
  jobs: { name: string; last_run_at: string | null; last_error: string | null }[]
  disk: Disk
  backup: Backup | undefined
  mails: Record<string, number>
  hasSmtp: boolean
  incoming: IncomingFacts | undefined
  events: EventFacts
  federation: { isOn: boolean; waiting: number; failed: number; parked: number }
  versions: { mainforte: string; node: string; sqlite: string }
  seen: Seen
}

export async function readFacts(deps: Deps, seen: Seen): Promise<Facts> {
  const { db, config } = deps
  const deliveries = await countDeliveries(db)
  return {
    now: deps.clock.iso(),
    database: await databaseSize(db),
    jobs: await listJobs(db),
    disk: await readDisk(config.dataDir),
    backup: newestBackup(config.dataDir, deps.clock.now()),
    mails: await countMailsByState(db),
    hasSmtp: config.smtpUrl !== undefined,
    incoming: await readIncomingFacts(deps),
    events: await readEventFacts(deps),
    federation: { isOn: config.federation, ...deliveries, parked: await countParked(db) },
    versions: { mainforte: readVersion(), node: process.versions.node, sqlite: await sqliteVersion(db) },
    seen,
  }
}

/** A longer queue needs attention. */
const MANY = 20

type Line = { what: string; mark: Mark; text: string; href?: string }

export function healthPage(t: Translator, facts: Facts) {
  const lines: Line[] = [
    databaseLine(t, facts),
    diskLine(t, facts),
    backupLine(t, facts),
    ...eventLines(t, facts.events, facts.now),
    mailLine(t, facts),
    ...incomingLines(t, facts.incoming),
    federationLine(t, facts),
    jobsLine(t, facts),
    addressLine(t, facts),
  ]
  const marks = { ok: 'operator.mark.ok', wait: 'operator.mark.wait', stop: 'operator.mark.stop' } as const
  return {
    title: t('operator.title'),
    isWell: lines.every(({ mark }) => mark === 'ok'),
    lines: lines.map((line) => ({ ...line, state: { kind: line.mark, label: t(marks[line.mark]) } })),
    parked: parkedSection(t, facts.events),
    setAside: setAsideSection(t, facts.incoming),
    versions: t('operator.versions', facts.versions),
  }
}

export function size(t: Translator, bytes: number): string {
  const { value, unit } = inUnits(bytes)
  return t.code('operator.unit', unit, { value })
}

function databaseLine(t: Translator, { database, jobs }: Facts): Line {
  const checks = jobs.filter(({ name }) => name === CHECKS.quick || name === CHECKS.full)
  const broken = checks.find(({ last_error }) => last_error)
  const last = checks
    .map(({ last_run_at }) => last_run_at ?? '')
    .toSorted()
    .at(-1)
  const used = t('operator.database.size', { size: size(t, database.bytes) })
  const checked = broken
    ? t('operator.database.broken', { fault: broken.last_error })
    : last
      ? t('operator.database.sound', { at: t.date(last, 'datetime') })
      : t('operator.database.unchecked')
  return { what: t('operator.database'), mark: broken ? 'stop' : 'ok', text: `${used} ${checked}` }
}

function diskLine(t: Translator, { disk }: Facts): Line {
  const what = t('operator.disk')
  if (!disk) return { what, mark: 'wait', text: t('operator.disk.unknown') }
  const mark = diskMark(disk)
  const free = t('operator.disk.free', { free: size(t, disk.free), total: size(t, disk.total) })
  return { what, mark, text: mark === 'ok' ? free : `${free} ${t('operator.disk.low')}` }
}

function backupLine(t: Translator, { backup, jobs, now }: Facts): Line {
  const age = backup ? Math.max(0, Date.parse(now) - Date.parse(backup.at)) : undefined
  const fault = jobs.find(({ name }) => name === BACKUP_JOB)?.last_error
  const mark = backupMark(age)
  const last = backup
    ? t('operator.backup.last', {
        at: t.date(backup.at, 'datetime'),
        size: size(t, backup.bytes),
        folder: dirname(backup.file),
      })
    : t('operator.backup.none')
  const next = fault ? backupFault(t, fault) : mark === 'ok' ? '' : t('operator.backup.how')
  return {
    what: t('operator.backup'),
    mark: fault && mark === 'ok' ? 'wait' : mark,
    text: [last, next].filter(Boolean).join(' '),
  }
}

/** @param fault as the table of jobs stores it: the error's name, then its code if it has one. */
function backupFault(t: Translator, fault: string): string {
  const [, code = '', rest = fault] = /^CopyFault: (no_room|unsound): (.*)$/s.exec(fault) ?? []
  const reason = t.code('operator.backup.fault', code || 'unknown', { detail: rest })
  return t('operator.backup.failed', { reason })
}

function mailLine(t: Translator, { mails, hasSmtp }: Facts): Line {
  const waiting = (mails['queued'] ?? 0) + (mails['sending'] ?? 0)
  const failed = mails['failed'] ?? 0
  const line = { what: t('operator.mails'), href: '/operator/mails' }
  const counts: Counted[] = hasSmtp
    ? [
        ['operator.mails.waiting', waiting],
        ['operator.mails.failed', failed],
      ]
    : [['operator.mails.kept_here', mails['kept'] ?? 0]]
  const mark = !hasSmtp ? 'wait' : failed > 0 ? 'stop' : waiting > MANY ? 'wait' : 'ok'
  const lead = hasSmtp ? '' : t('operator.mails.no_server')
  return { ...line, mark, text: [lead, counted(t, counts)].filter(Boolean).join(' ') }
}

function federationLine(t: Translator, { federation }: Facts): Line {
  const line = { what: t('operator.federation'), href: '/operator/federation' }
  if (!federation.isOn) return { ...line, mark: 'ok', text: t('operator.federation.off') }
  const { waiting, failed, parked } = federation
  const counts: Counted[] = [
    ['operator.federation.waiting', waiting],
    ['operator.federation.failed', failed],
    ['operator.federation.parked', parked],
  ]
  return { ...line, mark: failed + parked > 0 ? 'stop' : 'ok', text: counted(t, counts) }
}

type Counted = [key: Parameters<Translator['n']>[0], count: number]

function counted(t: Translator, counts: readonly Counted[]): string {
  const some = counts.filter(([, count]) => count > 0)
  return some.length === 0 ? t('operator.nothing_waits') : some.map(([key, count]) => t.n(key, count)).join(' ')
}

function jobsLine(t: Translator, { jobs }: Facts): Line {
  const own = new Set<string>([CHECKS.quick, CHECKS.full, BACKUP_JOB, 'readyz'])
  const broken = jobs.filter(({ name, last_error }) => last_error && !own.has(name))
  const last = jobs
    .filter(({ name }) => !own.has(name))
    .map(({ last_run_at }) => last_run_at ?? '')
    .toSorted()
    .at(-1)
  const text =
    broken.length > 0
      ? broken.map(({ name, last_error }) => `${name}: ${last_error}`).join(' ')
      : last
        ? t('operator.jobs.last', { at: t.date(last, 'datetime') })
        : t('operator.jobs.none')
  return { what: t('operator.jobs'), mark: broken.length > 0 ? 'stop' : 'ok', text }
}

function addressLine(t: Translator, { seen }: Facts): Line {
  const fault = addressFault(seen)
  const keys = {
    proxy_untrusted: 'operator.address.proxy_untrusted',
    proxy_absent: 'operator.address.proxy_absent',
  } as const satisfies Record<string, MessageKey>
  const text = t('operator.address.seen', { address: seen.direct })
  return { what: t('operator.address'), mark: fault ? 'wait' : 'ok', text: fault ? `${text} ${t(keys[fault])}` : text }
}
