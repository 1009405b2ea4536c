// SPDX-License-Identifier: AGPL-3.0-or-later
// Long work, at size, in processes as people run them: others are answered meanwhile. Nothing here is a measure of the
// machine: it is counted how often /livez was answered while the work was half done, and that is never where the work
// keeps the event loop, or one transaction, to itself.
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import Database from 'better-sqlite3'
import { startProcess, stopProcesses, until, type Process } from '../support/processes.ts'
import { portAt } from '../support/ports.ts'
import { samplePublicOffer } from '../support/offers.ts'

jest.setTimeout(600_000)
const FOLLOWERS = 2000
const TEAM = 200
const WAITING = 300
const MEMBERS = 4000
/** In the morning, when people are reminded. */
const NOW = '2026-11-28T09:00:00.000Z'
const LONG_AGO = '2026-11-24T12:00:00.000Z'

let centre: Process
let file: Database.Database

beforeAll(async () => {
  const env = { NOW, LOG_LEVEL: 'warn' }
  centre = await startProcess({ name: 'loop', kind: 'both', port: portAt(31), knows: [], env })
  await centre.stop()
  file = new Database(join(centre.dataDir, 'mainforte.sqlite'), { timeout: 30_000 })
  file.transaction(fill)()
  // Due at the first look of the timetable, seconds after the start.
  file
    .prepare('INSERT INTO jobs (name, due_at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at')
    .run('remind of waiting applications', LONG_AGO)
  await centre.start()
  event('association.updated', null, { fields: 'name' })
  const offer = { offer: 'https://x.example/1', association: 'https://x.example/a' }
  event('moderation.received', 'i', { ...offer, revision: 1, update: false })
  await watch()
})
afterAll(async () => {
  agent.destroy()
  file.close()
  await stopProcesses()
})

const counted = (count: number) =>
  `WITH RECURSIVE c (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < ${count - 1})`

function fill(): void {
  const me = `${centre.url}/actor`
  const content = JSON.stringify(samplePublicOffer().content).replaceAll("'", "''")
  const [host, member] = [`'h' || n || '.example'`, `'https://m' || n || '.example/`]
  file.exec(`
${counted(FOLLOWERS)} INSERT INTO fed_actors (uri, host, type, inbox, body, fetched_at)
  SELECT 'https://' || ${host} || '/u', ${host}, 'Service', 'https://' || ${host} || '/inbox', '{}', '${NOW}' FROM c;
INSERT INTO fed_follows (activity_id, follower, followed, state, at)
  SELECT uri || '/follow', uri, '${me}', 'accepted', '${NOW}' FROM fed_actors;
${counted(TEAM)} INSERT INTO people (id, member_number, given_name, email, email_key, joined_on, created_at, updated_at)
  SELECT 't' || n, 9000 + n, 'T' || n, 't' || n || '@example.org', 't' || n || '@example.org', '2026-01-01', '${NOW}', '${NOW}' FROM c;
INSERT INTO people_roles (person_id, role, granted_at) SELECT id, 'moderator', '${NOW}' FROM people WHERE id GLOB 't[0-9]*';
INSERT INTO moderation_items (id, offer_uri, association_uri, association_name, title, state, latest_revision, latest_updated_at, received_at)
  VALUES ('i', 'https://x.example/1', 'https://x.example/a', 'X', 'T', 'pending', 1, '${NOW}', '${NOW}');
INSERT INTO offers (id, state, content, visibility, revision, created_at, updated_at)
  VALUES ('o', 'closed', '${content}', 'members', 1, '${LONG_AGO}', '${LONG_AGO}');
${counted(WAITING)} INSERT INTO applications (id, offer_id, state, given_name, family_name, email, email_key, locale, created_at, confirmed_at, updated_at)
  SELECT 'a' || n, 'o', 'submitted', 'A', 'B', 'a' || n || '@example.net', 'a' || n || '@example.net', 'fr', '${LONG_AGO}', '${LONG_AGO}', '${LONG_AGO}' FROM c;
${counted(MEMBERS)} INSERT INTO affiliations (id, partner_uri, partner_is, partner_name, partner_url, state, requested_at)
  SELECT 'm' || n, ${member}actor', 'member', 'Association ' || n, ${member}', 'active', '${NOW}' FROM c;`)
}

