// SPDX-License-Identifier: AGPL-3.0-or-later
// An offer that a centre cannot read (offers §7.3): it is set aside, and its association is told why. Real HTTP between two sites.
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { toEvent } from '../../federation/translate/offer.ts'
import { editOffer } from '../../server/offers/commands/write.ts'
import { insertAffiliation } from '../../db/queries/affiliations.ts'
import { findOffer } from '../../db/queries/offers.ts'
import { getPublicOffer } from '../../server/public-offer/public-offer.ts'
import { fold } from '../support/answering.ts'
import { stopApps, type World } from '../support/app.ts'
import { eventContext } from '../support/event-words.ts'
import { sendActivity, startPeer, stopPeers, type Peer } from '../support/peer.ts'
import * as instances from './instances.ts'

let association: World
let centre: World
let source: Peer
const both = () => instances.settleAll(association, centre)
const rejects = async () =>
  (await instances.sent(centre)).filter(({ type }) => type === 'Reject').map(({ body }) => JSON.parse(body))
/** Longer than any form of ours takes. */
const LONG = { title: { fr: 'x'.repeat(130) } }

beforeEach(async () => {
  association = await instances.startInstance('association', instances.PORTS.association)
  source = await startPeer({ key: 1, kind: 'association', name: 'Ailleurs' })
  centre = await instances.startInstance('centre', instances.PORTS.centre, [source.host])
  await instances.join(association, centre)
})
afterEach(async () => {
  await stopApps()
  await stopPeers()
})

async function save(id: string, change: Parameters<typeof instances.inputOf>[1]) {
  const { version } = (await findOffer(association.deps.db, id))!
  const input = { ...instances.inputOf(association, change), version }
  await editOffer(association.deps, instances.chief(association), id, input)
  await both()
}

it('is told to its association once for each revision, which reads it on the page of the offer', async () => {
  const id = await instances.publish(association, LONG)
  await both()
  expect(await instances.items(centre)).toEqual([])
  const [told, ...others] = await rejects()
  expect(others).toEqual([])
  expect(told).toMatchObject({
    to: [instances.actorOf(association)],
    reasonCode: 'unreadable',
    revision: 1,
    terms: { decision: 'refused', fault: 'field_unusable:title.fr' },
  })
  expect(fold(told.summary)).toContain('Notre site n’a pas pu lire « Titre » dans cette annonce')
  const [row] = await instances.submissions(association)
  expect(row).toMatchObject({ state: 'refused', reason_code: 'unreadable' })
  const b = await association.signIn('bastien')
  await b.get(`/work/offers/${id}`)
  expect(b.text).toContain('Le site du centre n’a pas pu la lire')
  expect(fold(b.text)).toContain(
    'n’a pas pu lire « Titre » dans cette annonce. Modifiez-la, ou proposez-la-nous de nouveau: elle repart.',
  )

  await save(id, { title: { fr: 'Conduire le camion' } })
  expect(await instances.items(centre)).toHaveLength(1)
  expect((await instances.submissions(association))[0]).toMatchObject({ state: 'sent', reason_code: null })
  expect(await rejects()).toHaveLength(1)

  await save(id, LONG)
  expect((await rejects()).map(({ revision }) => revision)).toEqual([1, 3])
})

it('is told again to an association that proposes it once more as it is: nobody waits for an answer that does not come', async () => {
  const id = await instances.publish(association, LONG)
  await both()
  const b = await (await association.signIn('bastien')).get(`/work/offers/${id}`)
  await b.press('Proposer à ce centre Centre du bénévolat de la Côte')
  expect((await instances.submissions(association))[0]).toMatchObject({ state: 'sent' })
  await both()
  expect((await instances.submissions(association))[0]).toMatchObject({ state: 'refused', reason_code: 'unreadable' })
  expect((await rejects()).map(({ revision }) => revision)).toEqual([1, 1])
})

it('is told to no site that is no member, nor about an offer of another owner', async () => {
  const id = await instances.publish(association, { title: { fr: 'Conduire le camion' } })
  await both()
  const { db } = association.deps
  const offer = (await getPublicOffer(db, association.deps, id))!
  // A site that the centre follows, whose offers it reads too.
  await insertAffiliation(centre.deps.db, {
    id: 'followed',
    partner_uri: source.actor,
    partner_is: 'source',
    partner_name: 'Ailleurs',
    partner_url: source.origin,
    state: 'active',
    requested_at: centre.clock.iso(),
  })
  const { actor } = source
  for (const [at, uri] of [`${source.origin}/offers/1`, offer.uri].entries()) {
    const event = toEvent({ ...offer, uri, content: { ...offer.content, ...LONG } }, eventContext(source.origin))
    const object = { ...event, attributedTo: actor }
    const body = { id: `${source.origin}/activities/${at}`, type: 'Create', actor, object }
    const to = { url: centre.url, publicUrl: centre.deps.config.publicUrl }
    const { status } = await sendActivity(to, source.signer, { body, at: centre.clock.now() })
    expect(status).toBe(202)
    await both()
  }
  expect(await rejects()).toEqual([])
  const came = (await instances.received(centre)).filter((one) => one.actor === actor)
  expect(came.map(({ error }) => error)).toEqual(['field_unusable:title.fr', 'wrong_owner'])
})
