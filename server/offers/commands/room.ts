// SPDX-License-Identifier: AGPL-3.0-or-later
// What every change of an offer shares: load it, ask the policy and the rules, save, leave the fact, keep the list true.
import { getAssociation, type AssociationRow } from '../../../db/queries/association.ts'
import { record, type Details } from '../../../db/queries/events.ts'
import { countOpenApplications, findOffer, updateOffer, type OfferRow } from '../../../db/queries/offers.ts'
import { findPerson } from '../../../db/queries/people.ts'
import { listActiveCentres } from '../../../db/queries/submissions.ts'
import type { Deps } from '../../deps.ts'
import { after } from '../../base/clock.ts'
import { keepListing } from '../../public-offer/listing.ts'
import { Conflict, Forbidden, NotFound, Refused, type FieldErrors } from '../../web/errors.ts'
import type { Handle, Tx } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import { canWrite, may } from '../policy.ts'
import { missingFrom, type Missing } from '../../model/offer/readiness.ts'
import {
  transition,
  type Circumstances,
  type Fact,
  type OfferAction,
  type OfferState,
} from '../../model/offer/rules.ts'
import { isTooLate } from '../../model/offer/standing.ts'

export type Room = {
  tx: Tx
  deps: Deps
  viewer: Viewer
  offer: OfferRow
  association: AssociationRow
  now: string
  /** The instant that the change is dated: always after the one before, so that partners can tell which is newer. */
  at: string
}

/** @throws Forbidden before anything is said of the offer, NotFound when there is none. */
export async function enter(tx: Tx, deps: Deps, viewer: Viewer, offerId: string): Promise<Room> {
  if (!canWrite(viewer)) throw new Forbidden()
  const offer = await findOffer(tx, offerId)
  if (!offer) throw new NotFound()
  const association = await getAssociation(tx)
  const now = deps.clock.iso()
  return { tx, deps, viewer, offer, association, now, at: after(offer.updated_at, now) }
}

type Draft = Pick<OfferRow, 'content' | 'contact_id' | 'visibility'>

/** What stops the offer from being published, with the field each thing belongs to. */
export async function missingIn(db: Handle, association: AssociationRow, offer: Draft): Promise<Missing[]> {
  const toCentre = offer.visibility === 'public' && (await listActiveCentres(db)).length > 0
  const usual = association.locale === 'en' ? 'en' : 'fr'
  return missingFrom(offer.content, { hasContact: await isActive(db, offer.contact_id), toCentre, usual })
}

/** As missingIn, with a last day online that has passed while the draft was waiting. */
export async function missingToPublish(
  db: Handle,
  association: AssociationRow,
  offer: OfferRow,
  now: string,
): Promise<Missing[]> {
  const missing = await missingIn(db, association, offer)
  return isTooLate(offer, now) ? [...missing, { field: 'publish_until', key: 'offers.error.until_past' }] : missing
}

/** The same as errors of the form. */
export function asFaults(missing: readonly Missing[]): FieldErrors {
  return Object.fromEntries(missing.map(({ field, key }) => [field, key]))
}

async function isActive(db: Handle, personId: string | null): Promise<boolean> {
  const person = personId === null ? undefined : await findPerson(db, personId)
  return person !== undefined && person.disabled_at === null
}

/**
 * Asks policy and rules. `next` is the offer as it will be; by default as it is.
 * @returns undefined when it is done already. @throws Forbidden, or Refused with the reason.
 */
export async function decide(
  room: Room,
  action: OfferAction,
  next: { offer?: Draft; until?: string | null; reason?: string | null } = {},
): Promise<{ to: OfferState; fact: Fact } | undefined> {
  const { tx, viewer, offer, association } = room
  if (!may(viewer, action, offer.state)) throw new Forbidden()
  const then = next.offer ?? offer
  const about: Circumstances = {
    now: room.now,
    until: next.until === undefined ? offer.publish_until : next.until,
    isComplete: (await missingIn(tx, association, then)).every(({ field }) => field === 'contact_id'),
    hasContact: await isActive(tx, then.contact_id),
    hasReason: Boolean(next.reason),
    openApplications: await countOpenApplications(tx, offer.id),
  }
  const outcome = transition(offer.state, action, about)
  if (outcome.is === 'done') return undefined
  if (outcome.is === 'refused') {
    if (outcome.because !== 'state') throw new Refused(`offers.refused.${outcome.because}`)
    throw new Refused(`offers.refused.${action}`)
  }
  return outcome
}

/** @throws Conflict when somebody else changed it meanwhile. */
export async function save(room: Room, changes: Parameters<typeof updateOffer>[2]): Promise<void> {
  const saved = await updateOffer(room.tx, room.offer, { ...changes, updated_at: room.at })
  if (!saved) throw new Conflict('offers.refused.stale')
}

export async function leave(room: Room, fact: Fact, details: Details = {}): Promise<void> {
  const type = typeof fact === 'string' ? fact : 'offer.standing_changed'
  const what = typeof fact === 'string' ? {} : { what: fact.standing }
  await record(room.tx, {
    type,
    at: room.at,
    actorId: room.viewer.personId,
    subject: room.offer.id,
    details: { ...what, ...details },
  })
  await keepListing(room.tx, room.deps, room.offer.id)
}
