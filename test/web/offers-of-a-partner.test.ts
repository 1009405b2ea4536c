// SPDX-License-Identifier: AGPL-3.0-or-later
// What concerns all offers of a partner goes a few at a time, whatever their number, and ends.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { recordEnded, recordJoinAccepted, recordPresentation } from '../../server/partners/commands/receive.ts'
import { receiveAnnounced } from '../../server/moderation/commands/announced.ts'
import { receiveOffer } from '../../server/moderation/commands/receive.ts'
import { OFFERS_AT_ONCE, transact, type Tx } from '../../server/web/transact.ts'
import { START, startApp, stopApps, type World } from '../support/app.ts'
import { count, run } from '../support/many-rows.ts'
import { CONTEURS, samplePublicOffer } from '../support/offers.ts'

const MANY = 4 * OFFERS_AT_ONCE + 3
const CENTRE = 'https://centre.example/actor'
const REGION = 'https://region.example/actor'

let world: World
beforeEach(async () => {
  world = await startApp({ kind: 'both' })
})
afterEach(stopApps)

const within = (work: (tx: Tx) => Promise<void>) => transact(world.deps, work)
const online = () => count(world.deps.db, 'listings')
const numbers = Array.from({ length: MANY }, (_, n) => n)

async function relateTo(uri: string, as: string, trust = 'trusted'): Promise<void> {
  await run(
    world.deps.db,
    `INSERT INTO affiliations (id, partner_uri, partner_is, partner_name, partner_url, state, trust, requested_at)
     VALUES ('${as}', '${uri}', '${as}', 'Un site', '${uri}', '${as === 'centre' ? 'asking' : 'active'}', '${trust}', '${START}')`,
  )
}

async function takeAll(): Promise<void> {
  await relateTo(CONTEURS.uri, 'member')
  for (const n of numbers)
    await within((tx) => receiveOffer(tx, world.deps, samplePublicOffer({ name: `${n}` }), { via: 'v' }))
  await world.settle()
  expect(await online()).toBe(MANY)
}

describe('at a centre', () => {
  it('the offers of a member that left are all gone, the first at once', async () => {
    await takeAll()
    await within((tx) => recordEnded(tx, world.deps, CONTEURS.uri))
    expect(await online()).toBe(MANY - OFFERS_AT_ONCE)
    await world.settle()
    expect(await online()).toBe(0)
    expect(await count(world.deps.db, `events WHERE type = 'moderation.withdrawn'`)).toBe(MANY)
  })

  it('offers of a member that came back before all were gone stay', async () => {
    await takeAll()
    await within(async (tx) => {
      await recordEnded(tx, world.deps, CONTEURS.uri)
      await tx.updateTable('affiliations').set({ state: 'active' }).where('partner_is', '=', 'member').execute()
    })
    await world.settle()
    expect(await online()).toBe(MANY - OFFERS_AT_ONCE)
  })

  it('all offers carry the new name of their association', async () => {
    await takeAll()
    const now = { ...CONTEURS, name: 'Les Conteurs du Rhône' }
    await within((tx) => recordPresentation(tx, world.deps, now, CONTEURS))
    await world.settle()
    expect(await count(world.deps.db, `listings WHERE association_name = '${now.name}'`)).toBe(MANY)
    expect(await count(world.deps.db, `moderation_items WHERE association_name = '${now.name}'`)).toBe(MANY)
  })

  it('offers that only a source announced leave with it', async () => {
    await relateTo(REGION, 'source')
    for (const n of numbers) {
      const offer = samplePublicOffer({ name: `${n}` })
      const announce = { announceId: `${REGION}#${n}`, announcerUri: REGION, hops: 1, contentHash: offer.content_hash }
      await within((tx) => receiveAnnounced(tx, world.deps, offer, announce))
    }
    await world.settle()
    expect(await online()).toBe(MANY)
    await within((tx) => recordEnded(tx, world.deps, REGION))
    expect(await online()).toBe(MANY - OFFERS_AT_ONCE)
    await world.settle()
    expect(await online()).toBe(0)
    expect(await count(world.deps.db, 'offer_announces WHERE undone_at IS NULL')).toBe(0)
  })
})

it('a centre that accepts an association gets all its offers to read, once each', async () => {
  const { db } = world.deps
  const content = JSON.stringify(samplePublicOffer().content).replaceAll("'", "''")
  await run(
    db,
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})
     INSERT INTO offers (id, state, content, revision, publish_from, publish_until, published_at, created_at, updated_at)
     SELECT 'many' || i, 'published', '${content}', 1, '${START}', '2027-01-01T00:00:00.000Z', '${START}', '${START}', '${START}' FROM n`,
  )
  await relateTo(CENTRE, 'centre')
  await within((tx) => recordJoinAccepted(tx, world.deps, CENTRE))
  expect(await count(db, 'submissions')).toBeLessThanOrEqual(OFFERS_AT_ONCE)
  await world.settle()
  expect(await count(db, `submissions WHERE offer_id LIKE 'many%'`)).toBe(MANY)
  expect(await count(db, `events WHERE type = 'offer.submitted' AND subject_id LIKE 'many%'`)).toBe(MANY)
})
