// SPDX-License-Identifier: AGPL-3.0-or-later
// One change of the state of an application, and what follows for the places of its offer.
import {
  countSeatsTaken,
  findFirstInLine,
  findRankInLine,
  saveApplication,
  type ApplicationRow,
} from '../../../db/queries/applications.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import { dateIn } from '../../base/clock.ts'
import { addDays, startOfDay } from '../../base/days.ts'
import type { Deps } from '../../deps.ts'
import { answeredAfter } from '../../model/counts.ts'
import { countNow } from '../../statistics/count.ts'
import { refreshStanding } from '../../public-offer/standing.ts'
import { newEvent, type PlaceWhy } from '../../model/events.ts'
import { hasEnded, lastEventDay } from '../../model/offer/event-days.ts'
import { Conflict, Refused } from '../../web/errors.ts'
import type { Tx } from '../../web/transact.ts'
import { keepLink } from '../link.ts'
import { findHomeOffer, hasSeats, type HomeOffer } from '../offer.ts'
import { isFull, remaining } from '../../model/offer/standing.ts'
import { SEATED } from '../../model/application.ts'
import { heldUntil, step, type ApplicationAction } from '../rules.ts'
import { keepTestimonialLink } from '../testimonial.ts'

type Decision = {
  /** Id of the person who acts; null for the applicant and the timetable. */
  by: string | null
  reason?: string | null
  answer?: string
  /** Id of the volunteer that this person became. */
  personId?: string
}
type Moved = Pick<ApplicationRow, 'id' | 'state' | 'offer_id' | 'seats' | 'channel' | 'confirmed_at'>
type Action = Exclude<ApplicationAction, 'confirm' | 'offer_place'>
/** Nobody decides about the application yet. */
const UNDECIDED: readonly ApplicationAction[] = ['take', 'wait', 'offer_place']
/** People who get a place in one transaction; the timetable goes on with the others. */
const MOST_PLACES = 20

/**
 * A place that becomes free is offered to the first of the waiting list.
 * @throws Refused when the state does not allow it or no seat is left; Conflict when it was changed meanwhile.
 */
export async function move(tx: Tx, deps: Deps, application: Moved, action: Action, decision: Decision) {
  const result = step(application.state, action)
  if (!result.ok) throw new Refused(result.reason)
  const offer = await findHomeOffer(tx, application.offer_id)
  const had = SEATED.includes(application.state)
  if (action === 'accept' && offer && !had && !hasSeats(offer, application.seats)) {
    throw new Refused(isFull(offer, offer.taken) ? 'applications.refused.full' : 'applications.refused.too_few')
  }
  const isAnswer = isFirstAnswer(application, action, decision)
  await save(tx, deps, application, action, { ...decision, isAnswer })
  if (isAnswer) await countAnswer(tx, deps, application)
  // Noted after the last day: nobody comes in their place.
  if (!offer || action === 'complete' || action === 'miss') return
  if (had && !SEATED.includes(result.to)) await fill(tx, deps, offer.id, action === 'lapse' ? 'lapsed' : 'freed')
  await tellStanding(tx, deps, offer)
}

/** By the team, to somebody who waited for it. */
const isFirstAnswer = ({ state, confirmed_at }: Moved, action: Action, { by }: Decision): boolean =>
  by !== null &&
  confirmed_at !== null &&
  (state === 'submitted' || state === 'in_review') &&
  (action === 'accept' || action === 'decline' || action === 'wait')

async function countAnswer(tx: Tx, deps: Deps, { offer_id, channel, confirmed_at }: Moved): Promise<void> {
  const passed = deps.clock.now().getTime() - Date.parse(confirmed_at!)
  await countNow(tx, deps, { offerId: offer_id, channel, what: answeredAfter(passed) })
}

/**
 * Offers free places to those who wait for one, in their order.
 * @returns `more` when there are perhaps others: call it again, in another transaction.
 */
export async function offerPlaces(tx: Tx, deps: Deps, offerId: string, why: PlaceWhy): Promise<'more' | 'done'> {
  const offer = await findHomeOffer(tx, offerId)
  if (!offer) return 'done'
  const given = await fill(tx, deps, offerId, why)
  if (given > 0) await tellStanding(tx, deps, offer)
  return given === MOST_PLACES ? 'more' : 'done'
}

async function fill(tx: Tx, deps: Deps, offerId: string, why: PlaceWhy): Promise<number> {
  const { time_zone: zone } = await getAssociation(tx)
  const today = dateIn(zone, deps.clock.now())
  for (let given = 0; given < MOST_PLACES; given += 1) {
    const offer = await findHomeOffer(tx, offerId)
    if (offer?.state !== 'published' || hasEnded(offer.content, today)) return given
    const last = lastEventDay(offer.content)
    const free = remaining(offer, offer.taken)
    const next = free === 0 ? undefined : await findFirstInLine(tx, offerId, free ?? Number.MAX_SAFE_INTEGER)
    if (!next) return given
    const begins = offer.content.starts_on && startOfDay(offer.content.starts_on, zone)
    const held = heldUntil(deps.clock.iso(), begins, last ? startOfDay(addDays(last, 1), zone) : null)
    await save(tx, deps, next, 'offer_place', { by: null, why, held })
  }
  return MOST_PLACES
}

type Saved = Decision & { why?: PlaceWhy; held?: string; isAnswer?: boolean }

async function save(tx: Tx, deps: Deps, application: Moved, action: ApplicationAction, decision: Saved) {
  const { id, state: from, offer_id } = application
  const result = step(from, action)
  if (!result.ok) throw new Refused(result.reason)
  const now = deps.clock.iso()
  const saved = await saveApplication(tx, id, from, {
    state: result.to,
    updated_at: now,
    held_until: decision.held ?? null,
    ...(action === 'wait' && { waitlisted_at: now }),
    ...(decision.isAnswer && { answered_at: now }),
    ...(!UNDECIDED.includes(action) && { decided_at: now, decided_by: decision.by }),
    ...(decision.reason !== undefined && { reason_code: decision.reason }),
    ...(decision.answer !== undefined && { answer: decision.answer }),
    ...(decision.personId !== undefined && { person_id: decision.personId }),
  })
  if (!saved) throw new Conflict()
  await keepLink(tx, deps, id, result.to)
  if (result.to === 'completed') await keepTestimonialLink(tx, deps, id)
  const details = {
    offer: offer_id,
    from,
    ...(decision.reason && { reason: decision.reason }),
    ...(decision.why && { why: decision.why }),
    ...(action === 'wait' && { rank: await findRankInLine(tx, { id, offer_id, waitlisted_at: now }) }),
  }
  await record(tx, newEvent(result.fact, { at: now, actorId: decision.by, subject: id, details }))
}

/** An offer without a limit has no public number of seats. @param before with the seats taken before the change. */
async function tellStanding(tx: Tx, deps: Deps, before: HomeOffer): Promise<void> {
  const taken = await countSeatsTaken(tx, before.id)
  if (before.capacity === null || taken === before.taken) return
  const what = isFull(before, taken) ? 'full' : isFull(before, before.taken) ? 'freed' : 'capacity'
  await refreshStanding(tx, deps, before.id, what)
}
