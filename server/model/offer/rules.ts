// SPDX-License-Identifier: AGPL-3.0-or-later
// What may happen to an offer in which state, and by whom. Whether it is open in a state is in standing.ts.
import type { STANDING_CHANGES } from '../events.ts'
import { hasRight, type Viewer } from '../viewer.ts'

export const STATES = ['draft', 'published', 'paused', 'closed', 'cancelled', 'archived'] as const
export type OfferState = (typeof STATES)[number]

export const ACTIONS = ['publish', 'edit', 'pause', 'resume', 'close', 'renew', 'cancel', 'archive', 'copy'] as const
export type OfferAction = (typeof ACTIONS)[number]

export const CLOSE_REASONS = ['filled', 'season', 'no_longer_needed', 'other'] as const
export type CloseReason = (typeof CLOSE_REASONS)[number] | 'expired'
export const CANCEL_REASONS = ['weather', 'few_people', 'no_team', 'no_place', 'no_longer_needed', 'other'] as const
export type CancelReason = (typeof CANCEL_REASONS)[number]

/** How long a file of offers that was sent is kept. */
export const IMPORT_DAYS = 7

export type StandingChange = (typeof STANDING_CHANGES)[number]

export type Fact =
  | 'offer.created'
  | 'offer.drafted'
  | 'offer.published'
  | 'offer.updated'
  | 'offer.removed'
  | 'offer.discarded'
  | { standing: StandingChange }

export type Circumstances = {
  now: string
  /** The end of the window after the step. */
  until: string | null
  isComplete: boolean
  hasContact: boolean
  hasReason: boolean
  openApplications: number
}

export type Obstacle = 'incomplete' | 'no_contact' | 'window_over' | 'no_reason' | 'open_applications'
type Guard = (about: Circumstances) => Obstacle | null

const complete: Guard = ({ isComplete }) => (isComplete ? null : 'incomplete')
const contact: Guard = ({ hasContact }) => (hasContact ? null : 'no_contact')
const inWindow: Guard = ({ until, now }) => (until !== null && until > now ? null : 'window_over')
const reason: Guard = ({ hasReason }) => (hasReason ? null : 'no_reason')
const nobodyWaits: Guard = ({ openApplications }) => (openApplications === 0 ? null : 'open_applications')

type Step = { to: OfferState; fact: Fact; guards: readonly Guard[] }
const step = (to: OfferState, fact: Fact, ...guards: Guard[]): Step => ({ to, fact, guards })
const standing = (to: OfferState, what: StandingChange, ...guards: Guard[]) => step(to, { standing: what }, ...guards)
/** Pressing a button twice is no error: the second request finds it done. */
const DONE = 'done'

/** A state that an action does not name refuses it. */
const LIFE: Record<OfferAction, Partial<Record<OfferState, Step | typeof DONE>>> = {
  publish: {
    draft: step('published', 'offer.published', complete, contact, inWindow),
    published: DONE,
  },
  edit: {
    draft: step('draft', 'offer.drafted'),
    published: step('published', 'offer.updated', complete, contact, inWindow),
    paused: step('paused', 'offer.updated', complete, contact, inWindow),
    // The text of the next season can be prepared before the offer is opened again.
    closed: step('closed', 'offer.updated', complete, contact),
  },
  pause: {
    published: standing('paused', 'paused'),
    paused: DONE,
  },
  resume: {
    paused: standing('published', 'resumed', inWindow),
    published: DONE,
  },
  close: {
    published: standing('closed', 'closed', reason),
    paused: standing('closed', 'closed', reason),
    closed: DONE,
  },
  renew: {
    // No contact is required: the link in a reminder must work for the person it was sent to instead.
    published: standing('published', 'renewed', inWindow),
    paused: standing('published', 'renewed', inWindow),
    closed: standing('published', 'reopened', complete, contact, inWindow),
  },
  cancel: {
    published: standing('cancelled', 'cancelled', reason),
    paused: standing('cancelled', 'cancelled', reason),
    cancelled: DONE,
  },
  archive: {
    draft: step('archived', 'offer.discarded'),
    closed: step('archived', 'offer.removed', nobodyWaits),
    cancelled: step('archived', 'offer.removed', nobodyWaits),
    archived: DONE,
  },
  copy: {
    draft: step('draft', 'offer.created'),
    published: step('published', 'offer.created'),
    paused: step('paused', 'offer.created'),
    closed: step('closed', 'offer.created'),
    cancelled: step('cancelled', 'offer.created'),
    archived: step('archived', 'offer.created'),
  },
}

export type Outcome =
  { is: 'step'; to: OfferState; fact: Fact } | { is: 'done' } | { is: 'refused'; because: Obstacle | 'state' }

/** A copy leaves its original unchanged: the fact is about the copy. */
export function transition(state: OfferState, action: OfferAction, about: Circumstances): Outcome {
  const found = LIFE[action][state]
  if (found === undefined) return { is: 'refused', because: 'state' }
  if (found === DONE) return { is: 'done' }
  for (const guard of found.guards) {
    const because = guard(about)
    if (because) return { is: 'refused', because }
  }
  return { is: 'step', to: found.to, fact: found.fact }
}

/** For pages: the guards are checked only when the action is requested. */
export function mayTry(state: OfferState, action: OfferAction): boolean {
  return typeof LIFE[action][state] === 'object'
}

/** Asked inside the commands, so that pages, jobs and links obey the same rule. */
export function canWrite(viewer: Viewer): boolean {
  return hasRight(viewer, 'offers')
}

/** Coordinators discard drafts; published offers are archived by an administrator or the timetable. */
export function may(viewer: Viewer, action: OfferAction, state: OfferState): boolean {
  if (action === 'archive' && state !== 'draft') return canWrite(viewer) && hasRight(viewer, 'association')
  return canWrite(viewer)
}
