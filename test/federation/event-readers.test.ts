// SPDX-License-Identifier: AGPL-3.0-or-later
// Offers as programs read them that know little of an Event: name and content only, what has not begun, HTML.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { addDays } from '../../server/base/days.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import type { PublicOffer } from '../../server/model/offer/content.ts'
import { toEvent } from '../../federation/translate/offer.ts'
import type { JsonObject } from '../../federation/plain-json.ts'
import { cancelOffer, closeOffer } from '../../server/offers/commands/end.ts'
import { pauseOffer, resumeOffer } from '../../server/offers/commands/publish.ts'
import { editOffer } from '../../server/offers/commands/write.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { eventContext } from '../support/event-words.ts'
import { readStatus } from '../support/mastodon.ts'
import { ask, sendActivity, startPeer, stopPeers, type Peer } from '../support/peer.ts'
import { chief, contentOf, inputOf, publish } from './instances.ts'

type Json = Record<string, unknown>
const publicUrl = 'http://localhost:3000'
const DAY = 86_400_000

/** Of gancio, Friendica and Hubzilla: what one sees. */
const shownByName = (event: Json) => `${String(event['name'])} | ${String(event['content'])}`
/** Of WordPress Event Bridge: what has begun is dropped. */
const isAhead = (event: Json, now: Date) => Date.parse(String(event['startTime'])) > now.getTime()

describe('of a running site', () => {
  let world: World
  let peer: Peer
  beforeEach(async () => {
    peer = await startPeer()
    world = await startApp({ env: { FEDERATION_ALLOW_HOSTS: peer.host } })
    const body = { id: `${peer.origin}/follow`, type: 'Follow', actor: peer.actor, object: `${publicUrl}/actor` }
    await sendActivity({ url: world.url, publicUrl }, peer.signer, { body, at: world.clock.now() })
    await world.settle()
  })
  afterEach(async () => {
    await stopApps()
    await stopPeers()
  })
  const last = async (): Promise<Json> => {
    await world.settle()
    return peer.received.at(-1)!.body['object'] as Json
  }

  it('federation F5: a reader of name and content learns that it is paused, open again, closed or cancelled', async () => {
    const id = await publish(world)
    const open = await last()
    expect(open).toMatchObject({ name: 'Conduire le camion des invendus', remainingAttendeeCapacity: 4 })
    await pauseOffer(world.deps, chief(world), id)
    const paused = await last()
    expect(shownByName(paused)).toMatch(/^En pause\s: .+ \| <p>En pause\.<\/p>/)
    expect(JSON.stringify(paused)).not.toContain('terminé')
    await resumeOffer(world.deps, chief(world), id)
    expect(shownByName(await last())).toBe(shownByName(open))
    await closeOffer(world.deps, chief(world), id, { reason: 'filled' })
    expect(shownByName(await last())).toMatch(/^Terminé\s: .+ \| <p>Ce coup de main est terminé\.<\/p>/)
    const other = await publish(world)
    await cancelOffer(world.deps, chief(world), other, { reason: 'other' })
    const cancelled = await last()
    expect(shownByName(cancelled)).toMatch(/^Annulé\s: .+ \| <p>Annulé\.<\/p>/)
    for (const event of [paused, cancelled])
      expect(event).toMatchObject({ remainingAttendeeCapacity: 0, externalParticipationUrl: event['url'] })
  })

  it('federation F6: a reader that drops what has begun takes a regular offer, and each change of it', async () => {
    const id = await publish(world, { commitment: 'regular', frequency: 'weekly', starts_on: null })
    const first = await last()
    expect(isAhead(first, world.clock.now())).toBe(true)
    expect(first['startTime']).toBe('2026-11-22T23:00:00.000Z')
    world.clock.advance(3 * DAY)
    await pauseOffer(world.deps, chief(world), id)
    expect(isAhead(await last(), world.clock.now())).toBe(true)
  })

  it('federation F13: upcomingEvents rises by startTime from its first page to its last, and back', async () => {
    const days = Array.from({ length: 45 }, (_, n) => addDays('2026-12-01', (n * 17) % 45))
    for (const starts_on of days) await publish(world, { starts_on, commitment: 'one_off' })
    await publish(world, { commitment: 'regular', frequency: 'weekly', starts_on: null })
    await world.settle()
    const read = (address: string) =>
      ask(world.url, { path: address.slice(publicUrl.length), headers: { accept: 'application/activity+json' } })
    const whole = (await read(`${publicUrl}/upcoming`)).json
    const pages: JsonObject[] = []
    for (let next = whole['first']; next; next = pages.at(-1)!['next'])
      pages.push((await read(String(next))).json as JsonObject)
    const ids = pages.flatMap((page) => page['orderedItems'] as string[])
    const starts = await Promise.all(ids.map(async (id) => String((await read(id)).json['startTime'])))
    expect(starts).toHaveLength(46)
    expect(starts).toEqual(starts.toSorted())
    expect(starts[0]).toBe('2026-11-22T23:00:00.000Z')
    const last = (await read(String(whole['last']))).json
    expect((last['orderedItems'] as string[]).at(-1)).toBe(ids.at(-1))
    const before = (await read(String(last['prev']))).json
    expect(before['orderedItems']).toEqual(ids.slice(6, 26))
  })

  it('federation F13: an offer that changes its day changes its place', async () => {
    const [early, late] = [
      await publish(world, { starts_on: '2026-12-05', commitment: 'one_off' }),
      await publish(world, { starts_on: '2026-12-08', commitment: 'one_off' }),
    ]
    const order = async () =>
      (await ask(world.url, { path: '/upcoming?page=true', headers: { accept: 'application/activity+json' } })).json[
        'orderedItems'
      ]
    expect(await order()).toEqual([early, late].map((id) => `${publicUrl}/offers/${id}`))
    const change = inputOf(world, { starts_on: '2026-12-12', commitment: 'one_off' })
    await editOffer(world.deps, chief(world), early, { ...change, version: 2 })
    expect(await order()).toEqual([late, early].map((id) => `${publicUrl}/offers/${id}`))
  })
})

