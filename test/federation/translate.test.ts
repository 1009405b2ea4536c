// SPDX-License-Identifier: AGPL-3.0-or-later
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createContextLoader } from '../../federation/contexts/index.ts'
import { readPlainJson, type JsonObject, type JsonValue } from '../../federation/plain-json.ts'
import * as activities from '../../federation/translate/activities.ts'
import { actorAddresses, fromActor, toActor, type OurActor } from '../../federation/translate/association.ts'
import { endOfDay, startOfDay } from '../../server/base/days.ts'
import { toEvent } from '../../federation/translate/offer.ts'
import { fromEvent } from '../../federation/translate/received-offer.ts'
import { cleanLine, cleanText, textOfHtml } from '../../server/text/plain-text.ts'
import { isPlainlyReadable, OUR_CONTEXT, serialise } from '../../federation/vocabulary.ts'
import type { OfferContent, OfferPlace, OfferStanding, PublicOffer, TextMap } from '../../server/model/offer/content.ts'
import { timesOf } from '../../server/model/offer/event-times.ts'
import { HOSTILE_HTML } from '../support/hostile-input.ts'
import { eventContext } from '../support/event-words.ts'
import { FIELD_NAMES, fieldOf, type Field } from '../../server/model/offer/fields.ts'

const home = 'https://canal.example'
const publisher = eventContext(home)

const line = (max: number, min = 0) =>
  fc
    .string({ unit: fc.constantFrom(...'abc éàŒ<>&"\'`{}/:;-\n😀'), minLength: min, maxLength: Math.min(max, 80) })
    .map((text) => cleanLine(text) || (min ? 'Aide aux repas' : ''))
const several = (max: number, min = 0) =>
  fc
    .tuple(line(max / 2, min), line(max / 2 - 1))
    .map((parts) => cleanText(parts.join('\n')) || (min ? 'Aide aux repas' : ''))
const textMap = (max: number, min = 0): fc.Arbitrary<TextMap> => {
  const one = min ? line(max, 1) : several(max, 1)
  return fc.record({ fr: one, en: one }, { requiredKeys: min ? ['fr'] : [] }) as fc.Arbitrary<TextMap>
}
const list = (max: number) => fc.array(line(40, 1), { maxLength: max })
const code = fc.constantFrom('food', 'meals', 'one_off', 'sat-morning', 'local:x1')
const day = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 10))
const orNull = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null })
const place: fc.Arbitrary<OfferPlace> = fc.record({
  code: orNull(fc.constantFrom('FR:21231', 'CA:QC:saint-jerome')),
  label: line(60),
  name: line(60, 1),
  region: orNull(fc.constant('27')),
  department: orNull(fc.constant('21')),
  country: orNull(fc.constantFrom('FR' as const, 'CA' as const)),
  postalCode: orNull(fc.constant('21000')),
  street: orNull(line(60, 1)),
  latitude: orNull(fc.double({ min: -90, max: 90, noNaN: true }).map((n) => n + 0)),
  longitude: orNull(fc.double({ min: -180, max: 180, noNaN: true }).map((n) => n + 0)),
  precision: fc.constantFrom('exact' as const, 'municipality' as const),
})
const picture = fc.record({
  url: fc.uuid().map((id) => `${home}/media/${id}`),
  width: fc.nat(1000),
  height: fc.nat(1000),
  alt: fc.record({ fr: line(60, 1), en: line(60, 1) }, { requiredKeys: [] }),
})
function valueOf(field: Field): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case 'texts':
      return textMap(field.longest)
    case 'lists':
      return fc.record({ fr: list(field.most), en: list(field.most) }, { requiredKeys: [] })
    case 'words':
      return line(60)
    case 'number':
      return orNull(fc.nat(field.most))
    case 'day':
      return orNull(day)
    case 'flag':
      return fc.boolean()
    case 'code':
      return field.unsaid === null ? orNull(code) : code
    case 'codes':
      return field.of === 'cause' || field.of === 'activity'
        ? fc.array(code, { maxLength: field.received })
        : list(Math.min(field.received, 8))
    case 'choice':
      return fc.constantFrom(...field.of)
    case 'slots':
      return fc.array(code, { maxLength: 8 })
    case 'places':
      return fc.array(place, { maxLength: 4 })
    case 'languages':
      return fc.constantFrom(['fr'], ['fr', 'en'])
    case 'links':
      return fc.array(
        fc.uuid().map((id) => `${home}/offers/${id}`),
        { maxLength: field.most },
      )
    case 'sheet':
      return orNull(
        fc.record({ url: fc.uuid().map((id) => `${home}/media/${id}`), name: line(60, 1), bytes: fc.nat(1_000_000) }),
      )
    case 'pictures':
      return fc.array(picture, { maxLength: field.most })
  }
}
/** Every field of the list, so that a new one is tested too. */
const content = fc.record({
  ...Object.fromEntries(FIELD_NAMES.map((name) => [name, valueOf(fieldOf(name))])),
  title: textMap(120, 1),
  apply_mode: fc.constant('form'),
}) as fc.Arbitrary<unknown> as fc.Arbitrary<OfferContent>
const instant = (from: string, to: string) =>
  fc.date({ min: new Date(from), max: new Date(to), noInvalidDate: true }).map((at) => at.toISOString())
