// SPDX-License-Identifier: AGPL-3.0-or-later
// An offer as an Event that every server can show, with all of our own fields under `terms`.
import { dateFormat } from '../../server/base/intl.ts'
import type { JsonObject } from '../plain-json.ts'
import { PUBLIC } from '../vocabulary.ts'
import { endOfDay, startOfDay } from '../../server/base/days.ts'
import type { OfferContent, OfferPlace, OfferStanding, PublicOffer, TextMap } from '../../server/model/offer/content.ts'
import { seatsText } from '../../server/public-offer/words.ts'
import type { Translator } from '../../server/text/i18n.ts'
import { bulletList, paragraphs } from './text.ts'

/** `words`: our texts in each language; without it the summary has only those of the offer. */
export type EventContext = { followers: string; timeZone: string; words?: (language: 'fr' | 'en') => Translator }

/** The Event of FEDERATION.md (« An offer »), without `@context`. Never holds a person's name, mail or phone. */
export function toEvent(offer: PublicOffer, context: EventContext): JsonObject {
  const { content, standing } = offer
  const main = content.language[0] ?? 'fr'
  const name = byLanguage(content, (language) => content.title[language])
  const summary = byLanguage(content, (language) => summaryIn(offer, language, context.words?.(language)))
  const html = byLanguage(content, (language) => htmlOf(content, language))
  const cancelled = standing.status === 'cancelled'
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
    ...timesOf(offer, context.timeZone),
    location: locationOf(content.places[0]),
    attachment: [],
    tag: tagsOf(offer),
    category: 'CAUSES',
    status: cancelled ? 'CANCELLED' : 'CONFIRMED',
    eventStatus: cancelled ? 'EventCancelled' : 'EventScheduled',
    organizers: { type: 'Collection', totalItems: 1, items: [offer.association.uri] },
    ...(content.capacity === null ? {} : { maximumAttendeeCapacity: content.capacity }),
    ...(standing.remaining === null ? {} : { remainingAttendeeCapacity: standing.remaining }),
    joinMode: 'external',
    externalParticipationUrl: `${offer.url}/apply`,
    purpose: 'request',
    publishes: intentOf(offer),
    revision: offer.revision,
    terms: termsOf(offer),
  }
}

/** All that a Mainforte peer needs; one JSON value, so that JSON-LD does not change it. */
function termsOf({ content, standing, content_hash, association }: PublicOffer): JsonObject {
  const { name, url, mission } = association
  return {
    ...content,
    ...standing,
    content_hash,
    reshare: 'approved',
    association: { name, url, mission },
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

/** Mastodon shows name, summary and address only, so the summary holds place, days and seats. */
function summaryIn({ content, standing }: PublicOffer, language: 'fr' | 'en', t: Translator | undefined): string {
  const date = (day: string) =>
    dateFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`))
  const days = [content.starts_on, content.ends_on].flatMap((day) => (day ? [date(day)] : []))
  const facts = [
    content.places.map((place) => place.name).join(', '),
    [...new Set(days)].join(' – '),
    t ? seatsIn(t, content, standing) : '',
  ]
  return [content.summary[language] ?? '', facts.filter(Boolean).join(' · ')].filter(Boolean).join('\n')
}

function seatsIn(
  t: Translator,
  { capacity }: OfferContent,
  { status, applications, remaining }: OfferStanding,
): string {
  if (status === 'cancelled') return t('search.state.cancelled')
  if (applications === 'closed') return t('search.state.closed')
  return capacity === null && applications === 'open' ? '' : seatsText({ t }, { applications, capacity, remaining })
}

function htmlOf(content: OfferContent, language: 'fr' | 'en'): string {
  const { summary, context, tasks, profile, support, practical } = content
  const before = [summary, context].map((text) => paragraphs(text[language] ?? ''))
  const after = [profile, support, practical].map((text) => paragraphs(text[language] ?? ''))
  return [...before, bulletList(tasks[language] ?? []), ...after].join('')
}

/** gancio and Mobilizon want both times; an offer without dates runs as long as it is published. */
function timesOf({ content, standing, published_at }: PublicOffer, timeZone: string): JsonObject {
  const { starts_on, ends_on } = content
  const start = starts_on ? startOfDay(starts_on, timeZone) : published_at
  const last = ends_on ? endOfDay(ends_on, timeZone) : standing.publish_until
  return {
    startTime: start,
    endTime: last > start ? last : start,
    displayEndTime: ends_on !== null,
    timezone: timeZone,
  }
}

function locationOf(place: OfferPlace | undefined): JsonObject {
  // gancio refuses an event whose place has no name, and uses this name for "from home".
  if (!place) return { type: 'Place', name: 'online' }
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

function tagsOf({ content, uri }: PublicOffer): JsonObject[] {
  const { origin } = new URL(uri)
  const tag = (code: string, query: string) => ({
    type: 'Hashtag',
    name: `#${code.replaceAll(/[^\p{L}\p{N}_]/gu, '_')}`,
    href: `${origin}/offers${query}`,
  })
  return [
    tag('volunteering', ''),
    ...content.causes.map((code) => tag(code, `?cause=${encodeURIComponent(code)}`)),
    ...content.activities.map((code) => tag(code, `?activity=${encodeURIComponent(code)}`)),
  ]
}

/** FEP-0837: a request for a service; the quantity is the number of people wanted. */
function intentOf({ uri, association, content }: PublicOffer): JsonObject {
  const quantity =
    content.capacity === null
      ? {}
      : { resourceQuantity: { hasUnit: 'one', hasNumericalValue: String(content.capacity) } }
  return { id: `${uri}#primary`, type: 'Intent', action: 'deliverService', receiver: association.uri, ...quantity }
}
