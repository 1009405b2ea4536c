// SPDX-License-Identifier: AGPL-3.0-or-later
import { cut } from '../base/cut.ts'
import { countSeatsTaken } from '../../db/queries/applications.ts'
import { getAssociation, type AssociationRow } from '../../db/queries/association.ts'
import { findOffer, type OfferRow } from '../../db/queries/offers.ts'
import { actorUri } from '../web/addresses.ts'
import type { Deps } from '../deps.ts'
import { pickText } from '../text/i18n.ts'
import type { Handle } from '../web/transact.ts'
import type { PublicOffer } from '../model/offer/content.ts'
import { closedWhy, isScheduled, standingOf } from '../model/offer/standing.ts'

type Visibility = OfferRow['visibility']

/** The id of the offer everywhere, and the URL of its page. Never reused, never changed. */
export function offerUri(deps: Pick<Deps, 'config'>, id: string): string {
  return `${deps.config.publicUrl}/offers/${id}`
}

/**
 * @param visible `public` offers alone are listed and leave this instance; add `unlisted` or `members` to show a page.
 * @returns undefined for drafts, archived offers and other visibilities.
 */
export async function getPublicOffer(
  db: Handle,
  deps: Pick<Deps, 'config' | 'clock'>,
  offerId: string,
  visible: readonly Visibility[] = ['public'],
): Promise<PublicOffer | undefined> {
  const offer = await findOffer(db, offerId)
  if (!offer || offer.revision === 0 || offer.state === 'archived' || !visible.includes(offer.visibility)) {
    return undefined
  }
  return toPublicOffer(deps, offer, await getAssociation(db), await countSeatsTaken(db, offerId))
}

export function toPublicOffer(
  deps: Pick<Deps, 'config' | 'clock'>,
  offer: OfferRow,
  association: AssociationRow,
  taken: number,
): PublicOffer {
  const uri = offerUri(deps, offer.id)
  const now = deps.clock.iso()
  const why = closedWhy(offer, taken, isScheduled(offer, now) ? (offer.publish_from ?? now) : now)
  return {
    uri,
    url: uri,
    revision: offer.revision,
    content_hash: offer.content_hash ?? '',
    published_at: offer.published_at ?? offer.created_at,
    updated_at: offer.updated_at,
    content: offer.content,
    standing: standingOf(offer, taken, now),
    ...(why && { closed_why: why }),
    association: {
      uri: actorUri(deps),
      name: association.name,
      url: `${deps.config.publicUrl}/`,
      ...(association.sectors.length > 0 && { sectors: association.sectors }),
      mission: cut(pickText(association.mission, association.locale).text, 400),
    },
  }
}
