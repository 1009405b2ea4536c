// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Deps } from '../deps.ts'
import type { OfferContent, OfferPlace } from '../model/offer/content.ts'
import { emptyContent } from '../model/offer/fields.ts'
import type { DemoInstance, DemoOffer } from './month.ts'

/** @param startsOn YYYY-MM-DD, of an offer that has a day. */
export function contentOf(
  deps: Pick<Deps, 'places'>,
  instance: DemoInstance,
  offer: DemoOffer,
  startsOn: string | null,
): OfferContent {
  return {
    ...emptyContent(),
    title: { fr: offer.title },
    summary: { fr: offer.summary },
    context: textOf(offer.context),
    tasks: { fr: offer.tasks },
    profile: textOf(offer.profile),
    support: textOf(offer.support),
    causes: offer.causes,
    activities: offer.activities,
    commitment: offer.commitment,
    frequency: offer.frequency ?? null,
    minutes_per_session: offer.minutes,
    starts_on: startsOn,
    slots: offer.slots ?? [],
    work_mode: offer.remote ? 'remote' : 'on_site',
    places: offer.remote || !offer.place ? [] : [placeOf(deps, instance, offer.place, offer.label ?? '')],
    capacity: offer.capacity,
    group_ok: (offer.capacity ?? 0) >= 10,
    contact_label: instance.contact_label ?? '',
    language: ['fr'],
  }
}

const textOf = (text: string) => (text ? { fr: text } : {})

function placeOf(deps: Pick<Deps, 'places'>, instance: DemoInstance, name: string, label: string): OfferPlace {
  const place = deps.places.resolve(name, { country: instance.country })
  if (!place) throw new Error(`the demonstration names an unknown place: ${name}`)
  return {
    code: place.code,
    label,
    name: place.name,
    region: place.regionName,
    department: place.departmentName,
    country: place.country,
    postalCode: place.postalCodes[0] ?? null,
    street: null,
    latitude: place.latitude,
    longitude: place.longitude,
    precision: 'municipality',
  }
}
