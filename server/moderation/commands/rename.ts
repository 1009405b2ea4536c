// SPDX-License-Identifier: AGPL-3.0-or-later
import { record } from '../../../db/queries/events.ts'
import { listItemsOf, updateItem } from '../../../db/queries/moderation.ts'
import type { Deps } from '../../deps.ts'
import type { PublicOffer } from '../../model/offer/content.ts'
import { OFFERS_AT_ONCE, type Tx } from '../../web/transact.ts'
import { soughtBy } from '../rules/received-offer.ts'
import { sendHeld } from './held.ts'
import { showOffer } from './show.ts'

/**
 * Approved texts stay as they are, and so do the versions that moderators decide on.
 * @param after the item before the first of this batch; the others follow in batches of their own.
 */
export async function renameItems(
  tx: Tx,
  deps: Deps,
  { uri, name, url }: { uri: string; name: string; url: string },
  after = '',
): Promise<void> {
  const renamed = (offer: PublicOffer | null) => offer && { ...offer, association: { ...offer.association, name, url } }
  const items = await listItemsOf(tx, uri, after, OFFERS_AT_ONCE)
  for (const item of items) {
    await sendHeld(tx, item.id)
    const offers = { accepted_offer: renamed(item.accepted_offer), pending_offer: renamed(item.pending_offer) }
    const latest = offers.pending_offer ?? offers.accepted_offer
    await updateItem(tx, item.id, { association_name: name, ...offers, ...(latest && soughtBy(latest)) })
    await showOffer(tx, deps, { ...item, ...offers })
  }
  const last = items.at(OFFERS_AT_ONCE - 1)
  if (!last) return
  const details = { association: uri, name, url, after: last.id }
  await record(tx, { type: 'moderation.renaming', at: deps.clock.iso(), details })
}