const offerOf = (change: Partial<PublicOffer>, content: Partial<PublicOffer['content']> = {}): PublicOffer => ({
  uri: 'https://canal.example/offers/1',
  url: 'https://canal.example/offers/1',
  revision: 1,
  content_hash: '0'.repeat(64),
  published_at: '2026-11-22T14:12:00.000Z',
  updated_at: '2026-11-22T14:12:00.000Z',
  content: { ...emptyContent(), ...contentOf(), ...content },
  standing: {
    applications: 'open',
    status: 'confirmed',
    remaining: 4,
    publish_from: '2026-11-22T14:12:00.000Z',
    publish_until: '2027-02-20T22:59:59.999Z',
  },
  association: { uri: 'https://canal.example/actor', name: 'Les Jardins', url: 'https://canal.example/', mission: '' },
  ...change,
})
const eventOf = (change: Partial<PublicOffer> = {}, content: Partial<PublicOffer['content']> = {}): JsonObject =>
  toEvent(offerOf(change, content), eventContext('https://canal.example'))
const standing = (change: Partial<PublicOffer['standing']>) => ({ standing: { ...offerOf({}).standing, ...change } })
const regular = { commitment: 'regular', frequency: 'weekly', starts_on: null } as const

describe('federation F6: times', () => {
  it.each<[string, JsonObject, string, string]>([
    ['of one day', eventOf(), '2026-12-04T23:00:00.000Z', '2026-12-05T22:59:59.000Z'],
    [
      'of one day, cancelled before it',
      eventOf(standing({ status: 'cancelled', publish_until: '2026-11-25T10:00:00.000Z' })),
      '2026-12-04T23:00:00.000Z',
      '2026-12-05T22:59:59.000Z',
    ],
    ['of several days', eventOf({}, { ends_on: '2026-12-07' }), '2026-12-04T23:00:00.000Z', '2026-12-07T22:59:59.000Z'],
    ['without days', eventOf({}, regular), '2026-11-22T23:00:00.000Z', '2027-02-20T22:59:59.999Z'],
    [
      'without days, changed since',
      eventOf({ updated_at: '2026-12-24T08:00:00.000Z' }, regular),
      '2026-12-24T23:00:00.000Z',
      '2027-02-20T22:59:59.999Z',
    ],
    [
      'on certain weekdays',
      eventOf({}, { ...regular, slots: ['saturday-afternoon', 'wednesday-morning'] }),
      '2026-11-24T23:00:00.000Z',
      '2027-02-20T22:59:59.999Z',
    ],
    [
      'on a weekday that is the next day',
      eventOf({}, { ...regular, slots: ['monday-morning'] }),
      '2026-11-22T23:00:00.000Z',
      '2027-02-20T22:59:59.999Z',
    ],
    [
      'without days, closed on the day it was published',
      eventOf(standing({ applications: 'closed', publish_until: '2026-11-22T16:00:00.000Z' }), regular),
      '2026-11-22T14:12:00.000Z',
      '2026-11-22T16:00:00.000Z',
    ],
    [
      'regular from a day on, ended before it',
      eventOf(standing({ publish_until: '2026-11-25T10:00:00.000Z' }), { ...regular, starts_on: '2026-12-05' }),
      '2026-12-04T23:00:00.000Z',
      '2026-12-05T22:59:59.000Z',
    ],
  ])('%s', (_name, event, start, end) => expect([event['startTime'], event['endTime']]).toEqual([start, end]))
})

