// SPDX-License-Identifier: AGPL-3.0-or-later
// An event that cannot become an activity is set aside; the events after it are sent.
import { afterEach, expect, it } from '@jest/globals'
import { stopApps, type World } from '../support/app.ts'
import * as instances from './instances.ts'

afterEach(stopApps)

/** As an older program, or a change by hand, may have left it. */
const leave = (world: World, type: string, details: string) =>
  world.deps.db.insertInto('events').values({ at: world.clock.iso(), type, details }).execute()

async function minutePasses(...worlds: World[]): Promise<void> {
  for (let second = 0; second < 60; second += 5) {
    await instances.settleAll(...worlds)
    for (const { clock } of worlds) clock.advance(5000)
  }
  await instances.settleAll(...worlds)
}

it('a day of statistics that is no day keeps no offer from its centre', async () => {
  const association = await instances.startInstance('association', instances.PORTS.association)
  const centre = await instances.startInstance('centre', instances.PORTS.centre)
  await instances.join(association, centre)
  const bad = { partner: instances.actorOf(centre), day: 'yesterday', sending: 1 }
  await leave(association, 'statistics.day_ended', JSON.stringify(bad))
  await instances.publish(association)
  await minutePasses(association, centre)
  expect(await instances.items(centre)).toHaveLength(1)
  const failures = await association.deps.db.selectFrom('event_failures').selectAll().execute()
  expect(failures).toMatchObject([
    { consumer: 'federation', fault: 'unreadable wrong_details day', parked_at: expect.any(String) },
  ])
})
