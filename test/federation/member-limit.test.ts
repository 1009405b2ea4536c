// SPDX-License-Identifier: AGPL-3.0-or-later
// A centre limits for how long it shows an offer of which its association says nothing more, whatever its own end.
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { DAY } from '../../server/base/clock.ts'
import { findOffer } from '../../db/queries/offers.ts'
import { acceptOffer, refuseOffer } from '../../server/moderation/commands/decide.ts'
import { editOffer } from '../../server/offers/commands/write.ts'
import { stopApps, type World } from '../support/app.ts'
import { writeOffer } from '../support/offer-form.ts'
import { fr } from '../support/texts.ts'
import * as instances from './instances.ts'

const { chief } = instances
const FIELD = 'Une annonce sans nouvelles reste sur notre site'
let association: World
let centre: World
beforeEach(async () => {
  association = await instances.startInstance('association', instances.PORTS.association)
  centre = await instances.startInstance('centre', instances.PORTS.centre)
  await instances.join(association, centre)
})
afterEach(stopApps)

const both = () => instances.settleAll(association, centre)
const pass = async (days: number) => {
  for (const one of [association, centre]) one.clock.advance(days * DAY)
  await both()
}
async function limit(days: string) {
  const b = await centre.signIn('amina')
  await b.get('/settings')
  await b.fill(FIELD, days).press(fr('association.settings.save'))
  await both()
  return b
}
async function publishAndAccept(): Promise<string> {
  const offer = await instances.publish(association)
  await both()
  const { id, version } = (await instances.items(centre))[0]!
  await acceptOffer(centre.deps, chief(centre), id, { version })
  await both()
  return offer
}
const isListed = async () => (await centre.browser().get('/offers')).text.includes('Conduire le camion')
const why = async (offer: string) => {
  const b = await association.signIn('bastien')
  await b.get(`/work/offers/${offer}`)
  return { b, text: b.document.getElementById('why')?.textContent?.replaceAll(/\s+/g, ' ') ?? '' }
}

it('leaves the centre after its limit, says why at home, and comes back by a renewal without another reading', async () => {
  await limit('10')
  const offer = await publishAndAccept()
  expect(await isListed()).toBe(true)
  await pass(9)
  expect([await isListed(), (await why(offer)).text.includes('10 jours')]).toEqual([true, false])
  await pass(2)
  expect(await isListed()).toBe(false)
  expect((await association.browser().get('/offers')).text).toContain('Conduire le camion')
  const { b, text } = await why(offer)
  const places = () => b.document.getElementById('shown')!.parentElement!.textContent!.replaceAll(/\s+/g, ' ')
  expect(places()).toContain('Ce centre montre une annonce 10 jours après son dernier changement.')
  expect(places().match(new RegExp(fr('offers.shown.online'), 'g'))).toHaveLength(1)
  expect(text).toContain('Ce centre montre une annonce 10 jours après son dernier changement.')
  await b.get(`/work/offers/${offer}/renewal`)
  await b.press('Prolonger')
  await both()
  expect([await isListed(), (await why(offer)).text.includes('10 jours')]).toEqual([true, false])
  expect((await instances.items(centre))[0]).toMatchObject({ state: 'accepted', pending_revision: null })
})

it('begins anew with a new text, also for the one that stays online while the new one is read', async () => {
  await limit('7')
  const offer = await publishAndAccept()
  await pass(6)
  const { version } = (await findOffer(association.deps.db, offer))!
  const input = { ...instances.inputOf(association, { title: { fr: 'Conduire le soir' } }), version }
  await editOffer(association.deps, chief(association), offer, input)
  await both()
  expect((await instances.items(centre))[0]).toMatchObject({ state: 'pending', pending_revision: 2 })
  await pass(4)
  expect(await isListed()).toBe(true)
  await pass(3.1)
  expect(await isListed()).toBe(false)
  expect((await association.browser().get('/offers')).text).toContain('Conduire le soir')
})

it('a new text does not prolong what its association ends before the limit', async () => {
  await limit('60')
  const offer = await publishAndAccept()
  const until = async () => (await instances.listings(centre))[0]!.visible_until
  const before = await until()
  const { version } = (await findOffer(association.deps.db, offer))!
  const input = { ...instances.inputOf(association, { title: { fr: 'Conduire le soir' } }), version }
  await editOffer(association.deps, chief(association), offer, input)
  await both()
  expect(await until()).toBe(before)
})

it('promises no return to what the centre refused, or has not read', async () => {
  await limit('10')
  const offer = await instances.publish(association)
  await both()
  await pass(11)
  expect((await why(offer)).text).not.toContain('elle y revient')
  const { id, version } = (await instances.items(centre))[0]!
  await refuseOffer(centre.deps, chief(centre), id, { version, reason: 'off_territory', note: 'Non.' })
  await both()
  const { text } = await why(offer)
  expect([text.includes('elle y revient'), text.includes(fr('offers.why.centre.refused'))]).toEqual([false, true])
})

it('its members read the limit before they send an offer', async () => {
  await limit('60')
  const b = await association.signIn('bastien')
  await writeOffer(b)
  expect(b.text).toContain('Sans nouvelles de vous, elle y reste 60 jours au plus.')
})

it('does not shorten what ends before it', async () => {
  await limit('60')
  await publishAndAccept()
  const until = async () => (await instances.listings(centre))[0]!.visible_until
  const own = (await association.deps.db.selectFrom('offers').select('publish_until').executeTakeFirstOrThrow())
    .publish_until
  expect(await until()).toBe(own)
})

it('a limit that is none is told at its field', async () => {
  for (const typed of ['3', '400', 'toujours']) {
    const b = await limit(typed)
    expect([b.status, Object.keys(b.errors())]).toEqual([422, [FIELD]])
  }
})
