// SPDX-License-Identifier: AGPL-3.0-or-later
// One consistent copy of a database that may be in use: complete or absent, and readable by its owner alone. Backups,
// the copy before a migration and restore all use it.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'

/** No copy was made, and nothing of it is left. */
export class CopyFault extends Error {
  override name = 'CopyFault'
  readonly reason: 'no_room' | 'unsound' | 'there_already'
  constructor(reason: CopyFault['reason'], detail: string) {
    super(`${reason}: ${detail}`)
    this.reason = reason
  }
}

/** Left free beside the copy, so that the server can go on writing. */
const SPARE_BYTES = 50e6

/**
 * Writes `file` under a temporary name, then fsync and rename; mode 0600. Blocks the thread.
 * @param check reads the finished copy before it gets its name, and throws when it is not good.
 * @throws CopyFault when the disk has too little space, or `file` exists.
 */
export function copyDatabase(connection: Database.Database, file: string, check?: (copy: string) => void): void {
  if (existsSync(file)) throw new CopyFault('there_already', file)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const temporary = `${file}.part`
  // Left by a process that was killed.
  removeUnfinished(temporary)
  refuseWithoutDiskSpace(connection, dirname(file))
  try {
    // Created first, so that nobody else can read it while it grows.
    writeFileSync(temporary, '', { mode: 0o600, flag: 'wx' })
    connection.prepare('VACUUM INTO ?').run(temporary)
    check?.(temporary)
    putInPlace(temporary, file)
    removeUnfinished(temporary)
  } catch (error) {
    removeUnfinished(temporary)
    const isFull = ['SQLITE_FULL', 'ENOSPC', 'EDQUOT'].includes(String((error as { code?: unknown }).code))
    throw isFull ? new CopyFault('no_room', 'the disk filled up') : error
  }
}

/** With its journal, which says nothing once the copy has its name, or is given up. */
function removeUnfinished(temporary: string): void {
  for (const end of ['', '-journal']) rmSync(temporary + end, { force: true })
}

/** For a file that another process may have open: it is only read. */
export function copyDatabaseFile(source: string, file: string, check?: (copy: string) => void): void {
  const connection = new Database(source, { readonly: true, fileMustExist: true })
  try {
    connection.pragma('trusted_schema = OFF')
    copyDatabase(connection, file, check)
  } finally {
    connection.close()
  }
}

/** Forced to the disk before the rename, so that a file with its own name is always complete. */
export function putInPlace(temporary: string, file: string): void {
  sync(temporary)
  renameSync(temporary, file)
  sync(dirname(file))
}

function sync(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function refuseWithoutDiskSpace(connection: Database.Database, folder: string): void {
  const pages = connection.pragma('page_count', { simple: true }) as number
  const needed = pages * (connection.pragma('page_size', { simple: true }) as number) + SPARE_BYTES
  const { bavail, bsize } = statfsSync(folder)
  const [need, free] = [needed, bavail * bsize].map((bytes) => Math.ceil(bytes / 1e6))
  if (free! < need!) throw new CopyFault('no_room', `${need} MB are needed, ${free} MB are free`)
}
