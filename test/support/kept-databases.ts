// SPDX-License-Identifier: AGPL-3.0-or-later
// Databases that tests begin with, made once per worker (runtime.ts): most tests take less time than making one.
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { migrate } from '../../db/migrate.ts'
import { openConnection, openReadingConnection } from '../../db/open.ts'

let empty: Buffer | undefined

/** The bytes of one without rows. Made as a file, because one from memory is turned to WAL wherever it is opened. */
export function emptyDatabase(at: string): Buffer {
  return (empty ??= inFolder((file) => {
    const connection = openConnection(file)
    connection.pragma('synchronous = OFF')
    migrate(connection, at)
    connection.close()
  }))
}

function inFolder(make: (file: string) => void): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'mainforte-kept-'))
  try {
    const file = join(folder, 'empty.sqlite')
    make(file)
    return readFileSync(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** `at`: what its clock showed. `ids`: of the people of the cast. `more`: what whoever made it wants to know again. */
export type KeptWorld<More> = { bytes: Buffer; at: string; ids: Record<string, string>; more: More }
const worlds = new Map<string, Promise<KeptWorld<unknown>>>()

/** The same for the same name, made by the first who asks. */
export function keptWorld<More>(name: string, make: () => Promise<KeptWorld<More>>): Promise<KeptWorld<More>> {
  const known = worlds.get(name) as Promise<KeptWorld<More>> | undefined
  const world = known ?? make()
  worlds.set(name, world)
  if (!known) world.catch(() => worlds.delete(name))
  return world
}

export type OpenDatabase = { connection: Database.Database; openBeside?: () => Database.Database }

/**
 * One with the rows of `bytes`. To open a file and to read its schema takes longer than most tests, so both connections
 * stay open for the next one: what a test writes is in the log beside the file alone, and once the header of the log's
 * index is as it was (https://sqlite.org/walformat.html#the_wal_index_header), nobody has written. SQLite finds the same
 * when a program was killed before its first commit.
 */
export function takeDatabase(bytes: Buffer): OpenDatabase {
  const free = freeOf.get(bytes) ?? []
  freeOf.set(bytes, free)
  const kept = free.pop() ?? openKept(bytes)
  const { connection, beside } = kept
  let isOver = false
  // The reader is closed before, and with it.
  beside.close = () => beside
  connection.close = () => {
    if (isOver) return connection
    isOver = true
    if (putBack(kept)) free.push(kept)
    else closeKept(kept)
    return connection
  }
  const openBeside = () => {
    if (isOver) throw new Error('the database was closed')
    return beside
  }
  return { connection, openBeside }
}

type Connections = { file: string; connection: Database.Database; beside: Database.Database }
type Kept = Connections & { folder: string; index: number; header: Buffer; rest: string }
const freeOf = new Map<Buffer, Kept[]>()
const folders = new Set<string>()
process.once('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

function openKept(bytes: Buffer): Kept {
  const folder = mkdtempSync(join(tmpdir(), 'mainforte-kept-'))
  folders.add(folder)
  const file = join(folder, 'test.sqlite')
  writeFileSync(file, bytes)
  const connection = openConnection(file)
  // In a file, as a host has it, but without waiting for the disk.
  connection.pragma('synchronous = OFF')
  const beside = openReadingConnection(file)
  const opened = { file, connection, beside }
  const index = openSync(`${file}-shm`, 'r+')
  // The header, and its copy.
  const header = Buffer.alloc(2 * 48)
  readSync(index, header, 0, header.length, 0)
  utimesSync(file, NEVER_CHANGED, NEVER_CHANGED)
  return { ...opened, folder, index, header, rest: restOf(opened) }
}

/** When the file itself was last written, which SQLite does only when it copies the log into it. */
const NEVER_CHANGED = 0

/** What putting the header back does not undo. */
function restOf({ file, connection }: Connections): string {
  const settings = SETTINGS.map((name) => connection.pragma(name, { simple: true }))
  const temporary = connection.prepare('SELECT count(*) FROM sqlite_temp_schema').pluck().get()
  return [statSync(file).mtimeMs, temporary, ...settings].join(' ')
}

/** What tests change of a connection to have a disk that is full or a schema of their own. */
const SETTINGS = [
  'schema_version',
  'query_only',
  'max_page_count',
  'foreign_keys',
  'ignore_check_constraints',
  'synchronous',
]

/** @returns false where that cannot be done. */
function putBack(kept: Kept): boolean {
  if (kept.connection.inTransaction || restOf(kept) !== kept.rest) return false
  writeSync(kept.index, kept.header, 0, kept.header.length, 0)
  return true
}

function closeKept({ folder, connection, beside, index }: Kept): void {
  for (const one of [beside, connection]) Database.prototype.close.call(one)
  // Only now: whoever closes a file gives up all locks of this process on it.
  closeSync(index)
  rmSync(folder, { recursive: true, force: true })
  folders.delete(folder)
}
