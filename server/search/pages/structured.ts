// SPDX-License-Identifier: AGPL-3.0-or-later
// schema.org has no type for volunteering, so this is a JobPosting with employmentType VOLUNTEER.
// Contains only what the page shows.
import { placeName, type Wording } from '../../public-offer/words.ts'
import type { ShownOffer } from '../shown-offer.ts'

export function jobPosting({ t }: Wording, offer: ShownOffer) {
  const { content } = offer
  const remote = content.work_mode === 'remote'
  const description = [t.text(content.summary).text, t.text(content.context).text].filter(Boolean).join('\n\n')
  return {
    '@context': 'https://schema.org',
    '@type': 'JobPosting',
    title: t.text(content.title).text,
    description: description || t.text(content.title).text,
    employmentType: 'VOLUNTEER',
    datePosted: offer.publishedAt,
    validThrough: offer.publishUntil,
    directApply: true,
    url: offer.homeUrl,
    hiringOrganization: { '@type': 'Organization', name: offer.association.name, sameAs: offer.association.url },
    ...(content.capacity === null ? {} : { totalJobOpenings: content.capacity }),
    ...(remote ? { jobLocationType: 'TELECOMMUTE' } : {}),
    ...(content.places.length > 0
      ? {
          jobLocation: content.places.map((place) => ({
            '@type': 'Place',
            name: placeName(place),
            address: {
              '@type': 'PostalAddress',
              addressLocality: place.name,
              ...(place.postalCode ? { postalCode: place.postalCode } : {}),
              ...(place.country ? { addressCountry: place.country } : {}),
            },
          })),
        }
      : {}),
  }
}
