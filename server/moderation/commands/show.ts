// SPDX-License-Identifier: AGPL-3.0-or-later
import { findPause } from '../../../db/queries/members.ts'
import { updateItem, type ItemRow } from '../../../db/queries/moderation.ts'
import type { Deps } from '../../deps.ts'
import { putListing } from '../../public-offer/listing.ts'
import type { Tx } from '../../web/transact.ts'

/**
 * Not while the centre has paused the member. What was here before is not new again. `via` goes into the link home, so
 * that the association can count the visits from here.
 */
export async function showOffer(
  tx: Tx,
  deps: Deps,
  item: Pick<ItemRow, 'id' | 'association_uri' | 'accepted_offer' | 'accepted_at' | 'first_listed_at' | 'via'>,
): Promise<void> {
  if (!item.accepted_offer) return
  if ((await findPause(tx, item.association_uri)) !== undefined) return
  const listedAt = item.first_listed_at ?? deps.clock.iso()
  if (item.first_listed_at === null) await updateItem(tx, item.id, { first_listed_at: listedAt })
  await putListing(tx, deps, {
    offer: item.accepted_offer,
    origin: 'member',
    listedAt,
    approvedAt: item.accepted_at ?? deps.clock.iso(),
    ...(item.via && { via: item.via }),
  })
}
