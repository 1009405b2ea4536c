// SPDX-License-Identifier: AGPL-3.0-or-later
// schema.org has no type for volunteering, so this is a JobPosting with employmentType VOLUNTEER, as Google's rules for
// job postings ask for it, and for what takes place on its days only, an Event too. Contains only what the page shows.
import type { OfferPlace } from '../../model/offer/content.ts'
import { isDated, lastEventDay } from '../../model/offer/event-days.ts'
import { placeName, whenText, whereText, type Wording } from '../../public-offer/words.ts'
import type { ShownOffer } from '../shown-offer.ts'

/** @param country of the association: whoever helps from home does so from there. */
export function jobPosting(wording: Wording, offer: ShownOffer, country: string) {
  const { content } = offer
  const remote = content.work_mode === 'remote'
  const home = { '@type': 'Country', name: country }
  return {
    '@context': 'https://schema.org',
    '@type': 'JobPosting',
    title: wording.t.text(content.title).text,
    description: descriptionOf(wording, offer),
    employmentType: 'VOLUNTEER',
    datePosted: offer.publishedAt,
    validThrough: offer.publishUntil,
    directApply: true,
    url: offer.homeUrl,
    hiringOrganization: { '@type': 'Organization', name: offer.association.name, sameAs: offer.association.url },
    ...(content.capacity === null ? {} : { totalJobOpenings: content.capacity }),
    ...(remote ? { jobLocationType: 'TELECOMMUTE', applicantLocationRequirements: home } : {}),
    ...(content.places.length > 0 ? { jobLocation: content.places.map(locationOf) } : {}),
  }
}

/** Undefined for what has no day of its own. */
export function eventOf(wording: Wording, offer: ShownOffer) {
  const { content, association, remaining } = offer
  const last = lastEventDay(content)
  if (!content.starts_on || !last || !isDated(content)) return undefined
  const remote = content.work_mode === 'remote'
  if (!remote && content.places.length === 0) return undefined
  const mode = content.work_mode === 'hybrid' ? 'Mixed' : remote ? 'Online' : 'Offline'
  const online = { '@type': 'VirtualLocation', url: offer.homeUrl }
  return {
    '@context': 'https://schema.org',
    '@type': 'Event',
    name: wording.t.text(content.title).text,
    description: descriptionOf(wording, offer),
    startDate: content.starts_on,
    endDate: last,
    eventStatus: 'https://schema.org/EventScheduled',
    eventAttendanceMode: `https://schema.org/${mode}EventAttendanceMode`,
    location: remote ? online : [...content.places.map(locationOf), ...(mode === 'Mixed' ? [online] : [])],
    url: offer.homeUrl,
    isAccessibleForFree: true,
    organizer: { '@type': 'Organization', name: association.name, url: association.url },
    ...(content.capacity === null ? {} : { maximumAttendeeCapacity: content.capacity }),
    ...(remaining === null ? {} : { remainingAttendeeCapacity: remaining }),
  }
}

/** The whole offer as HTML: texts, tasks, when and where. */
function descriptionOf({ t, taxonomies }: Wording, { content }: ShownOffer): string {
  const { summary, context, profile, support, practical } = content
  const [first, second, ...rest] = [summary, context, profile, support, practical].map((map) => t.text(map).text)
  const tasks = content.tasks[t.locale === 'en' ? 'en' : 'fr'] ?? content.tasks.fr ?? content.tasks.en ?? []
  const wording = { t, taxonomies }
  const facts = [whenText(wording, content), whereText(wording, content)].filter(Boolean).join(' · ')
  const list = tasks.length > 0 ? `<ul>${tasks.map((task) => `<li>${escaped(task)}</li>`).join('')}</ul>` : ''
  return [paragraph(first), paragraph(second), list, ...rest.map(paragraph), paragraph(facts)].join('')
}

function locationOf(place: OfferPlace) {
  return {
    '@type': 'Place',
    name: placeName(place),
    address: {
      '@type': 'PostalAddress',
      ...(place.street ? { streetAddress: place.street } : {}),
      ...(place.postalCode ? { postalCode: place.postalCode } : {}),
      addressLocality: place.name,
      ...(place.region ? { addressRegion: place.region } : {}),
      ...(place.country ? { addressCountry: place.country } : {}),
    },
  }
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const paragraph = (text = '') => (text ? `<p>${escaped(text).replaceAll('\n', '<br>')}</p>` : '')
