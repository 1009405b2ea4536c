// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { record } from '../../db/queries/events.ts'
import { findOffer } from '../../db/queries/offers.ts'
import {
  acceptOffer,
  askForChanges,
  refuseOffer,
  removeOffer,
  suspendOffer,
} from '../../server/moderation/commands/decide.ts'
import { archiveOffer, closeOffer } from '../../server/offers/commands/end.ts'
import { editOffer } from '../../server/offers/commands/write.ts'
import { withdrawFromCentre } from '../../server/offers/commands/submissions.ts'
import { acceptMember, askToJoin, endAffiliation, refuseMember } from '../../server/partners/commands/decide.ts'
import { transact } from '../../server/web/transact.ts'
import { stopApps, type World } from '../support/app.ts'
import { ask, sendActivity, startPeer, stopPeers } from '../support/peer.ts'
import * as instances from './instances.ts'

const { chief, settleAll, actorOf } = instances
const AS2 = { accept: 'application/activity+json' }
let association: World
let centre: World

beforeEach(async () => {
  association = await instances.startInstance('association', instances.PORTS.association)
  centre = await instances.startInstance('centre', instances.PORTS.centre)
})
afterEach(async () => {
  await stopApps()
  await stopPeers()
})

const both = () => settleAll(association, centre)
const item = async () => (await instances.items(centre))[0]!
const submission = async () => (await instances.submissions(association))[0]!
const states = async () => (await instances.received(centre)).map(({ type, state, error }) => [type, state, error])
async function edit(id: string, change: Parameters<typeof instances.inputOf>[1]) {
  const { version } = (await findOffer(association.deps.db, id))!
  await editOffer(association.deps, chief(association), id, { ...instances.inputOf(association, change), version })
  await both()
}
async function accept() {
  const { id, version } = await item()
  await acceptOffer(centre.deps, chief(centre), id, { version })
  await both()
}

