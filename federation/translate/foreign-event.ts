// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads an Event of other software (Mobilizon, gancio) as an offer. A moderator adds cause, activity and commitment; no
// contact of a person is taken over.
import { cut, shortened } from '../../server/base/cut.ts'
import type { Gazetteer } from '../../db/reference/places.ts'
import { dateIn, DAY } from '../../server/base/clock.ts'
import { dateFormat } from '../../server/base/intl.ts'
import { contentHash } from '../../server/model/offer/material.ts'
import type { OfferContent, OfferStanding, PublicOffer, TextMap } from '../../server/model/offer/content.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import { idOf, idsOf, isSameOrigin, readId } from '../origins.ts'
import type { JsonObject, JsonValue } from '../plain-json.ts'
import { PUBLIC, PUBLIC_NAMES } from '../vocabulary.ts'
import { placesOf } from './foreign-place.ts'
import { allOf, durationOf, instantOf, isObject, lineOf, numberOf, oneOf, textOf, typeOf } from './properties.ts'

export type ForeignRefusal =
  'not_an_event' | 'not_public' | 'id_unusable' | 'wrong_owner' | 'draft' | 'field_unusable:name' | 'window_unusable'

/** `owner`: the actor that publishes it. `now`: ISO instant. */
export type Reader = {
  places: Gazetteer
  country: 'FR' | 'CA'
  timeZone: string
  language: 'fr' | 'en'
  now: string
  owner: { uri: string; name: string; url: string; summary: string }
}
/** `unmapped`: names of its properties that an offer has no field for. */
export type ForeignOffer = { offer: PublicOffer; unmapped: string[] }

const YEAR_MS = 365 * DAY
const HOUR_MS = 3_600_000
const LANGUAGES = ['fr', 'en'] as const

/** Undefined unless it has the origin of the event. */
export function ownerOf(event: JsonObject): string | undefined {
  const [owner] = idsOf(allOf(event, 'attributedTo'))
  const uri = owner ?? idOf(oneOf(event, 'actor'))
  return uri && isSameOrigin(uri, event['id']) ? uri : undefined
}

const isAddressedToAll = (event: JsonObject) =>
  allOf(event, 'to').some((one) => PUBLIC_NAMES.has(one) || idOf(one) === PUBLIC)

export function fromForeignEvent(
  event: JsonObject,
  reader: Reader,
): ({ ok: true } & ForeignOffer) | { ok: false; reason: ForeignRefusal } {
  const refuse = (reason: ForeignRefusal) => ({ ok: false as const, reason })
  if (event['type'] !== 'Event') return refuse('not_an_event')
  const uri = idOf(event['id'])
  if (!uri || uri !== event['id'] || uri.includes('#')) return refuse('id_unusable')
  if (ownerOf(event) !== reader.owner.uri) return refuse('wrong_owner')
  // Public only in `cc` means unlisted: it must not be in a list.
  if (!isAddressedToAll(event)) return refuse('not_public')
  if (oneOf(event, 'draft') === true) return refuse('draft')

  const unmapped = new Set<string>()
  const { title, texts } = readTexts(event, reader, unmapped)
  if (!title) return refuse('field_unusable:name')
  const times = readTimes(event, reader)
  if (!times) return refuse('window_unusable')
  const capacity = numberOf(event, 'maximumAttendeeCapacity')
  const content: OfferContent = {
    ...emptyContent(),
    ...texts,
    ...times.content,
    ...placesOf(event, reader, unmapped),
    capacity: capacity !== null && capacity > 0 && capacity < 1_000_000 ? Math.trunc(capacity) : null,
    apply_mode: 'link',
  }
  if (times.content.starts_on) unmapped.add('hour')
  noteTheRest(event, unmapped)
  const updated = instantOf(event, 'updated', times.zone) ?? reader.now
  return {
    ok: true,
    unmapped: [...unmapped].toSorted(),
    offer: {
      uri,
      url: pageOf(event, uri),
      revision: 1,
      content_hash: contentHash(content),
      published_at: times.published,
      updated_at: updated > reader.now ? reader.now : updated,
      starts_at: times.start,
      content,
      standing: { ...standingOf(event, capacity), ...times.window },
      association: associationOf(reader.owner),
    },
  }
}

/** Name by name: what else is known of an actor is no part of its offers. */
const associationOf = ({ uri, name, url, summary }: Reader['owner']) => ({ uri, name, url, mission: cut(summary, 400) })

/** A text in a language we do not have is stored under our own. */
function readTexts(event: JsonObject, { language: usual }: Reader, unmapped: Set<string>) {
  const inLanguage = lineOf(event, 'inLanguage').slice(0, 2).toLowerCase()
  const main = LANGUAGES.find((one) => one === inLanguage) ?? usual
  if (inLanguage && inLanguage !== main) unmapped.add('language')
  const fitting = (text: string, max: number) => {
    if (text.length > max) unmapped.add('long_text')
    return shortened(text, max)
  }
  const map = (name: string, max: number, read: (object: JsonObject, name: string) => string): TextMap => {
    const map = oneOf(event, `${name}Map`)
    const texts = LANGUAGES.flatMap((one) => {
      const own = one === main ? read(event, name) || firstOf(map, read) : ''
      const text = (isObject(map) && read(map, one)) || own
      return text ? [[one, fitting(text, max)]] : []
    })
    return Object.fromEntries(texts) as TextMap
  }
  const title = map('name', 120, lineOf)
  const context = map('content', 2000, textOf)
  const summary = map('summary', 280, lineOf)
  // gancio writes the same into both.
  for (const one of LANGUAGES) if (flat(summary[one]) === flat(context[one])) delete summary[one]
  // Or a line of place and hour, in the language of its own setting.
  const place = lineOf(allOf(event, 'location').find(isObject) ?? {}, 'name')
  for (const one of LANGUAGES)
    if (place && context[one] && summary[one]?.startsWith(`${place}, `)) summary[one] = firstSentence(context[one])
  const language = LANGUAGES.filter((one) => title[one])
  const link = outsideLink(event)
  const practical: TextMap = link ? { [language[0] ?? main]: link } : {}
  return { title: language.length > 0, texts: { title, context, summary, practical, language } }
}