describe('words', () => {
  it('federation F5: that it is full is said in name and content, and no place is left', () => {
    const full = eventOf(standing({ applications: 'full', remaining: 0 }))
    expect(shownByName(full)).toMatch(/^Complet\s: .+ \| <p>Complet pour le moment\.<\/p>/)
    expect(full['remainingAttendeeCapacity']).toBe(0)
    const english = eventOf(standing({ status: 'cancelled' }), {
      title: { en: 'Drive' },
      summary: { en: 'By van.' },
      language: ['en'],
    })
    expect(english).toMatchObject({
      name: 'Cancelled: Drive',
      contentMap: { en: expect.stringMatching(/^<p>Cancelled\./) },
    })
  })

  it('federation F7: the summary is HTML, whatever signs stand in the words', () => {
    const summary = { fr: 'Sacs <10 kg & trier le <verre>' }
    const event = eventOf({}, { summary })
    expect(event['summary']).toMatch(/^<p>Sacs &lt;10 kg &amp; trier le &lt;verre&gt;<\/p><p>.*Dijon.*<\/p>$/)
    expect(event['summaryMap']).toEqual({ fr: event['summary'] })
    expect(event['name']).toBe('Conduire le camion des invendus')
    expect(readStatus(event, 'x')!.text).toContain('&lt;verre&gt;')
  })

  it('federation F8: how often, when, where and how many, in summary and content', () => {
    const event = eventOf({}, { ...regular, minutes_per_session: 180, slots: ['saturday-afternoon'] })
    const facts = /<p>3\sh par semaine, le samedi après-midi · Accueil de jour, Dijon · 4 personnes attendues<\/p>$/
    expect(event['summary']).toMatch(facts)
    expect(event['content']).toMatch(facts)
    expect(eventOf()['content']).toMatch(/<p>5 décembre 2026 · Accueil de jour, Dijon · 4 personnes attendues<\/p>$/)
  })

  it('federation F17: all of several places are named', () => {
    const [place] = contentOf().places
    expect(eventOf({}, { places: [place!, { ...place!, label: '', name: 'Beaune' }] })['content']).toContain(
      'Dijon, Beaune',
    )
  })

  it('federation F9: hashtags are words of the language of the offer', () => {
    const names = (event: JsonObject) => (event['tag'] as JsonObject[]).map(({ name }) => name)
    const coded = { causes: ['arts_culture', 'food'], activities: ['transport', 'other'] }
    expect(names(eventOf({}, coded))).toEqual([
      '#bénévolat',
      '#arts',
      '#culture',
      '#loisirs',
      '#SécuritéAlimentaire',
      '#AccompagnementEtTransport',
    ])
    const english = { ...coded, title: { en: 'Drive' }, language: ['en'] as ['en'] }
    expect(names(eventOf({}, english)).slice(0, 2)).toEqual(['#volunteering', '#arts'])
    for (const { href } of eventOf()['tag'] as JsonObject[])
      expect(href).toMatch(/^https:\/\/canal\.example\/offers(\?\w+=\w+)?$/)
  })
})
