// SPDX-License-Identifier: AGPL-3.0-or-later
// The states of an application, and which of them mean the same to a list, a seat or a person.

export const APPLICATION_STATES = [
  'unconfirmed',
  'submitted',
  'in_review',
  'waitlisted',
  'place_offered',
  'accepted',
  'completed',
  'no_show',
  'declined',
  'withdrawn',
  'lapsed',
  'offer_closed',
] as const
export type ApplicationState = (typeof APPLICATION_STATES)[number]
/** For an answer. */
export const WAITING: readonly ApplicationState[] = ['submitted', 'in_review']
/** On the waiting list, or first of it with a place that is held. */
export const IN_LINE: readonly ApplicationState[] = ['waitlisted', 'place_offered']
/**
 * Has a seat of the offer: those who wait for an answer or a place never do (P1), and those who came, or did not, have
 * none for another time.
 */
export const SEATED: readonly ApplicationState[] = ['place_offered', 'accepted']
/** A person may have one application for an offer in these states. */
export const LIVE: readonly ApplicationState[] = [...WAITING, ...IN_LINE, 'accepted']
export const ENDED: readonly ApplicationState[] = [
  'completed',
  'no_show',
  'declined',
  'withdrawn',
  'lapsed',
  'offer_closed',
]
