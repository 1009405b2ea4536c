// SPDX-License-Identifier: AGPL-3.0-or-later
// Called by offers (own ones) and moderation (approved ones of members), each inside its own transaction.
import { createHash } from 'node:crypto'
import * as listings from '../../db/queries/listings.ts'
import { loadOffer } from '../../db/queries/offer-changes.ts'
import { touchOffer } from '../../db/queries/offers.ts'
import type { ListName } from '../../db/reference/taxonomies.ts'
import type { Deps } from '../deps.ts'
import type { OfferContent, OfferPlace, PublicOffer, TextMap } from '../model/offer/content.ts'
import type { Tx } from '../web/transact.ts'
import { timesOf } from '../model/offer/event-times.ts'
import { untilItIsOver } from '../model/offer/event-days.ts'
import { namesOf } from '../model/offer/fields.ts'
import { bandsMet, timeBand } from '../model/offer/bands.ts'
import { indexText } from './index-text.ts'
import { offerUri, toPublicOffer } from './public-offer.ts'
import { withSettledTowns } from './settled.ts'

type Put = {
  offer: PublicOffer
  origin: 'home' | 'member'
  offerId?: string
  approvedAt?: string
  /** At a centre: the token by which the home instance counts the visitors that we send. */
  via?: string
  /** Of our own association. */
  timeZone?: string
  /** ISO instant of the first time, for an offer that was listed before: it is not new again. */
  listedAt?: string
}
type Known = Pick<Deps, 'taxonomies' | 'places'>
type Changing = Known & Pick<Deps, 'clock'>

export async function putListing(tx: Tx, deps: Changing, put: Put): Promise<void> {
  const { origin } = put
  const content = await withSettledTowns(tx, deps, put.offer.content)
  const offer = { ...put.offer, content }
  const { association } = offer
  const band = timeBand(content)
  await listings.saveListing(
    tx,
    {
      public_id: origin === 'home' && put.offerId ? put.offerId : publicIdOf(offer.uri),
      offer_uri: offer.uri,
      home_url: offer.url,
      origin,
      offer_id: put.offerId ?? null,
      association_uri: association.uri,
      association_name: association.name,
      association_url: association.url,
      revision: offer.revision,
      content: {
        ...content,
        association_mission: association.mission,
        ...(association.sectors && { association_sectors: association.sectors }),
      },
      title: content.title[content.language[0] ?? 'fr'] ?? content.title.fr ?? content.title.en ?? '',
      cause: content.causes[0] ?? '',
      commitment: content.commitment,
      time_band: band,
      work_mode: content.work_mode,
      min_age: content.min_age,
      accessible: content.accessible,
      group_ok: content.group_ok ? 1 : 0,
      starts_on: content.starts_on,
      capacity: content.capacity,
      published_at: offer.published_at,
      updated_at: offer.updated_at,
      approved_at: put.approvedAt ?? null,
      via: put.via ?? '',
      ...standingColumns(offer, put.timeZone),
    },
    {
      words: wordsOf(deps, offer),
      terms: [...codesOf(deps, content), ...bandsMet(band).map((code) => ({ kind: 'time', code }))],
      places: content.places.map((place) => placeOf(deps, place)),
      typed: put.offer.content.places,
      at: deps.clock.iso(),
      listedAt: put.listedAt ?? deps.clock.iso(),
    },
  )
}

export async function keepListing(tx: Tx, deps: Deps, offerId: string): Promise<void> {
  const loaded = await loadOffer(tx, offerId)
  if (!loaded || loaded.offer.state !== 'published' || loaded.offer.visibility !== 'public') {
    return removeListing(tx, deps, offerUri(deps, offerId))
  }
  const { offer, association, taken } = loaded
  const listedAt = offer.first_listed_at ?? deps.clock.iso()
  if (offer.first_listed_at === null) await touchOffer(tx, offerId, { first_listed_at: listedAt })
  await putListing(tx, deps, {
    listedAt,
    offer: toPublicOffer(deps, offer, association, taken),
    origin: 'home',
    offerId,
    timeZone: association.time_zone,
  })
}

/** Does nothing when the offer is not listed. */
export async function removeListing(tx: Tx, { clock }: Pick<Deps, 'clock'>, offerUri: string): Promise<void> {
  await listings.deleteListing(tx, offerUri, clock.iso())
}

