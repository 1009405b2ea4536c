// SPDX-License-Identifier: AGPL-3.0-or-later
// Totals of a day between an association and its centre: sent once the day is over, replaced, never added.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { addCounted, addHours, addShown, type Counted } from '../../db/queries/counts.ts'
import { listStandingAt } from '../../db/queries/shared-counts.ts'
import { acceptOffer } from '../../server/moderation/commands/decide.ts'
import { withdrawFromCentre } from '../../server/offers/commands/submissions.ts'
import { endAffiliation } from '../../server/partners/commands/decide.ts'
import { blockDomain } from '../../server/peers/commands.ts'
import { receiveReport } from '../../server/statistics/commands/receive.ts'
import { shareEndedDays } from '../../server/statistics/commands/share.ts'
import type { Line } from '../../server/model/counts.ts'
import { takeBack, writeCounts } from '../../server/statistics/count.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { ask, sendActivity, startPeer, stopPeers, type Peer } from '../support/peer.ts'
import * as instances from './instances.ts'

const { actorOf, chief, settleAll } = instances
const reported = (instance: World) =>
  instance.deps.db.selectFrom('reported_counts').selectAll().orderBy('day').orderBy('offer_uri').execute()

afterEach(async () => {
  await stopApps()
  await stopPeers()
})