/** Of a map that has none of our languages. */
function firstOf(map: JsonValue | undefined, read: (object: JsonObject, name: string) => string): string {
  const keys = isObject(map) ? Object.keys(map) : []
  return isObject(map) && !LANGUAGES.some((one) => read(map, one))
    ? (keys.map((key) => read(map, key)).find(Boolean) ?? '')
    : ''
}

/** At most 280 characters, cut between two words. */
function firstSentence(text: string): string {
  const [line = ''] = text.split('\n')
  const [sentence = line] = /^.+?[.!?…](?=\s|$)/u.exec(line) ?? []
  return shortened(sentence, 280)
}

const flat = (text: string | undefined) => text?.replaceAll(/\s+/g, ' ')

function outsideLink(event: JsonObject): string {
  const attached = allOf(event, 'attachment').filter(isObject)
  const links = attached.filter((one) => typeOf(one) === 'Link').map((one) => oneOf(one, 'href'))
  // The address of a call is where one takes part.
  const calls = allOf(event, 'location')
    .filter(isObject)
    .filter((one) => typeOf(one) === 'VirtualLocation')
    .map((one) => oneOf(one, 'url') ?? oneOf(one, 'href'))
  const found = [oneOf(event, 'externalParticipationUrl'), ...links, ...calls].find((one) => readId(one))
  return typeof found === 'string' ? cut(found, 500) : ''
}

/** Days in its own time zone. Undefined when the event is over or has no day. */
function readTimes(event: JsonObject, { timeZone, now }: Reader) {
  const zone = zoneOf(event) ?? timeZone
  const start = instantOf(event, 'startTime', zone)
  if (!start) return undefined
  const lasts = durationOf(event, 'duration')
  const given =
    instantOf(event, 'endTime', zone, true) ?? (lasts ? new Date(Date.parse(start) + lasts).toISOString() : null)
  const end = given && given > start ? given : new Date(Date.parse(start) + HOUR_MS).toISOString()
  const published = instantOf(event, 'published', zone) ?? now
  const from = published < end && published <= now ? published : now
  const latest = new Date(Date.parse(from) + YEAR_MS).toISOString()
  const until = end < latest ? end : latest
  if (until <= now) return undefined
  const hours = (Date.parse(end) - Date.parse(start)) / HOUR_MS
  return {
    zone,
    start,
    published: from,
    window: { publish_from: from, publish_until: until },
    content: {
      starts_on: dateIn(zone, new Date(start)),
      ends_on: dateIn(zone, new Date(Date.parse(end) - 1)),
      minutes_per_session: given && hours <= 12 ? Math.round(hours * 60) : null,
    },
  }
}

function zoneOf(event: JsonObject): string | undefined {
  const zone = lineOf(event, 'timezone')
  try {
    return zone ? dateFormat('en', { timeZone: zone }).resolvedOptions().timeZone : undefined
  } catch {
    return undefined
  }
}

function standingOf(
  event: JsonObject,
  capacity: number | null,
): Pick<OfferStanding, 'applications' | 'status' | 'remaining'> {
  const status = `${lineOf(event, 'status')} ${lineOf(event, 'eventStatus')}`
  const left = numberOf(event, 'remainingAttendeeCapacity')
  const remaining = capacity && left !== null ? Math.min(capacity, Math.max(0, Math.trunc(left))) : null
  return {
    applications: remaining === 0 ? 'full' : 'open',
    status: /cancelled/i.test(status) ? 'cancelled' : 'confirmed',
    remaining,
  }
}

function pageOf(event: JsonObject, uri: string): string {
  const addresses = allOf(event, 'url').map((one) => (isObject(one) ? oneOf(one, 'href') : one))
  return (addresses.find((one) => isSameOrigin(one, uri)) as string | undefined) ?? uri
}

/** Properties without a field in an offer, so that the moderator looks at the original. */
function noteTheRest(event: JsonObject, unmapped: Set<string>): void {
  const attached = allOf(event, 'attachment').filter(isObject)
  if (attached.some((one) => ['Document', 'Image'].includes(typeOf(one)))) unmapped.add('images')
  if (attached.some((one) => typeOf(one) === 'PropertyValue')) unmapped.add('details')
  if (allOf(event, 'tag').length > 0) unmapped.add('tags')
  if (lineOf(event, 'category')) unmapped.add('category')
  if (allOf(event, 'contacts').length > 0 || lineOf(event, 'phoneAddress')) unmapped.add('contacts')
  const mode = lineOf(event, 'joinMode')
  if (mode && mode !== 'free' && mode !== 'external') unmapped.add('join')
  const status = `${lineOf(event, 'status')} ${lineOf(event, 'eventStatus')}`
  if (/tentative|postponed|rescheduled|movedonline/i.test(status)) unmapped.add('status')
}