describe('joining', () => {
  it('an association asks, the centre accepts and follows back, both know', async () => {
    await instances.join(association, centre)
    expect(await instances.affiliations(association)).toMatchObject([
      { partner_uri: actorOf(centre), partner_is: 'centre', state: 'active' },
    ])
    expect(await instances.affiliations(centre)).toMatchObject([
      { partner_uri: actorOf(association), partner_is: 'member', state: 'active' },
    ])
    for (const instance of [association, centre]) {
      expect((await instances.follows(instance)).map(({ state }) => state)).toEqual(['accepted', 'accepted'])
      expect(await instances.queue(instance)).toEqual([])
    }
    const followers = await ask(association.url, { path: '/followers', headers: AS2 })
    expect(followers.json).toMatchObject({ type: 'OrderedCollection', totalItems: 1 })
    expect(followers.json['orderedItems']).toBeUndefined()
  })

  it('the centre refuses, with its reason', async () => {
    await askToJoin(association.deps, chief(association), instances.hostOf(centre))
    await both()
    const [asked] = await instances.affiliations(centre)
    await refuseMember(centre.deps, chief(centre), asked!.id, 'Hors de notre territoire.')
    await both()
    expect(await instances.affiliations(association)).toMatchObject([
      { state: 'refused', reason: 'Hors de notre territoire.' },
    ])
  })

  it.each(['association', 'centre'] as const)('the %s ends it, and nothing is left on either side', async (who) => {
    await instances.join(association, centre)
    await instances.publish(association)
    await both()
    await accept()
    expect(await instances.listings(centre)).toHaveLength(1)
    const instance = who === 'association' ? association : centre
    const [row] = await instances.affiliations(instance)
    await endAffiliation(instance.deps, chief(instance), row!.id, 'Il reste <5 places.\nÀ bientôt.')
    await both()
    for (const one of [association, centre]) {
      const words = { reason: 'Il reste <5 places.\nÀ bientôt.', ended_by_us: one === instance ? 1 : 0 }
      expect(await instances.affiliations(one)).toMatchObject([{ state: 'ended', ...words }])
      expect((await instances.follows(one)).filter(({ state }) => state === 'accepted')).toEqual([])
    }
    expect(await instances.listings(centre)).toEqual([])
  })

  it('a wish that is taken back is gone at the centre', async () => {
    await askToJoin(association.deps, chief(association), instances.hostOf(centre))
    await both()
    expect(await instances.affiliations(centre)).toMatchObject([{ state: 'requested' }])
    const [row] = await instances.affiliations(association)
    await endAffiliation(association.deps, chief(association), row!.id)
    await both()
    expect((await instances.affiliations(centre)).map(({ state }) => state)).toEqual(['ended'])
  })

  it('an association with another name has it everywhere at the centre, and no text has to be read again', async () => {
    await instances.join(association, centre)
    await instances.publish(association)
    await both()
    await accept()
    await instances.publish(association, { title: { fr: 'Une autre annonce' } })
    await both()
    const before = await instances.items(centre)
    const { deps } = association
    await transact(deps, async (tx) => {
      await tx.updateTable('association').set({ name: 'Les Jardins du Port' }).execute()
      await record(tx, { type: 'association.updated', at: deps.clock.iso(), details: { fields: 'name' } })
    })
    await both()
    expect(await instances.affiliations(centre)).toMatchObject([
      { partner_name: 'Les Jardins du Port', state: 'active' },
    ])
    expect(await instances.listings(centre)).toMatchObject([{ association_name: 'Les Jardins du Port' }])
    const found = (await instances.items(centre)).map(({ association_name, state, version }) => [
      association_name,
      state,
      version,
    ])
    expect(found).toEqual(before.map(({ state, version }) => ['Les Jardins du Port', state, version]))
    const b = await centre.browser().get('/offers?q=port')
    expect(b.text).toContain('Les Jardins du Port')
  })

  it('who has left may come back, and the offers with them', async () => {
    await instances.join(association, centre)
    await instances.publish(association)
    await both()
    await accept()
    const [row] = await instances.affiliations(association)
    await endAffiliation(association.deps, chief(association), row!.id)
    await both()
    await instances.join(association, centre)
    await both()
    for (const instance of [association, centre])
      expect(await instances.affiliations(instance)).toMatchObject([{ state: 'active' }])
    expect(await item()).toMatchObject({ state: 'pending' })
    await accept()
    expect(await instances.listings(centre)).toHaveLength(1)
    // Whether the centre takes its Follow back depends on whose end of the membership came first.
    const sent = (await instances.sent(centre)).flatMap(({ type, body }) => {
      const { object } = JSON.parse(String(body)) as { object: { type?: string } }
      return type === 'Announce' ? ['Announce'] : type === 'Undo' && object.type === 'Announce' ? ['Undo'] : []
    })
    expect(sent).toEqual(['Announce', 'Undo', 'Announce'])
  })

  it('offers published before joining arrive then', async () => {
    await instances.publish(association)
    await instances.join(association, centre)
    await both()
    expect(await instances.items(centre)).toMatchObject([
      { state: 'pending', title: 'Conduire le camion des invendus' },
    ])
  })
})

it('a site that names our actor as its own is refused, and we do not ask ourselves', async () => {
  const liar = await startPeer({ kind: 'centre' })
  const instance = await instances.startInstance('association', instances.PORTS.region, [liar.host])
  const path = `/.well-known/webfinger?resource=${encodeURIComponent(`${liar.origin}/`)}`
  const link = { rel: 'self', type: 'application/activity+json', href: actorOf(instance) }
  liar.pages.set(path, { type: 'application/jrd+json', body: { links: [link] } })
  await expect(askToJoin(instance.deps, chief(instance), liar.host)).rejects.toThrow()
  expect(liar.asked).toEqual([path])
  expect(await instance.deps.db.selectFrom('fed_actors').select('uri').execute()).toEqual([])
})

