// SPDX-License-Identifier: AGPL-3.0-or-later
// An offer as an Event that every server can show, with all of our own fields under `terms`.
import type { JsonObject } from '../plain-json.ts'
import { PUBLIC } from '../vocabulary.ts'
import type { OfferContent, OfferPlace, PublicOffer, TextMap } from '../../server/model/offer/content.ts'
import { timesOf } from '../../server/model/offer/event-times.ts'
import type { Wording } from '../../server/public-offer/words.ts'
import { htmlOf, nameIn, stateOf, summaryIn } from './event-words.ts'
import { hashtagsOf } from './hashtags.ts'

/** `words`: our texts in each language. */
export type EventContext = { followers: string; timeZone: string; words: (language: 'fr' | 'en') => Wording }

/** The Event of FEDERATION.md (« An offer »), without `@context`. Never holds a person's name, mail or phone. */
export function toEvent(offer: PublicOffer, context: EventContext): JsonObject {
  const { content, standing } = offer
  const main = content.language[0] ?? 'fr'
  const { words } = context
  const name = byLanguage(content, (language) => nameIn(offer, words(language), content.title[language] ?? ''))
  const summary = byLanguage(content, (language) => summaryIn(offer, language, words(language)))
  const html = byLanguage(content, (language) => htmlOf(offer, language, words(language)))
  const isOpen = stateOf(offer) === undefined
  const remaining = isOpen ? standing.remaining : 0
  const cancelled = standing.status === 'cancelled'
  const times = timesOf(offer, context.timeZone)
  return {
    id: offer.uri,
    type: 'Event',
    attributedTo: offer.association.uri,
    to: [PUBLIC],
    cc: [context.followers],
    name: mainText(name, main),
    nameMap: name,
    summary: mainText(summary, main),
    summaryMap: summary,
    content: mainText(html, main),
    contentMap: html,
    mediaType: 'text/html',
    inLanguage: main,
    url: offer.url,
    published: offer.published_at,
    updated: offer.updated_at,
    // gancio and Mobilizon want both times.
    startTime: times.start,
    endTime: times.end,
    displayEndTime: content.ends_on !== null,
    timezone: context.timeZone,
    ...placesOf(offer),
    attachment: attachmentsOf(content, main),
    tag: hashtagsOf(offer, words(main)),
    category: 'CAUSES',
    status: cancelled ? 'CANCELLED' : 'CONFIRMED',
    eventStatus: cancelled ? 'EventCancelled' : 'EventScheduled',
    organizers: { type: 'Collection', totalItems: 1, items: [offer.association.uri] },
    ...(content.capacity === null ? {} : { maximumAttendeeCapacity: content.capacity }),
    ...(remaining === null ? {} : { remainingAttendeeCapacity: remaining }),
    joinMode: 'external',
    // The form of an offer that takes nobody refuses; its page says why.
    externalParticipationUrl: isOpen ? `${offer.url}/apply` : offer.url,
    purpose: 'request',
    publishes: intentOf(offer),
    revision: offer.revision,
    terms: termsOf(offer),
  }
}

/** Other software shows the first one. */
function attachmentsOf({ pictures, sheet }: OfferContent, main: 'fr' | 'en'): JsonObject[] {
  const images = pictures.map(({ url, width, height, alt }) => ({
    type: 'Image',
    mediaType: 'image/webp',
    url,
    name: mainText(alt, main),
    width,
    height,
  }))
  if (!sheet) return images
  return [...images, { type: 'Document', mediaType: 'application/pdf', url: sheet.url, name: sheet.name }]
}

/** All that a Mainforte peer needs; one JSON value, so that JSON-LD does not change it. */
function termsOf({ content, standing, content_hash, association }: PublicOffer): JsonObject {
  const { name, url, mission, sectors } = association
  return {
    ...content,
    ...standing,
    content_hash,
    reshare: 'approved',
    association: { name, url, mission, ...(sectors?.length && { sectors }) },
  }
}

function byLanguage(content: OfferContent, of: (language: 'fr' | 'en') => string | undefined): TextMap {
  const entries = content.language.flatMap((language) => {
    const text = of(language)
    return text ? [[language, text]] : []
  })
  return Object.fromEntries(entries) as TextMap
}

function mainText(map: TextMap, main: 'fr' | 'en'): string {
  return map[main] ?? Object.values(map)[0] ?? ''
}

/** One place alone, because gancio reads no list; `content` names the others. */
function placesOf({ content, url }: PublicOffer): JsonObject {
  const [place] = content.places
  if (place && content.work_mode !== 'remote') return { location: locationOf(place), isOnline: false }
  // gancio refuses an event whose place has no name, and uses this name for "from home".
  return { location: { type: 'VirtualLocation', name: 'online', url }, isOnline: true }
}

function locationOf(place: OfferPlace): JsonObject {
  const point =
    place.latitude === null || place.longitude === null
      ? {}
      : { latitude: decimal(place.latitude), longitude: decimal(place.longitude) }
  return {
    type: 'Place',
    name: place.label || place.name,
    ...point,
    address: {
      type: 'PostalAddress',
      ...(place.street ? { streetAddress: place.street } : {}),
      ...(place.postalCode ? { postalCode: place.postalCode } : {}),
      addressLocality: place.name,
      ...(place.region ? { addressRegion: place.region } : {}),
      ...(place.country ? { addressCountry: place.country } : {}),
    },
  }
}

/** Mobilizon refuses a whole number as a coordinate, so ten centimetres are added. */
function decimal(degrees: number): number {
  return Number.isInteger(degrees) ? degrees - Math.sign(degrees || -1) * 1e-6 : degrees
}

/** FEP-0837: a request for a service; the quantity is the number of people wanted. */
function intentOf({ uri, association, content }: PublicOffer): JsonObject {
  const quantity =
    content.capacity === null
      ? {}
      : { resourceQuantity: { hasUnit: 'one', hasNumericalValue: String(content.capacity) } }
  return { id: `${uri}#primary`, type: 'Intent', action: 'deliverService', receiver: association.uri, ...quantity }
}