const one = (sql: string) => file.prepare(sql).pluck().get() as number
const event = (type: string, subject: string | null, details: object) =>
  file
    .prepare('INSERT INTO events (at, type, subject_id, details) VALUES (?, ?, ?, ?)')
    .run(NOW, type, subject, JSON.stringify(details))

type Work = {
  /** How much of it is done, as the database has it. */
  done: () => number
  whole: number
  /** How often /livez was answered when some of it was done since the answer before, and some was still to do. */
  answers: number
  before: number
}

const work = (whole: number, sql: string): Work => ({ done: () => one(sql), whole, answers: 0, before: 0 })
const works = {
  followers: work(FOLLOWERS, "SELECT count(*) FROM fed_deliveries WHERE order_key LIKE '%/actor'"),
  // Farid of the cast reads too.
  team: work(TEAM + 1, "SELECT count(*) FROM mails WHERE template = 'moderation/received'"),
  reminders: work(WAITING, "SELECT count(*) FROM events WHERE type = 'application.reminded'"),
}

/** One connection, kept all the while; the ports it had are one more each time it was reset. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
const ports = new Set<number>()

function livez(): Promise<number> {
  return new Promise((done, fail) => {
    get(`${centre.url}/livez`, { agent }, (answer) => {
      ports.add(answer.socket.localPort ?? 0)
      answer.resume().on('end', () => done(answer.statusCode ?? 0))
    }).on('error', fail)
  })
}

/** Asks for /livez until all of it is done. */
async function watch(): Promise<void> {
  const left = new Set(Object.values(works))
  const look = async () => {
    expect(await livez()).toBe(200)
    for (const one of left) {
      const done = one.done()
      if (done > one.before && done < one.whole) one.answers += 1
      one.before = done
      if (done === one.whole) left.delete(one)
    }
  }
  await until(
    async () => {
      for (let times = 0; times < 50 && left.size > 0; times++) await look()
      return left.size === 0
    },
    'not all was done',
    undefined,
    400_000,
  )
}

it('thousands of followers are told of something while others are answered', () => {
  expect(works.followers.answers).toBeGreaterThan(2)
  expect(one('SELECT count(DISTINCT inbox) FROM fed_deliveries')).toBe(FOLLOWERS)
})

it('a team of two hundred is mailed while others are answered', () => {
  expect(works.team.answers).toBeGreaterThan(2)
})

it('people are reminded of hundreds of applications while others are answered', () => {
  expect(works.reminders.answers).toBeGreaterThan(2)
})

/** Tried more than once, because on a quick machine the whole answer may be there after two others. */
const TRIES = 5

/** Long answers: each is asked for while /livez is asked one after the other. */
it.each(['/api/v1/associations'])('%s is written while others are answered', async (path) => {
  // The connection is open, and what is made once is made.
  await fetch(`${centre.url}/api/v1/openapi.json`).then((answer) => answer.text())
  let most = 0
  for (let times = 0; times < TRIES && most <= 2; times++) {
    let isDone = false
    let answers = 0
    const asked = fetch(centre.url + path).then(async (answer) => {
      isDone = true
      return answer.text()
    })
    while (!isDone) {
      await livez()
      if (!isDone) answers += 1
    }
    expect((JSON.parse(await asked) as object[]).length).toBe(MEMBERS + 1)
    most = Math.max(most, answers)
  }
  expect(most).toBeGreaterThan(2)
})

// What protects people from our own time limits (8 s for a head, 65 s for a kept connection) is that nothing above holds
// the loop: Node looks at the limits before it reads what has come meanwhile.
it('nobody’s connection was reset meanwhile', () => {
  expect(ports.size).toBe(1)
})
