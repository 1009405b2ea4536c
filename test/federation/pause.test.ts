// SPDX-License-Identifier: AGPL-3.0-or-later
// A centre pauses a member: its offers leave the centre’s site, the association reads why, and all comes back.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { acceptOffer } from '../../server/moderation/commands/decide.ts'
import { endAffiliation } from '../../server/partners/commands/decide.ts'
import { receiveJoinRequest } from '../../server/partners/commands/receive.ts'
import { transact } from '../../server/web/transact.ts'
import { pauseMember, resumeMember } from '../../server/partners/commands/pause.ts'
import { editOffer } from '../../server/offers/commands/write.ts'
import { findOffer } from '../../db/queries/offers.ts'
import { stopApps, type World } from '../support/app.ts'
import { DAY } from '../../server/base/clock.ts'
import { OFFERS_AT_ONCE } from '../../server/web/transact.ts'
import { fr } from '../support/texts.ts'
import * as instances from './instances.ts'

const { chief, settleAll } = instances
const WHY = 'Votre téléphone ne répond plus. Appelez-nous.'
let association: World
let centre: World
let offer: string
let member: string

beforeEach(async () => {
  association = await instances.startInstance('association', instances.PORTS.association)
  centre = await instances.startInstance('centre', instances.PORTS.centre)
  await instances.join(association, centre)
  offer = await instances.publish(association)
  await both()
  await acceptWaiting()
  member = (await instances.affiliations(centre)).find(({ partner_is }) => partner_is === 'member')!.id
})
afterEach(stopApps)

const both = () => settleAll(association, centre)
async function acceptWaiting(): Promise<void> {
  const { id, version } = (await instances.items(centre)).find(({ state }) => state === 'pending')!
  await acceptOffer(centre.deps, chief(centre), id, { version })
  await both()
}
async function pause(): Promise<void> {
  await pauseMember(centre.deps, chief(centre), member, WHY)
  await both()
}
async function resume(): Promise<void> {
  await resumeMember(centre.deps, chief(centre), member)
  await both()
}
const online = async () => (await instances.listings(centre)).length
const ours = async () => (await instances.affiliations(association))[0]!
const typesOf = async () => (await instances.sent(centre)).map(({ type }) => type)
const mails = (template: string) =>
  association.deps.db.selectFrom('mails').select(['to_email', 'body_text']).where('template', '=', template).execute()

