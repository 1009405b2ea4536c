// SPDX-License-Identifier: AGPL-3.0-or-later
import { record } from '../../../db/queries/events.ts'
import { hasActivePerson, loadOffer, updateOffer, type LoadedOffer } from '../../../db/queries/offer-changes.ts'
import { listFurtherContacts } from '../../../db/queries/offer-contacts.ts'
import type { OfferRow } from '../../../db/queries/offers.ts'
import type { Deps } from '../../deps.ts'
import { offerPlaces } from '../../applications/commands/move.ts'
import { after, dateIn } from '../../base/clock.ts'
import { keepListing } from '../../public-offer/listing.ts'
import { Conflict, Forbidden, NotFound, Refused, type FieldErrors } from '../../web/errors.ts'
import type { Handle, Tx } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import { newEvent } from '../../model/events.ts'
import { eventDayFault } from '../../model/offer/event-days.ts'
import { missingFrom, usualLanguage, type Missing } from '../../model/offer/readiness.ts'
import {
  canWrite,
  may,
  transition,
  type CancelReason,
  type CloseReason,
  type Fact,
  type OfferAction,
  type OfferState,
} from '../../model/offer/rules.ts'
import { isTooLate } from '../../model/offer/standing.ts'

export type Change = LoadedOffer & {
  tx: Tx
  deps: Deps
  viewer: Viewer
  now: string
  /** The instant of the change: always after the change before, so that partners know which one is newer. */
  at: string
}

/** @throws Forbidden whether the offer exists or not; NotFound when there is none, or it is archived. */
export async function begin(tx: Tx, deps: Deps, viewer: Viewer, offerId: string): Promise<Change> {
  if (!canWrite(viewer)) throw new Forbidden()
  const loaded = await loadOffer(tx, offerId)
  if (!loaded || loaded.offer.state === 'archived') throw new NotFound()
  const now = deps.clock.iso()
  return { ...loaded, tx, deps, viewer, now, at: after(loaded.offer.updated_at, now) }
}

/** `further`: who else receives the applications; by default as it is. */
type Draft = Pick<OfferRow, 'content' | 'contact_id' | 'visibility'> & { further?: readonly string[] }

/** @param draft the offer as it will be; by default as it is. @returns each missing field. */
export async function missingIn(
  db: Handle,
  { offer, association, centres }: LoadedOffer,
  draft: Draft = offer,
): Promise<Missing[]> {
  const toCentre = draft.visibility === 'public' && centres.length > 0
  const usual = usualLanguage(association)
  const further = draft.further ?? (await listFurtherContacts(db, offer.id))
  const hasContact = await hasActivePerson(db, [draft.contact_id ?? '', ...further])
  return missingFrom(draft.content, { hasContact, toCentre, usual })
}

export async function missingToPublish(db: Handle, loaded: LoadedOffer, now: string): Promise<Missing[]> {
  const missing = await missingIn(db, loaded)
  if (isTooLate(loaded.offer, now)) missing.push({ field: 'publish_until', key: 'offers.error.until_past' })
  const day = eventDayFault(loaded.offer.content, dateIn(loaded.association.time_zone, new Date(now)))
  if (day?.is === 'past') missing.push({ field: day.field, key: 'offers.error.event_past' })
  return missing
}

export function asFaults(missing: readonly Missing[]): FieldErrors {
  return Object.fromEntries(missing.map(({ field, key }) => [field, key]))
}

/**
 * @param next the offer as it will be; by default as it is.
 * @returns undefined when it is done already.
 * @throws Forbidden, or Refused with the reason.
 */
export async function decide(
  change: Change,
  action: OfferAction,
  next: { offer?: Draft; until?: string | null; reason?: string | null } = {},
): Promise<{ to: OfferState; fact: Fact } | undefined> {
  const { tx, viewer, offer } = change
  if (!may(viewer, action, offer.state)) throw new Forbidden()
  const missing = (await missingIn(tx, change, next.offer)).map(({ field }) => field)
  const outcome = transition(offer.state, action, {
    now: change.now,
    until: next.until === undefined ? offer.publish_until : next.until,
    isComplete: missing.every((field) => field === 'contact_id'),
    hasContact: !missing.includes('contact_id'),
    hasReason: Boolean(next.reason),
    openApplications: change.waiting,
  })
  if (outcome.is === 'done') return undefined
  if (outcome.is === 'refused') {
    if (outcome.because !== 'state') throw new Refused(`offers.refused.${outcome.because}`)
    throw new Refused(`offers.refused.${action}`)
  }
  return outcome
}

/** @throws Conflict when somebody else changed it meanwhile. */
export async function save(change: Change, changes: Parameters<typeof updateOffer>[2]): Promise<void> {
  const saved = await updateOffer(change.tx, change.offer, { ...changes, updated_at: change.at })
  if (!saved) throw new Conflict('offers.refused.stale')
}

type StepDetails = { revision?: number; material?: boolean; reason?: CloseReason | CancelReason }

export async function finish(change: Change, fact: Fact, details: StepDetails = {}): Promise<void> {
  const about = { at: change.at, actorId: change.viewer.personId, subject: change.offer.id }
  const event =
    typeof fact === 'string'
      ? newEvent(fact, { ...about, details })
      : newEvent('offer.standing_changed', { ...about, details: { what: fact.standing, ...details } })
  await record(change.tx, event)
  await keepListing(change.tx, change.deps, change.offer.id)
  // More places, or an offer that is online again: those who wait for a place come first.
  await offerPlaces(change.tx, change.deps, change.offer.id, 'more_places')
}
