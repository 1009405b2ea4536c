// SPDX-License-Identifier: AGPL-3.0-or-later
// Events of other software in every shape that the vocabulary allows: one value or a list, an object, an address or a
// text, a time with or without an offset.
import { describe, expect, it } from '@jest/globals'
import { openGazetteer } from '../../db/reference/places.ts'
import { fromForeignEvent, ownerOf } from '../../federation/translate/foreign-event.ts'
import { readPlainJson, type JsonObject } from '../../federation/plain-json.ts'

const places = openGazetteer()
const home = 'https://agenda.example'
const base: JsonObject = {
  '@context': 'https://www.w3.org/ns/activitystreams',
  id: `${home}/events/1`,
  type: 'Event',
  attributedTo: `${home}/actor`,
  to: ['https://www.w3.org/ns/activitystreams#Public'],
  name: 'Monter la scène',
  content: '<p>On monte la scène. À dix.</p>',
  startTime: '2026-12-12T10:00:00+01:00',
  endTime: '2026-12-12T16:00:00+01:00',
  location: { type: 'Place', name: 'Le Consortium', address: '37 rue de Longvic, 21000 Dijon' },
}

/** As it arrives: through text and the strict parser. */
function read(change: JsonObject, timeZone = 'Europe/Paris') {
  const parsed = readPlainJson(Buffer.from(JSON.stringify({ ...base, ...change })))
  if (!parsed.ok) throw new Error(parsed.reason)
  const owner = { uri: ownerOf(parsed.value) ?? '', name: 'Agenda', url: home, summary: '' }
  const now = '2026-11-22T09:00:00.000Z'
  return fromForeignEvent(parsed.value, { places, country: 'FR', timeZone, language: 'fr', now, owner })
}
function content(change: JsonObject, timeZone?: string) {
  const found = read(change, timeZone)
  if (!found.ok) throw new Error(found.reason)
  return found.offer.content
}
const unmapped = (change: JsonObject) => {
  const found = read(change)
  return found.ok ? found.unmapped : [found.reason]
}
const days = (change: JsonObject, timeZone?: string) => {
  const { starts_on, ends_on, minutes_per_session } = content(change, timeZone)
  return [starts_on, ends_on, minutes_per_session]
}

describe('public 31: one value where several are allowed, and the other way round', () => {
  const whole = content({})
  it.each<[string, JsonObject]>([
    ['types', { type: ['Event', 'http://schema.org/Event'] }],
    ['one type in a list', { type: ['Event'] }],
    ['to, as a text', { to: 'https://www.w3.org/ns/activitystreams#Public' }],
    ['to, by its short name', { to: ['Public'] }],
    ['to, by its short name alone', { to: 'Public' }],
    ['to, by its compact name', { to: 'as:Public' }],
    ['to, as an object', { to: { id: 'https://www.w3.org/ns/activitystreams#Public' } }],
    ['owners', { attributedTo: [`${home}/actor`, `${home}/group`] }],
    ['an owner as an object', { attributedTo: { id: `${home}/actor`, type: ['Organization', 'Group'] } }],
    ['a name in a list', { name: ['Monter la scène'] }],
    ['a name only in its language map', { name: null, nameMap: { fr: 'Monter la scène' } }],
    ['a name only in another language', { name: null, nameMap: { oc: 'Monter la scène' } }],
    ['times in lists', { startTime: ['2026-12-12T10:00:00+01:00'], endTime: ['2026-12-12T16:00:00+01:00'] }],
    ['a duration in place of an end', { endTime: null, duration: 'PT6H' }],
    ['places', { location: [base['location']!] }],
    ['types of a place', { location: { ...(base['location'] as JsonObject), type: ['Place', 'sc:Place'] } }],
    ['an address of a page in a list', { url: [`${home}/event/1`] }],
    ['nothing', { content: base['content']!, summary: null, tag: null, attachment: null }],
  ])('%s', (_name, change) => expect(content(change)).toEqual(whole))

  it.each<[string, JsonObject, object]>([
    ['a place as a text', { location: 'Dijon' }, { name: 'Dijon', code: 'FR-21231' }],
    ['a hall and its town', { location: 'Salle Devosge, Dijon' }, { label: 'Salle Devosge, Dijon', code: 'FR-21231' }],
    [
      'an address as an object',
      { location: { name: 'Le Consortium', address: { addressLocality: ['Dijon'] } } },
      { label: 'Le Consortium', code: 'FR-21231' },
    ],
  ])('%s', (_name, change, place) => expect(content(change).places).toMatchObject([place]))

  it('a place that is only an address of a document is named as not taken', () =>
    expect(unmapped({ location: 'https://agenda.example/places/1' })).toContain('place'))

  it.each<[string, JsonObject, string]>([
    ['two owners of other sites', { attributedTo: ['https://evil.example/actor'] }, 'wrong_owner'],
    ['public in cc only', { to: [`${home}/followers`], cc: ['Public'] }, 'not_public'],
    ['two types that both mean something', { type: ['Event', 'Tombstone'] }, 'not_an_event'],
  ])('%s is refused', (_name, change, reason) => expect(read(change)).toEqual({ ok: false, reason }))
})