describe('a member that is paused', () => {
  it('leaves the site, the announce is undone, and the association reads since when and why', async () => {
    expect(await online()).toBe(1)
    await pause()
    expect(await online()).toBe(0)
    expect((await typesOf()).slice(-2).toSorted()).toEqual(['Accept', 'Undo'])
    expect(await ours()).toMatchObject({ state: 'active', pause_reason: WHY })
    expect((await ours()).paused_at).not.toBeNull()
    // What was decided about the offer stays, on both sides.
    expect((await instances.items(centre))[0]).toMatchObject({ state: 'accepted', accepted_revision: 1 })
    expect((await instances.submissions(association))[0]).toMatchObject({ state: 'accepted' })
    const told = await mails('partners/paused')
    expect(told.map(({ to_email }) => to_email).toSorted()).toEqual(['amina@example.org', 'bastien@example.org'])
    expect(told[0]!.body_text).toContain('Votre téléphone')
    const b = await association.signIn('bastien')
    await b.get(`/work/offers/${offer}`)
    const why = b.document.querySelector('#why')!.textContent!
    expect(why).toContain('Ce centre a mis toutes vos annonces en pause')
    expect(why).toContain('Votre téléphone')
    expect(b.text).toContain(fr('offers.shown.paused'))
  })

  it('no page says meanwhile that an offer is online: neither to its association, nor to who reads it over', async () => {
    await pause()
    const { version } = (await findOffer(association.deps.db, offer))!
    const input = { ...instances.inputOf(association, { title: { fr: 'Conduire le soir' } }), version }
    await editOffer(association.deps, chief(association), offer, input)
    await both()
    const b = await association.signIn('bastien')
    await b.get(`/work/offers/${offer}`)
    expect(b.text).not.toContain(fr('offers.shown.kept'))
    const farid = await centre.signIn('farid')
    const [item] = await instances.items(centre)
    await farid.get(`/moderation/${item!.id}`)
    expect(farid.text).toContain('En pause depuis le 22 novembre 2026')
    expect(farid.document.querySelector('header')!.textContent).not.toMatch(/en ligne/i)
    await farid.press(fr('moderation.decide.accept_next'))
    expect(farid.text).toContain('« Conduire le soir » sera en ligne quand vous reprendrez ce membre')
    await farid.get(`/moderation/${item!.id}`)
    expect(farid.document.querySelector('header')!.textContent).not.toMatch(/en ligne/i)
  })

  it('comes back with all its offers when it is resumed, without being read again', async () => {
    await pause()
    await resume()
    expect(await online()).toBe(1)
    expect((await typesOf()).filter((type) => type === 'Announce')).toHaveLength(2)
    expect(await ours()).toMatchObject({ paused_at: null, pause_reason: '' })
    expect(await mails('partners/resumed')).toHaveLength(2)
  })

  it('what it sends meanwhile is not shown before that, also when it is accepted or trusted', async () => {
    await centre.deps.db.updateTable('affiliations').set({ trust: 'trusted' }).where('id', '=', member).execute()
    await pause()
    const { version } = (await findOffer(association.deps.db, offer))!
    const input = { ...instances.inputOf(association, { title: { fr: 'Conduire le soir' } }), version }
    await editOffer(association.deps, chief(association), offer, input)
    await instances.publish(association, { title: { fr: 'Trier les dons' } })
    await both()
    const waiting = (await instances.items(centre)).filter(({ pending_revision }) => pending_revision !== null)
    for (const { id, version: read } of waiting) await acceptOffer(centre.deps, chief(centre), id, { version: read })
    await both()
    expect(await online()).toBe(0)
    expect((await typesOf()).filter((type) => type === 'Announce')).toHaveLength(1)
    await resume()
    expect((await instances.listings(centre)).map(({ title }) => title).toSorted()).toEqual(
      ['Conduire le soir', 'Trier les dons'].toSorted(),
    )
    expect((await typesOf()).filter((type) => type === 'Announce')).toHaveLength(3)
  })

  it('what was online before is not new again for who follows new offers; what was accepted meanwhile is', async () => {
    const listedAt = async () => {
      const rows = await centre.deps.db
        .selectFrom('listings')
        .innerJoin('listing_state', 'listing_state.id', 'listings.id')
        .select(['title', 'listed_at'])
        .execute()
      return new Map(rows.map(({ title, listed_at }) => [title, listed_at]))
    }
    const [[title, first]] = [...(await listedAt())] as [[string, string]]
    const aDay = () => [association, centre].forEach(({ clock }) => clock.advance(DAY))
    aDay()
    await pause()
    await instances.publish(association, { title: { fr: 'Trier les dons' } })
    await both()
    await acceptWaiting()
    aDay()
    await resume()
    const now = await listedAt()
    expect(now.get(title)).toBe(first)
    expect(now.get('Trier les dons')).toBe(centre.clock.iso())
  })

  it('paused and resumed before anything was sent, ends as it is', async () => {
    await pauseMember(centre.deps, chief(centre), member, WHY)
    await resumeMember(centre.deps, chief(centre), member)
    await both()
    expect(await online()).toBe(1)
    expect(await ours()).toMatchObject({ paused_at: null })
    expect(await mails('partners/paused')).toEqual([])
  })

  it('pressed twice it changes nothing, and the first reason stays', async () => {
    await pause()
    const before = await typesOf()
    await pauseMember(centre.deps, chief(centre), member, 'Autre raison.')
    await both()
    expect(await typesOf()).toEqual(before)
    expect(await ours()).toMatchObject({ pause_reason: WHY })
  })

  it('a relation that ends is paused no more, and who comes back begins anew', async () => {
    await pause()
    await endAffiliation(centre.deps, chief(centre), member, '')
    await both()
    const paused = [...(await instances.affiliations(centre)), ...(await instances.affiliations(association))]
    expect(paused.map(({ paused_at, pause_reason }) => [paused_at, pause_reason])).toEqual([
      [null, ''],
      [null, ''],
    ])
  })

  it('that leaves while its many offers are being hidden shows none of them again', async () => {
    const [item] = await instances.items(centre)
    const copies = Array.from({ length: OFFERS_AT_ONCE * 2 }, (_, at) => {
      const offer_uri = `${item!.offer_uri}-${at}`
      return {
        ...item!,
        id: `zz-${String(at).padStart(3, '0')}`,
        offer_uri,
        accepted_offer: item!.accepted_offer!.replaceAll(item!.offer_uri, offer_uri),
      }
    })
    await centre.deps.db.insertInto('moderation_items').values(copies).execute()
    await pauseMember(centre.deps, chief(centre), member, WHY)
    await endAffiliation(centre.deps, chief(centre), member, '')
    await both()
    expect(await online()).toBe(0)
    expect((await typesOf()).filter((type) => type === 'Announce')).toHaveLength(1)
  })

  it('is not in the public list of associations meanwhile', async () => {
    const visitor = centre.browser()
    const name = (await instances.affiliations(centre)).find(({ id }) => id === member)!.partner_name
    expect((await visitor.get('/associations')).text).toContain(name)
    await pause()
    expect((await visitor.get('/associations?town=')).text).not.toContain(name)
  })
})

