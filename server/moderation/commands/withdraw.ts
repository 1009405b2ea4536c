// SPDX-License-Identifier: AGPL-3.0-or-later
// An offer leaves the centre because its association wants it, or because the association itself leaves.
import { record } from '../../../db/queries/events.ts'
import { findItemOfOffer, listLiveItemsOf, updateItem, type ItemRow } from '../../../db/queries/moderation.ts'
import type { Deps } from '../../deps.ts'
import { removeListing } from '../../search/listings.ts'
import type { Tx } from '../../web/transact.ts'
import { next, situationOf } from '../rules.ts'
import { offline } from './offline.ts'

/** The association takes its offer back, or has deleted it. Ignored when the offer is another's, or gone already. */
export async function receiveWithdrawal(tx: Tx, deps: Deps, offerUri: string, actorUri: string): Promise<void> {
  const item = await findItemOfOffer(tx, offerUri)
  if (item?.association_uri === actorUri) await withdraw(tx, deps, item)
}

/** Everything of an association that is no longer a member leaves the site and the queue. */
export async function removeAllOf(tx: Tx, deps: Deps, actorUri: string): Promise<void> {
  for (const item of await listLiveItemsOf(tx, actorUri)) await withdraw(tx, deps, item)
}

async function withdraw(tx: Tx, deps: Deps, item: ItemRow): Promise<void> {
  const step = next(situationOf(item), 'withdrawal')
  if (!step) return
  await removeListing(tx, item.offer_uri)
  await updateItem(tx, item.id, { state: step.state, ...offline(item), reason_code: null, version: item.version + 1 })
  await record(tx, {
    type: 'moderation.withdrawn',
    at: deps.clock.iso(),
    subject: item.id,
    details: { offer: item.offer_uri, association: item.association_uri, was_online: item.accepted_offer !== null },
  })
}
