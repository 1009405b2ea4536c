// SPDX-License-Identifier: AGPL-3.0-or-later
// Long files, in a process as people run it: others are answered while one is written. It is counted how often /livez was
// answered meanwhile, which is hardly ever where the work keeps the event loop to itself.
import { Agent, get } from 'node:http'
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
/** On a busy machine this process may get no time at all while a file is written; then it is asked for once more. */
const TRIES = 5

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
  await many.addTrips(db, ROWS, amina)
  await many.addHeadcounts(db, ROWS)
  await many.addEnquiries(db, ROWS)
  await many.addIncidents(db, ROWS)
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
  agent.destroy()
  await stopProcesses()
})

/** Connections that are kept; the ports they had are more each time one was reset. */
const agent = new Agent({ keepAlive: true, maxSockets: ASKING })
const ports = new Set<number>()

function livez(): Promise<number> {
  return new Promise((done, fail) => {
    get(`${centre.url}/livez`, { agent }, (answer) => {
      ports.add(answer.socket.localPort ?? 0)
      answer.resume().on('end', () => done(answer.statusCode ?? 0))
    }).on('error', fail)
  })
}

/** @returns what is written, and how often /livez was answered before its end. */
async function askMeanwhile(path: string): Promise<{ text: string; answers: number }> {
  let answers = 0
  let isDone = false
  const asked = send(new URL(path, centre.url), { headers: new Headers({ cookie }) }).finally(() => (isDone = true))
  const askOn = async () => {
    while (!isDone) {
      expect(await livez()).toBe(200)
      if (!isDone) answers += 1
    }
  }
  await Promise.all(Array.from({ length: ASKING }, askOn))
  const { status, text } = await asked
  expect(status).toBe(200)
  return { text, answers }
}

async function expectAnswers(path: string, rows: number, rowsIn: (text: string) => number): Promise<void> {
  let most = 0
  for (let times = 0; times === 0 || (times < TRIES && most < rows / AT_ONCE); times++) {
    const { text, answers } = await askMeanwhile(path)
    // What happened since the start is in the trail too.
    expect(rowsIn(text)).toBeGreaterThanOrEqual(rows)
    most = Math.max(most, answers)
  }
  expect(most).toBeGreaterThanOrEqual(rows / AT_ONCE)
}

it.each(Object.entries(EXPORTS))('%s is written while others are answered', (path, { query = '' }) =>
  expectAnswers(`${path}?${query}`, expected[path]!, (text) => text.trim().split('\r\n').length - 1),
)

it('/api/v1/associations is written while others are answered', () =>
  expectAnswers('/api/v1/associations', ROWS, (text) => (JSON.parse(text) as object[]).length))

// What protects people from our own time limits (8 s for a head, 65 s for a kept connection) is that nothing above holds
// the loop: Node looks at the limits before it reads what has come meanwhile.
it('nobody’s connection was reset meanwhile', () => {
  expect(ports.size).toBeLessThanOrEqual(ASKING)
})
