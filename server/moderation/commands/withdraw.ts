// SPDX-License-Identifier: AGPL-3.0-or-later
// An offer leaves the centre because its association wants it, because the association itself leaves, or because
// no source announces it any more.
import { record } from '../../../db/queries/events.ts'
import { findItemOfOffer, listLiveItemsOf, updateItem, type ItemRow } from '../../../db/queries/moderation.ts'
import {
  listAnnouncingSources,
  undoAnnounces,
  undoAnnouncesFrom,
  undoAnnouncesOf,
} from '../../../db/queries/sources.ts'
import type { Deps } from '../../deps.ts'
import { removeListing } from '../../public-offer/listing.ts'
import type { Tx } from '../../web/transact.ts'
import { next, situationOf } from '../rules/item.ts'
import { offline } from './offline.ts'

/** The association takes its offer back, or has deleted it. Ignored when the offer is another's, or gone already. */
export async function receiveWithdrawal(tx: Tx, deps: Deps, offerUri: string, actorUri: string): Promise<void> {
  const item = await findItemOfOffer(tx, offerUri)
  if (item?.association_uri !== actorUri) return
  // Other kinds of sites take nothing back one by one.
  if (item.is_foreign) await undoAnnouncesFrom(tx, new URL(offerUri).origin, offerUri, deps.clock.iso())
  await withdraw(tx, deps, item)
}

/** Everything an association that is no longer a member sent us leaves the site and the queue. */
export async function removeAllOf(tx: Tx, deps: Deps, actorUri: string): Promise<void> {
  for (const item of await listLiveItemsOf(tx, actorUri)) {
    if (await isCarried(tx, item)) await updateItem(tx, item.id, { is_direct: 0, via: '' })
    else await withdraw(tx, deps, item)
  }
}

/** Everything that only this source announced leaves: we follow it no more. */
export async function removeAllThrough(tx: Tx, deps: Deps, sourceUri: string): Promise<void> {
  for (const uri of await undoAnnouncesOf(tx, sourceUri, deps.clock.iso())) await leaveUnlessCarried(tx, deps, uri)
}

/** A source takes back one announce by its id, or all it announced about an offer. A second time it changes nothing. */
export async function receiveUnannounced(
  tx: Tx,
  deps: Deps,
  announcerUri: string,
  which: { announceId: string } | { offerUri: string },
): Promise<void> {
  for (const uri of await undoAnnounces(tx, announcerUri, which, deps.clock.iso()))
    await leaveUnlessCarried(tx, deps, uri)
}

/** A refusal of ours stays; only what is or may be shown is withdrawn. */
async function leaveUnlessCarried(tx: Tx, deps: Deps, offerUri: string): Promise<void> {
  const item = await findItemOfOffer(tx, offerUri)
  const isOver = !item || item.state === 'refused' || item.state === 'removed'
  if (!isOver && !item.is_direct && !(await isCarried(tx, item))) await withdraw(tx, deps, item)
}

/**
 * Somebody nearer to the association than we are still announces it. Only who is nearer counts: two centres that follow
 * each other would otherwise keep an offer up for ever, each because of the other.
 */
async function isCarried(tx: Tx, item: ItemRow): Promise<boolean> {
  return (await listAnnouncingSources(tx, item.offer_uri)).some(({ hops }) => hops < item.hops)
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
