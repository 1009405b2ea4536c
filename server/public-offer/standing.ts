// SPDX-License-Identifier: AGPL-3.0-or-later
import { countSeatsTaken } from '../../db/queries/applications.ts'
import { record } from '../../db/queries/events.ts'
import { findOffer, touchOffer } from '../../db/queries/offers.ts'
import type { Deps } from '../deps.ts'
import type { Tx } from '../web/transact.ts'
import { type StandingChange } from '../model/offer/rules.ts'
import { isFull } from '../model/offer/standing.ts'
import { after } from '../base/clock.ts'
import { keepListing } from './listing.ts'

/**
 * Counts the places again after the number of accepted people changed. The version stays, so that open forms are valid.
 * @param what the change; 'capacity' becomes 'full' when the last place is taken.
 */
export async function refreshStanding(
  tx: Tx,
  deps: Deps,
  offerId: string,
  what: StandingChange = 'capacity',
): Promise<void> {
  const offer = await findOffer(tx, offerId)
  if (!offer || offer.revision === 0 || offer.state === 'archived') return
  const now = after(offer.updated_at, deps.clock.iso())
  const full = isFull(offer, await countSeatsTaken(tx, offerId))
  await touchOffer(tx, offerId, { updated_at: now })
  const details = { what: what === 'capacity' && full ? ('full' as const) : what }
  await record(tx, { type: 'offer.standing_changed', at: now, subject: offerId, details })
  await keepListing(tx, deps, offerId)
}
