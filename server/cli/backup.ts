// SPDX-License-Identifier: AGPL-3.0-or-later
// A backup holds the sealed keys too: keep it as safe as the data folder, and keep secret.key with it.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import type { Config } from '../../config/env.ts'
import { isOpenElsewhere } from '../../db/condition.ts'
import { putInPlace } from '../../db/copy.ts'
import { inspectDatabase, type Inspection, type Sound } from '../../db/inspect.ts'
import { endAccessOfAll } from '../../db/restored.ts'
import { DATABASE_FILE } from '../../db/open.ts'
import { createSecrets } from '../base/secrets.ts'
import type { Command } from './call.ts'
import { KEY_FILE } from '../open-deps.ts'
import { backupFolder, stampOf, writeBackup } from '../operator/backup.ts'

const totalsOf = ({ people, offers, entries }: Sound) => `${people} people, ${offers} offers, ${entries} lines of hours`

export const backup: Command = {
  use: 'backup [FILE]',
  does: 'Write a consistent copy of the database (default DATA_DIR/backups/<instant>.sqlite), while the server runs. The server makes one by itself each night; those of that name are kept 7 days, 5 weeks and 12 months.',
  words: [0, 1],
  async run({ dataDir }, [file]) {
    if (!existsSync(join(dataDir, DATABASE_FILE))) throw new Error(`there is no database in ${dataDir}`)
    const target = resolve(file ?? join(backupFolder(dataDir), `${stampOf(new Date())}.sqlite`))
    const report = writeBackup(dataDir, target)
    console.log(`${target}\n${totalsOf(report)}`)
    return 0
  },
}

export const verifyBackup: Command = {
  use: 'verify-backup FILE',
  does: 'Say whether a backup is sound, whose it is, and whether it fits this version and the secret key here. Ends with 0 only when a restore here would take it as it is.',
  words: [1, 1],
  async run(config, [file]) {
    const report = inspectDatabase(resolve(file!))
    if (report.ok) {
      console.log(`sound: ${totalsOf(report)}${report.publicUrl ? `, of ${report.publicUrl}` : ''}`)
      if (report.pending > 0) console.log(`of an earlier version: the start after a restore brings it up to date`)
      noteAddress(config, report)
    }
    const fault = restoreFault(config, report)
    if (fault) console.error(`a restore here would not take it: ${fault}`)
    return fault ? 1 : 0
  },
}

export const restore: Command = {
  use: 'restore FILE --yes',
  does: 'Put a backup in place of the database. Stop the server first; the present database is put aside, not lost.',
  words: [1, 1],
  options: { yes: { type: 'boolean', does: 'really do it' } },
  async run(config, [file], { yes }) {
    const report = inspectDatabase(resolve(file!))
    const fault = restoreFault(config, report)
    if (!report.ok || fault) throw new Error(`this backup is not restored: ${fault}`)
    if (!yes) throw new Error('add --yes: the present database will be put aside')
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
    const live = join(config.dataDir, DATABASE_FILE)
    refuseIfRunning(live)
    const temporary = `${live}.part`
    for (const end of ['', '-wal', '-shm']) rmSync(temporary + end, { force: true })
    writeFileSync(temporary, '', { mode: 0o600 })
    copyFileSync(resolve(file!), temporary)
    chmodSync(temporary, 0o600)
    endAccessOfAll(temporary)
    const old = renameOld(config.dataDir, live)
    putInPlace(temporary, live)
    if (old) console.log(`the database that was here is now ${old}`)
    console.log('everybody signs in again: sessions and mailed links of the backup are not valid any more')
    noteAddress(config, report)
    console.log(`restored: ${totalsOf(report)}; start the server`)
    return 0
  },
}

/** A restore accepts such a backup; the next start refuses it until PUBLIC_URL is the same. */
function noteAddress(config: Config, { publicUrl }: Sound): void {
  if (publicUrl && publicUrl !== config.publicUrl)
    console.log(`note: it belongs to ${publicUrl}; PUBLIC_URL is ${config.publicUrl}, set it back`)
}

/** Why a restore here would refuse it. verify-backup uses it too, so that both agree. */
function restoreFault(config: Config, report: Inspection): string | undefined {
  return report.ok ? keyFault(config, report) : report.faults.join('; ')
}

export function keyFault(config: Config, { keyMark }: Pick<Sound, 'keyMark'>): string | undefined {
  if (!keyMark) return undefined
  const file = join(config.dataDir, KEY_FILE)
  const key = config.secretKey ?? (existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined)
  if (!key) return `put the secret.key that was kept with it at ${file} first (or set SECRET_KEY)`
  if (createSecrets(key).mark() === keyMark) return undefined
  return `it was made with another secret key; put the secret.key that was kept with it at ${file} (or set SECRET_KEY)`
}

/** @throws when a server has the database open. */
export function refuseIfRunning(live: string): void {
  if (existsSync(live) && isOpenElsewhere(live)) throw new Error('the server is running; stop it first')
}

/** The journal too. Renaming needs no disk space and works for a damaged file. */
function renameOld(dataDir: string, live: string): string | undefined {
  if (!existsSync(live)) return undefined
  const folder = backupFolder(dataDir)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const to = join(folder, `before-restore-${stampOf(new Date())}.sqlite`)
  if (existsSync(to)) throw new Error(`${to} is already there; try again in a second`)
  for (const end of ['', '-wal', '-shm']) if (existsSync(live + end)) renameSync(live + end, to + end)
  return to
}
