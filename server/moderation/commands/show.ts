// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ItemRow } from '../../../db/queries/moderation.ts'
import type { Deps } from '../../deps.ts'
import { putListing } from '../../public-offer/listing.ts'
import type { Tx } from '../../web/transact.ts'

/** `via` goes into the link home, so that the association can count the visits from here. */
export async function showOffer(
  tx: Tx,
  deps: Deps,
  item: Pick<ItemRow, 'accepted_offer' | 'accepted_at' | 'via'>,
): Promise<void> {
  if (!item.accepted_offer) return
  await putListing(tx, deps, {
    offer: item.accepted_offer,
    origin: 'member',
    approvedAt: item.accepted_at ?? deps.clock.iso(),
    ...(item.via && { via: item.via }),
  })
}
