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
import type { Translator } from '../text/i18n.ts'
import type { Command } from './call.ts'
import { sayIn } from './language.ts'
import { KEY_FILE } from '../open-deps.ts'
import { backupFolder, stampOf, writeBackup } from '../operator/backup.ts'

const totalsOf = ({ people, offers, entries }: Sound, t: Translator) =>
  [t.n('cli.people', people), t.n('cli.offers', offers), t.n('cli.entries', entries)].join(', ')

export const backup: Command = {
  use: 'backup [FILE]',
  does: 'cli.backup.does',
  words: [0, 1],
  async run({ dataDir }, [file], _options, t) {
    if (!existsSync(join(dataDir, DATABASE_FILE))) throw new Error(t('cli.backup.no_database', { folder: dataDir }))
    const target = resolve(file ?? join(backupFolder(dataDir), `${stampOf(new Date())}.sqlite`))
    const report = writeBackup(dataDir, target, sayIn(t))
    console.log(`${target}\n${totalsOf(report, t)}`)
    return 0
  },
}

export const verifyBackup: Command = {
  use: 'verify-backup FILE',
  does: 'cli.verify.does',
  words: [1, 1],
  async run(config, [file], _options, t) {
    const report = inspectDatabase(resolve(file!), sayIn(t))
    if (report.ok) {
      const totals = totalsOf(report, t)
      const url = report.publicUrl
      console.log(url ? t('cli.verify.sound_of', { totals, url }) : t('cli.verify.sound', { totals }))
      if (report.pending > 0) console.log(t('cli.verify.pending'))
      noteAddress(config, report, t)
    }
    const fault = restoreFault(config, report, t)
    if (fault) console.error(t('cli.verify.not_taken', { fault }))
    return fault ? 1 : 0
  },
}

export const restore: Command = {
  use: 'restore FILE --yes',
  does: 'cli.restore.does',
  words: [1, 1],
  options: { yes: { type: 'boolean', does: 'cli.restore.yes' } },
  async run(config, [file], { yes }, t) {
    const report = inspectDatabase(resolve(file!), sayIn(t))
    const fault = restoreFault(config, report, t)
    if (!report.ok || fault) throw new Error(t('cli.restore.refused', { fault }))
    if (!yes) throw new Error(t('cli.restore.add_yes'))
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
    const live = join(config.dataDir, DATABASE_FILE)
    refuseIfRunning(live, t)
    const temporary = `${live}.part`
    for (const end of ['', '-wal', '-shm']) rmSync(temporary + end, { force: true })
    writeFileSync(temporary, '', { mode: 0o600 })
    copyFileSync(resolve(file!), temporary)
    chmodSync(temporary, 0o600)
    endAccessOfAll(temporary)
    const old = renameOld(config.dataDir, live, t)
    putInPlace(temporary, live)
    if (old) console.log(t('cli.restore.aside', { file: old }))
    console.log(t('cli.restore.sign_in'))
    noteAddress(config, report, t)
    console.log(t('cli.restore.done', { totals: totalsOf(report, t) }))
    return 0
  },
}

/** A restore accepts such a backup; the next start refuses it until PUBLIC_URL is the same. */
function noteAddress(config: Config, { publicUrl }: Sound, t: Translator): void {
  if (publicUrl && publicUrl !== config.publicUrl)
    console.log(t('cli.address_note', { url: publicUrl, here: config.publicUrl }))
}

/** Why a restore here would refuse it. verify-backup uses it too, so that both agree. */
function restoreFault(config: Config, report: Inspection, t: Translator): string | undefined {
  return report.ok ? keyFault(config, report, t) : report.faults.join('; ')
}

export function keyFault(config: Config, { keyMark }: Pick<Sound, 'keyMark'>, t: Translator): string | undefined {
  if (!keyMark) return undefined
  const file = join(config.dataDir, KEY_FILE)
  const key = config.secretKey ?? (existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined)
  if (!key) return t('cli.key.missing', { file })
  if (createSecrets(key).mark() === keyMark) return undefined
  return t('cli.key.wrong', { file })
}

/** @throws when a server has the database open. */
export function refuseIfRunning(live: string, t: Translator): void {
  if (existsSync(live) && isOpenElsewhere(live)) throw new Error(t('cli.restore.running'))
}

/** The journal too. Renaming needs no disk space and works for a damaged file. */
function renameOld(dataDir: string, live: string, t: Translator): string | undefined {
  if (!existsSync(live)) return undefined
  const folder = backupFolder(dataDir)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const to = join(folder, `before-restore-${stampOf(new Date())}.sqlite`)
  if (existsSync(to)) throw new Error(t('cli.restore.there', { file: to }))
  for (const end of ['', '-wal', '-shm']) if (existsSync(live + end)) renameSync(live + end, to + end)
  return to
}
