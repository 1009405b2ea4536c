// SPDX-License-Identifier: AGPL-3.0-or-later
import { countAccepted } from '../../db/queries/applications.ts'
import { findOffer, type OfferRow } from '../../db/queries/offers.ts'
import { findPerson, type PersonRow } from '../../db/queries/people.ts'
import { NotFound } from '../web/errors.ts'
import type { Handle } from '../web/transact.ts'
import type { Viewer } from '../model/viewer.ts'
import { closedWhy } from '../model/offer/standing.ts'

export type HomeOffer = OfferRow & {
  accepted: number
  contact: Pick<PersonRow, 'id' | 'email_key' | 'given_name' | 'family_name'> | undefined
}

export async function findHomeOffer(db: Handle, id: string): Promise<HomeOffer | undefined> {
  const offer = await findOffer(db, id)
  if (!offer) return undefined
  const contact = offer.contact_id ? await findPerson(db, offer.contact_id) : undefined
  return {
    ...offer,
    accepted: await countAccepted(db, id),
    contact,
  }
}

/** @throws NotFound for drafts, archived and future offers, and for members' offers when nobody is signed in. */
export async function getShownOffer(db: Handle, viewer: Viewer, id: string, now: string): Promise<HomeOffer> {
  const offer = await findHomeOffer(db, id)
  const hidden =
    !offer ||
    offer.revision === 0 ||
    offer.state === 'archived' ||
    closedWhy(offer, offer.accepted, now) === 'not_yet' ||
    (offer.visibility === 'members' && !viewer.isSignedIn)
  if (hidden) throw new NotFound()
  return offer
}
