// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Approver } from '../../../db/queries/sources.ts'
import type { OfferContent, OfferPlace } from '../../model/offer/content.ts'
import { FIELD_NAMES } from '../../model/offer/fields.ts'
import { applyAddress } from '../pages/offer-page.ts'
import type { ShownOffer } from '../shown-offer.ts'
import type { OfferJson, PlaceJson } from './schemas.ts'

/** @param publicUrl for the application form of own offers. @param approvers other centres that approved the offer. */
export function offerJson(publicUrl: string, offer: ShownOffer, approvers: readonly Approver[] = []): OfferJson {
  const content = Object.fromEntries(FIELD_NAMES.map((name) => [name, offer.content[name]])) as OfferContent
  return {
    id: offer.uri,
    url: offer.homeUrl,
    api_url: `${publicUrl}/api/v1/offers/${offer.publicId}`,
    association: {
      id: offer.association.uri,
      name: offer.association.name,
      url: offer.association.url,
      mission: offer.association.mission,
      sectors: offer.association.sectors ?? [],
    },
    ...contentJson(content),
    remaining: offer.remaining,
    apply_url: new URL(applyAddress(offer), `${publicUrl}/`).href,
    applications: offer.applications,
    applications_open: offer.state === 'open',
    revision: offer.revision,
    publish_from: offer.publishFrom,
    publish_until: offer.publishUntil,
    published_at: offer.publishedAt,
    updated_at: offer.updatedAt,
    expires_at: offer.publishUntil,
    ...(offer.approvedAt
      ? {
          approved_at: offer.approvedAt,
          also_approved_by: approvers.map(({ uri, name, url }) => ({ id: uri, name, url })),
        }
      : {}),
  }
}

function contentJson({ commitment, places, ...others }: OfferContent) {
  const isPrivate = others.work_mode === 'at_beneficiary_home'
  return { ...others, commitment_type: commitment, places: places.map((place) => placeJson(place, isPrivate)) }
}

/** The home of a person who is helped is not published, only its town. */
function placeJson(place: OfferPlace, isPrivate: boolean): PlaceJson {
  return {
    municipality_code: place.code,
    name: place.name,
    label: isPrivate ? '' : place.label,
    street: isPrivate ? null : place.street,
    postal_code: place.postalCode,
    department: place.department,
    region: place.region,
    country: place.country,
    lat: isPrivate && place.precision === 'exact' ? null : place.latitude,
    lon: isPrivate && place.precision === 'exact' ? null : place.longitude,
    precision: isPrivate ? 'municipality' : place.precision,
  }
}
