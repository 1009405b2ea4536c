// SPDX-License-Identifier: AGPL-3.0-or-later
// An offer leaves because its association wants it, because the association leaves, or because no source announces it.
import { record } from '../../../db/queries/events.ts'
import { findItemOfOffer, listItemsOf, updateItem, type ItemRow } from '../../../db/queries/moderation.ts'
import {
  listAnnouncingSources,
  undoAnnounces,
  undoAnnouncesFrom,
  undoAnnouncesOf,
} from '../../../db/queries/sources.ts'
import type { Deps } from '../../deps.ts'
import { removeListing } from '../../public-offer/listing.ts'
import { OFFERS_AT_ONCE, type Tx } from '../../web/transact.ts'
import { next, situationOf } from '../rules/item.ts'
import { sendHeld } from './held.ts'
import { offline } from './offline.ts'

/** Ignored when the offer belongs to another association, or has already left. */
export async function receiveWithdrawal(tx: Tx, deps: Deps, offerUri: string, actorUri: string): Promise<void> {
  const item = await findItemOfOffer(tx, offerUri)
  if (item?.association_uri !== actorUri) return
  // Other kinds of sites do not take back single announces.
  if (item.is_foreign) await undoAnnouncesFrom(tx, new URL(offerUri).origin, offerUri, deps.clock.iso())
  await withdraw(tx, deps, item)
}

/**
 * For an association that is no longer a member. Offers that a source still announces stay.
 * @param after the item before the first of this batch; the others follow in batches of their own.
 */
export async function removeItemsOf(tx: Tx, deps: Deps, actorUri: string, after = ''): Promise<void> {
  const items = await listItemsOf(tx, actorUri, after, OFFERS_AT_ONCE)
  for (const item of items) {
    if (item.state === 'withdrawn') continue
    if (await isCarried(tx, item)) await updateItem(tx, item.id, { is_direct: 0, via: '' })
    else await withdraw(tx, deps, item)
  }
  const last = items.at(OFFERS_AT_ONCE - 1)
  if (!last) return
  const details = { association: actorUri, after: last.id }
  await record(tx, { type: 'moderation.leaving', at: deps.clock.iso(), details })
}

/** For a source that we no longer follow: the offers that only it announced leave, a batch now and the others after. */
export async function removeItemsThrough(tx: Tx, deps: Deps, sourceUri: string): Promise<void> {
  const at = deps.clock.iso()
  const offers = await undoAnnouncesOf(tx, sourceUri, at, OFFERS_AT_ONCE)
  for (const uri of offers) await leaveUnlessCarried(tx, deps, uri)
  if (offers.length === OFFERS_AT_ONCE)
    await record(tx, { type: 'moderation.leaving_source', at, details: { source: sourceUri } })
}

/** `which`: one announce, or all announces of an offer. A second call changes nothing. */
export async function receiveUnannounced(
  tx: Tx,
  deps: Deps,
  announcerUri: string,
  which: { announceId: string } | { offerUri: string },
): Promise<void> {
  for (const uri of await undoAnnounces(tx, announcerUri, which, deps.clock.iso()))
    await leaveUnlessCarried(tx, deps, uri)
}

/** An offer that we refused, suspended or removed keeps its state. */
async function leaveUnlessCarried(tx: Tx, deps: Deps, offerUri: string): Promise<void> {
  const item = await findItemOfOffer(tx, offerUri)
  const isOver = !item || ['refused', 'suspended', 'removed'].includes(item.state)
  if (!isOver && !item.is_direct && !(await isCarried(tx, item))) await withdraw(tx, deps, item)
}

/**
 * Only a source nearer to the association than we are counts. Two centres that follow each other would otherwise keep
 * an offer online for ever.
 */
async function isCarried(tx: Tx, item: ItemRow): Promise<boolean> {
  return (await listAnnouncingSources(tx, item.offer_uri)).some(({ hops }) => hops < item.hops)
}

async function withdraw(tx: Tx, deps: Deps, item: ItemRow): Promise<void> {
  const step = next(situationOf(item), 'withdrawal')
  if (!step) return
  await sendHeld(tx, item.id)
  await removeListing(tx, deps, item.offer_uri)
  await updateItem(tx, item.id, { state: step.state, ...offline(item), reason_code: null, version: item.version + 1 })
  await record(tx, {
    type: 'moderation.withdrawn',
    at: deps.clock.iso(),
    subject: item.id,
    details: { offer: item.offer_uri, association: item.association_uri, was_online: item.accepted_offer !== null },
  })
}
