// SPDX-License-Identifier: AGPL-3.0-or-later
import * as applications from '../../../db/queries/applications.ts'
import { record } from '../../../db/queries/events.ts'
import type { Deps } from '../../deps.ts'
import { Conflict, NotFound, Refused } from '../../web/errors.ts'
import { transact } from '../../web/transact.ts'
import { countNow } from '../../statistics/count.ts'
import { keepLink } from '../link.ts'
import { findHomeOffer } from '../offer.ts'
import { closedWhy } from '../../model/offer/standing.ts'
import { step } from '../rules.ts'

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
    const { id, offer_id, channel } = application
    const live = await applications.findLiveApplication(tx, offer_id, application)
    if (live) return { outcome: 'known', applicationId: live.id }
    const offer = await findHomeOffer(tx, offer_id)
    const why = offer ? closedWhy(offer, offer.accepted, now) : 'closed'
    if (why) throw new Refused(`applications.closed.${why}`)
    const change = { state: result.to, confirmed_at: now, updated_at: now }
    if (!(await applications.saveApplication(tx, id, application.state, change))) throw new Conflict()
    await keepLink(tx, deps, id, result.to)
    await record(tx, { type: 'application.confirmed', at: now, subject: id, details: { offer: offer_id } })
    await countNow(tx, deps, { offerId: offer_id, channel, what: 'applications' })
    return { outcome: 'confirmed', applicationId: id }
  })
}
