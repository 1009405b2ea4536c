// SPDX-License-Identifier: AGPL-3.0-or-later
// Events that concern very many at once: each is handled in several transactions, and nothing is left out or done twice.
import { afterEach, expect, it, jest } from '@jest/globals'
import { blockDomain, unblockDomain } from '../../server/peers/commands.ts'
import { shareEndedDays } from '../../server/statistics/commands/share.ts'
import { writeCounts } from '../../server/statistics/count.ts'
import { stopApps, type World } from '../support/app.ts'
import * as many from '../support/many-rows.ts'
import * as instances from './instances.ts'

afterEach(stopApps)

const HOST = 'many.example'
const NOW = '2026-11-22T09:00:00.000Z'
const series = (count: number) => `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`
const actor = `'https://${HOST}/actors/' || i`

async function begin(): Promise<World> {
  return instances.startInstance('centre', instances.PORTS.centre)
}

/** Accounts of one site that follow us, or are partners whose relation a block has ended. */
async function fill({ deps }: World, count: number, state: 'accepted' | 'undone'): Promise<void> {
  const { db } = deps
  await many.run(db, `INSERT INTO fed_hosts (host, domain_key) VALUES ('${HOST}', 'example.many')`)
  await many.run(
    db,
    `${series(count)} INSERT INTO fed_actors (uri, host, type, inbox, body, fetched_at)
    SELECT ${actor}, '${HOST}', 'Service', 'https://${HOST}/inbox', '{}', '${NOW}' FROM n`,
  )
  await many.run(
    db,
    `${series(count)} INSERT INTO fed_activities (id, direction, type, actor, object_id, state, body, at)
    SELECT ${actor} || '/follow', 'in', 'Follow', ${actor}, '${deps.config.publicUrl}/actor', 'done', '{}', '${NOW}' FROM n`,
  )
  await many.run(
    db,
    `${series(count)} INSERT INTO fed_follows (activity_id, follower, followed, state, at)
    SELECT ${actor} || '/follow', ${actor}, '${deps.config.publicUrl}/actor', '${state}', '${NOW}' FROM n`,
  )
}

/** Then nothing is delivered to it, and the transactions are those of the events. */
const pause = ({ deps }: World) =>
  many.run(
    deps.db,
    `INSERT INTO fed_peers (host, paused_at) VALUES ('${HOST}', '${NOW}')
    ON CONFLICT (host) DO UPDATE SET paused_at = excluded.paused_at`,
  )

/** How many transactions there are meanwhile. */
async function countTransactions({ deps }: World, work: () => Promise<unknown>): Promise<number> {
  const spy = jest.spyOn(deps.db, 'transaction')
  await work()
  const count = spy.mock.calls.length
  spy.mockRestore()
  return count
}

it('a site with very many followers is blocked', async () => {
  const world = await begin()
  await fill(world, 1010, 'accepted')
  await blockDomain(world.deps, 'command line', { host: HOST, note: '' })
  expect(await countTransactions(world, () => world.settle())).toBeGreaterThan(8)
  expect(await many.count(world.deps.db, `fed_follows WHERE state <> 'undone'`)).toBe(0)
})

it('a site with very many partners of before is unblocked: each is told once', async () => {
  const world = await begin()
  await fill(world, 310, 'undone')
  await many.run(
    world.deps.db,
    `${series(310)} INSERT INTO affiliations (id, partner_uri, partner_is, partner_name, partner_url, state, ended_why, requested_at)
    SELECT 'a' || i, ${actor}, 'member', 'A', 'https://${HOST}/', 'ended', 'blocked', '${NOW}' FROM n`,
  )
  await blockDomain(world.deps, 'command line', { host: HOST, note: '' })
  await world.settle()
  await unblockDomain(world.deps, 'command line', HOST)
  await pause(world)
  expect(await countTransactions(world, () => world.settle())).toBeGreaterThan(8)
  const told = `fed_activities WHERE direction = 'out' AND type = 'Reject'`
  expect(await many.count(world.deps.db, told)).toBe(310)
  expect(await many.count(world.deps.db, `(SELECT DISTINCT object_id FROM ${told})`)).toBe(310)
})

