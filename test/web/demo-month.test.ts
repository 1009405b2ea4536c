// SPDX-License-Identifier: AGPL-3.0-or-later
// The month that the demonstration lives: people are answered soon, nobody is left without news, and the page about the
// association says so from these data.
import { afterEach, expect, it } from '@jest/globals'
import {
  fillApplications,
  fillBasics,
  fillEnds,
  viewerWith,
  writeOffers,
  type Setting,
} from '../../server/demo/fill.ts'
import { readMonth } from '../../server/demo/month.ts'
import { DAY, HOUR } from '../../server/base/clock.ts'
import { TELL_AFTER_DAYS } from '../../server/applications/rules.ts'
import { publishOffer } from '../../server/offers/commands/publish.ts'
import { noteApplication } from '../../server/applications/commands/note.ts'
import { bastienOf, publish } from '../support/answering.ts'
import { startApp, START, stopApps } from '../support/app.ts'

afterEach(stopApps)

const month = readMonth()

it.each(month.associations)('$name answers in time, and says so', async (instance) => {
  const world = await startApp({ empty: true, env: { FEDERATION: 'off' } })
  const { deps, clock } = world
  const setting: Setting = { deps, clock, today: new Date(START), instance }
  await fillBasics(setting, month.password)
  const offers = await writeOffers(setting)
  clock.set(new Date(Date.parse(START) - 28 * DAY).toISOString())
  const coordinator = await viewerWith(deps, 'coordinator')
  for (const { key } of instance.offers!.filter(({ when }) => when === 'early'))
    await publishOffer(deps, coordinator, offers[key]!)
  await fillApplications(setting, offers)
  await fillEnds(setting, offers)
  clock.set(START)
  await world.settle()

  const asked = await deps.db.selectFrom('applications').selectAll().where('confirmed_at', 'is not', null).execute()
  const delays = asked
    .filter(({ answered_at }) => answered_at !== null)
    .map((one) => Date.parse(one.answered_at!) - Date.parse(one.confirmed_at!))
    .sort((one, other) => one - other)
  expect(delays.length).toBeGreaterThanOrEqual(5)
  expect(delays[Math.floor(delays.length / 2)]).toBeLessThanOrEqual(48 * HOUR)
  expect(delays.filter((delay) => delay <= 14 * DAY).length / delays.length).toBeGreaterThanOrEqual(0.95)
  const waiting = asked.filter(({ decided_at }) => decided_at === null)
  const oldest = Math.min(...waiting.map((one) => Date.parse(one.confirmed_at!)))
  expect(Date.parse(START) - oldest).toBeLessThan(TELL_AFTER_DAYS * DAY)

  const b = await world.browser().get('/about')
  expect(b.text).toContain('D’habitude, nous répondons en 1 jour.')
  expect(b.text).toContain(`Sur les ${delays.length} dernières candidatures, ${delays.length} ont eu leur réponse`)
})

it('whoever waits longer counts, and a share below nine in ten is not shown', async () => {
  const world = await startApp()
  const { db } = world.deps
  const offer = await publish(world, { capacity: null })
  const asked = { message: '', phone: '', seats: 1, who: '', locale: 'fr', offer, family_name: 'Roy' } as const
  const ids: string[] = []
  for (let n = 0; n < 9; n++) {
    const person = { ...asked, given_name: `Jo${n}`, email: `jo${n}@example.net` }
    ids.push(await noteApplication(world.deps, bastienOf(world), { ...person, accept: false }))
  }
  const days = (n: number) => new Date(Date.parse(START) - n * DAY).toISOString()
  await db
    .updateTable('applications')
    .set({ confirmed_at: days(30) })
    .execute()
  const decided = { state: 'accepted', answered_at: days(28) } as const
  const about = async () => (await world.browser().get('/about')).text
  await db.updateTable('applications').set(decided).where('id', 'in', ids.slice(1)).execute()
  expect(await about()).toContain('D’habitude, nous répondons en 2 jours.')
  expect(await about()).not.toContain('dernières candidatures')
  await db
    .updateTable('applications')
    .set({ confirmed_at: days(3) })
    .where('id', '=', ids[0]!)
    .execute()
  expect(await about()).toContain('Sur les 8 dernières candidatures, 8 ont eu')
})

it('the page about an association says no figure before there are five answers', async () => {
  const b = await (await startApp()).browser().get('/about')
  expect(b.text).not.toContain('nous répondons')
})
