// SPDX-License-Identifier: AGPL-3.0-or-later
// Looks at everything an operator would have to look at, and says how to mend what is wrong.
import { accessSync, constants, existsSync, mkdirSync, statSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import nodemailer from 'nodemailer'
import type { Config } from '../../config/env.ts'
import { inspectDatabase } from '../../db/inspect.ts'
import { DATABASE_FILE, openConnection } from '../../db/open.ts'
import type { Command } from '../cli.ts'
import { newestBackup } from '../operator/backup.ts'

type Finding = { mark: 'ok' | 'note' | 'fault'; what: string; mend?: string }
const ok = (what: string): Finding => ({ mark: 'ok', what })
const note = (what: string, mend: string): Finding => ({ mark: 'note', what, mend })
const fault = (what: string, mend: string): Finding => ({ mark: 'fault', what, mend })
const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error))

function folder({ dataDir }: Config): Finding {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.R_OK | constants.W_OK)
    return ok(`the data folder ${dataDir} can be written`)
  } catch (error) {
    return fault(
      `the data folder cannot be written: ${sentence(error)}`,
      `give it to the user who runs Mainforte, or set DATA_DIR`,
    )
  }
}

function disk({ dataDir }: Config): Finding {
  const { bavail, bsize, blocks } = statfsSync(dataDir)
  const free = bavail * bsize
  const line = `${Math.round(free / 1e6)} MB free on the disk`
  return free < 500e6 || bavail / blocks < 0.1
    ? note(line, 'make room: below 500 MB or 10 % a full disk is near')
    : ok(line)
}

function database({ dataDir }: Config): Finding {
  const file = join(dataDir, DATABASE_FILE)
  if (!existsSync(file)) {
    return existsSync(join(dataDir, 'mainforte.created'))
      ? fault('the database was here and is gone', 'put it back, or: npx mainforte restore FILE --yes')
      : note('no database yet', 'start the server once: npm start')
  }
  const report = inspectDatabase(file)
  if (!report.ok) return fault(report.faults.join('; '), 'stop the server and restore the last sound backup')
  if (report.pending > 0)
    return note(`${report.pending} migrations wait`, 'start the server, or: npx mainforte migrate')
  return ok(`the database is sound: ${report.people} people, ${report.offers} offers`)
}

function queues({ dataDir }: Config): Finding[] {
  const file = join(dataDir, DATABASE_FILE)
  if (!existsSync(file)) return []
  const connection = openConnection(file)
  try {
    const one = (sql: string) => connection.prepare(sql).pluck().get() as number
    const failed = one("SELECT count(*) FROM mails WHERE state = 'failed'")
    const deliveries = one("SELECT count(*) FROM fed_deliveries WHERE state = 'failed'")
    const parked = one("SELECT count(*) FROM fed_activities WHERE state = 'parked'")
    const url = connection.prepare("SELECT value FROM instance_facts WHERE key = 'public_url'").pluck().get() as
      string | undefined
    return [
      failed > 0 ? note(`${failed} mails could not be sent`, 'see /operator/mails') : ok('no mail has failed'),
      deliveries > 0
        ? note(`${deliveries} messages to partners failed`, 'see /operator/federation')
        : ok('no message to a partner has failed'),
      ...(parked > 0
        ? [note(`${parked} messages from partners could not be understood`, 'see /operator/federation')]
        : []),
      ...(url ? [ok(`known to partners as ${url}`)] : []),
    ]
  } finally {
    connection.close()
  }
}

function address(config: Config): Finding {
  if (config.isHttps) return ok(`people reach us at ${config.publicUrl}`)
  return note(
    `PUBLIC_URL is ${config.publicUrl}, without https`,
    'fine to try things; for real use set it to the https address',
  )
}

function secret(config: Config): Finding {
  if (config.secretKey && config.secretKey.length < 32)
    return fault('SECRET_KEY is shorter than 32 characters', 'make a longer one')
  const file = join(config.dataDir, 'secret.key')
  if (!config.secretKey && existsSync(file) && (statSync(file).mode & 0o077) !== 0) {
    return fault(`others on this machine can read ${file}`, `chmod 600 ${file}`)
  }
  return ok('the secret key is kept well')
}

async function mail({ smtpUrl }: Config): Promise<Finding> {
  if (!smtpUrl)
    return note('no mail server', 'set SMTP_URL and MAIL_FROM; until then mails are only shown at /operator/mails')
  const transport = nodemailer.createTransport(smtpUrl, { connectionTimeout: 8000, greetingTimeout: 8000 } as object)
  try {
    await transport.verify()
    return ok('the mail server answers')
  } catch (error) {
    return fault(`the mail server does not answer: ${sentence(error)}`, 'check SMTP_URL')
  } finally {
    transport.close()
  }
}

async function outside(config: Config): Promise<Finding> {
  try {
    const answer = await fetch(`${config.publicUrl}/readyz`, { signal: AbortSignal.timeout(8000) })
    if (!answer.ok)
      return note(`${config.publicUrl}/readyz answers ${answer.status}`, 'is the server running, and is the proxy set?')
    const found = await fetch(
      `${config.publicUrl}/.well-known/webfinger?resource=${encodeURIComponent(config.publicUrl)}`,
      { signal: AbortSignal.timeout(8000) },
    )
    if (config.federation && !found.ok)
      return note(`partners cannot find us (webfinger answers ${found.status})`, 'the proxy must pass /.well-known on')
    return ok('the server answers at its public address')
  } catch {
    return note(`${config.publicUrl} does not answer from here`, 'start the server; check the proxy and the name')
  }
}

function lastBackup({ dataDir }: Config): Finding {
  const last = newestBackup(dataDir, new Date())
  const mend = 'the running server makes one each night; make one now: npx mainforte backup'
  if (!last) return note('no backup yet', mend)
  const hours = Math.round((Date.now() - Date.parse(last.at)) / 3_600_000)
  return hours > 48
    ? note(`the last backup is ${hours} hours old`, mend)
    : ok(`last backup ${hours} h ago: ${last.file}`)
}

export const doctor: Command = {
  use: 'doctor',
  does: 'Look at Node, folder, disk, database, queues, mail, address and backups; exit code 1 when something is broken.',
  async run(config) {
    const findings = [
      ok(`Node ${process.versions.node}`),
      folder(config),
      disk(config),
      address(config),
      secret(config),
      database(config),
      ...queues(config),
      await mail(config),
      await outside(config),
      lastBackup(config),
    ]
    for (const { mark, what, mend } of findings)
      console.log(`${mark.padEnd(5)} ${what}${mend ? `\n      → ${mend}` : ''}`)
    return findings.some(({ mark }) => mark === 'fault') ? 1 : 0
  },
}
