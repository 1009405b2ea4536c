// SPDX-License-Identifier: AGPL-3.0-or-later
// A backup is one consistent file, made while the server runs. It holds everything, the sealed keys too: keep it as safe
// as the data folder, and keep secret.key with it.
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Config } from '../../config/env.ts'
import { inspectDatabase } from '../../db/inspect.ts'
import { openConnection } from '../../db/open.ts'
import type { Command } from '../cli.ts'
import { DATABASE_FILE } from '../open-deps.ts'

const stamp = () =>
  new Date()
    .toISOString()
    .replaceAll(/[^0-9]/g, '')
    .slice(0, 14)

/** Copies the database to `file` (temporary name, fsync, rename); mode 0600. Never overwrites. */
export function writeBackup(dataDir: string, file: string): void {
  if (existsSync(file)) throw new Error(`${file} is already there`)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const source = openConnection(join(dataDir, DATABASE_FILE), { mustExist: true })
  const temporary = `${file}.part`
  try {
    rmSync(temporary, { force: true })
    source.prepare('VACUUM INTO ?').run(temporary)
  } finally {
    source.close()
  }
  chmodSync(temporary, 0o600)
  const handle = openSync(temporary, 'r')
  fsyncSync(handle)
  closeSync(handle)
  renameSync(temporary, file)
}

function mustHold(config: Config): void {
  if (!existsSync(join(config.dataDir, DATABASE_FILE))) throw new Error(`there is no database in ${config.dataDir}`)
}

export const backup: Command = {
  use: 'backup [FILE]',
  does: 'Write a consistent copy of the database (default data/backups/<instant>.sqlite), while the server runs.',
  async run(config, [file]) {
    mustHold(config)
    const target = resolve(file ?? join(config.dataDir, 'backups', `${stamp()}.sqlite`))
    writeBackup(config.dataDir, target)
    const report = inspectDatabase(target)
    if (!report.ok) throw new Error(`the copy is not sound: ${report.faults.join('; ')}`)
    console.log(`${target}\n${report.people} people, ${report.offers} offers, ${report.entries} lines of hours`)
    return 0
  },
}

export const verifyBackup: Command = {
  use: 'verify-backup FILE',
  does: 'Say whether a backup is sound and fits this version.',
  async run(_config, [file]) {
    if (!file) throw new Error('which file?')
    const report = inspectDatabase(resolve(file))
    if (!report.ok) {
      console.error(report.faults.join('\n'))
      return 1
    }
    console.log(`sound: ${report.people} people, ${report.offers} offers, ${report.entries} lines of hours`)
    return 0
  },
}

export const restore: Command = {
  use: 'restore FILE --yes',
  does: 'Put a backup in place of the database. Stop the server first; the present database is kept beside it.',
  options: { yes: { type: 'boolean', does: 'really do it' } },
  async run(config, [file], { yes }) {
    if (!file) throw new Error('which file?')
    const report = inspectDatabase(resolve(file))
    if (!report.ok) throw new Error(`this backup is not restored: ${report.faults.join('; ')}`)
    if (!yes) throw new Error('add --yes: the present database will be put aside')
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
    const live = join(config.dataDir, DATABASE_FILE)
    if (existsSync(live)) {
      refuseIfOpen(live)
      const aside = join(config.dataDir, 'backups', `before-restore-${stamp()}.sqlite`)
      writeBackup(config.dataDir, aside)
      for (const end of ['', '-wal', '-shm']) rmSync(live + end, { force: true })
      console.log(`the database that was here is now ${aside}`)
    }
    copyFileSync(resolve(file), live)
    chmodSync(live, 0o600)
    console.log('restored; start the server')
    return 0
  },
}

/** SQLite grants exclusive mode only to a connection that is alone. */
function refuseIfOpen(file: string): void {
  const connection = openConnection(file)
  try {
    connection.pragma('busy_timeout = 500')
    connection.pragma('locking_mode = EXCLUSIVE')
    connection.exec('BEGIN EXCLUSIVE; COMMIT')
  } catch {
    throw new Error('the server is running; stop it first')
  } finally {
    connection.close()
  }
}
