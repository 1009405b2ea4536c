// SPDX-License-Identifier: AGPL-3.0-or-later
import { countSeatsTaken } from '../../db/queries/applications.ts'
import { findOffer, type OfferRow } from '../../db/queries/offers.ts'
import { NotFound } from '../web/errors.ts'
import type { Handle } from '../web/transact.ts'
import type { Viewer } from '../model/viewer.ts'
import { closedWhy, remaining, type ClosedWhy } from '../model/offer/standing.ts'

export type HomeOffer = OfferRow & {
  /** Seats, those that are held included. */
  taken: number
}

export async function findHomeOffer(db: Handle, id: string): Promise<HomeOffer | undefined> {
  const offer = await findOffer(db, id)
  return offer && { ...offer, taken: await countSeatsTaken(db, id) }
}

/** @throws NotFound for drafts, archived and future offers, and for members' offers when nobody is signed in. */
export async function getShownOffer(db: Handle, viewer: Viewer, id: string, now: string): Promise<HomeOffer> {
  const offer = await findHomeOffer(db, id)
  const hidden =
    !offer ||
    offer.revision === 0 ||
    offer.state === 'archived' ||
    closedWhy(offer, offer.taken, now) === 'not_yet' ||
    (offer.visibility === 'members' && !viewer.isSignedIn)
  if (hidden) throw new NotFound()
  return offer
}

/** Undefined when so many people can apply, be it for the waiting list. @param now ISO instant. */
export function closedToApplicants(offer: HomeOffer, now: string, seats = 1): ClosedWhy | undefined {
  const why = closedWhy(offer, offer.taken, now)
  if (why !== undefined && why !== 'full') return why
  // Nobody waits for more places than there are.
  const canWait = !offer.content.no_waiting_list && (offer.capacity === null || seats <= offer.capacity)
  return canWait || hasSeats(offer, seats) ? undefined : 'full'
}

/** Whether so many people fit in. */
export function hasSeats(offer: Pick<HomeOffer, 'capacity' | 'taken'>, seats: number): boolean {
  const free = remaining(offer, offer.taken)
  return free === null || seats <= free
}
