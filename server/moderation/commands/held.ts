// SPDX-License-Identifier: AGPL-3.0-or-later
// A moderator's answer changes our own pages at once. What others get of it (the activities that follow its event) is
// held for a minute, so that an answer can be undone as if it had never been given.
import { record } from '../../../db/queries/events.ts'
import { deleteHeld, findHeld, holdAnswer, listHeldItems, listHeldUntil } from '../../../db/queries/held-answers.ts'
import { findItem, updateItem, type ItemChanges, type ItemRow } from '../../../db/queries/moderation.ts'
import { deleteOwnMessage } from '../../../db/queries/offer-messages.ts'
import { later } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import type { NewEvent } from '../../model/events.ts'
import type { Viewer } from '../../model/viewer.ts'
import { removeListing } from '../../public-offer/listing.ts'
import { forEachYielding } from '../../queue/event-loop.ts'
import { Forbidden } from '../../web/errors.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { canModerate } from '../policy.ts'
import { showOffer } from './show.ts'
import { wantPicturesOf } from './wanted-pictures.ts'

/** The columns that an answer may change. */
const CHANGED = [
  'state',
  'accepted_offer',
  'accepted_revision',
  'accepted_hash',
  'accepted_at',
  'accepted_by',
  'first_listed_at',
  'pending_offer',
  'pending_revision',
  'pending_since',
  'answered_offer',
  'answered_after',
  'taken_by',
  'taken_at',
  'reason_code',
  'note',
  'decided_at',
  'decided_by',
] as const satisfies readonly (keyof ItemRow)[]

/**
 * Records the event of an answer, or keeps it until the answer can no longer be undone.
 * @param before the item as it was. @param batch name of the answer, which may concern several items.
 */
export async function recordOrHold(
  tx: Tx,
  deps: Deps,
  event: NewEvent<HeldType>,
  { before, batch }: { before: ItemRow; batch: string | undefined },
): Promise<void> {
  const seconds = deps.config.undoSeconds
  if (batch === undefined || seconds === 0) return record(tx, event)
  const { actorId, subject, ...rest } = event
  await holdAnswer(tx, {
    item_id: subject,
    batch,
    person_id: actorId ?? null,
    version: before.version + 1,
    event: JSON.stringify(rest),
    before: JSON.stringify(Object.fromEntries(CHANGED.map((column) => [column, before[column]]))),
    until: later(event.at, seconds * 1000),
  })
}

export type HeldType = `moderation.${'read' | 'accepted' | 'changes_requested' | 'refused' | 'suspended' | 'removed'}`

/** Called before anything else happens to the item, so that others hear of everything in its order. */
export async function sendHeld(tx: Tx, itemId: string): Promise<void> {
  const held = await findHeld(tx, itemId)
  if (!held) return
  await deleteHeld(tx, itemId)
  const event = JSON.parse(held.event) as Pick<NewEvent<HeldType>, 'type' | 'at' | 'details'>
  await record(tx, { ...event, actorId: held.person_id, subject: itemId } as NewEvent)
}

/** Sends the answers whose minute is over. */
export async function sendHeldAnswers(deps: Deps): Promise<void> {
  const due = await listHeldUntil(deps.db, deps.clock.iso())
  await forEachYielding(due, (id) => transact(deps, (tx) => sendHeld(tx, id)))
}

/**
 * Puts the items of an answer back as they were, while nothing has left yet. Only who gave it can.
 * @returns `undone`: ids of the items; `left`: titles of those that have changed since, whose answer stands.
 * @throws Forbidden.
 */
export async function undoAnswer(
  deps: Deps,
  viewer: Viewer,
  batch: string,
): Promise<{ undone: string[]; left: string[] }> {
  if (!canModerate(viewer)) throw new Forbidden()
  const outcome = { undone: [] as string[], left: [] as string[] }
  await forEachYielding(await listHeldItems(deps.db, batch, viewer.personId ?? ''), async (id) => {
    const title = await transact(deps, (tx) => undoOne(tx, deps, id))
    if (title === undefined) outcome.undone.push(id)
    else outcome.left.push(title)
  })
  return outcome
}

/** @returns the title of an item that cannot be put back. */
async function undoOne(tx: Tx, deps: Deps, id: string): Promise<string | undefined> {
  const held = await findHeld(tx, id)
  const item = await findItem(tx, id)
  if (!held || !item || item.version !== held.version || held.until <= deps.clock.iso()) return item?.title ?? ''
  const before = JSON.parse(held.before) as ItemChanges
  const { at } = JSON.parse(held.event) as Pick<NewEvent<HeldType>, 'at'>
  await deleteOwnMessage(tx, { offer_uri: item.offer_uri, partner_uri: item.association_uri }, at)
  await updateItem(tx, id, { ...before, version: item.version + 1 })
  await wantPicturesOf(tx, deps, { ...item, ...before } as ItemRow)
  if (before.accepted_offer) await showOffer(tx, deps, { ...item, ...before } as ItemRow)
  else if (item.accepted_offer) await removeListing(tx, deps, item.offer_uri)
  await deleteHeld(tx, id)
  return undefined
}
