// SPDX-License-Identifier: AGPL-3.0-or-later
// Whether an offer is open. Only the state is stored; what follows from state, window, places and time is computed here
// and nowhere else. Every `now` is an ISO instant; the first instant of a window is in it, the last is not.
import type { OfferStanding } from './content.ts'
import type { OfferState } from './rules.ts'

/** Instants are ISO texts. */
export type Stored = {
  state: OfferState
  capacity: number | null
  applications_open: number
  publish_from: string | null
  publish_until: string | null
  closed_at: string | null
}

const isLive = ({ state }: Stored) => state === 'published' || state === 'paused'

export function isScheduled(offer: Stored, now: string): boolean {
  return isLive(offer) && offer.publish_from !== null && now < offer.publish_from
}

export function isExpired(offer: Stored, now: string): boolean {
  return isLive(offer) && offer.publish_until !== null && now >= offer.publish_until
}

/** Who may see it also depends on its visibility. */
export function isVisible(offer: Stored, now: string): boolean {
  return offer.state === 'published' && !isScheduled(offer, now) && !isExpired(offer, now)
}

export function isTooLate({ state, publish_until }: Stored, now: string): boolean {
  return state === 'draft' && publish_until !== null && publish_until <= now
}

/** @param taken seats of those who were accepted or for whom a place is held; those who wait take none (P1). */
export function isFull(offer: Pick<Stored, 'capacity'>, taken: number): boolean {
  return remaining(offer, taken) === 0
}

/** Free places; null without a limit. */
export function remaining(offer: Pick<Stored, 'capacity'>, taken: number): number | null {
  return offer.capacity === null ? null : Math.max(0, offer.capacity - taken)
}

export const CLOSED_WHY = ['not_yet', 'paused', 'expired', 'closed', 'cancelled', 'full'] as const
export type ClosedWhy = (typeof CLOSED_WHY)[number]

/** Undefined when people can apply. Drafts and archived offers are not shown at all. */
export function closedWhy(offer: Stored, taken: number, now: string): ClosedWhy | undefined {
  if (offer.state === 'cancelled' || offer.state === 'closed') return offer.state
  if (isExpired(offer, now)) return 'expired'
  if (offer.state !== 'published') return 'paused'
  if (isScheduled(offer, now)) return 'not_yet'
  if (!offer.applications_open) return 'paused'
  return isFull(offer, taken) ? 'full' : undefined
}

/**
 * How open a published offer is, for its partners. A first day in the future is not reported: they know the window.
 * @throws when it was never published.
 */
export function standingOf(offer: Stored, taken: number, now: string): OfferStanding {
  const { publish_from, publish_until } = offer
  if (publish_from === null || publish_until === null) throw new Error('a draft has no standing')
  const why = closedWhy(offer, taken, isScheduled(offer, now) ? publish_from : now)
  return {
    applications: why === undefined ? 'open' : why === 'full' ? 'full' : 'closed',
    status: offer.state === 'cancelled' ? 'cancelled' : 'confirmed',
    remaining: remaining(offer, taken),
    publish_from,
    publish_until: effectiveEnd(offer, publish_from, publish_until),
  }
}

/** A closed offer ends when it was closed; a window has some length even when it never opened. */
function effectiveEnd(offer: Stored, from: string, until: string): string {
  if ((offer.state !== 'closed' && offer.state !== 'cancelled') || offer.closed_at === null) return until
  const end = offer.closed_at < until ? offer.closed_at : until
  return end > from ? end : new Date(Date.parse(from) + 1).toISOString()
}

/** A row of the public list: an offer of ours, or a member's as received. */
export type Listed = {
  status: 'confirmed' | 'cancelled'
  applications: 'open' | 'closed' | 'full'
  visible_from: string
  visible_until: string
}

/** Is it in the public list? The search asks the same of its index (server/offer-search/offer-index.ts); a test compares the two. */
export function isListed(listed: Listed, now: string): boolean {
  return listed.visible_from <= now && now < listed.visible_until && mayBeListed(listed)
}

/** As isListed, whatever the window. */
export function mayBeListed({ status, applications }: Pick<Listed, 'status' | 'applications'>): boolean {
  return status === 'confirmed' && applications !== 'closed'
}

/** `open` and `full` are in lists; the others keep their page, which says what happened. */
export type ShownState = 'open' | 'full' | 'closed' | 'paused' | 'expired' | 'cancelled'

export function shownState(offer: Stored, { applications }: OfferStanding, now: string): ShownState {
  if (offer.state === 'cancelled' || offer.state === 'paused') return offer.state
  return isExpired(offer, now) ? 'expired' : applications
}

/** A pause and an end look the same in the public list: nobody is accepted for now. */
export function listedState(listed: Listed, now: string): ShownState {
  if (listed.status === 'cancelled') return 'cancelled'
  if (listed.applications === 'closed') return 'closed'
  return isListed(listed, now) ? listed.applications : 'expired'
}