it('whoever is led from one address to another, we are not led to ourselves', async () => {
  const liar = await startPeer()
  const instance = await instances.startInstance('association', instances.PORTS.region, [liar.host])
  const { publicUrl } = instance.deps.config
  const body = { id: `${liar.origin}/1`, type: 'Follow', actor: liar.actor, object: actorOf(instance) }
  for (const page of [
    { body: { ...liar.document(), id: actorOf(instance) } },
    { status: 302, location: actorOf(instance) },
  ]) {
    liar.pages.set('/actor', page)
    const request = { body, at: instance.clock.now() }
    expect((await sendActivity({ url: instance.url, publicUrl }, liar.signer, request)).status).toBe(401)
    instance.clock.advance(11 * 60_000)
  }
  expect(liar.asked).toEqual(['/actor', '/actor'])
  expect(instance.logged.filter((line) => line.includes('route=/actor'))).toEqual([])
  expect(await instance.deps.db.selectFrom('fed_actors').select('uri').execute()).toEqual([])
})

it('a member of ours cannot be our centre as well: who asks learns it, and nothing is left waiting', async () => {
  await stopApps()
  centre = await instances.startInstance('both', instances.PORTS.centre)
  const other = await instances.startInstance('both', instances.PORTS.region)
  await instances.join(centre, other)
  const ask = askToJoin(other.deps, chief(other), instances.hostOf(centre))
  await expect(ask).rejects.toMatchObject({ fields: { address: 'partners.ask.is_member' } })
  await settleAll(centre, other)
  expect(await instances.affiliations(centre)).toMatchObject([{ partner_is: 'centre', state: 'active' }])
  expect(await instances.affiliations(other)).toMatchObject([{ partner_is: 'member', state: 'active' }])
  const [membership] = await instances.affiliations(other)
  await endAffiliation(other.deps, chief(other), membership!.id)
  await settleAll(centre, other)
  await instances.join(other, centre)
  await settleAll(centre, other)
  const living = async (of: World) =>
    (await instances.affiliations(of)).filter(({ state }) => state === 'active').map(({ partner_is: is }) => is)
  expect([await living(centre), await living(other)]).toEqual([['member'], ['centre']])
})

describe('two sites that ask each other at the same moment', () => {
  let other: World
  const relations = async (of: World) =>
    Object.fromEntries((await instances.affiliations(of)).map(({ partner_is: is, state }) => [is, state]))
  const idOf = async (of: World, is: string) =>
    (await instances.affiliations(of)).find(({ partner_is: kind }) => kind === is)!.id
  beforeEach(async () => {
    await stopApps()
    centre = await instances.startInstance('both', instances.PORTS.centre)
    other = await instances.startInstance('both', instances.PORTS.region)
    await askToJoin(centre.deps, chief(centre), instances.hostOf(other))
    await askToJoin(other.deps, chief(other), instances.hostOf(centre))
    await settleAll(centre, other)
  })

  it('have two requests, and nobody has accepted', async () => {
    for (const instance of [centre, other])
      expect(await relations(instance)).toEqual({ centre: 'asking', member: 'requested' })
    for (const instance of [centre, other]) {
      const b = await instance.signIn('amina')
      await b.get(`/partners/${await idOf(instance, 'member')}`)
      await b.press('Accepter l’association')
      expect([b.status, b.text]).toEqual([409, expect.stringContaining('retirez-vous d’abord')])
      await settleAll(centre, other)
      expect(await relations(instance)).toEqual({ centre: 'asking', member: 'requested' })
    }
  })

  it('one takes its request back and accepts the other', async () => {
    await endAffiliation(centre.deps, chief(centre), await idOf(centre, 'centre'))
    await settleAll(centre, other)
    expect(await relations(centre)).toEqual({ centre: 'ended', member: 'requested' })
    expect(await relations(other)).toEqual({ centre: 'asking', member: 'ended' })
    await acceptMember(centre.deps, chief(centre), await idOf(centre, 'member'))
    await settleAll(centre, other)
    expect(await relations(centre)).toEqual({ centre: 'ended', member: 'active' })
    expect(await relations(other)).toEqual({ centre: 'active', member: 'ended' })
    for (const instance of [centre, other])
      expect((await instances.follows(instance)).map(({ state }) => state)).toEqual(['accepted', 'accepted'])
    await instances.publish(other)
    await settleAll(centre, other)
    expect(await instances.items(centre)).toMatchObject([{ state: 'pending' }])
  })

  it('a no to one is no answer to the other', async () => {
    await refuseMember(other.deps, chief(other), await idOf(other, 'member'), 'Nous aimerions plutôt vous rejoindre.')
    await settleAll(centre, other)
    expect(await relations(other)).toEqual({ centre: 'asking', member: 'refused' })
    expect(await relations(centre)).toEqual({ centre: 'refused', member: 'requested' })
    await acceptMember(centre.deps, chief(centre), await idOf(centre, 'member'))
    await settleAll(centre, other)
    expect(await relations(centre)).toEqual({ centre: 'refused', member: 'active' })
    expect(await relations(other)).toEqual({ centre: 'active', member: 'refused' })
  })
})