const standing: fc.Arbitrary<OfferStanding> = fc.record({
  applications: fc.constantFrom('open' as const, 'closed' as const, 'full' as const),
  status: fc.constantFrom('confirmed' as const, 'cancelled' as const),
  remaining: orNull(fc.nat(500)),
  publish_from: instant('2026-01-01', '2026-06-01'),
  publish_until: instant('2026-06-02', '2026-12-31'),
})
const offers: fc.Arbitrary<PublicOffer> = fc.record({
  uri: fc.uuid().map((id) => `${home}/offers/${id}`),
  url: fc.uuid().map((id) => `${home}/offers/${id}`),
  revision: fc.integer({ min: 1, max: 1000 }),
  content_hash: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 }),
  published_at: instant('2026-01-01', '2026-12-31'),
  updated_at: instant('2026-01-01', '2026-12-31'),
  content,
  standing,
  association: fc.record({
    uri: fc.constant(`${home}/actor`),
    name: line(60, 1),
    url: fc.constant(`${home}/`),
    mission: line(400),
  }),
})
const sample = (seed = 7): PublicOffer => {
  const [offer] = fc.sample(offers, { seed, numRuns: 1 })
  if (!offer) throw new Error('no sample')
  return offer
}
/** As a peer receives it: through text and the strict parser. */
const sent = (document: object): JsonObject => {
  const read = readPlainJson(Buffer.from(serialise(document)))
  if (!read.ok) throw new Error(read.reason)
  return read.value
}

