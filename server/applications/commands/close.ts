// SPDX-License-Identifier: AGPL-3.0-or-later
import { listAcceptedIds, listWaitingOf, saveApplication } from '../../../db/queries/applications.ts'
import { record } from '../../../db/queries/events.ts'
import type { Deps } from '../../deps.ts'
import { newEvent } from '../../model/events.ts'
import type { Tx } from '../../web/transact.ts'
import { keepLink } from '../link.ts'
import { step } from '../rules.ts'
import { createYielding } from '../../queue/event-loop.ts'

/** Call it in the transaction that closes or cancels the offer. @returns how many applications were ended. */
export async function closeApplicationsOf(
  tx: Tx,
  deps: Deps,
  offerId: string,
  actorId: string | null = null,
): Promise<number> {
  const now = deps.clock.iso()
  const waiting = await listWaitingOf(tx, offerId)
  // An offer may have thousands; pages are read meanwhile.
  const yieldLoop = createYielding()
  for (const { id, state } of waiting) {
    await yieldLoop()
    const result = step(state, 'close_offer')
    if (!result.ok) continue
    await saveApplication(tx, id, state, { state: result.to, decided_at: now, updated_at: now, held_until: null })
    await keepLink(tx, deps, id, result.to)
    const details = { offer: offerId, from: state }
    await record(tx, newEvent(result.fact, { at: now, actorId, subject: id, details }))
  }
  return waiting.length
}

/** Call it in the transaction that cancels the offer: whoever was accepted is told not to come. */
export async function announceCancellation(tx: Tx, deps: Deps, offerId: string, actorId: string | null): Promise<void> {
  const yieldLoop = createYielding()
  for (const subject of await listAcceptedIds(tx, offerId)) {
    await yieldLoop()
    const about = { at: deps.clock.iso(), actorId, subject, details: { offer: offerId } }
    await record(tx, newEvent('application.offer_cancelled', about))
  }
}