describe('an association and its centre', () => {
  let association: World
  let centre: World
  let id: string
  const uri = () => `${association.deps.config.publicUrl}/offers/${id}`
  const both = () => settleAll(association, centre)
  const at = (time: string) => [association, centre].forEach(({ clock }) => clock.set(time))
  const count = (day: string, what: Counted, times = 1) =>
    Promise.all(
      Array.from({ length: times }, () =>
        addCounted(association.deps.db, [{ offerId: id, day, channel: actorOf(centre), [what]: 1 }]),
      ),
    )
  const look = async (day: string, impressions: number) =>
    addShown(centre.deps.db, [{ day, offer: uri(), impressions, views: 2 }])
  const send = async (...instances: World[]) => {
    for (const instance of instances) await shareEndedDays(instance.deps)
    await both()
  }
  const reports = async (instance: World) =>
    (await instances.sent(instance)).filter(({ id }) => id.includes('/st/')).map(({ id }) => new URL(id).pathname)
  const bodies = async (instance: World) =>
    (await instances.sent(instance)).filter(({ id }) => id.includes('/st/')).map(({ body }) => JSON.parse(body))

  beforeEach(async () => {
    association = await instances.startInstance('association', instances.PORTS.association)
    centre = await instances.startInstance('centre', instances.PORTS.centre)
    await instances.join(association, centre)
    id = await instances.publish(association)
    await both()
    const [item] = await instances.items(centre)
    await acceptOffer(centre.deps, chief(centre), item!.id, { version: item!.version })
    await both()
  })

  it('people find an offer at the centre and apply at home; the next day each knows the other’s half (P10)', async () => {
    const visitor = centre.browser()
    await visitor.get('/offers')
    await visitor.get('/offers')
    await centre.browser('en').get('/offers')
    const [listing] = await instances.listings(centre)
    await visitor.get(`/offers/${listing!.public_id}`)
    const link = visitor.document.querySelector('a[href*="via="]')!.getAttribute('href')!
    await association.browser().get(link)
    await (await centre.signIn('farid')).get('/offers', { 'user-agent': 'Mozilla team' })
    await centre.browser().get('/offers', { 'user-agent': 'Googlebot/2.1' })
    await writeCounts(centre.deps)
    expect(await centre.deps.db.selectFrom('shown_counts').selectAll().execute()).toEqual([
      { day: '2026-11-22', offer_uri: uri(), impressions: 1, views: 1 },
    ])
    await send(association, centre)
    expect([await reports(association), await reports(centre)]).toEqual([[], []])

    at('2026-11-22T23:05:00.000Z')
    await send(association, centre)
    expect(await reported(association)).toMatchObject([
      { day: '2026-11-22', offer_uri: uri(), reporter: actorOf(centre), impressions: 1, views: 1, apply_starts: 0 },
    ])
    expect(await reported(centre)).toMatchObject([
      { day: '2026-11-22', offer_uri: uri(), reporter: actorOf(association), impressions: 0, apply_starts: 1 },
    ])
    for (const instance of [association, centre])
      expect((await instances.received(instance)).filter(({ state }) => state !== 'done')).toEqual([])
  })

  it('the document is as written down, for the partner alone, without anything personal', async () => {
    await count('2026-11-22', 'views', 3)
    await count('2026-11-22', 'applications')
    at('2026-11-23T08:00:00.000Z')
    await send(association)
    const [activity] = await bodies(association)
    const home = association.deps.config.publicUrl
    expect(activity).toEqual({
      '@context': expect.anything(),
      id: `${home}/st/2026-11-22/${instances.hostOf(centre)}/actor`,
      type: 'Create',
      actor: actorOf(association),
      published: '2026-11-23T08:00:00.000Z',
      to: [actorOf(centre)],
      object: {
        id: `${home}/st/2026-11-22/${instances.hostOf(centre)}/actor#r`,
        type: 'Document',
        attributedTo: actorOf(association),
        name: 'Counts 2026-11-22',
        stats: [{ offer: uri(), day: '2026-11-22', views: 3, applyClicks: 0, applications: 1, accepted: 0 }],
      },
    })
    for (const accept of ['application/activity+json', 'text/html']) {
      const path = new URL(activity.id).pathname
      expect((await ask(association.url, { path, headers: { accept } })).status).toBe(404)
    }
    const outbox = { path: '/outbox', headers: { accept: 'application/activity+json' } }
    const before = (await instances.sent(association)).filter(({ is_public }) => is_public === 1).length
    expect((await ask(association.url, outbox)).json['totalItems']).toBe(before)
    const page = await ask(association.url, { ...outbox, path: '/outbox?page=true' })
    expect(JSON.stringify(page.json)).not.toContain('/st/')
  })

  it('pages F39: exact sums are agreed to, shown, and hidden again at once', async () => {
    const [row] = await instances.affiliations(association)
    await count('2026-11-22', 'views', 3)
    at('2026-11-23T08:00:00.000Z')
    await send(association)
    const reader = await centre.signIn('farid')
    expect((await reader.get('/statistics')).text).toContain('Certains nombres sont cachés')
    const b = await association.signIn('amina')
    await b.get(`/partners/${row!.id}`)
    expect(b.text).toContain('Tout nombre plus petit que 5 y est caché.')
    await b.press('Accepter les chiffres exacts')
    expect(b.text).toContain('Vous avez accepté le 23 novembre 2026.')
    await both()
    await reader.get('/statistics')
    expect(reader.text).toContain('Les Jardins du Canal 0 3 0 0 0')
    expect(reader.text).not.toContain('moins de 5')
    expect(reader.text).toContain('En 2026, jusqu’à aujourd’hui')
    await reader.get(`/partners/${(await instances.affiliations(centre))[0]!.id}`)
    expect(reader.text).toContain('Cette association accepte depuis le 23 novembre 2026')
    // The next totals say it again.
    await count('2026-11-23', 'views')
    at('2026-11-24T08:00:00.000Z')
    await send(association)
    const at_ = '2026-11-23T08:00:00.000Z'
    expect((await bodies(association)).at(-1).object.terms).toEqual({ exactSums: { agreed: true, at: at_ } })
    // The sessions of yesterday are over.
    const again = await association.signIn('amina')
    await again.get(`/partners/${row!.id}`)
    await again.press('Retirer cet accord')
    await both()
    expect((await (await centre.signIn('farid')).get('/statistics')).text).toContain('moins de 5')
    await again.get('/operator/trail?kind=figures')
    expect(again.text).toContain('Chiffres exacts: accord donné à un centre')
    expect(again.text).toContain('Chiffres exacts: accord retiré')
    // Whoever leaves and comes back agrees anew.
    await again.post(`/partners/${row!.id}/exact-sums`, {})
    await again.post(`/partners/${row!.id}/end`, { reason: '' })
    await both()
    for (const instance of [association, centre])
      expect((await instances.affiliations(instance))[0]).toMatchObject({ exact_sums: 0, exact_sums_at: null })
    expect((await again.post(`/partners/${row!.id}/exact-sums`, {})).status).toBe(409)
    expect((await (await association.signIn('farid')).post(`/partners/${row!.id}/exact-sums`, {})).status).toBe(403)
  })

  it('exact sums agreed to by a clock that ran ahead can still be taken back', async () => {
    const [row] = await instances.affiliations(association)
    const exact = async () => (await instances.affiliations(centre))[0]!.exact_sums
    const press = async (time: string, path = '') => {
      association.clock.set(time)
      await (await association.signIn('amina')).post(`/partners/${row!.id}/exact-sums${path}`, {})
      await both()
    }
    at('2026-11-23T08:00:00.000Z')
    await press('2026-11-23T08:30:00.000Z')
    expect(await exact()).toBe(1)
    await press('2026-11-23T08:00:00.000Z', '/end')
    expect(await exact()).toBe(0)
  })

  it('sent twice it counts once; what was counted late is sent again and takes its place', async () => {
    await count('2026-11-22', 'views', 3)
    at('2026-11-23T08:00:00.000Z')
    await send(association)
    await send(association)
    expect(await reports(association)).toHaveLength(1)
    await count('2026-11-22', 'applications', 2)
    at('2026-11-24T08:00:00.000Z')
    await send(association)
    expect(await reported(centre)).toMatchObject([{ views: 3, applications: 2 }])
    const [first, second] = await bodies(association)
    expect(second.object.id).toBe(first.object.id)
    expect(second.id).not.toBe(first.id)
    await count('2026-11-22', 'applications', 2)
    at('2026-11-30T08:00:00.000Z')
    await send(association)
    expect(await reported(centre)).toMatchObject([{ views: 3, applications: 2 }])
  })

  it('who came is told on the day on which it was noted, and told again when it is taken back', async () => {
    await count('2026-11-22', 'completed', 6)
    at('2026-11-23T08:00:00.000Z')
    await send(association)
    const [{ object }] = await bodies(association)
    expect(object.stats).toEqual([
      { offer: uri(), day: '2026-11-22', views: 0, applyClicks: 0, applications: 0, accepted: 0, completed: 6 },
    ])
    const reader = await centre.signIn('farid')
    expect((await reader.get('/statistics')).text).toContain('Personnes venues 6')
    await transact(association.deps, (tx) =>
      takeBack(tx, '2026-11-22', { offerId: id, channel: actorOf(centre), what: 'completed', by: 6 }),
    )
    at('2026-11-24T08:00:00.000Z')
    await send(association)
    expect(await reported(centre)).toMatchObject([{ day: '2026-11-22', completed: 0 }])
  })

  it('hours stay at home: a day with hours alone is not told', async () => {
    await addHours(association.deps.db, [
      { offerId: id, day: '2026-11-22', channel: actorOf(centre), minutes: 90 },
      { offerId: id, day: '2026-11-23', channel: actorOf(centre), minutes: 60 },
    ])
    await count('2026-11-23', 'views', 2)
    at('2026-11-24T08:00:00.000Z')
    await send(association)
    expect((await bodies(association)).map(({ object }) => object.stats)).toEqual([
      [{ offer: uri(), day: '2026-11-23', views: 2, applyClicks: 0, applications: 0, accepted: 0 }],
    ])
  })

  it('after some days away every day is made up for, and today waits for its end', async () => {
    for (const day of ['2026-11-22', '2026-11-25', '2026-11-29']) await count(day, 'views', 2)
    for (const day of ['2026-11-23', '2026-11-29']) await look(day, 7)
    at('2026-11-29T22:59:00.000Z')
    await send(association, centre)
    expect((await reported(centre)).map(({ day }) => day)).toEqual(['2026-11-22', '2026-11-25'])
    expect((await reported(association)).map(({ day }) => day)).toEqual(['2026-11-23'])
    at('2026-11-29T23:01:00.000Z')
    await send(association, centre)
    expect((await reported(centre)).map(({ day }) => day)).toEqual(['2026-11-22', '2026-11-25', '2026-11-29'])
    expect((await reported(association)).map(({ day }) => day)).toEqual(['2026-11-23', '2026-11-29'])
  })

  it('what was sent and received does not pile up', async () => {
    await count('2026-11-22', 'views', 3)
    at('2026-11-23T08:00:00.000Z')
    await send(association)
    const received = (await instances.received(centre)).filter(({ id }) => id.includes('/st/'))
    expect(received).toMatchObject([{ state: 'done', body: '{}' }])
    await count('2027-02-09', 'views')
    at('2027-02-10T08:00:00.000Z')
    await send(association)
    expect(await reports(association)).toEqual([expect.stringContaining('/st/2027-02-09/')])
    expect((await instances.sent(association)).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['Follow', 'Offer']),
    )
  })

  it('each day ends where its teller is, whatever the clocks do', async () => {
    await association.deps.db.updateTable('association').set({ time_zone: 'America/Toronto' }).execute()
    await count('2027-03-14', 'views')
    // The night of the change to summer time in Toronto: the day ends at 04:00 UTC, an hour earlier than before.
    at('2027-03-15T03:59:00.000Z')
    await send(association)
    expect(await reported(centre)).toEqual([])
    at('2027-03-15T04:01:00.000Z')
    await send(association)
    expect(await reported(centre)).toMatchObject([{ day: '2027-03-14', views: 1 }])
  })

  it('a member that has left is sent nothing and not believed any more', async () => {
    await count('2026-11-22', 'views', 3)
    const [row] = await instances.affiliations(association)
    const line: Line = { offer: uri(), day: '2026-11-22', ...NOTHING, views: 1 }
    const receive = (instance: World, reporter: string) =>
      transact(instance.deps, (tx) =>
        receiveReport(tx, instance.deps, { reporter, document: `${reporter}#r`, lines: [line] }),
      )
    await endAffiliation(association.deps, chief(association), row!.id)
    await both()
    at('2026-11-23T08:00:00.000Z')
    await send(association, centre)
    expect([await reports(association), await reports(centre)]).toEqual([[], []])
    const events = await association.deps.db.selectFrom('events').select('type').execute()
    expect(events.filter(({ type }) => type === 'statistics.day_ended')).toEqual([])
    expect(await receive(association, actorOf(centre))).toBe('not_in_relation')
    expect(await receive(centre, actorOf(association))).toBe('not_in_relation')
  })

  it('a blocked peer is sent nothing any more', async () => {
    await count('2026-11-22', 'views')
    await blockDomain(association.deps, chief(association), { host: instances.hostOf(centre), note: '' })
    at('2026-11-23T09:00:00.000Z')
    await send(association, centre)
    expect([await reports(association), await reported(centre), await reported(association)]).toEqual([[], [], []])
  })

  it('a centre is believed about the days on which it showed the offer', async () => {
    at('2026-11-24T12:00:00.000Z')
    await withdrawFromCentre(association.deps, chief(association), id, actorOf(centre))
    await both()
    expect(await listStandingAt(association.deps.db, actorOf(centre), [id])).toMatchObject([
      { is_shown: 0, was_shown: 1 },
    ])
    at('2026-11-28T12:00:00.000Z')
    const receive = (day: string) => {
      const report = { reporter: actorOf(centre), document: `${actorOf(centre)}#${day}` }
      const lines = [{ offer: uri(), day, ...NOTHING, views: 1 }]
      return transact(association.deps, (tx) => receiveReport(tx, association.deps, { ...report, lines }))
    }
    expect(await receive('2026-11-24')).toBeUndefined()
    expect(await receive('2026-11-26')).toBe('no_offer_of_this_relation')
    expect((await reported(association)).map(({ day }) => day)).toEqual(['2026-11-24'])
  })

  it('an offer that is erased keeps its totals', async () => {
    await count('2026-11-22', 'views', 3)
    const { db } = association.deps
    await db.deleteFrom('applications').execute()
    await db.deleteFrom('offers').where('id', '=', id).execute()
    expect(await db.selectFrom('offer_counts').select('views').execute()).toEqual([{ views: 3 }])
  })
})

