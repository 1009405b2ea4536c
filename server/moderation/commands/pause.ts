// SPDX-License-Identifier: AGPL-3.0-or-later
// Offers of a member that the centre has paused leave the site and come back with it; what was decided about each stays.
import { record } from '../../../db/queries/events.ts'
import { findPause } from '../../../db/queries/members.ts'
import { listItemsOf } from '../../../db/queries/moderation.ts'
import type { Deps } from '../../deps.ts'
import { removeListing } from '../../public-offer/listing.ts'
import { OFFERS_AT_ONCE, type Tx } from '../../web/transact.ts'
import { showOffer } from './show.ts'
import { wantPicturesOf } from './wanted-pictures.ts'

/**
 * Hides them or shows them again, as the relation says now.
 * @param after the item before the first of this batch; the others follow in batches of their own.
 */
export async function settlePauseOf(tx: Tx, deps: Deps, associationUri: string, after = ''): Promise<void> {
  const at = deps.clock.iso()
  const isHidden = (await findPause(tx, associationUri)) !== undefined
  const items = await listItemsOf(tx, associationUri, after, OFFERS_AT_ONCE)
  for (const item of items) {
    if (!item.accepted_offer || item.accepted_revision === null) continue
    if (isHidden) await removeListing(tx, deps, item.offer_uri)
    else {
      await wantPicturesOf(tx, deps, item)
      await showOffer(tx, deps, item)
    }
    const details = { offer: item.offer_uri, association: associationUri, revision: item.accepted_revision }
    await record(tx, { type: isHidden ? 'moderation.hidden' : 'moderation.shown', at, subject: item.id, details })
  }
  const last = items.at(OFFERS_AT_ONCE - 1)
  if (!last) return
  await record(tx, { type: 'moderation.pausing', at, details: { association: associationUri, after: last.id } })
}