it('the totals of very many offers are documents of 500 lines, each in a transaction of its own', async () => {
  const world = await begin()
  const { db } = world.deps
  await many.run(
    db,
    `INSERT INTO affiliations (id, partner_uri, partner_is, partner_name, partner_url, state, requested_at)
    VALUES ('a', 'https://${HOST}/actor', 'member', 'A', 'https://${HOST}/', 'active', '${NOW}')`,
  )
  await many.run(
    db,
    `${series(4010)} INSERT INTO counted_offers (offer_uri, association_uri, association_name)
    SELECT 'https://${HOST}/' || i, 'https://${HOST}/actor', 'A' FROM n`,
  )
  await many.run(
    db,
    `${series(4010)} INSERT INTO shown_counts (day, offer_uri, impressions) SELECT '2026-11-21', 'https://${HOST}/' || i, i FROM n`,
  )
  await pause(world)
  await shareEndedDays(world.deps)
  expect(await many.count(db, `shared_days WHERE sums = 'c4010.${(4010 * 4011) / 2}.0'`)).toBe(1)
  expect(await countTransactions(world, () => world.settle())).toBeGreaterThan(8)
  const bodies = (await instances.sent(world))
    .filter(({ id }) => id.includes('/st/'))
    .map(({ body }) => JSON.parse(body))
  const lines = bodies.map(({ object }) => object.stats as { offer: string; impressions: number }[])
  expect(lines.map(({ length }) => length)).toEqual([...Array.from({ length: 8 }, () => 500), 10])
  expect(new Set(lines.flat().map(({ offer }) => offer)).size).toBe(4010)
})

it('counts of very many offers are written some at a time, and all of them when one part could not be', async () => {
  const world = await begin()
  const { deps } = world
  const fillMemory = () => {
    for (let at = 0; at < 2010; at++) {
      const line = { day: '2026-11-22', offer: `https://${HOST}/${at}`, impressions: 1, views: 0 }
      deps.memory.counts.waiting.shown.set(`${line.day} ${line.offer}`, line)
    }
  }
  fillMemory()
  expect(await countTransactions(world, () => writeCounts(deps))).toBeGreaterThan(4)
  fillMemory()
  await many.run(
    deps.db,
    `CREATE TEMP TRIGGER full BEFORE UPDATE ON shown_counts WHEN new.offer_uri = 'https://${HOST}/1700'
    BEGIN SELECT raise(ABORT, 'full'); END`,
  )
  await writeCounts(deps)
  expect(deps.memory.counts.waiting.shown.size).toBe(510)
  await many.run(deps.db, 'DROP TRIGGER full')
  await writeCounts(deps)
  expect(await many.count(deps.db, 'shown_counts WHERE impressions = 2')).toBe(2010)
})

it('very many followers are told of something', async () => {
  const world = await begin()
  const { db, config } = world.deps
  const host = `'h' || i || '.example'`
  await many.run(
    db,
    `${series(2010)} INSERT INTO fed_actors (uri, host, type, inbox, body, fetched_at)
    SELECT 'https://' || ${host} || '/u', ${host}, 'Service', 'https://' || ${host} || '/inbox', '{}', '${NOW}' FROM n`,
  )
  await many.run(
    db,
    `INSERT INTO fed_follows (activity_id, follower, followed, state, at)
    SELECT uri || '/follow', uri, '${config.publicUrl}/actor', 'accepted', '${NOW}' FROM fed_actors`,
  )
  await many.run(db, `INSERT INTO fed_peers (host, paused_at) SELECT host, '${NOW}' FROM fed_actors`)
  await many.run(
    db,
    `INSERT INTO events (at, type, details) VALUES ('${NOW}', 'association.updated', '{"fields":"name"}')`,
  )
  expect(await countTransactions(world, () => world.settle())).toBeGreaterThan(8)
  expect(await many.count(db, `(SELECT DISTINCT inbox FROM fed_deliveries)`)).toBe(2010)
})

it('a team of two hundred is mailed', async () => {
  const world = await begin()
  const { db } = world.deps
  await many.addPeople(db, 200)
  await many.run(
    db,
    `INSERT INTO people_roles (person_id, role, granted_at) SELECT id, 'moderator', '${NOW}' FROM people WHERE id LIKE 'p%'`,
  )
  await many.addItems(db, 1)
  await many.run(db, `UPDATE moderation_items SET state = 'pending', decided_at = NULL`)
  await many.run(
    db,
    `INSERT INTO events (at, type, subject_id, details) SELECT '${NOW}', 'moderation.received', id, json_object('offer', offer_uri,
      'association', association_uri, 'revision', latest_revision, 'update', json('false')) FROM moderation_items`,
  )
  expect(await countTransactions(world, () => world.settle())).toBeGreaterThan(20)
  expect(await many.count(db, `mails WHERE template = 'moderation/received' AND to_email LIKE 'p%'`)).toBe(200)
})
