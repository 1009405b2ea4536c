// SPDX-License-Identifier: AGPL-3.0-or-later
// Fedify in a process of its own: it follows us and reads what we publish; it publishes to a centre, signed both ways.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { record } from '../../db/queries/events.ts'
import { findOffer } from '../../db/queries/offers.ts'
import { archiveOffer, closeOffer } from '../../server/offers/commands/end.ts'
import { editOffer } from '../../server/offers/commands/write.ts'
import { stopApps, type World } from '../support/app.ts'
import { startChild, type Child, type Fact } from '../support/child.ts'
import { portAt } from '../support/ports.ts'
import { until } from '../support/processes.ts'
import * as instances from './instances.ts'

const OURS = portAt(27)
const THEIRS = portAt(28)
const them = `http://127.0.0.1:${THEIRS}`
const us = `http://127.0.0.1:${OURS}/actor`
const farid = `${them}/users/farid`

let world: World
let centre: World
let fedify: Child
const asked: IncomingMessage[] = []
const noteRequest = (message: unknown) => void asked.push((message as { request: IncomingMessage }).request)
const lastRequest = () => asked.findLast(({ method }) => method === 'POST')!.headers

beforeAll(async () => {
  world = await instances.startInstance('association', OURS, [`127.0.0.1:${THEIRS}`])
  // Fedify compares dates with the real clock.
  centre = await instances.startInstance('centre', instances.PORTS.centre, [`127.0.0.1:${THEIRS}`])
  for (const instance of [world, centre]) instance.clock.set(new Date().toISOString())
  subscribe('http.server.request.start', noteRequest)
  fedify = await startChild(join(import.meta.dirname, 'fedify-peer.mjs'), THEIRS)
})
afterAll(async () => {
  unsubscribe('http.server.request.start', noteRequest)
  await fedify?.kill()
  await stopApps()
})

async function order(name: string, details: Fact): Promise<Fact> {
  const done = await fedify.order(name, details)
  await instances.settleAll(world, centre)
  return done
}
const received = (type: string) => fedify.received(type)
const faults = () => fedify.facts.filter((fact) => Number(fact['answered']) >= 400)

it('Fedify finds us, follows us, and is accepted', async () => {
  expect((await order('look', { at: us })).result).toEqual({
    type: 'Organization',
    name: 'Les Jardins du Canal',
    inbox: `http://127.0.0.1:${OURS}/inbox`,
  })
  await order('send', { type: 'Follow', id: '/follow/1', object: us, to: us })
  expect(await received('Accept')).toMatchObject({ actor: us, objectId: `${them}/follow/1` })
  expect(await instances.follows(world)).toMatchObject([{ follower: farid, state: 'accepted' }])
  expect(fedify.facts).toContainEqual({ asked: 'farid', by: us })
})

it('it reads what we publish, change, close and delete', async () => {
  const id = await instances.publish(world)
  await world.settle()
  const uri = `http://127.0.0.1:${OURS}/offers/${id}`
  expect(await received('Create')).toMatchObject({
    actor: us,
    objectId: uri,
    object: 'Event',
    name: 'Conduire le camion des invendus',
    startTime: '2026-12-04T23:00:00Z',
  })
  expect((await order('look', { at: uri })).result).toMatchObject({
    type: 'Event',
    name: 'Conduire le camion des invendus',
  })

  const { version } = (await findOffer(world.deps.db, id))!
  const input = instances.inputOf(world, { title: { fr: 'Conduire le grand camion' } })
  await editOffer(world.deps, instances.chief(world), id, { ...input, version })
  await world.settle()
  expect(await received('Update')).toMatchObject({ objectId: uri, name: 'Conduire le grand camion' })

  await order('send', { type: 'Announce', id: '/announce/1', object: uri, to: us })
  await order('send', { type: 'Like', id: '/like/1', object: uri, to: us })
  const kept = (await instances.received(world)).map(({ type, state }) => [type, state])
  expect(kept).toEqual([
    ['Follow', 'done'],
    ['Announce', 'done'],
    ['Like', 'ignored'],
  ])

  await closeOffer(world.deps, instances.chief(world), id, { reason: 'filled' })
  await archiveOffer(world.deps, instances.chief(world), id)
  await world.settle()
  expect(await received('Delete')).toMatchObject({ actor: us, objectId: uri, object: 'Tombstone' })
})

it('it stops following, and nothing more is sent; nothing we sent was a fault to it', async () => {
  await order('undo', { id: '/undo/1', object: `${them}/follow/1`, follows: us, to: us })
  expect(await instances.follows(world)).toMatchObject([{ state: 'undone' }])
  const before = fedify.facts.length
  await instances.publish(world)
  await world.settle()
  expect(fedify.facts.slice(before)).toEqual([])
  expect(faults()).toEqual([])
  expect(await instances.queue(world)).toEqual([])
})

describe('Fedify publishes', () => {
  const theCentre = `http://127.0.0.1:${instances.PORTS.centre}/actor`
  let number = 0
  const publish = (details: Fact) => order('publish', { to: theCentre, id: `/sent/${++number}`, ...details })
  const kept = async () => (await instances.received(centre)).map(({ type, state }) => [type, state])

  it.each([
    ['rfc9421', { 'signature-input': expect.stringContaining('"@target-uri"'), 'content-digest': expect.any(String) }],
    ['cavage', { signature: expect.stringContaining('algorithm="rsa-sha256"'), digest: expect.any(String) }],
  ])('signed as %s it is let in at the first request', async (form, headers) => {
    const before = asked.length
    await publish({ form, type: 'Create', kind: 'Note', thing: form })
    expect(lastRequest()).toMatchObject(headers)
    expect('signature-input' in lastRequest()).toBe(form === 'rfc9421')
    expect(asked.slice(before).filter(({ method }) => method === 'POST')).toHaveLength(1)
    expect((await kept()).at(-1)).toEqual(['Create', 'ignored'])
  })

  it('a centre that follows it receives its objects, and lists none that nobody has read', async () => {
    await centre.deps.db.transaction().execute((tx) =>
      record(tx, {
        type: 'affiliation.requested',
        at: centre.deps.clock.iso(),
        subject: 'wish',
        details: { partner: farid },
      }),
    )
    await instances.settleAll(centre)
    await received('Follow')
    await until(async () => {
      await centre.settle()
      return (await instances.follows(centre)).some(({ followed, state }) => followed === farid && state === 'accepted')
    }, 'the Follow was not accepted')
    for (const kind of ['Note', 'Event'])
      for (const type of ['Create', 'Update', 'Delete'])
        await publish({ type, kind, thing: '2', name: `${kind} ${type}` })
    const states = await kept()
    expect(states.filter(([, state]) => state !== 'done' && state !== 'ignored')).toEqual([])
    expect(states.map(([type]) => type).slice(-6)).toEqual(['Create', 'Update', 'Delete', 'Create', 'Update', 'Delete'])
    expect(await instances.listings(centre)).toEqual([])
    expect(faults()).toEqual([])
  })
})
