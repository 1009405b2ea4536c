// SPDX-License-Identifier: AGPL-3.0-or-later
import * as applications from '../../../db/queries/applications.ts'
import { record } from '../../../db/queries/events.ts'
import type { Deps } from '../../deps.ts'
import { Conflict, NotFound, Refused } from '../../web/errors.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { findKnown } from '../../people/commands/add.ts'
import { countNow } from '../../statistics/count.ts'
import { askGuardian } from '../guardian.ts'
import { keepLink } from '../link.ts'
import { closedToApplicants, findHomeOffer, hasSeats, type HomeOffer } from '../offer.ts'
import { step } from '../rules.ts'
import { move } from './move.ts'

type Unconfirmed = Pick<
  applications.ApplicationRow,
  'id' | 'offer_id' | 'channel' | 'state' | 'person_id' | 'email' | 'given_name' | 'family_name' | 'seats' | 'locale'
>
export type Confirmation = { outcome: 'confirmed' | 'again' | 'known'; applicationId: string }

/**
 * @returns `again` when it was confirmed before; `known`, with the other id, when the mailbox has another application
 * for the same offer.
 * @throws NotFound when the link has expired; Refused `applications.closed.*` when the offer has closed meanwhile.
 */
export async function confirmApplication(deps: Deps, token: string): Promise<Confirmation> {
  return transact(deps, async (tx) => {
    const now = deps.clock.iso()
    const application = await applications.findApplicationByToken(tx, deps.secrets.hash(token), now)
    if (!application) throw new NotFound('applications.link_over.text')
    const result = step(application.state, 'confirm')
    if (!result.ok) return { outcome: 'again', applicationId: application.id }
    const live = await applications.findLiveApplication(tx, application.offer_id, application)
    if (live) return { outcome: 'known', applicationId: live.id }
    const offer = await findHomeOffer(tx, application.offer_id)
    const why = offer ? closedToApplicants(offer, now, application.seats) : 'closed'
    if (!offer || why) throw new Refused(`applications.closed.${why ?? 'closed'}`)
    await confirmIn(tx, deps, application, offer)
    return { outcome: 'confirmed', applicationId: application.id }
  })
}

/**
 * In the transaction of the caller, who knows that the mailbox is proved and that the offer takes people. Without a free
 * place for them all, they come onto the waiting list.
 */
export async function confirmIn(tx: Tx, deps: Deps, application: Unconfirmed, offer: HomeOffer): Promise<void> {
  const { id, offer_id, channel, state } = application
  const now = deps.clock.iso()
  // Whoever is known by this mailbox and name finds it in their space, and with everything that is kept of them.
  const known = application.person_id ? undefined : await findKnown(tx, application)
  const person_id = application.person_id ?? known?.id ?? null
  const waits = !hasSeats(offer, application.seats)
  const change = { state: waits ? state : ('submitted' as const), confirmed_at: now, updated_at: now, person_id }
  if (!(await applications.saveApplication(tx, id, state, change))) throw new Conflict()
  if (waits) await move(tx, deps, { ...application, confirmed_at: null }, 'wait', { by: null })
  else {
    await keepLink(tx, deps, id, 'submitted')
    await record(tx, { type: 'application.confirmed', at: now, subject: id, details: { offer: offer_id } })
  }
  await askGuardian(tx, deps, application, offer)
  await countNow(tx, deps, { offerId: offer_id, channel, what: 'applications' })
}
