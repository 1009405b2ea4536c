// SPDX-License-Identifier: AGPL-3.0-or-later
// A member sends an offer as it is now: what is new in it, and what of that applies at once?
import { contentHash, isMaterial } from '../../model/offer/material.ts'
import type { OfferContent, OfferStanding, PublicOffer } from '../../model/offer/content.ts'
import type { ItemRow } from '../../../db/queries/moderation.ts'
import type { State, Step, Trigger } from './item.ts'

/** What we have of an offer: the latest received, the text that is online, and the one that is not. */
export type Known = {
  state: State
  latest_revision: number
  latest_updated_at: string
  accepted_offer: PublicOffer | null
  pending_offer: PublicOffer | null
}

/** After one of these, sending the offer again is a question of its own, also with the same text. */
const CLOSED: readonly State[] = ['changes_requested', 'refused', 'removed', 'withdrawn']

/**
 * @param isSubmission the association sends it to this centre, and does not only tell its followers.
 * @returns undefined when there is nothing new: an older or equal revision, received before.
 */
export function whatArrived(known: Known | undefined, offer: PublicOffer, isSubmission: boolean): Trigger | undefined {
  if (!known) return 'received'
  const isAskedAgain = isSubmission && offer.revision >= known.latest_revision && CLOSED.includes(known.state)
  if (!isAskedAgain && (known.state === 'withdrawn' || !isNewer(known, offer))) return undefined
  const { accepted_offer: online, pending_offer: waiting } = known
  if (online && isSameText(online.content, offer.content)) {
    if (known.state !== 'accepted') return 'reverted'
    return isReduction(online.standing, offer.standing) ? 'reduction' : 'renewal'
  }
  if (isAskedAgain) return 'resubmitted'
  if (waiting && isSameText(waiting.content, offer.content)) {
    return isReduction(waiting.standing, offer.standing) ? 'reduction' : 'renewal'
  }
  return online && !isMaterial(online.content, offer.content) ? 'minor' : 'material'
}

/** Openness changes without a new revision, so the date counts among equal ones. */
function isNewer(known: Known, offer: PublicOffer): boolean {
  if (offer.revision !== known.latest_revision) return offer.revision > known.latest_revision
  return Date.parse(offer.updated_at) > Date.parse(known.latest_updated_at)
}

/** The number of people wanted is openness, not text. The hash is ours: a sender's claim proves nothing. */
export function isSameText(a: OfferContent, b: OfferContent): boolean {
  return contentHash({ ...a, capacity: null }) === contentHash({ ...b, capacity: null })
}

const OPENNESS = { open: 2, full: 1, closed: 0 } as const

/** Closed, full, cancelled or ending earlier: never waits for anybody. */
export function isReduction(from: OfferStanding, to: OfferStanding): boolean {
  return (
    OPENNESS[to.applications] < OPENNESS[from.applications] ||
    (to.status === 'cancelled' && from.status === 'confirmed') ||
    to.publish_until < from.publish_until
  )
}

/**
 * The openness of the text that is online when an update also brings other words: only what takes away applies, the
 * rest waits with the words.
 */
export function reducedBy(shown: OfferStanding, update: OfferStanding): OfferStanding {
  const isLess = OPENNESS[update.applications] < OPENNESS[shown.applications]
  return {
    applications: isLess ? update.applications : shown.applications,
    status: update.status === 'cancelled' ? 'cancelled' : shown.status,
    remaining: least(shown.remaining, update.remaining),
    publish_from: shown.publish_from,
    publish_until: update.publish_until < shown.publish_until ? update.publish_until : shown.publish_until,
  }
}

/** Null stands for « no limit ». */
function least(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b)
}

/** The title in the language the offer was written in. */
export function titleOf({ content }: PublicOffer): string {
  return content.title[content.language[0] ?? 'fr'] ?? content.title.fr ?? content.title.en ?? ''
}

/** What an item says of the newest offer that arrived, whatever is shown of it. */
export function latestOf(offer: PublicOffer) {
  return {
    association_name: offer.association.name,
    title: titleOf(offer),
    latest_revision: offer.revision,
    latest_updated_at: offer.updated_at,
  }
}

type Before = Pick<ItemRow, 'accepted_offer' | 'pending_since' | 'version'>
const NOTHING_WAITS = {
  pending_offer: null,
  pending_revision: null,
  pending_since: null,
  taken_by: null,
  taken_at: null,
}

/**
 * The columns that the step changes, its new state among them.
 * @param item as it was before the offer arrived. @param at the instant of the arrival (ISO).
 */
export function changesBy(trigger: Trigger, step: Step, item: Before, offer: PublicOffer, at: string) {
  const { state } = step
  const shown = item.accepted_offer
  const isRead = { reason_code: null, version: item.version + 1 }
  if (step.shows === 'latest') {
    // Without a moderator: a small change keeps the date of the reading, a trusted text has none yet.
    const unread = trigger === 'minor' ? {} : { accepted_at: at, accepted_by: null, decided_at: null, decided_by: null }
    return { state, ...online(offer), ...NOTHING_WAITS, ...unread, ...isRead }
  }
  const waits = { pending_offer: offer, pending_revision: offer.revision }
  if (trigger === 'reduction' || trigger === 'renewal' || trigger === 'reverted') {
    if (shown && isSameText(shown.content, offer.content)) {
      return { state, ...online(offer), ...(trigger === 'reverted' && { ...NOTHING_WAITS, ...isRead }) }
    }
    return { state, ...waits, accepted_offer: shown && { ...shown, standing: offer.standing } }
  }
  return {
    state,
    ...waits,
    pending_since: step.awaits || !item.pending_since ? at : item.pending_since,
    accepted_offer: shown && { ...shown, standing: reducedBy(shown.standing, offer.standing) },
    version: item.version + 1,
  }
}

function online(offer: PublicOffer) {
  return { accepted_offer: offer, accepted_revision: offer.revision, accepted_hash: contentHash(offer.content) }
}
