// SPDX-License-Identifier: AGPL-3.0-or-later
import { listItemsOf, updateItem } from '../../../db/queries/moderation.ts'
import type { Deps } from '../../deps.ts'
import type { PublicOffer } from '../../model/offer/content.ts'
import type { Tx } from '../../web/transact.ts'
import { sendHeld } from './held.ts'
import { showOffer } from './show.ts'

/** Approved texts stay as they are, and so do the versions that moderators decide on. */
export async function renameAssociation(
  tx: Tx,
  deps: Deps,
  { uri, name, url }: { uri: string; name: string; url: string },
): Promise<void> {
  const renamed = (offer: PublicOffer | null) => offer && { ...offer, association: { ...offer.association, name, url } }
  for (const item of await listItemsOf(tx, uri)) {
    await sendHeld(tx, item.id)
    const offers = { accepted_offer: renamed(item.accepted_offer), pending_offer: renamed(item.pending_offer) }
    await updateItem(tx, item.id, { association_name: name, ...offers })
    await showOffer(tx, deps, { ...item, ...offers })
  }
}