describe('offers', () => {
  it('a peer reads back exactly what was sent', () => {
    fc.assert(
      fc.property(offers, (offer) => {
        const starts_at = timesOf(offer, publisher.timeZone).start
        expect(fromEvent(sent(toEvent(offer, publisher)))).toEqual({ ok: true, offer: { ...offer, starts_at } })
      }),
      { numRuns: 300 },
    )
  })

  it('pictures, sheet and other offers of another site are left out, because it could follow who looks', () => {
    const offer = sample()
    const [own, foreign] = [`${home}/media/1`, 'https://other.example/media/1']
    const picture = (url: string) => ({ url, width: 4, height: 3, alt: { fr: 'La salle' } })
    offer.content = {
      ...offer.content,
      pictures: [picture(foreign), picture(own), picture('javascript:alert(1)')],
      sheet: { url: foreign, name: 'Fiche.pdf', bytes: 5 },
      linked: [`${home}/offers/2`, 'https://other.example/offers/2'],
    }
    const read = fromEvent(toEvent(offer, publisher))
    if (!read.ok) throw new Error(read.reason)
    const { pictures, sheet, linked } = read.offer.content
    expect([pictures.map(({ url }) => url), sheet, linked]).toEqual([[own], null, [`${home}/offers/2`]])
  })

  it('other servers find what they need', () => {
    const offer = sample()
    offer.content = {
      ...offer.content,
      starts_on: '2026-12-05',
      ends_on: '2027-06-26',
      capacity: 4,
      sheet: { url: `${home}/media/2`, name: 'Fiche.pdf', bytes: 5 },
      pictures: [{ url: `${home}/media/1`, width: 4, height: 3, alt: { fr: 'La salle', en: 'The hall' } }],
      language: ['fr', 'en'],
    }
    offer.content.title = { fr: 'Conduire le camion', en: 'Drive the van' }
    offer.standing = { ...offer.standing, status: 'confirmed', applications: 'open' }
    offer.content.tasks = { fr: ['Charger <vite> & bien'] }
    const event = toEvent(offer, publisher)
    expect(event).toMatchObject({
      type: 'Event',
      name: 'Conduire le camion',
      nameMap: { fr: 'Conduire le camion', en: 'Drive the van' },
      startTime: '2026-12-04T23:00:00.000Z',
      endTime: '2027-06-26T21:59:59.000Z',
      displayEndTime: true,
      to: ['https://www.w3.org/ns/activitystreams#Public'],
      joinMode: 'external',
      maximumAttendeeCapacity: 4,
      attachment: [
        { type: 'Image', mediaType: 'image/webp', url: `${home}/media/1`, name: 'La salle' },
        { type: 'Document', mediaType: 'application/pdf', url: `${home}/media/2`, name: 'Fiche.pdf' },
      ],
    })
    expect(event['content']).toContain('<li>Charger &lt;vite&gt; &amp; bien</li>')
    expect(String(event['summary'])).toContain('26 juin 2027')
    for (const tag of event['tag'] as JsonObject[]) expect(tag['name']).toMatch(/^#[\p{L}\p{N}_]+$/u)
  })

  it('federation F13: an offer without a place is online, in the words of each software', () => {
    const offer = sample()
    offer.content = { ...offer.content, work_mode: 'remote', places: [] }
    const event = toEvent(offer, publisher)
    expect(event).toMatchObject({
      location: { type: 'VirtualLocation', name: 'online', url: offer.url },
      isOnline: true,
    })
  })

  const changed = (change: (event: JsonObject, terms: JsonObject) => void) => {
    const event = sent(toEvent(sample(), publisher))
    change(event, event['terms'] as JsonObject)
    const read = fromEvent(event)
    return read.ok ? 'ok' : read.reason
  }
  it('no offer is taken for longer than a year, whatever its home says (P9)', () => {
    const until = (instant: string) => changed((_event, terms) => void (terms['publish_until'] = instant))
    const { publish_from } = sample().standing
    const after = (days: number) => new Date(Date.parse(publish_from) + days * 86_400_000).toISOString()
    expect([until(after(366)), until(after(367))]).toEqual(['ok', 'window_unusable'])
  })
  it.each<[string, (event: JsonObject, terms: JsonObject) => void, string]>([
    ['another type', (event) => void (event['type'] = 'Note'), 'not_an_event'],
    ['a list of types', (event) => void (event['type'] = ['Event']), 'not_an_event'],
    ['an event of other software', (event) => void delete event['terms'], 'not_an_offer'],
    ['no id', (event) => void delete event['id'], 'id_unusable'],
    ['an id with a fragment', (event) => void (event['id'] = `${home}/offers/1#x`), 'id_unusable'],
    ['an owner elsewhere', (event) => void (event['attributedTo'] = 'https://evil.test/actor'), 'wrong_owner'],
    [
      'two owners',
      (event) => void (event['attributedTo'] = [`${home}/actor`, 'https://evil.test/actor']),
      'wrong_owner',
    ],
    ['not public', (event) => void Object.assign(event, { to: [], cc: [] }), 'not_public'],
    ['a title too long', (_e, terms) => void (terms['title'] = { fr: 'x'.repeat(121) }), 'field_unusable:title.fr'],
    ['no title', (_e, terms) => void (terms['title'] = {}), 'field_unusable:title'],
    ['13 tasks', (_e, terms) => void (terms['tasks'] = { fr: Array(13).fill('x') }), 'field_unusable:tasks.fr'],
    ['4 causes', (_e, terms) => void (terms['causes'] = ['a', 'b', 'c', 'd']), 'field_unusable:causes'],
    ['a date that does not exist', (_e, terms) => void (terms['starts_on'] = '2026-02-30'), 'field_unusable:starts_on'],
    [
      'a place off the globe',
      (_e, terms) => void (terms['places'] = [{ name: 'x', latitude: 91 }]),
      'field_unusable:places.0.latitude',
    ],
    ['no revision', (event) => void delete event['revision'], 'field_unusable:revision'],
    ['a window of ten years', (_e, terms) => void (terms['publish_until'] = '2040-01-01T00:00:00Z'), 'window_unusable'],
    [
      'a window that ends before it begins',
      (_e, terms) => void (terms['publish_until'] = '2020-01-01T00:00:00Z'),
      'window_unusable',
    ],
    ['a hash that is none', (_e, terms) => void (terms['content_hash'] = 'x'), 'field_unusable:content_hash'],
    [
      'unknown codes and fields',
      (event, terms) => void Object.assign(terms, { causes: ['zork'], commitment: 'new_kind', more: 1 }),
      'ok',
    ],
    [
      'missing optional fields',
      (_e, terms) =>
        ['skills', 'benefits', 'slots', 'places', 'profile', 'min_age', 'group_ok'].forEach((key) => delete terms[key]),
      'ok',
    ],
  ])('%s: %#', (_name, change, expected) => expect(changed(change)).toBe(expected))

  it('links that lead elsewhere are replaced by the id', () => {
    const event = sent(toEvent(sample(), publisher))
    event['url'] = 'https://evil.test/'
    ;((event['terms'] as JsonObject)['association'] as JsonObject)['url'] = 'javascript:alert(1)'
    const read = fromEvent(event)
    expect(read.ok && [read.offer.url, read.offer.association.url]).toEqual([event['id'], `${home}/actor`])
  })

  it('whatever stands in the event, nothing is thrown', () => {
    const base = sent(toEvent(sample(), publisher))
    const key = fc.constantFrom('id', 'type', 'attributedTo', 'to', 'terms', 'url', 'revision', 'published')
    fc.assert(
      fc.property(
        key,
        fc.jsonValue(),
        fc.boolean(),
        fc.constantFrom('title', 'places', 'tasks', 'association', 'remaining'),
        (name, value, inside, term) => {
          const event = structuredClone(base)
          if (inside) (event['terms'] as JsonObject)[term] = value as never
          else event[name] = value as never
          expect(typeof fromEvent(event).ok).toBe('boolean')
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('associations', () => {
  const ours: OurActor = {
    origin: home,
    kind: 'association',
    handle: 'jardins',
    name: 'Les Jardins du Canal',
    mission: { fr: 'Cultiver <ensemble>.\n\nToute l’année.', en: 'Growing together.' },
    language: 'fr',
    website: 'https://www.jardins.example/',
    createdAt: '2026-11-01T00:00:00.000Z',
    publicKeyPem: '-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n',
  }

  it('a peer reads our own actor', () => {
    const { id, inbox, followers, keyId } = actorAddresses(home)
    expect(fromActor(sent(toActor(ours)))).toEqual({
      ok: true,
      actor: {
        uri: id,
        host: 'canal.example',
        type: 'Organization',
        handle: 'jardins',
        name: 'Les Jardins du Canal',
        summary: 'Cultiver <ensemble>.\nToute l’année.',
        url: `${home}/`,
        inbox,
        sharedInbox: null,
        followers,
        role: 'association',
        icon_url: null,
        icon_alt: '',
        sectors: '[]',
        territory: '[]',
        contact_name: '',
        contact_phone: '',
        contact_hours: '',
        member_days: null,
        place_code: '',
        place_name: '',
        keys: [{ id: keyId, pem: ours.publicKeyPem }],
      },
    })
  })

  it('a member reads the places that a centre serves, and who answers there', () => {
    const contact = { name: 'Farid Haddad', phone: '03 80 00 00 10', hours: 'le matin' }
    const read = fromActor(sent(toActor({ ...ours, kind: 'centre', terms: { territory: ['FR-D21'], contact } })))
    expect(read).toMatchObject({
      ok: true,
      actor: {
        territory: '["FR-D21"]',
        contact_name: 'Farid Haddad',
        contact_phone: '03 80 00 00 10',
        contact_hours: 'le matin',
      },
    })
  })

  it.each<[string, JsonValue, string, string, string]>([
    ['no object', 'FR-D21', '[]', '', ''],
    ['codes that are none', { territory: ['FR-D21', 7, null, '<b>', 'x'.repeat(99)] }, '["FR-D21"]', '', ''],
    ['markup in a name', { contact: { name: '<b>Farid</b>\nHaddad' } }, '[]', 'Farid Haddad', ''],
    ['a number that is none', { contact: { phone: 'javascript:alert(1)' } }, '[]', '', ''],
    ['lists', { territory: {}, contact: ['03 80 00 00 10'] }, '[]', '', ''],
  ])('of what a centre says, with %s, only what is one is read', (_what, terms, territory, name, phone) => {
    const read = fromActor({ ...sent(toActor({ ...ours, kind: 'centre' })), terms })
    expect(read).toMatchObject({ ok: true, actor: { territory, contact_name: name, contact_phone: phone } })
  })

  const changed = (change: JsonObject) => fromActor({ ...sent(toActor(ours)), ...change })
  it.each<[string, JsonValue, string | null, string]>([
    [
      'ours',
      { type: 'Image', mediaType: 'image/webp', url: 'https://c.test/l.webp', name: 'Une\nbêche' },
      'https://c.test/l.webp',
      'Une bêche',
    ],
    [
      'the first of several',
      [{ type: 'Image', url: 'https://c.test/1.png' }, { url: 'https://c.test/2.png' }],
      'https://c.test/1.png',
      '',
    ],
    [
      'with links',
      { type: 'Image', url: [{ type: 'Link', href: 'https://c.test/l.png' }], name: { fr: 'x' } },
      'https://c.test/l.png',
      '',
    ],
    ['an address alone', 'https://c.test/l.png', 'https://c.test/l.png', ''],
    ['a picture inside', { url: 'data:image/png;base64,AAAA' }, null, ''],
    ['a script', { url: 'javascript:alert(1)', name: 'Logo' }, null, ''],
    ['no address', 'https://', null, ''],
    ['a long one', `https://c.test/${'x'.repeat(2000)}`, null, ''],
    ['none', null, null, ''],
  ])('a logo is read from %s', (_shape, icon, icon_url, icon_alt) =>
    expect(changed({ icon })).toMatchObject({ ok: true, actor: { icon_url, icon_alt } }),
  )

  it.each([
    ['another type', { type: 'Event' }, 'not_an_actor'],
    ['a list of types', { type: ['Person'] }, 'not_an_actor'],
    ['an inbox elsewhere', { inbox: 'https://victim.example/inbox' }, 'inbox_unusable'],
    ['an inbox that is no address', { inbox: 'javascript:alert(1)' }, 'inbox_unusable'],
  ])('%s is refused', (_name, change, reason) => expect(changed(change)).toEqual({ ok: false, reason }))

  it('keys, collections and pages of other origins are left out', () => {
    const key = { id: 'https://evil.test/actor#main-key', owner: `${home}/actor`, publicKeyPem: 'x' }
    const foreign = { id: `${home}/actor#main-key`, owner: 'https://evil.test/actor', publicKeyPem: 'x' }
    const read = changed({
      publicKey: [key, foreign],
      followers: 'https://evil.test/f',
      url: 'https://evil.test/',
      endpoints: { sharedInbox: 'https://evil.test/i' },
    })
    expect(read.ok && read.actor).toMatchObject({ keys: [], followers: null, sharedInbox: null, url: `${home}/actor` })
  })
})

it.each([
  ['<p>One<br>two</p><p>three &amp; <b>four</b></p><script>alert(1)</script>', 'One\ntwo\nthree & four'],
  ['<img src=x onerror=alert(1)>&lt;b&gt;', '<b>'],
  [
    'a < b, 2 > 1 and &eacute;t&#233; &#x1F33B; &unknown; &#0;&#1114112;',
    'a < b, 2 > 1 and été 🌻 &unknown; \ufffd\ufffd',
  ],
  ['x<!-- <p>hidden</p> -->y<style>p{}</style><SVG><script>z</script></SVG>z', 'xyz'],
  ['<script>never closed', ''],
  ['text<a href="', 'text'],
  ['<p>one</p>\n\n\n\n<p>two</p>  <p>  three', 'one\n\ntwo\nthree'],
  // public 12
  ['Bonjour<div>à toutes</div>', 'Bonjour\nà toutes'],
  ['<table><tr><td>Lundi</td><td>14h-17h</td></tr><tr><th>Mardi<td>9h</table>', 'Lundi · 14h-17h\nMardi · 9h'],
  ['Programme :<ul><li>accueil<li>visite</ul>fin', 'Programme :\naccueil\nvisite\nfin'],
  ['<dl><dt>Prix</dt><dd>libre</dl>', 'Prix\nlibre'],
  [
    'Inscription <a href="https://ex.org/i?a=1&amp;b=2">par ici</a>.',
    'Inscription par ici (https://ex.org/i?a=1&b=2).',
  ],
  ['<a href=https://ex.org/p>Programme</a>', 'Programme (https://ex.org/p)'],
  ["<a class='x' href='mailto:a@ex.org'>écrivez</a>", 'écrivez (mailto:a@ex.org)'],
  [
    '<a href="https://www.ex.org/">ex.org</a> <a href="https://ex.org/p">https://ex.org/p</a>',
    'ex.org https://ex.org/p',
  ],
  ['<a href="javascript:alert(1)">non</a> <a href="/p">ici</a> <a>rien</a>', 'non ici rien'],
  ['<a href="https://m.ex/tags/x" class="mention hashtag" rel="tag">#<span>x</span></a>', '#x'],
  ['<a href="https://m.ex/@a" class="u-url mention">@a</a>', '@a'],
  ['<a href="https://ex.org/a">un<a href="https://ex.org/b">deux', 'un (https://ex.org/a)deux (https://ex.org/b)'],
])('received HTML becomes plain text: %#', (html, text) => expect(textOfHtml(html)).toBe(text))

const BLOCK_NAMES =
  'address article aside blockquote caption center dd details dialog dir div dl dt fieldset figcaption figure footer ' +
  'form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre search section summary table tbody tfoot ' +
  'thead tr ul'
it.each(BLOCK_NAMES.split(' '))('public 12: a %s begins and ends a line, closed or not', (name) => {
  expect(textOfHtml(`un<${name}>deux</${name}>trois`)).toBe('un\ndeux\ntrois')
  expect(textOfHtml(`un<${name} class="x">deux`)).toBe('un\ndeux')
})

it.each(HOSTILE_HTML)('two hundred thousand of %j come out as text', (piece, text) => {
  expect(textOfHtml(piece.repeat(200_000)).slice(0, 20)).toBe(text)
})

it('days begin at midnight where the association is', () => {
  expect(startOfDay('2026-07-01', 'Europe/Paris')).toBe('2026-06-30T22:00:00.000Z')
  expect(startOfDay('2026-03-29', 'Europe/Paris')).toBe('2026-03-28T23:00:00.000Z')
  expect(endOfDay('2026-03-29', 'Europe/Paris')).toBe('2026-03-29T21:59:59.000Z')
  expect(startOfDay('2026-11-01', 'America/Toronto')).toBe('2026-11-01T04:00:00.000Z')
  expect(endOfDay('2026-11-01', 'America/Toronto')).toBe('2026-11-02T04:59:59.000Z')
})

it('our context is read plainly, that of an unknown peer goes through JSON-LD', async () => {
  const document = sent(
    activities.follow(
      { id: `${home}/activities/1`, actor: `${home}/actor`, at: '2026-11-22T09:00:00.000Z' },
      'https://centre.example/actor',
    ),
  )
  expect(document['@context']).toEqual(OUR_CONTEXT)
  expect(isPlainlyReadable(document)).toBe(true)
  expect(isPlainlyReadable({ '@context': 'https://www.w3.org/ns/activitystreams' })).toBe(true)
  expect(isPlainlyReadable({ '@context': ['https://www.w3.org/ns/activitystreams', { actor: 'as:object' }] })).toBe(
    false,
  )
  expect(isPlainlyReadable({ '@context': 'https://evil.test/context' })).toBe(false)
  expect(isPlainlyReadable({})).toBe(false)
  const load = createContextLoader()
  expect((await load('https://evil.test/context')).document).toEqual({ '@context': {} })
  expect((await load('constructor')).document).toEqual({ '@context': {} })
  expect(JSON.stringify((await load('https://w3id.org/security/v1')).document)).toContain('publicKeyPem')
})

it('Fedify reads every activity and the offer', () => {
  const head = { id: `${home}/activities/1`, actor: `${home}/actor`, at: '2026-11-22T09:00:00.000Z' }
  const audience = { followers: `${home}/followers`, also: ['https://centre.example/actor'] }
  const event = toEvent(sample(), publisher)
  const uri = String(event['id'])
  const all = [
    activities.create(head, event, audience),
    activities.update(head, event, audience),
    activities.remove(head, uri, audience),
    activities.follow(head, 'https://centre.example/actor'),
    activities.offer(head, uri, 'https://centre.example/actor', 3),
    activities.accept(head, 'https://centre.example/activities/2', 'https://centre.example/actor', 3),
    activities.reject(head, 'https://centre.example/activities/2', 'https://centre.example/actor', {
      code: 'duplicate',
      words: 'Déjà publiée.',
    }),
    activities.announce(head, uri, audience),
    activities.undoPrivately(head, 'https://canal.example/activities/0', 'https://centre.example/actor'),
    activities.undoFollow(head, 'https://canal.example/activities/0', 'https://centre.example/actor'),
    activities.undoAnnounce(head, 'https://canal.example/activities/0', uri, audience),
  ]
  const script = `import { Activity } from '@fedify/vocab'
    const all = JSON.parse(process.argv[1]); const result = []
    for (const one of all) {
      const read = await Activity.fromJsonLd(one)
      const object = await read.getObject({ documentLoader: async () => { throw new Error('fetched') } }).catch(() => null)
      result.push([read.constructor.name, read.actorId.href, read.objectId?.href ?? null, object?.name?.toString() ?? null])
    }
    console.log(JSON.stringify(result)); process.exit(0)`
  const documents = JSON.stringify(all.map((one) => sent(one)))
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script, documents], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const read = JSON.parse(printed) as [string, string, string | null, string | null][]
  expect(read.map(([type]) => type)).toEqual(all.map((one) => one.type))
  for (const [, actor, object] of read) expect([actor, typeof object]).toEqual([head.actor, 'string'])
  expect(read[0]?.[3]).toBe(event['name'])
})

it('federation F15: what a Tombstone was is a type, and no relative address', async () => {
  type Expand = (document: object, options: object) => Promise<Record<string, unknown>[]>
  const { expand } = createRequire(import.meta.url)('jsonld') as { expand: Expand }
  const document = sent(activities.tombstone(`${home}/offers/1`, '2026-11-22T09:00:00.000Z'))
  const [expanded] = await expand(document, { documentLoader: createContextLoader() })
  expect(expanded!['https://www.w3.org/ns/activitystreams#formerType']).toEqual([
    { '@id': 'https://www.w3.org/ns/activitystreams#Event' },
  ])
})

describe('public, kind 6: every text of an offer or an actor that is received', () => {
  const accents = 'e' + '\u0301'.repeat(60)
  const family = '👩‍👩‍👧‍👦'
  const NASTY = `Aide\r\naux\u2028repas\u0085\u202etxet\u2066 \u200bà\u2060 \u061cde\u0007main \ue000${accents} ${family}`
  /** Of the content, by the name of the field; the others are read on one line. */
  const SEVERAL =
    /^content\.(?:summary|context|profile|support|practical|adaptations|compensation_text)\.|^association\.mission$/
  const LEFT_AS_THEY_ARE = /uri$|url$|_at$|_hash$|^standing\./

  const leaves = (value: unknown, path = ''): [string, string][] => {
    if (typeof value === 'string') return [[path, value]]
    if (typeof value !== 'object' || value === null) return []
    return Object.entries(value).flatMap(([key, one]) => leaves(one, path ? `${path}.${key}` : key))
  }
  const faultsIn = (offer: object) =>
    leaves(offer)
      .filter(([path]) => !LEFT_AS_THEY_ARE.test(path))
      .flatMap(([path, text]) => [
        ...(/[\u0000-\u0009\u000b-\u001f\u0085\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ue000-\uf8ff\ufeff]/.test(
          text,
        )
          ? [`${path} has a sign that nobody sees`]
          : []),
        ...(/\n/.test(text) && !SEVERAL.test(path) ? [`${path} has several lines`] : []),
        ...(/\p{M}{9}/u.test(text) ? [`${path} has a tower of accents`] : []),
        ...(text.isWellFormed() ? [] : [`${path} is ill-formed`]),
      ])

  /** The same value with the nasty text in place of the one at a path. */
  const with_ = (value: unknown, [key = '', ...rest]: string[], text: string): unknown =>
    key === ''
      ? text
      : Array.isArray(value)
        ? value.map((one, at) => (String(at) === key ? with_(one, rest, text) : one))
        : { ...(value as object), [key]: with_((value as Record<string, unknown>)[key], rest, text) }

  it('from a site of ours: whatever is taken is clean, and stays on one line where it is one', () => {
    const taken = new Set<string>()
    const found = new Set<string>()
    fc.assert(
      fc.property(offers, (offer) => {
        const event = toEvent(offer, publisher)
        for (const [path] of leaves({ terms: event['terms'] }).filter(([name]) => !/uri$|url$/.test(name))) {
          const read = fromEvent(with_(event, path.split('.'), NASTY) as JsonObject)
          if (!read.ok) continue
          taken.add(path.replaceAll(/\.\d+/g, ''))
          for (const fault of faultsIn(read.offer)) found.add(`${path}: ${fault}`)
        }
      }),
      { numRuns: 25, seed: 6 },
    )
    expect([...found]).toEqual([])
    expect([...taken]).toEqual(expect.arrayContaining(['terms.title.fr', 'terms.tasks.fr', 'terms.places.name']))
  })

  it('of an actor: one line, cut where a character ends', () => {
    const id = 'https://agenda.example/actor'
    const read = (name: string, summary: string) =>
      fromActor({ id, type: 'Organization', inbox: `${id}/inbox`, preferredUsername: name, name, summary })
    for (const text of [NASTY, family.repeat(100), `a${accents}`.repeat(90), '<p>Un</p><p>Deux</p>'.repeat(50)]) {
      const found = read(text, text)
      if (!found.ok) throw new Error(found.reason)
      const { name, handle, summary } = found.actor
      expect(faultsIn({ name, handle, association: { mission: summary } })).toEqual([])
      expect([name.length <= 200, handle.length <= 100, summary.length <= 1000]).toEqual([true, true, true])
      for (const one of [name, handle, summary]) expect(one).not.toMatch(/\u200d$/)
    }
  })
})
