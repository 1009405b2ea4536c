// SPDX-License-Identifier: AGPL-3.0-or-later
// Each decision gives the version of the item it was made on; Conflict is thrown when the item has changed since.
import { findItem, updateItem, type ItemChanges, type ItemRow } from '../../../db/queries/moderation.ts'
import { addMessage } from '../../../db/queries/offer-messages.ts'
import type { Deps } from '../../deps.ts'
import type { Comments } from '../../model/offer/comments.ts'
import { contentHash } from '../../model/offer/material.ts'
import { removeListing } from '../../public-offer/listing.ts'
import { newEvent, type Details, type NewEvent } from '../../model/events.ts'
import { Conflict, Forbidden, NotFound, Refused } from '../../web/errors.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import { isComplete } from '../completion.ts'
import { canModerate } from '../policy.ts'
import { isWaiting, next, situationOf, type State, type Trigger } from '../rules/item.ts'
import { recordOrHold, sendHeld, type HeldType } from './held.ts'
import { offline } from './offline.ts'
import { showOffer } from './show.ts'
import { wantPicturesOf } from './wanted-pictures.ts'

/** `batch`: name of an answer that can be undone for a minute; without one, others hear of it at once. */
type On = { version: number; batch?: string }
type DecisionEvent<T extends HeldType> = T extends HeldType
  ? { type: T; details: Omit<Details<T>, 'offer' | 'association'> }
  : never
type Decided = { changes: ItemChanges; event?: DecisionEvent<HeldType> }

/** Marks the item as being read, so that two people do not do the same work. Any moderator may still decide on it. */
export async function takeItem(deps: Deps, viewer: Viewer, id: string, on: On): Promise<void> {
  await decide(deps, viewer, id, on, 'take', async (_tx, _item, at) => ({
    changes: { taken_by: viewer.personId, taken_at: at },
  }))
}

/** Shows the waiting text in place of the one before, or marks a text of a trusted member as read. */
export async function acceptOffer(deps: Deps, viewer: Viewer, id: string, on: On): Promise<void> {
  await decide(deps, viewer, id, on, 'accept', async (tx, item, at) => {
    const decision = { ...by(viewer, at), accepted_by: viewer.personId }
    const offer = item.pending_offer
    if (!offer) return { changes: decision, event: { type: 'moderation.read', details: {} } }
    if (item.is_foreign && !isComplete(offer.content)) throw new Refused('moderation.refused.incomplete')
    const shown: ItemChanges = {
      accepted_offer: offer,
      accepted_revision: offer.revision,
      accepted_hash: contentHash(offer.content),
      accepted_at: at,
    }
    // Copies may have gone since it was refused or removed; those of the text before stay while this can be undone.
    await wantPicturesOf(tx, deps, item)
    await showOffer(tx, deps, { ...item, accepted_offer: offer, accepted_at: at })
    const none: ItemChanges = { answered_offer: null, pending_offer: null, pending_revision: null, pending_since: null }
    const changes = { ...shown, ...none, ...decision, ...free, reason_code: null, note: '' }
    return { changes, event: { type: 'moderation.accepted', details: { revision: offer.revision } } }
  })
}

/** @param input.question what the association reads; at most 1000 characters. @param input.comments beside fields. */
export async function askForChanges(
  deps: Deps,
  viewer: Viewer,
  id: string,
  { question, comments, ...on }: On & { question: string; comments?: Comments },
): Promise<void> {
  await decide(deps, viewer, id, on, 'ask', async (tx, item, at) => {
    await addMessage(tx, {
      id: deps.newId(),
      offer_uri: item.offer_uri,
      partner_uri: item.association_uri,
      is_ours: 1,
      person_id: viewer.personId,
      at,
      revision: item.pending_revision ?? item.latest_revision,
      words: question,
      ...(comments && { comments }),
    })
    return {
      changes: { ...free, ...by(viewer, at), ...read(item), reason_code: null, note: question },
      event: { type: 'moderation.changes_requested', details: { revision: item.pending_revision } },
    }
  })
}

