// SPDX-License-Identifier: AGPL-3.0-or-later
// An offer for programs, as schemas.ts describes it.
import type { Approver } from '../../../db/queries/sources.ts'
import type { OfferPlace } from '../../model/offer/content.ts'
import { applyAddress } from '../pages/offer-page.ts'
import type { ShownOffer } from '../shown-offer.ts'
import type { OfferJson, PlaceJson } from './schemas.ts'

/**
 * @param publicUrl address of this instance, for the application form of own offers.
 * @param approvers other centres that approved it, when this one is a centre.
 */
export function offerJson(publicUrl: string, offer: ShownOffer, approvers: readonly Approver[] = []): OfferJson {
  const { content } = offer
  const isPrivate = content.work_mode === 'at_beneficiary_home'
  return {
    id: offer.uri,
    url: offer.homeUrl,
    api_url: `${publicUrl}/api/v1/offers/${offer.publicId}`,
    association: {
      id: offer.association.uri,
      name: offer.association.name,
      url: offer.association.url,
      mission: offer.association.mission,
    },
    title: content.title,
    summary: content.summary,
    context: content.context,
    tasks: content.tasks,
    profile: content.profile,
    support: content.support,
    practical: content.practical,
    language: content.language,
    causes: content.causes,
    activities: content.activities,
    beneficiaries: content.beneficiaries,
    skills: content.skills,
    requirements: content.requirements,
    benefits: content.benefits,
    commitment_type: content.commitment,
    frequency: content.frequency,
    minutes_per_session: content.minutes_per_session,
    sessions_expected: content.sessions_expected,
    starts_on: content.starts_on,
    ends_on: content.ends_on,
    slots: content.slots,
    work_mode: content.work_mode,
    places: content.places.map((place) => placeJson(place, isPrivate)),
    capacity: content.capacity,
    remaining: offer.remaining,
    group_ok: content.group_ok,
    min_age: content.min_age,
    accessible: content.accessible,
    compensation: content.compensation,
    contact_label: content.contact_label,
    apply_mode: content.apply_mode,
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

/** Where a person who is helped lives stays unsaid: the town is enough. */
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