describe('on the page of the member', () => {
  it('a reason is asked for, and nothing typed is lost; the page says that it is paused', async () => {
    const farid = await centre.signIn('farid')
    await farid.get(`/partners/${member}`)
    await farid.press(fr('partners.pause.button'))
    expect(farid.status).toBe(422)
    expect(farid.errors()).toMatchObject({ [fr('partners.pause.reason').trim()]: expect.any(String) })
    await farid.fill(fr('partners.pause.reason'), WHY).press(fr('partners.pause.button'))
    expect(farid.text).toContain('Votre téléphone ne répond plus.')
    expect(farid.hasButton(fr('partners.pause.button'))).toBe(false)
    await farid.get('/partners')
    expect(farid.text).toContain(fr('partners.pause.state'))
    await farid.get(`/partners/${member}/history`)
    expect(farid.text).toContain(fr('partners.history.what.affiliation_paused'))
    await farid.get(`/partners/${member}`)
    await farid.press(fr('partners.pause.resume'))
    expect(await online()).toBe(1)
  })

  it('only moderators pause and resume, and only living members', async () => {
    const amina = await association.signIn('amina')
    const { id } = await ours()
    expect((await amina.post(`/partners/${id}/pause`, { reason: WHY })).status).toBe(409)
    const bastien = await centre.signIn('bastien')
    expect((await bastien.post(`/partners/${member}/pause`, { reason: WHY })).status).toBe(403)
    expect((await bastien.post(`/partners/${member}/resumption`, {})).status).toBe(403)
    await endAffiliation(centre.deps, chief(centre), member, '')
    const farid = await centre.signIn('farid')
    expect((await farid.post(`/partners/${member}/pause`, { reason: WHY })).status).toBe(409)
  })
})

it('an association that lost what the centre had told it reads it again when it asks again', async () => {
  await pause()
  const lost = { paused_at: null, pause_reason: '' }
  await association.deps.db.updateTable('affiliations').set(lost).execute()
  const { partner_uri: uri, partner_name: name, partner_url: url } = (await instances.affiliations(centre))[0]!
  const asks = { uri, name, url, summary: '', role: 'association' as const }
  await transact(centre.deps, (tx) => receiveJoinRequest(tx, centre.deps, asks))
  await both()
  expect(await ours()).toMatchObject({ pause_reason: WHY })
})