/** Does nothing when the offer is not listed. */
export async function setStanding(tx: Tx, { clock }: Pick<Deps, 'clock'>, offer: PublicOffer): Promise<void> {
  await listings.updateStanding(tx, offer.uri, standingColumns(offer), clock.iso())
}

/** @param timeZone a site that does not end what has taken place says nothing of its time zone either. */
function standingColumns(offer: PublicOffer, timeZone = zoneOf(offer.content)): listings.ListingStanding {
  const { standing, content } = offer
  return {
    applications: standing.applications,
    status: standing.status,
    remaining: standing.remaining,
    visible_from: standing.publish_from,
    visible_until: untilItIsOver(standing.publish_until, content, timeZone),
    starts_at: offer.starts_at ?? timesOf(offer, timeZone).start,
  }
}

const zoneOf = ({ places }: OfferContent) => (places[0]?.country === 'CA' ? 'America/Toronto' : 'Europe/Paris')

/** The id of a member's offer in our URLs: 16 hex digits, the same when the offer comes back. */
export function publicIdOf(offerUri: string): string {
  return createHash('sha256').update(offerUri).digest('hex').slice(0, 16)
}

function codesOf({ taxonomies }: Known, content: OfferContent): listings.ListingTerm[] {
  const of = (kind: string, codes: string[]) => codes.map((code) => ({ kind, code }))
  const slots = content.slots.filter((slot) => taxonomies.has('weekday', slot.split('-')[0]!))
  // A day without a part is all of it.
  const parts = slots.flatMap((slot) => slot.split('-')[1] ?? taxonomies.list('part_of_day').map(({ code }) => code))
  return [
    ...of('cause', content.causes),
    ...of('activity', content.activities),
    ...of('beneficiary', content.beneficiaries),
    ...of('commitment', [content.commitment]),
    ...of('mode', [content.work_mode]),
    ...of('accessible', content.accessible === 'yes' ? ['yes'] : []),
    ...of('group', content.group_ok ? ['yes'] : []),
    ...of('slot', slots),
    ...of(
      'day',
      slots.map((slot) => slot.split('-')[0]!),
    ),
    ...of(
      'part',
      parts.filter((part) => taxonomies.has('part_of_day', part)),
    ),
    ...of('easy', content.skills.length === 0 || content.skills_taught ? ['yes'] : []),
    ...of('language', content.language),
    ...of('spoken', content.work_languages),
  ]
}

function placeOf({ places }: Known, place: OfferPlace): listings.ListingPlace {
  const known = place.code ? places.find(place.code) : undefined
  return {
    place_code: known?.code ?? place.code,
    name: known?.name ?? place.name,
    department: known?.department ?? known?.mrcCode ?? place.department,
    region: known?.region ?? place.region,
    latitude: place.latitude ?? known?.latitude ?? null,
    longitude: place.longitude ?? known?.longitude ?? null,
  }
}

const BODY = namesOf('texts').filter((name) => name !== 'title' && name !== 'summary')

function wordsOf(deps: Known, { content, association }: PublicOffer): listings.ListingWords {
  const both = (...maps: TextMap[]) => indexText(...maps.flatMap((map) => [map.fr, map.en]))
  const towns = content.places.flatMap((place) => {
    const known = place.code ? deps.places.find(place.code) : undefined
    return [place.name, place.label, known?.name, known?.departmentName ?? known?.mrc ?? '', known?.regionName]
  })
  return {
    title: both(content.title),
    summary: both(content.summary),
    body: [
      both(...BODY.map((name) => content[name])),
      indexText(...(content.tasks.fr ?? []), ...(content.tasks.en ?? [])),
    ].join(' '),
    association: indexText(association.name),
    places: indexText(...towns),
    terms: indexText(...labelsOf(deps, content)),
  }
}

function labelsOf({ taxonomies }: Known, content: OfferContent): string[] {
  const of = (list: ListName, codes: (string | null)[]) =>
    codes.flatMap((code) =>
      code ? (['fr', 'fr-CA', 'en'] as const).map((lang) => taxonomies.label(list, code, lang)) : [],
    )
  const labels = [
    ...of('cause', content.causes),
    ...of('activity', content.activities),
    ...of('beneficiary', content.beneficiaries),
    ...of('skill', content.skills),
    ...of('work_language', content.work_languages),
    ...of('commitment', [content.commitment]),
    ...of('work_mode', [content.work_mode]),
  ]
  return [...new Set(labels)]
}
