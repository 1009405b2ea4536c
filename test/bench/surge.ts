// SPDX-License-Identifier: AGPL-3.0-or-later
// Ten minutes in which more than a hundred people a second apply, and confirm as soon as their mail has come.
import type { ChildProcess } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { readConfig } from '../../config/env.ts'
import { DATABASE_FILE } from '../../db/open.ts'
import { openDeps } from '../../server/open-deps.ts'
import { openSmtp, type TestSmtp } from '../support/smtp.ts'
import { runSurge, type SurgeResult } from '../support/surge.ts'
import { publishAll } from './backlog.ts'
import { prepare, start, stop } from './instance.ts'
import type { Figure } from './run.ts'

export const SURGE = ['surge_applications_per_second', 'surge_lost']
/** A few more than the hundred that are to be confirmed, so that the figure is not theirs. */
const PER_SECOND = 104
const SECONDS = 600

/** @param seconds for how long people come. */
export async function surgeFigures(seconds = SECONDS): Promise<Figure[]> {
  const smtp = await openSmtp()
  const { env, url, dataDir } = await prepare({ SMTP_URL: smtp.url, TRUSTED_PROXIES: '127.0.0.1' })
  let instance: ChildProcess | undefined
  try {
    const offers = await publish(env)
    instance = (await start(env, url)).child
    const count = PER_SECOND * seconds
    const result = await runSurge({ url, publicUrl: url, smtp, offers, count, perSecond: PER_SECOND })
    await stop(instance)
    instance = undefined
    return figures(result, readKept(dataDir), { count, smtp })
  } finally {
    if (instance) await stop(instance)
    await smtp.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** Without a limit of places, so that nobody has to wait. */
async function publish(env: Record<string, string>): Promise<string[]> {
  const reading = readConfig(env)
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  const { deps } = await openDeps(reading.config)
  const person = await deps.db.selectFrom('people').select('id').executeTakeFirstOrThrow()
  const ids = await publishAll(deps, person.id, { capacity: null })
  await deps.db.destroy()
  return ids
}

type Kept = { rows: number; mailboxes: number; confirmed: number; queued: number; failed: number }

function readKept(dataDir: string): Kept {
  const file = new Database(join(dataDir, DATABASE_FILE), { readonly: true })
  const one = (sql: string) => file.prepare(sql).pluck().get() as number
  const kept = {
    rows: one('SELECT count(*) FROM applications'),
    mailboxes: one('SELECT count(DISTINCT email_key) FROM applications'),
    confirmed: one("SELECT count(*) FROM applications WHERE state <> 'unconfirmed' AND confirmed_at IS NOT NULL"),
    queued: one("SELECT count(*) FROM mails WHERE state = 'queued'"),
    failed: one("SELECT count(*) FROM mails WHERE state = 'failed'"),
  }
  file.close()
  return kept
}

function figures(result: SurgeResult, kept: Kept, { count, smtp }: { count: number; smtp: TestSmtp }): Figure[] {
  const { seconds, confirmed, applied, statuses } = result
  const others = Object.entries(statuses).map(([status, times]) => `${status}: ${times}`)
  const ids = smtp.arrived.map(({ mail }) => mail.messageId)
  const note = `${count} people, ${PER_SECOND} begin a second, each from their own network and mailbox; the form is sent, and the link in the mail followed by its confirmation as soon as it has come; ${applied} forms taken, ${confirmed} confirmed in ${Math.round(seconds)} s; other answers: ${others.join(', ') || 'none'}; afterwards ${kept.rows} applications of ${kept.mailboxes} mailboxes; mails arrived ${ids.length}, of which twice ${ids.length - new Set(ids).size}, still queued ${kept.queued}, failed ${kept.failed}`
  return [
    {
      name: 'surge_applications_per_second',
      value: Math.round((confirmed / seconds) * 10) / 10,
      unit: 'per second',
      note,
    },
    {
      name: 'surge_lost',
      value: count - kept.confirmed + (kept.rows - kept.mailboxes),
      unit: 'applications',
      note: `people who came and have no confirmed application afterwards, and applications that are there twice; ${note}`,
    },
  ]
}
