// SPDX-License-Identifier: AGPL-3.0-or-later
// A site is listed exactly as long as it has a peer, an actor or a delivery.
import { afterAll, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { migrate } from '../../db/migrate.ts'
import { openConnection, openDb } from '../../db/open.ts'
import { deleteActorsBefore, deletePeersBefore, saveActor, savePeer } from '../../db/queries/fed-actors.ts'
import { deleteDeliveries, endDeliveries, insertDeliveries } from '../../db/queries/fed-deliveries.ts'
import { deleteDeliveriesOf } from '../../db/queries/known-peers.ts'
import { forgetFailed } from '../../db/queries/peers.ts'

const connection = openConnection(':memory:')
migrate(connection, '2026-11-22T09:00:00.000Z')
const db = openDb(connection)
afterAll(() => db.destroy())

const HOSTS = ['example.org', 'un.example.org', 'un.example.org:8443', '[2001:db8::1]:3000', '192.0.2.7']
const KEYS = ['org.example', 'org.example.un', 'org.example.un', '[2001:db8::1]', '7.2.0.192']
const now = '2026-11-22T09:00:00.000Z'
const sight = { blocked: [], allowed: null, parked: [] }
const ids = () => connection.prepare('SELECT id FROM fed_deliveries').pluck().all() as number[]

let count = 0
const delivery = (host: string, state: 'waiting' | 'failed', ends_at: string) => ({
  activity_id: `https://here.example/activities/${(count += 1)}`,
  inbox: `https://${host}/inbox`,
  host,
  order_key: 'x',
  state,
  not_before: now,
  created_at: now,
  ends_at,
})
const actor = (host: string, n: number, fetched_at: string) => ({
  uri: `https://${host}/actors/${n}`,
  host,
  type: 'Person',
  inbox: `https://${host}/inbox`,
  body: '{}',
  fetched_at,
})

const steps: Record<string, (host: string, n: number) => Promise<unknown>> = {
  'a peer is seen': (host, n) => savePeer(db, host, { last_seen_at: n % 2 ? now : '2020' }),
  'an actor is read': (host, n) => saveActor(db, actor(host, n, n % 2 ? now : '2020'), []),
  'something is to be sent': (host, n) =>
    insertDeliveries(db, [
      delivery(host, n % 2 ? 'waiting' : 'failed', n % 3 ? '2020' : '9999'),
      delivery(HOSTS[n % HOSTS.length]!, 'waiting', '9999'),
    ]),
  'something has arrived': (_host, n) => deleteDeliveries(db, ids().slice(0, n)),
  'what waited too long ends': () => endDeliveries(db, now, '2020'),
  'what failed is forgotten': (host) => forgetFailed(db, host),
  'all for these is dropped': (host, n) =>
    deleteDeliveriesOf(db, sight, n % 2 ? { hosts: [host] } : { state: n % 3 ? 'waiting' : 'refused' }),
  'old actors are forgotten': (_host, n) => deleteActorsBefore(db, '2025', n),
  'old peers are forgotten': (_host, n) => deletePeersBefore(db, '2025', n),
}

const listed = () => connection.prepare('SELECT host, domain_key FROM fed_hosts ORDER BY host').raw().all()
const known = () =>
  connection
    .prepare(
      'SELECT host FROM fed_peers UNION SELECT host FROM fed_actors UNION SELECT host FROM fed_deliveries ORDER BY host',
    )
    .pluck()
    .all()
    .map((host) => [host, KEYS[HOSTS.indexOf(host as string)]])

it('hosts are listed while something of them is there', async () => {
  const step = fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.constantFrom(...HOSTS), fc.nat(5))
  const seen = new Set<number>()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (done) => {
      connection.exec(
        'DELETE FROM fed_peers; DELETE FROM fed_actors; DELETE FROM fed_deliveries; DELETE FROM fed_hosts',
      )
      for (const [what, host, n] of done) {
        await steps[what]!(host, n)
        expect(listed()).toEqual(known())
      }
      seen.add(listed().length)
    }),
    { numRuns: 1000 },
  )
  // Without this the test would also pass when nothing is written or nothing is deleted.
  expect(seen.size).toBe(HOSTS.length + 1)
})