/** @param input.reason a code of the list `refusal_reason`; the association receives it with `input.note`. */
export async function refuseOffer(
  deps: Deps,
  viewer: Viewer,
  id: string,
  input: On & { reason: string; note: string },
): Promise<void> {
  await decide(deps, viewer, id, input, 'refuse', async (_tx, item, at) => ({
    changes: { ...free, ...by(viewer, at), ...read(item), reason_code: input.reason, note: input.note },
    event: { type: 'moderation.refused', details: { revision: item.pending_revision, reason: input.reason } },
  }))
}

/**
 * The offer leaves the site at once, until it is taken back (acceptOffer) or another text is accepted. The association
 * receives the reason.
 */
export async function suspendOffer(
  deps: Deps,
  viewer: Viewer,
  id: string,
  input: On & { reason: string; note: string },
): Promise<void> {
  await transact(deps, (tx) => suspendIn(tx, deps, viewer, id, input))
}

/** Of a transaction that has more to do. */
export async function suspendIn(
  tx: Tx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  input: On & { reason: string; note: string },
): Promise<void> {
  await decideIn(tx, deps, viewer, id, input, 'suspend', async (item, at) => {
    await removeListing(tx, deps, item.offer_uri)
    return {
      changes: { ...offline(item), ...by(viewer, at), reason_code: input.reason, note: input.note },
      event: { type: 'moderation.suspended', details: { revision: item.accepted_revision, reason: input.reason } },
    }
  })
}

/** The offer leaves the site at once. The association receives the reason. */
export async function removeOffer(
  deps: Deps,
  viewer: Viewer,
  id: string,
  input: On & { reason: string; note: string },
): Promise<void> {
  await decide(deps, viewer, id, input, 'remove', async (tx, item, at) => {
    await removeListing(tx, deps, item.offer_uri)
    return {
      changes: { ...offline(item), ...by(viewer, at), reason_code: input.reason, note: input.note },
      event: { type: 'moderation.removed', details: { revision: item.accepted_revision, reason: input.reason } },
    }
  })
}

const free = { taken_by: null, taken_at: null }
/** The text that was answered, for the comparison when it comes back. */
const read = ({ pending_offer, answered_offer }: ItemRow) => ({ answered_offer: pending_offer ?? answered_offer })
const by = (viewer: Viewer, at: string) => ({ decided_at: at, decided_by: viewer.personId })

async function decide(
  deps: Deps,
  viewer: Viewer,
  id: string,
  on: On,
  trigger: Trigger,
  work: (tx: Tx, item: ItemRow, at: string) => Promise<Decided>,
): Promise<void> {
  await transact(deps, (tx) => decideIn(tx, deps, viewer, id, on, trigger, (item, at) => work(tx, item, at)))
}

async function decideIn(
  tx: Tx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  on: On,
  trigger: Trigger,
  work: (item: ItemRow, at: string) => Promise<Decided>,
): Promise<void> {
  if (!canModerate(viewer)) throw new Forbidden()
  const item = await findItem(tx, id)
  if (!item) throw new NotFound()
  if (item.version !== on.version) throw new Conflict('moderation.conflict')
  await sendHeld(tx, id)
  const at = deps.clock.iso()
  const state = stateAfter(item, trigger)
  const { changes, event } = await work(item, at)
  await updateItem(tx, id, { ...changes, ...(event && delayOf(viewer, item, at)), state, version: item.version + 1 })
  if (!event) return
  const details = { ...event.details, offer: item.offer_uri, association: item.association_uri }
  const sent = newEvent(event.type, { at, actorId: viewer.personId, subject: id, details }) as NewEvent<HeldType>
  await recordOrHold(tx, deps, sent, { before: item, batch: on.batch })
}

/** How long the association waited for this answer; the timetable answers nobody. */
function delayOf({ personId }: Viewer, item: ItemRow, at: string): ItemChanges {
  if (!personId || !item.pending_since || !isWaiting(item.state)) return {}
  return { answered_after: Math.max(0, Date.parse(at) - Date.parse(item.pending_since)) }
}

function stateAfter(item: ItemRow, trigger: Trigger): State {
  const step = next(situationOf(item), trigger)
  if (!step) throw new Refused('moderation.refused.not_now')
  return step.state
}
