// SPDX-License-Identifier: AGPL-3.0-or-later
// A clock that jumps: nothing irreversible follows, and nothing waits for an instant that it only dreamt of (web kind 8).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { saveJobRun } from '../../db/queries/operator.ts'
import { DAY, HOUR, MINUTE, later } from '../../server/base/clock.ts'
import { jobs, startJobs, type Timetable } from '../../server/jobs.ts'
import { START, startApp, stopApps, type World } from '../support/app.ts'
import { count, run } from '../support/many-rows.ts'
import { openSmtp } from '../support/smtp.ts'

const FUTURE = '2036-05-01T12:00:00.000Z'
/** Columns of that kind that hold no wait: a job is planned anew, and what is undone is not taken up again. */
const NO_WAIT = ['jobs.due_at']

let world: World
let timetable: Timetable
let ran: string[]

beforeEach(async () => {
  world = await startApp({ starts: false })
  ran = []
  for (const job of jobs) jest.spyOn(job, 'run').mockImplementation(async () => void ran.push(job.name))
  restart()
  await look()
  for (const { name } of jobs) await saveJobRun(world.deps.db, name, START, null, START)
})
afterEach(async () => {
  jest.restoreAllMocks()
  await timetable.stop()
  await stopApps()
})

function restart(): void {
  void timetable?.stop()
  timetable = startJobs(world.deps)
}
async function look(): Promise<void> {
  await timetable.runDue()
  await timetable.stop()
  restart()
}
const deleting = () => ran.filter((name) => !/journal|write-ahead|check the database/.test(name))

describe('web kind 8: a clock that jumps', () => {
  it('years ahead runs nothing that deletes, ends or tells, until it has gone on for a day', async () => {
    await look()
    world.clock.set(FUTURE)
    for (let hour = 0; hour < 23; hour++) {
      await look()
      world.clock.advance(HOUR)
    }
    expect(deleting().length).toBe(jobs.length - 2)
    expect(ran).toContain('check the database')
    ran.length = 0
    world.clock.advance(2 * HOUR)
    await look()
    world.clock.advance(DAY)
    await look()
    expect(new Set(deleting()).size).toBeGreaterThanOrEqual(jobs.length - 3)
  })

  it('ahead and back is as if nothing had been', async () => {
    await look()
    ran.length = 0
    world.clock.set(FUTURE)
    await look()
    world.clock.set(START)
    world.clock.advance(3 * HOUR)
    await look()
    expect(deleting()).toEqual([])
    for (let hour = 0; hour < 25; hour++) {
      world.clock.advance(HOUR)
      await look()
    }
    expect(deleting()).toContain('forget old sessions')
  })

  it('a server that was off for three weeks does its work at once', async () => {
    await look()
    ran.length = 0
    world.clock.advance(21 * DAY + MINUTE)
    await look()
    expect(deleting()).toContain('forget old sessions')
  })

  it('set right, lets nobody wait for what it said, and ends what began in the future', async () => {
    const smtp = await openSmtp()
    world = await startApp({ env: { SMTP_URL: smtp.url } })
    restart()
    const { db } = world.deps
    await look()
    const chloe = await world.signIn('chloe')
    world.clock.set(FUTURE)
    const amina = await world.signIn('amina')
    await look()
    await run(
      db,
      `INSERT INTO mails (id, dedupe, template, to_email, locale, subject, body_text, body_html, state, not_before, created_at)
       VALUES ('m', 'm', 't', 'a@b.example', 'fr', '', '', '', 'queued', '${later(FUTURE, DAY)}', '${FUTURE}')`,
    )
    await run(db, `INSERT INTO throttle (key, count, resets_at) VALUES ('k', 99, '${FUTURE}')`)
    await run(
      db,
      `INSERT INTO alert_subscribers (id, link_hash, email, email_key, locale, rhythm, told_until, next_at, created_at, ends_at)
       VALUES ('a', 'a', 'a@b.example', 'a@b.example', 'fr', 'weekly', '${FUTURE}', '${FUTURE}', '${START}', '${FUTURE}')`,
    )
    world.clock.set(START)
    await look()
    expect(await count(db, `alert_subscribers WHERE next_at <= '${START}' AND told_until <= '${START}'`)).toBe(1)
    await world.settle()
    expect(smtp.arrived.map(({ to }) => to)).toEqual([['a@b.example']])
    expect(await count(db, 'throttle')).toBe(0)
    expect((await amina.get('/my')).url).toContain('/sign-in')
    expect((await chloe.get('/my')).status).toBe(200)
    // Its connection is kept for a while, and the mail server would wait for that to end.
    await timetable.stop()
    await stopApps()
    await smtp.stop()
  })

  it('every column that something waits for is looked at', async () => {
    const tables = await world.deps.db.introspection.getTables()
    const waited = tables.flatMap(({ name, columns }) =>
      columns
        .filter((column) =>
          /^(?:not_before|lease_until|resets_at|next_probe_at|next_at|expires_at|due_at|held_until|until)$/.test(
            column.name,
          ),
        )
        .map((column) => `${name}.${column.name}`),
    )
    const source = readFileSync(join(import.meta.dirname, '../../db/queries/waits.ts'), 'utf8')
    const ended = [...source.matchAll(/^ {2}'([a-z_.]+)': /gm)].map(([, column]) => column!)
    expect(waited.filter((one) => !NO_WAIT.includes(one)).toSorted()).toEqual(ended.toSorted())
  })
})
