// SPDX-License-Identifier: AGPL-3.0-or-later
// The offer of a public id: an own one that was published, whatever its state, or a member's as we approved it.
import { findListing, type ListingRow } from '../../db/queries/listings.ts'
import { findOffer, type OfferRow } from '../../db/queries/offers.ts'
import type { Deps } from '../deps.ts'
import type { OfferContent } from '../model/offer/content.ts'
import { getPublicOffer } from '../public-offer/public-offer.ts'
import { withSettledTowns } from '../public-offer/settled.ts'
import { isScheduled, listedState, shownState, type ShownState } from '../model/offer/standing.ts'
import { Gone, NotFound } from '../web/errors.ts'
import type { Viewer } from '../model/viewer.ts'

export type ShownOffer = {
  publicId: string
  uri: string
  homeUrl: string
  origin: 'home' | 'member'
  offerId: string | null
  revision: number
  content: OfferContent
  association: { uri: string; name: string; url: string; mission: string; sectors?: string[] }
  state: ShownState
  closedReason: string | null
  reopenOn: string | null
  /** Not listed and not indexed; anybody with the URL may read it. */
  isUnlisted: boolean
  applications: 'open' | 'closed' | 'full'
  remaining: number | null
  publishFrom: string
  publishUntil: string
  publishedAt: string
  updatedAt: string
  approvedAt: string | null
  via: string
}

/** @throws NotFound for what was never published, or is not for this person. @throws Gone for what was removed. */
export async function getShownOffer(deps: Deps, viewer: Viewer, publicId: string): Promise<ShownOffer> {
  const own = await findOffer(deps.db, publicId)
  if (own) return ownOffer(deps, viewer, own)
  const listing = await findListing(deps.db, publicId)
  if (!listing || listing.origin !== 'member') throw new NotFound()
  return listedOffer(listing, deps.clock.iso())
}

async function ownOffer(deps: Deps, viewer: Viewer, row: OfferRow): Promise<ShownOffer> {
  const now = deps.clock.iso()
  const visible = viewer.isSignedIn ? (['public', 'unlisted', 'members'] as const) : (['public', 'unlisted'] as const)
  const offer = isScheduled(row, now) ? undefined : await getPublicOffer(deps.db, deps, row.id, visible)
  if (!offer) throw row.state === 'archived' && row.revision > 0 ? new Gone() : new NotFound()
  const { standing } = offer
  return {
    publicId: row.id,
    homeUrl: offer.url,
    origin: 'home',
    offerId: row.id,
    state: shownState(row, standing, now),
    closedReason: row.closed_reason,
    reopenOn: row.reopen_on,
    isUnlisted: row.visibility !== 'public',
    approvedAt: null,
    via: '',
    remaining: standing.remaining,
    applications: standing.applications,
    publishFrom: standing.publish_from,
    publishUntil: standing.publish_until,
    publishedAt: offer.published_at,
    updatedAt: offer.updated_at,
    uri: offer.uri,
    revision: offer.revision,
    content: await withSettledTowns(deps.db, deps, offer.content),
    association: offer.association,
  }
}

export function listedOffer(row: ListingRow, now: string): ShownOffer {
  const { association_mission: mission, association_sectors: sectors = [], ...content } = row.content
  return {
    publicId: row.public_id,
    uri: row.offer_uri,
    homeUrl: row.home_url,
    origin: row.origin,
    offerId: row.offer_id,
    revision: row.revision,
    content,
    association: { uri: row.association_uri, name: row.association_name, url: row.association_url, mission, sectors },
    state: listedState(row, now),
    closedReason: null,
    reopenOn: null,
    isUnlisted: false,
    applications: row.applications,
    remaining: row.remaining,
    publishFrom: row.visible_from,
    publishUntil: row.visible_until,
    publishedAt: row.published_at,
    updatedAt: row.updated_at,
    approvedAt: row.approved_at,
    via: row.via,
  }
}

export const nameOf = ({ uri, origin, association }: ShownOffer) => ({
  offer_uri: uri,
  origin,
  association_uri: association.uri,
})
