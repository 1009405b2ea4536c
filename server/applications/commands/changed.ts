// SPDX-License-Identifier: AGPL-3.0-or-later
// Days, hours or place of an offer changed, or what accepted people alone read: whoever was accepted before is told,
// once for all changes of a minute.
import { listAcceptedIds } from '../../../db/queries/applications.ts'
import { record } from '../../../db/queries/events.ts'
import {
  findRevisionContent,
  holdChange,
  listChangesUntil,
  listKnownRevisions,
  takeHeldChange,
} from '../../../db/queries/held-changes.ts'
import { findOffer, type OfferRow } from '../../../db/queries/offers.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { dateIn, later, MINUTE } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { newEvent } from '../../model/events.ts'
import type { OfferContent } from '../../model/offer/content.ts'
import { hasEnded } from '../../model/offer/event-days.ts'
import { forEachYielding } from '../../queue/event-loop.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { comingOf } from '../accepted.ts'

/** After the last change. */
const HELD_FOR = MINUTE

/** True when the words that say when and where people come are others. */
export function isMoved(deps: Deps, before: OfferContent, after: OfferContent): boolean {
  const t = deps.i18n.for('fr')
  const [was, now] = [comingOf(deps, before, t), comingOf(deps, after, t)]
  return was.when !== now.when || was.where !== now.where
}

/**
 * Call it in the transaction that saves a change.
 * @param before the offer as it was. @param after.tellsNote what accepted people alone read is another; `at`: the
 * instant of the change. @returns true when people will be told.
 */
export async function holdMove(
  tx: Tx,
  deps: Deps,
  before: OfferRow,
  { content, tellsNote, at }: { content: OfferContent; tellsNote: boolean; at: string },
): Promise<boolean> {
  if (!tellsNote && !isMoved(deps, before.content, content)) return false
  if ((await listAcceptedIds(tx, before.id, at)).length === 0) return false
  const until = later(deps.clock.iso(), HELD_FOR)
  const tells_note = tellsNote ? 1 : 0
  await holdChange(tx, { offer_id: before.id, revision: before.revision, changed_at: at, until, tells_note })
  return true
}

/** Tells of the changes whose minute is over. */
export async function sendHeldChanges(deps: Deps): Promise<void> {
  const due = await listChangesUntil(deps.db, deps.clock.iso())
  await forEachYielding(due, (id) => transact(deps, (tx) => sendOne(tx, deps, id)))
}

async function sendOne(tx: Tx, deps: Deps, offerId: string): Promise<void> {
  const now = deps.clock.iso()
  const held = await takeHeldChange(tx, offerId, now)
  const offer = held && (await findOffer(tx, offerId))
  // Of a cancelled offer they are told that it does not take place.
  if (!offer || offer.state === 'cancelled' || offer.state === 'archived') return
  const before = await findRevisionContent(tx, offerId, held.revision)
  const today = dateIn((await getAssociation(tx)).time_zone, deps.clock.now())
  if (!before || (hasEnded(before, today) && hasEnded(offer.content, today))) return
  const tellsNote = held.tells_note === 1 && offer.accepted_note !== ''
  // Whoever was accepted between two changes knows the text of that moment.
  const moved = new Map<number, boolean>()
  for (const { id: subject, revision } of await listKnownRevisions(tx, offerId, held)) {
    if (!moved.has(revision)) {
      const known = await findRevisionContent(tx, offerId, revision)
      moved.set(revision, known !== undefined && isMoved(deps, known, offer.content))
    }
    if (!moved.get(revision) && !tellsNote) continue
    const details = { offer: offerId, revision, ...(tellsNote && { note: true }) }
    await record(tx, newEvent('application.offer_changed', { at: now, actorId: null, subject, details }))
  }
}
