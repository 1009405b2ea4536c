// SPDX-License-Identifier: AGPL-3.0-or-later
import { findAffiliationWith } from '../../../db/queries/affiliations.ts'
import type { ItemRow } from '../../../db/queries/moderation.ts'
import type { Deps } from '../../deps.ts'
import { putListing } from '../../public-offer/listing.ts'
import type { Tx } from '../../web/transact.ts'

/** Not while the centre has paused the member. `via` goes into the link home, so that the association can count the visits from here. */
export async function showOffer(
  tx: Tx,
  deps: Deps,
  item: Pick<ItemRow, 'association_uri' | 'accepted_offer' | 'accepted_at' | 'via'>,
): Promise<void> {
  if (!item.accepted_offer) return
  const member = await findAffiliationWith(tx, item.association_uri, 'member')
  if (member?.state === 'active' && member.paused_at !== null) return
  await putListing(tx, deps, {
    offer: item.accepted_offer,
    origin: 'member',
    approvedAt: item.accepted_at ?? deps.clock.iso(),
    ...(item.via && { via: item.via }),
  })
}