const NOTHING = { impressions: 0, views: 0, apply_starts: 0, applications: 0, accepted: 0 }

describe('a centre hears of a day', () => {
  const publicUrl = 'http://localhost:3000'
  let world: World
  let member: Peer
  let unknownPeer: Peer
  let counter = 0
  const mine = (n = 1) => `${member.origin}/offers/${n}`

  beforeEach(async () => {
    member = await startPeer({ key: 0, kind: 'association', name: 'Les Jardins du Canal' })
    unknownPeer = await startPeer({ key: 1, kind: 'association', name: 'Fédivers' })
    const hosts = [member.host, unknownPeer.host].join(',')
    world = await startApp({ kind: 'centre', env: { FEDERATION_ALLOW_HOSTS: hosts } })
    await post(member, { type: 'Follow', object: `${publicUrl}/actor` })
    await world.deps.db.updateTable('affiliations').set({ state: 'active' }).execute()
    for (const [n, peer] of [member, member, unknownPeer].entries())
      await world.deps.db
        .insertInto('moderation_items')
        .values({
          id: `item-${n}`,
          offer_uri: `${peer.origin}/offers/${n + 1}`,
          association_uri: peer.actor,
          association_name: 'Association',
          title: 'Conduire',
          state: 'accepted',
          latest_revision: 1,
          latest_updated_at: '2026-11-01T00:00:00.000Z',
          received_at: '2026-11-01T00:00:00.000Z',
        })
        .execute()
  })

  const post = async (peer: Peer, activity: Record<string, unknown>) => {
    const body = { id: `${peer.origin}/activities/${++counter}`, actor: peer.actor, ...activity }
    const reply = await sendActivity({ url: world.url, publicUrl }, peer.signer, { body, at: world.clock.now() })
    await world.settle()
    const row = await world.deps.db
      .selectFrom('fed_activities')
      .selectAll()
      .where('id', '=', body.id)
      .executeTakeFirst()
    return { status: reply.status, state: row?.state, error: row?.error }
  }
  const report = (stats: unknown, change: Record<string, unknown> = {}, peer = member) =>
    post(peer, {
      type: 'Create',
      to: [`${publicUrl}/actor`],
      object: { id: `${peer.origin}/st/1#r`, type: 'Document', attributedTo: peer.actor, stats, ...change },
    })
  const line = (change: Record<string, unknown> = {}) => ({ offer: mine(), day: '2026-11-21', views: 7, ...change })

  it('who came is read where a member says it, and is 0 where it does not', async () => {
    const lines = [line({ completed: 8 }), line({ offer: mine(2) })]
    expect(await report(lines)).toMatchObject({ state: 'done' })
    expect(await reported(world)).toMatchObject([{ completed: 8 }, { completed: 0 }])
    expect(await report([line({ completed: -1 })])).toMatchObject({ state: 'ignored', error: 'count_unusable' })
  })

  it('a report is kept, and a later one with the same name takes its place', async () => {
    expect(await report([line(), line({ offer: mine(2) })])).toMatchObject({ state: 'done' })
    expect(await report([line({ views: 9 })])).toMatchObject({ state: 'done' })
    expect(await reported(world)).toMatchObject([{ offer_uri: mine(), views: 9, reporter: member.actor }])
  })

  it('another report of the same offer and day does not add to it', async () => {
    await report([line()])
    await report([line({ views: 8 })], { id: `${member.origin}/st/2#r` })
    expect(await reported(world)).toMatchObject([{ views: 8 }])
  })

  it('pages F39: a member’s newest decision about exact sums counts, in any order, and nobody else’s', async () => {
    const exact = async () => {
      const rows = await world.deps.db.selectFrom('affiliations').select(['exact_sums', 'exact_sums_at']).execute()
      return rows.map(({ exact_sums, exact_sums_at }) => [exact_sums, exact_sums_at])
    }
    const told = (agreed: unknown, at: unknown) => ({ terms: { exactSums: { agreed, at } } })
    expect(await exact()).toEqual([[0, null]])
    expect(await report([line()], told(true, '2026-11-22T07:00:00Z'))).toMatchObject({ state: 'done' })
    expect(await exact()).toEqual([[1, '2026-11-22T07:00:00.000Z']])
    // Totals without a word about it change nothing.
    await report([line({ views: 9 })])
    expect(await exact()).toEqual([[1, '2026-11-22T07:00:00.000Z']])
    expect(await report([], told(false, '2026-11-22T08:00:00Z'))).toMatchObject({ state: 'done' })
    await report([], told(true, '2026-11-22T07:30:00Z'))
    await report([], told(true, '2026-11-24T08:00:00Z'))
    expect(await exact()).toEqual([[0, '2026-11-22T08:00:00.000Z']])
    // What ends an agreement counts, however far ahead the clock of the member was.
    await report([], told(true, '2026-11-22T08:00:00Z'))
    expect(await exact()).toEqual([[1, '2026-11-22T08:00:00.000Z']])
    await report([], told(false, '2026-12-24T08:00:00Z'))
    expect(await exact()).toEqual([[0, '2026-12-24T08:00:00.000Z']])
    for (const [agreed, at] of [
      ['yes', '2026-11-22T08:30:00Z'],
      [true, 'soon'],
      [true, null],
    ])
      expect(await report([], told(agreed, at))).toMatchObject({ state: 'ignored', error: 'no_totals' })
    expect(await report([], told(true, '2026-12-24T08:40:00Z'), unknownPeer)).toMatchObject({ state: 'ignored' })
    expect(await exact()).toEqual([[0, '2026-12-24T08:00:00.000Z']])
  })

  it('lines about somebody else’s offer are left out, the rest counts', async () => {
    expect(await report([line(), line({ offer: `${unknownPeer.origin}/offers/3` })])).toMatchObject({ state: 'done' })
    expect(await reported(world)).toMatchObject([{ offer_uri: mine() }])
  })

  it.each([
    ['tomorrow', { day: '2026-11-23' }, 'day_not_over'],
    ['today', { day: '2026-11-22' }, 'day_not_over'],
    ['last year', { day: '2025-11-21' }, 'day_too_old'],
    ['no day of the calendar', { day: '2026-02-30' }, 'line_unusable'],
    ['a day with a time', { day: '2026-11-21T00:00:00Z' }, 'line_unusable'],
    ['less than nothing', { views: -1 }, 'count_unusable'],
    ['half a person', { views: 1.5 }, 'count_unusable'],
    ['a crowd', { views: 100_001 }, 'count_unusable'],
    ['no number at all', { views: 'NaN' }, 'line_unusable'],
    ['nothing', { accepted: null }, 'line_unusable'],
    ['a list', { applications: [1] }, 'line_unusable'],
    ['an offer nobody gave us', { offer: 'https://elsewhere.example/offers/1' }, 'no_offer_of_this_relation'],
    ['an offer without address', { offer: 'javascript:alert(1)' }, 'line_unusable'],
  ])('%s changes nothing', async (_name, change, reason) => {
    await report([line({ views: 3 })])
    const before = await reported(world)
    expect(await report([line(change)])).toMatchObject({ state: 'ignored', error: reason })
    expect(await reported(world)).toEqual(before)
  })

  it.each([
    ['a number beyond numbers', '1e999'],
    ['not a number', 'NaN'],
  ])('%s in the text itself changes nothing', async (_name, text) => {
    const object = { id: `${member.origin}/st/1#r`, type: 'Document', attributedTo: member.actor, stats: [line()] }
    const whole = { id: `${member.origin}/activities/${++counter}`, type: 'Create', actor: member.actor, object }
    const body = JSON.stringify({ '@context': 'https://www.w3.org/ns/activitystreams', ...whole }).replace(
      '"views":7',
      `"views":${text}`,
    )
    const { status } = await sendActivity({ url: world.url, publicUrl }, member.signer, { body, at: world.clock.now() })
    expect([202, 400]).toContain(status)
    await world.settle()
    expect(await reported(world)).toEqual([])
  })

  it.each([
    ['no line', () => ({ stats: [] }), 'no_totals'],
    ['lines that are none', () => ({ stats: { 0: line() } }), 'no_totals'],
    ['more lines than one document may have', () => ({ stats: many(501) }), 'too_many_lines'],
    ['the same line twice', () => ({ stats: [line(), line()] }), 'line_twice'],
    ['somebody else’s name', () => ({ attributedTo: unknownPeer.actor }), 'wrong_owner'],
    ['an address elsewhere', () => ({ id: `${unknownPeer.origin}/st/1#r` }), 'object_unusable'],
  ])('a document with %s changes nothing', async (_name, change, reason) => {
    expect(await report([line()], change())).toMatchObject({ state: 'ignored', error: reason })
    expect(await reported(world)).toEqual([])
  })
  const many = (most: number) =>
    Array.from({ length: most }, (_, n) => ({ offer: mine(n), day: '2026-11-21', views: 1 }))

  it('an unknown peer, and a member that waits, has ended or was refused, are ignored', async () => {
    const theirs = [line({ offer: `${unknownPeer.origin}/offers/3` })]
    expect(await report(theirs, {}, unknownPeer)).toMatchObject({ state: 'ignored', error: 'not_a_member' })
    for (const state of ['requested', 'ended', 'refused'] as const) {
      await world.deps.db.updateTable('affiliations').set({ state }).execute()
      expect(await report([line()])).toMatchObject({ state: 'ignored', error: 'not_a_member' })
    }
    expect(await reported(world)).toEqual([])
  })

  it('nothing a blocked site sends is counted, nor what it had sent before', async () => {
    member.pages.set('/actor', { status: 500 })
    // Waits for its home, and delays the activities after it.
    world.clock.advance(25 * 3_600_000)
    expect(await post(member, { type: 'Update', object: member.actor })).toMatchObject({ state: 'waiting' })
    expect(await report([line()])).toMatchObject({ status: 202, state: 'waiting' })
    await blockDomain(world.deps, instances.chief(world), { host: member.host, note: '' })
    await world.settle()
    expect(await report([line()])).toMatchObject({ status: 403, state: undefined })
    world.clock.advance(3_600_000)
    await world.settle()
    expect(await reported(world)).toEqual([])
    const left = await world.deps.db.selectFrom('fed_activities').select(['state', 'body']).execute()
    expect(left.filter(({ state }) => state === 'waiting')).toEqual([])
    expect(JSON.stringify(left)).not.toContain('"views"')
  })

  it('a full document of a busy member is read whole', async () => {
    const stats = [1, 2].flatMap((n) =>
      Array.from({ length: 15 }, (_, back) => ({
        offer: mine(n),
        day: new Date(Date.UTC(2026, 10, 21 - back)).toISOString().slice(0, 10),
        views: 1,
        applyClicks: 2,
        applications: 3,
        accepted: 4,
      })),
    )
    expect(await report(stats)).toMatchObject({ state: 'done' })
    expect(await reported(world)).toHaveLength(30)
  })
})
