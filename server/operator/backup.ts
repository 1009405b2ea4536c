// SPDX-License-Identifier: AGPL-3.0-or-later
// The names carry the instant, because the dates of files are lost when a folder is moved.
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { CopyFault, copyDatabaseFile } from '../../db/copy.ts'
import type { Say } from '../../config/node/texts.js'
import { inspectDatabase, type Sound } from '../../db/inspect.ts'
import { DATABASE_FILE } from '../../db/open.ts'
import { superseded, type Copy } from './rules.ts'

export type Backup = { file: string; at: string; bytes: number }

export const backupFolder = (dataDir: string): string => join(dataDir, 'backups')

/** `20261122031500` for 22 November 2026, 3:15 UTC. */
export const stampOf = (at: Date): string => at.toISOString().replaceAll(/\D/g, '').slice(0, 14)

/**
 * The server may be running. Blocks, so the server calls it in a thread (backup-thread.ts).
 * @throws CopyFault when there is no disk space or the copy is damaged; the copy is then deleted.
 */
export function writeBackup(dataDir: string, file: string, say: Say): Sound {
  let found: Sound | undefined
  copyDatabaseFile(join(dataDir, DATABASE_FILE), file, (copy) => {
    const report = inspectDatabase(copy, say)
    if (!report.ok) throw new CopyFault('unsound', report.faults.join('; '))
    found = report
  })
  return found!
}

/** Copies made before an update or a restore do not count. */
export function newestBackup(dataDir: string, now: Date): Backup | undefined {
  const folder = backupFolder(dataDir)
  const newest = listCopies(folder)
    .filter(({ kind, at }) => kind === 'daily' && Date.parse(at) <= now.getTime())
    .toSorted((a, b) => a.at.localeCompare(b.at))
    .at(-1)
  if (!newest) return undefined
  const file = join(folder, newest.name)
  return { file, at: newest.at, bytes: statSync(file).size }
}

/** Called right after a good copy was made, which always stays. @returns the names of the deleted copies. */
export function rotateBackups(dataDir: string, justMade: string, now: Date): string[] {
  const folder = backupFolder(dataDir)
  const gone = superseded(listCopies(folder), basename(justMade), now)
  // A database set aside by a restore may have its journal beside it.
  for (const name of gone) for (const end of ['', '-wal', '-shm']) rmSync(join(folder, name + end), { force: true })
  return gone
}

const NAME = /^(?<before>before-.+-)?(?<stamp>\d{14})\.sqlite$/

/** Other files in the folder are left alone. */
function listCopies(folder: string): Copy[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((name) => {
    const { before, stamp } = NAME.exec(name)?.groups ?? {}
    if (!stamp) return []
    const at = stamp.replace(/(....)(..)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5:$6.000Z')
    return Number.isNaN(Date.parse(at)) ? [] : [{ name, at, kind: before ? ('before' as const) : ('daily' as const) }]
  })
}

export function clearUnfinished(dataDir: string): void {
  const folder = backupFolder(dataDir)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(folder)) {
    if (/\.sqlite\.part(?:-journal)?$/.test(name)) rmSync(join(folder, name), { force: true })
  }
}
