// SPDX-License-Identifier: AGPL-3.0-or-later
// What the machine says of itself: room on the disk, the newest backup, the versions that run.
import { readFileSync } from 'node:fs'
import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../../config/env.ts'

export type Machine = {
  /** Bytes; undefined when the data folder cannot be read. */
  disk: { free: number; total: number } | undefined
  /** Instant (ISO) of the newest copy in data/backups, undefined when there is none. */
  lastBackup: string | undefined
}

export async function readMachine({ dataDir }: Pick<Config, 'dataDir'>): Promise<Machine> {
  const [disk, lastBackup] = await Promise.all([readDisk(dataDir), newestBackup(join(dataDir, 'backups'))])
  return { disk, lastBackup }
}

async function readDisk(folder: string): Promise<Machine['disk']> {
  try {
    const { bavail, bsize, blocks } = await statfs(folder)
    return { free: bavail * bsize, total: blocks * bsize }
  } catch {
    return undefined
  }
}

async function newestBackup(folder: string): Promise<string | undefined> {
  try {
    const files = (await readdir(folder)).filter((name) => name.endsWith('.sqlite'))
    const times = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).mtime.toISOString()))
    return times.toSorted().at(-1)
  } catch {
    return undefined
  }
}

/** Shown to administrators only. */
export function readVersion(): string {
  const file = join(import.meta.dirname, '../../package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