describe('public 10: a time without an offset is one of the event’s own zone, else of the association’s', () => {
  const zone = process.env['TZ']
  it.each(['UTC', 'America/Toronto', 'Asia/Tokyo'])('on a machine in %s', (machine) => {
    process.env['TZ'] = machine
    try {
      const late = { startTime: '2026-12-05T23:30:00', endTime: '2026-12-05T23:59:00' }
      expect(days({ ...late, timezone: 'Europe/Paris' }, 'America/Toronto')).toEqual(['2026-12-05', '2026-12-05', 29])
      expect(days(late, 'America/Toronto')).toEqual(['2026-12-05', '2026-12-05', 29])
      const early = { startTime: '2026-12-05T00:30', endTime: '2026-12-05T01:30' }
      expect(days({ ...early, timezone: 'America/Toronto' })).toEqual(['2026-12-05', '2026-12-05', 60])
      expect(days({ startTime: '2026-12-05T23:30:00Z', endTime: null })).toEqual(['2026-12-06', '2026-12-06', null])
    } finally {
      if (zone === undefined) delete process.env['TZ']
      else process.env['TZ'] = zone
    }
  })

  it.each<[string, JsonObject, unknown[]]>([
    ['a day', { startTime: '2026-12-05', endTime: null }, ['2026-12-05', '2026-12-05', null]],
    ['days', { startTime: '2026-12-05', endTime: '2026-12-07' }, ['2026-12-05', '2026-12-07', null]],
    [
      'no colon in the offset',
      { startTime: '2026-12-05T10:00:00+0100', endTime: null },
      ['2026-12-05', '2026-12-05', null],
    ],
  ])('%s', (_name, change, expected) => expect(days(change)).toEqual(expected))

  it('what is no time is none', () => {
    for (const startTime of ['soon', '2026-13-05', '2026-12-05T99:00', 5, ''])
      expect(read({ startTime })).toMatchObject({ ok: false, reason: 'window_unusable' })
  })
})

describe('federation F16: what is not taken is named', () => {
  it.each(['EventPostponed', 'https://schema.org/EventPostponed', 'EventRescheduled', 'EventMovedOnline'])(
    '%s',
    (one) => expect(unmapped({ eventStatus: one })).toContain('status'),
  )

  it('the address of a call is the link to take part', () =>
    expect(content({ location: [{ type: 'VirtualLocation', url: 'https://call.example/x' }] })).toMatchObject({
      work_mode: 'remote',
      practical: { fr: 'https://call.example/x' },
    }))

  it('the town stands once: an address in one line is cut before it', () => {
    const address = '37 rue de Longvic, Dijon, Bourgogne-Franche-Comté, FR, 21000 Dijon'
    expect(content({ location: { type: 'Place', name: 'Le Consortium', address } }).places).toMatchObject([
      { street: '37 rue de Longvic', name: 'Dijon' },
    ])
  })

  it('a summary made of place and hour gives way to the first sentence', () => {
    const summary = 'Le Consortium, Saturday, December 12 at 10:00 AM GMT+1'
    expect(content({ summary }).summary).toEqual({ fr: 'On monte la scène.' })
    expect(content({ summary: 'Venez nombreux.' }).summary).toEqual({ fr: 'Venez nombreux.' })
  })
})
