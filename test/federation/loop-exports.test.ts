// SPDX-License-Identifier: AGPL-3.0-or-later
// Long files, in a process as people run it: others are answered while one is written. As in loop.test.ts it is counted
// how often /livez was answered meanwhile, which is never where the work keeps the event loop to itself.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import { openConnection, openDb } from '../../db/open.ts'
import { EXPORTS } from '../support/exports.ts'
import { send } from '../support/http.ts'
import * as many from '../support/many-rows.ts'
import { portAt } from '../support/ports.ts'
import { startProcess, stopProcesses, type Process } from '../support/processes.ts'

jest.setTimeout(600_000)
const ROWS = 20_000
/** Rows that may be written between two turns of the loop: twice as many as are, for turns in which nobody asked. */
const AT_ONCE = 1000

let centre: Process
let cookie = ''
const expected: Record<string, number> = {}
/** So many ask at a time, so that one waits at each turn of the loop, also while this process gets no time. */
const ASKING = 8

beforeAll(async () => {
  const env = { NOW: '2026-11-22T09:00:00.000Z', LOG_LEVEL: 'warn' }
  centre = await startProcess({ name: 'exports', kind: 'both', port: portAt(32), knows: [], env })
  await centre.stop()
  const db = openDb(openConnection(join(centre.dataDir, 'mainforte.sqlite')))
  const [amina = '', bastien = ''] = await Promise.all(
    ['amina', 'bastien'].map(async (name) => {
      const row = await db
        .selectFrom('people')
        .select('id')
        .where('email', '=', `${name}@example.org`)
        .executeTakeFirst()
      return row?.id ?? ''
    }),
  )
  await many.addPeople(db, ROWS)
  await many.addOffers(db, ROWS)
  await many.addHours(db, ROWS, amina)
  await many.addApplications(db, ROWS)
  await many.addItems(db, ROWS)
  await many.addOpenings(db, ROWS, bastien, amina)
  await many.addMails(db, ROWS)
  await many.addPartners(db, ROWS)
  await many.addSites(db, ROWS)
  await many.addCounts(db, ROWS)
  await centre.start()
  cookie = (await centre.signIn('amina')).cookie
  for (const [path, { from }] of Object.entries(EXPORTS)) expected[path] = await many.count(db, from)
  await db.destroy()
})
afterAll(async () => {
  await stopProcesses()
})

async function ask(path: string): Promise<string> {
  const { status, text } = await send(new URL(path, centre.url), { headers: new Headers({ cookie }) })
  return `${status} ${text}`
}

it.each(Object.entries(EXPORTS))('%s is written while others are answered', async (path, { query = '' }) => {
  let answers = 0
  let isDone = false
  const asked = ask(`${path}?${query}`).finally(() => (isDone = true))
  const askOn = async () => {
    while (!isDone) {
      expect(await ask('/livez')).toMatch(/^200/)
      if (!isDone) answers += 1
    }
  }
  await Promise.all(Array.from({ length: ASKING }, askOn))
  const text = await asked
  expect(text).toMatch(/^200/)
  // What happened since the start is in the trail too.
  const lines = text.trim().split('\r\n').length - 1
  expect(lines).toBeGreaterThanOrEqual(expected[path]!)
  expect(answers).toBeGreaterThanOrEqual(Math.floor(lines / AT_ONCE))
})
