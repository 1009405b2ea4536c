// SPDX-License-Identifier: AGPL-3.0-or-later
import { saveApplication, type ApplicationRow } from '../../../db/queries/applications.ts'
import { record } from '../../../db/queries/events.ts'
import type { Deps } from '../../deps.ts'
import { refreshStanding } from '../../public-offer/standing.ts'
import { newEvent } from '../../model/events.ts'
import { Conflict, Refused } from '../../web/errors.ts'
import type { Tx } from '../../web/transact.ts'
import { keepLink } from '../link.ts'
import { findHomeOffer } from '../offer.ts'
import { isFull } from '../../model/offer/standing.ts'
import { step, type ApplicationAction } from '../rules.ts'

type Decision = {
  /** Id of the person who acts; null for the applicant and the timetable. */
  by: string | null
  reason?: string | null
  answer?: string
  /** Id of the volunteer that this person became. */
  personId?: string
}

/** @throws Refused when the state does not allow it or no seat is left; Conflict when it was changed meanwhile. */
export async function move(
  tx: Tx,
  deps: Deps,
  application: ApplicationRow,
  action: Exclude<ApplicationAction, 'confirm'>,
  decision: Decision,
): Promise<void> {
  const { id, state: from, offer_id } = application
  const result = step(from, action)
  if (!result.ok) throw new Refused(result.reason)
  const offer = await findHomeOffer(tx, offer_id)
  if (action === 'accept' && offer && isFull(offer, offer.accepted)) throw new Refused('applications.refused.full')
  const now = deps.clock.iso()
  const saved = await saveApplication(tx, id, from, {
    state: result.to,
    updated_at: now,
    ...(action !== 'take' && { decided_at: now, decided_by: decision.by }),
    ...(decision.reason !== undefined && { reason_code: decision.reason }),
    ...(decision.answer !== undefined && { answer: decision.answer }),
    ...(decision.personId !== undefined && { person_id: decision.personId }),
  })
  if (!saved) throw new Conflict()
  await keepLink(tx, deps, id, result.to)
  const details = { offer: offer_id, from, ...(decision.reason && { reason: decision.reason }) }
  await record(tx, newEvent(result.fact, { at: now, actorId: decision.by, subject: id, details }))
  if (offer && from === 'accepted') await placeChanged(tx, deps, offer, -1)
  if (offer && result.to === 'accepted') await placeChanged(tx, deps, offer, 1)
}

type Places = { id: string; capacity: number | null; accepted: number }

/** An offer without a limit has no public number of seats. */
async function placeChanged(tx: Tx, deps: Deps, before: Places, change: 1 | -1): Promise<void> {
  if (before.capacity === null) return
  const isFullNow = isFull(before, before.accepted + change)
  const what = isFullNow ? 'full' : isFull(before, before.accepted) ? 'freed' : 'capacity'
  await refreshStanding(tx, deps, before.id, what)
}