describe('an offer', () => {
  let id: string
  beforeEach(async () => {
    await instances.join(association, centre)
    id = await instances.publish(association)
    await both()
  })
  const uri = () => `${association.deps.config.publicUrl}/offers/${id}`

  it('arrives, is approved, is shared and listed', async () => {
    expect(await item()).toMatchObject({ state: 'pending', offer_uri: uri(), via: expect.stringContaining('.') })
    await accept()
    expect(await submission()).toMatchObject({ state: 'accepted', accepted_revision: 1 })
    expect(await instances.listings(centre)).toMatchObject([
      { offer_uri: uri(), title: 'Conduire le camion des invendus', origin: 'member' },
    ])
    const outbox = await ask(centre.url, { path: '/outbox?page=true', headers: AS2 })
    expect(outbox.json['orderedItems']).toMatchObject([{ type: 'Announce', actor: actorOf(centre), object: uri() }])
    expect(await states()).toEqual(
      expect.arrayContaining([
        ['Create', 'done', null],
        ['Offer', 'done', null],
      ]),
    )
  })

  it('the approved text stays until the new one is approved', async () => {
    await accept()
    await edit(id, { title: { fr: 'Conduire le grand camion' } })
    expect(await item()).toMatchObject({ state: 'pending', accepted_revision: 1, pending_revision: 2 })
    expect(await instances.listings(centre)).toMatchObject([{ title: 'Conduire le camion des invendus' }])
    await accept()
    expect(await instances.listings(centre)).toMatchObject([{ title: 'Conduire le grand camion' }])
    expect(await submission()).toMatchObject({ state: 'accepted', accepted_revision: 2 })
    expect((await instances.sent(centre)).filter(({ type }) => type === 'Announce')).toHaveLength(1)
  })

  it('closing takes effect at once, without a moderator', async () => {
    await accept()
    await closeOffer(association.deps, chief(association), id, { reason: 'filled' })
    await both()
    expect((await instances.listings(centre)).filter(({ applications }) => applications === 'open')).toEqual([])
  })

  it('changes are asked for, then a refusal comes with its code and text', async () => {
    await askForChanges(centre.deps, chief(centre), (await item()).id, {
      version: (await item()).version,
      question: 'Quel permis <b>faut-il</b> ?',
    })
    await both()
    expect(await submission()).toMatchObject({
      state: 'changes_requested',
      note: expect.stringContaining('Quel permis'),
    })
    await edit(id, { title: { fr: 'Conduire, permis B' } })
    expect(await item()).toMatchObject({ state: 'pending', pending_revision: 2 })
    const { id: itemId, version } = await item()
    await refuseOffer(centre.deps, chief(centre), itemId, { version, reason: 'duplicate', note: 'Déjà publiée.' })
    await both()
    expect(await submission()).toMatchObject({
      state: 'refused',
      reason_code: 'duplicate',
      note: 'Déjà publiée.',
      revision: 2,
    })
  })

  it('taken off by the centre, it is unshared and the association knows why', async () => {
    await accept()
    const { id: itemId, version } = await item()
    await removeOffer(centre.deps, chief(centre), itemId, { version, reason: 'safety', note: 'Signalement.' })
    await both()
    expect(await submission()).toMatchObject({ state: 'removed', reason_code: 'safety', note: 'Signalement.' })
    expect((await instances.sent(centre)).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['Announce', 'Undo', 'Reject']),
    )
    const page = await ask(centre.url, { path: '/outbox?page=true', headers: AS2 })
    expect(JSON.stringify(page.json)).not.toContain('Signalement')
  })

  it('suspended by the centre, it is unshared with its reason, and comes back when it is taken back', async () => {
    await accept()
    const first = await item()
    const why = { version: first.version, reason: 'misleading', note: 'L’adresse n’existe pas.' }
    await suspendOffer(centre.deps, chief(centre), first.id, why)
    await both()
    expect(await submission()).toMatchObject({
      state: 'suspended',
      accepted_revision: null,
      reason_code: 'misleading',
      note: 'L’adresse n’existe pas.',
    })
    expect(await instances.listings(centre)).toEqual([])
    const types = async () => (await instances.sent(centre)).map(({ type }) => type)
    expect(await types()).toEqual(expect.arrayContaining(['Announce', 'Undo', 'Reject']))
    const before = (await types()).filter((type) => type === 'Announce').length
    const { id: itemId, version } = await item()
    await acceptOffer(centre.deps, chief(centre), itemId, { version })
    await both()
    expect(await submission()).toMatchObject({ state: 'accepted', reason_code: null, note: '' })
    expect((await types()).filter((type) => type === 'Announce')).toHaveLength(before + 1)
    expect(await instances.listings(centre)).toHaveLength(1)
  })

  it('suspended, it goes to the centre again with its next text', async () => {
    await accept()
    const { id: itemId, version } = await item()
    await suspendOffer(centre.deps, chief(centre), itemId, { version, reason: 'misleading', note: '' })
    await both()
    await edit(id, { title: { fr: 'Conduire, départ de la mairie' } })
    expect(await item()).toMatchObject({ state: 'pending', pending_revision: 2, accepted_offer: null })
    expect(await submission()).toMatchObject({ state: 'sent', revision: 2 })
  })

  it('taken back by the association, it is gone from the centre', async () => {
    await accept()
    await withdrawFromCentre(association.deps, chief(association), id, actorOf(centre))
    await both()
    expect(await instances.listings(centre)).toEqual([])
    expect(await item()).toMatchObject({ state: 'withdrawn' })
    expect((await instances.sent(centre)).at(-1)).toMatchObject({ type: 'Undo' })
  })

  it('put away at home, it is deleted everywhere and its address shows that for ever', async () => {
    await accept()
    await closeOffer(association.deps, chief(association), id, { reason: 'filled' })
    await archiveOffer(association.deps, chief(association), id)
    await both()
    expect(await instances.listings(centre)).toEqual([])
    const gone = await ask(association.url, { path: `/offers/${id}`, headers: AS2 })
    expect([gone.status, gone.json['type'], gone.json['formerType']]).toEqual([410, 'Tombstone', 'Event'])
  })

  it('nothing is sent twice', async () => {
    await accept()
    await both()
    expect((await instances.sent(association)).map(({ type }) => type)).toEqual(['Follow', 'Accept', 'Create', 'Offer'])
    expect((await instances.sent(centre)).map(({ type }) => type)).toEqual(['Accept', 'Follow', 'Accept', 'Announce'])
    for (const instance of [association, centre]) {
      expect(
        (await instances.received(instance)).map(({ state }) => state).filter((state) => state !== 'done'),
      ).toEqual([])
    }
  })
})
