// SPDX-License-Identifier: AGPL-3.0-or-later
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { DATABASE_FILE } from '../../db/open.ts'
import { findTimeZone } from '../../db/queries/association.ts'
import { findJob, listIntegrityFaults, refreshFigures, saveJobRun, type Check } from '../../db/queries/operator.ts'
import { DAY } from '../base/clock.ts'
import { dateFormat } from '../base/intl.ts'
import type { Deps } from '../deps.ts'
import { backupFolder, clearUnfinished, newestBackup, rotateBackups, stampOf } from './backup.ts'
import { isBackupDue, isCheckDue } from './rules.ts'

/** Names in the table of jobs; the page shows each on its own line. */
export const CHECKS = { quick: 'quick check', full: 'full check' } as const
export const BACKUP_JOB = 'make the daily backup'

/** A failure is tried again at the next run. @throws CopyFault and faults of the disk. */
export async function backUpDaily(deps: Deps): Promise<void> {
  const { dataDir } = deps.config
  // A database in memory has nothing to copy.
  if (!existsSync(join(dataDir, DATABASE_FILE))) return
  const now = deps.clock.now()
  const hasFailed = Boolean((await findJob(deps.db, BACKUP_JOB))?.last_error)
  const last = newestBackup(dataDir, now)?.at
  if (!hasFailed && !isBackupDue(now, last, await localHour(deps))) return
  clearUnfinished(dataDir)
  const file = join(backupFolder(dataDir), `${stampOf(now)}.sqlite`)
  const from = performance.now()
  await inThread('./backup-thread.ts', { dataDir, file })
  const gone = rotateBackups(dataDir, file, now)
  deps.log.info('backup made', { file, ms: Math.round(performance.now() - from), removed: gone.length })
}

/** In a thread, so that pages are still served. @returns what the thread says when it is done. */
function inThread<Answer>(program: `./${string}-thread.ts`, workerData: Record<string, string>): Promise<Answer> {
  const thread = new Worker(new URL(program, import.meta.url), { workerData })
  return new Promise((resolve, reject) => {
    thread.once('message', resolve)
    thread.once('error', reject)
    thread.once('exit', (code) => reject(new Error(`the thread ended early, with code ${code}`)))
  })
}

/** Of what was deleted, the write-ahead log still holds the text until it is emptied; here nobody waits for it. */
export async function emptyJournal(deps: Deps): Promise<void> {
  const file = join(deps.config.dataDir, DATABASE_FILE)
  if (existsSync(file)) await inThread('./journal-thread.ts', { file })
}

/** Beside the server's own connection; a database in memory has only that one. */
function integrityFaults(deps: Deps, check: Check): Promise<string[]> {
  const file = join(deps.config.dataDir, DATABASE_FILE)
  return existsSync(file) ? inThread('./check-thread.ts', { file, check }) : listIntegrityFaults(deps.db, check)
}

/** A fault is stored, logged and shown; nothing else is done. */
export async function checkDatabase(deps: Deps): Promise<void> {
  const hour = await localHour(deps)
  for (const [check, every] of [['full', 7 * DAY] as const, ['quick', DAY] as const]) {
    const last = (await findJob(deps.db, CHECKS[check]))?.last_run_at
    if (!isCheckDue(deps.clock.now(), last ?? undefined, every, hour)) continue
    const faults = await integrityFaults(deps, check)
    await saveJobRun(deps.db, CHECKS[check], deps.clock.iso(), faults.join('; ') || null)
    if (faults.length > 0) deps.log.error('the database is damaged', { check, faults: faults.join('; ') })
    else if (check === 'quick') await keepFigures(deps)
  }
}

/** Called at the start and each night. Without disk space the query planner keeps its old figures, or has none. */
export async function keepFigures(deps: Deps): Promise<void> {
  try {
    await refreshFigures(deps.db)
  } catch (error) {
    deps.log.warn('the figures of the query planner could not be kept', { error: String(error) })
  }
}

/** 0–23, in the association's time zone. */
async function localHour(deps: Deps): Promise<number> {
  const timeZone = await findTimeZone(deps.db)
  const format = dateFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone })
  return Number(format.format(deps.clock.now()))
}
