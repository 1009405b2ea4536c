// SPDX-License-Identifier: AGPL-3.0-or-later
// activitypub-express in a process of its own: it follows us and reads us; we follow it and read it.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { record } from '../../db/queries/events.ts'
import { findOffer } from '../../db/queries/offers.ts'
import { acceptOffer } from '../../server/moderation/commands/decide.ts'
import { archiveOffer, closeOffer } from '../../server/offers/commands/end.ts'
import { editOffer } from '../../server/offers/commands/write.ts'
import { stopApps, type World } from '../support/app.ts'
import { startChild, type Child } from '../support/child.ts'
import { portAt } from '../support/ports.ts'
import { until } from '../support/processes.ts'
import * as instances from './instances.ts'

const THEIRS = portAt(30)
const farid = `http://127.0.0.1:${THEIRS}/u/farid`
let world: World
let centre: World
let apex: Child
let id: string
const asked: IncomingMessage[] = []
const noteRequest = (message: unknown) => void asked.push((message as { request: IncomingMessage }).request)

beforeAll(async () => {
  world = await instances.startInstance('association', instances.PORTS.association, [`127.0.0.1:${THEIRS}`])
  centre = await instances.startInstance('centre', instances.PORTS.centre, [`127.0.0.1:${THEIRS}`])
  // It compares dates with the real clock.
  for (const instance of [world, centre]) instance.clock.set(new Date().toISOString())
  await instances.join(world, centre)
  subscribe('http.server.request.start', noteRequest)
  apex = await startChild(join(import.meta.dirname, 'apex-peer.mjs'), THEIRS)
})
afterAll(async () => {
  unsubscribe('http.server.request.start', noteRequest)
  await apex?.kill()
  await stopApps()
})
const both = () => instances.settleAll(world, centre)
/** Type and state of its activities at that instance, newest last, as soon as there are `count`. */
const kept = (instance: World, count: number) =>
  until(async () => {
    await both()
    const rows = (await instances.received(instance)).filter(({ actor }) => actor === farid)
    return rows.length >= count && rows.map(({ type, state }) => [type, state])
  }, `fewer than ${count} came`)
const answered = (type: string) =>
  until(() => {
    const answers = apex.facts.filter((fact) => fact['type'] === type).map((fact) => fact['answered'])
    return answers.length > 0 && answers
  }, `it answered no ${type}`)

it('it follows an association and a centre, and is accepted by both', async () => {
  for (const instance of [world, centre]) {
    await apex.order('follow', { whom: instances.actorOf(instance) })
    await kept(instance, 1)
  }
  await until(() => apex.facts.filter(({ received }) => received === 'Accept').length === 2, 'it was not accepted')
  expect((await apex.order('following', {})).result).toEqual(
    expect.arrayContaining([instances.actorOf(world), instances.actorOf(centre)]),
  )
  const states = (await instances.follows(world)).filter(({ follower }) => follower === farid)
  expect(states).toMatchObject([{ state: 'accepted' }])
  // Where others name the key, it names the actor.
  const request = asked.findLast(({ headers }) => String(headers['signature']).includes(farid))!
  expect(request.headers['signature']).toContain(`keyId="${farid}"`)
  expect(request.headers['content-type']).toContain('application/ld+json')
})

it('it reads what is published, changed and deleted, and the offer at its address', async () => {
  id = await instances.publish(world)
  await both()
  const uri = `${world.deps.config.publicUrl}/offers/${id}`
  expect(await apex.received('Create')).toMatchObject({ actor: instances.actorOf(world), object: uri })
  expect((await apex.order('look', { at: uri })).result).toEqual({
    type: 'Event',
    name: 'Conduire le camion des invendus',
  })
  const { version } = (await findOffer(world.deps.db, id))!
  const input = instances.inputOf(world, { title: { fr: 'Conduire le grand camion' } })
  await editOffer(world.deps, instances.chief(world), id, { ...input, version })
  await both()
  expect(await apex.received('Update')).toMatchObject({ object: uri, name: 'Conduire le grand camion' })
})

it('it does not handle an Announce of an offer: it refuses it, and the Announce is not sent again', async () => {
  const [item] = await instances.items(centre)
  await acceptOffer(centre.deps, instances.chief(centre), item!.id, { version: item!.version })
  await both()
  expect(await answered('Announce')).toEqual([400])
  const waiting = (await instances.queue(centre)).filter(({ state }) => state !== 'failed')
  expect(waiting).toEqual([])
})

it('what is put away at home is put away there', async () => {
  await closeOffer(world.deps, instances.chief(world), id, { reason: 'filled' })
  await archiveOffer(world.deps, instances.chief(world), id)
  await both()
  expect(await apex.received('Delete')).toMatchObject({ object: `${world.deps.config.publicUrl}/offers/${id}` })
  expect(await answered('Delete')).toEqual([200])
})

it('we follow it, and receive what it sends in its own terms', async () => {
  await centre.deps.db.transaction().execute((tx) =>
    record(tx, {
      type: 'affiliation.requested',
      at: centre.deps.clock.iso(),
      subject: 'wish',
      details: { partner: farid },
    }),
  )
  await both()
  await until(async () => {
    await both()
    return (await instances.follows(centre)).some(({ followed, state }) => followed === farid && state === 'accepted')
  }, 'it did not accept')
  expect((await apex.order('followers', {})).result).toContain(instances.actorOf(centre))
  const before = (await kept(centre, 1)).length
  for (const type of ['Create', 'Update', 'Delete'])
    await apex.order('publish', { type, to: instances.actorOf(centre), name: 'Fête du canal' })
  const sent = (await kept(centre, before + 3)).slice(before)
  expect(sent.map(([type]) => type)).toEqual(['Create', 'Update', 'Delete'])
  for (const [, state] of sent) expect(['done', 'ignored']).toContain(state)
  expect(await instances.listings(centre)).toEqual([])
})

it('it stops following; nothing we sent was a fault to it, and it had to fetch no context', async () => {
  const { id: follow } = (await apex.order('follow', { whom: instances.actorOf(world) })).result as { id: string }
  await apex.order('undo', { follow, whom: instances.actorOf(world) })
  await until(async () => {
    await both()
    return (await instances.follows(world)).some(({ follower, state }) => follower === farid && state === 'undone')
  }, 'the Undo did not arrive')
  expect(apex.facts.filter((fact) => Number(fact['answered']) >= 500)).toEqual([])
  expect(apex.facts.filter(({ wanted }) => wanted)).toEqual([])
})
