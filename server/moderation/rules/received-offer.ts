// SPDX-License-Identifier: AGPL-3.0-or-later
import { nameKey } from '../../../db/plain.ts'
import { contentHash, isMaterial } from '../../model/offer/material.ts'
import type { OfferContent, OfferStanding, PublicOffer } from '../../model/offer/content.ts'
import type { ItemRow } from '../../../db/queries/moderation.ts'
import type { State, Step, Trigger } from './item.ts'

export type Known = {
  state: State
  latest_revision: number
  latest_updated_at: string
  accepted_offer: PublicOffer | null
  pending_offer: PublicOffer | null
}

/** In these states, sending the offer again is a new request, even with the same text. */
const CLOSED: readonly State[] = ['changes_requested', 'refused', 'suspended', 'removed', 'withdrawn']

/** @param isSubmission sent to this centre, not only to followers. @returns undefined when nothing is new. */
export function whatArrived(known: Known | undefined, offer: PublicOffer, isSubmission: boolean): Trigger | undefined {
  if (!known) return 'received'
  const isAskedAgain = isSubmission && offer.revision >= known.latest_revision && CLOSED.includes(known.state)
  if (!isAskedAgain && (known.state === 'withdrawn' || !isNewer(known, offer))) return undefined
  const { accepted_offer: shown, pending_offer: waiting } = known
  const online = shown && withoutGone(shown, offer)
  if (online && isSameText(online.content, offer.content)) {
    if (known.state !== 'accepted') return 'reverted'
    return online !== shown || isReduction(online.standing, offer.standing) ? 'reduction' : 'renewal'
  }
  if (isAskedAgain) return 'resubmitted'
  if (waiting && isSameText(waiting.content, offer.content)) {
    return isReduction(waiting.standing, offer.standing) ? 'reduction' : 'renewal'
  }
  return online && !isMaterial(online.content, offer.content) ? 'minor' : 'material'
}

/** A change of openness has no new revision, so equal revisions are compared by date. */
function isNewer(known: Known, offer: PublicOffer): boolean {
  if (offer.revision !== known.latest_revision) return offer.revision > known.latest_revision
  return Date.parse(offer.updated_at) > Date.parse(known.latest_updated_at)
}

/** The number of people wanted is openness, not text. We compute the hash, because a sender's hash proves nothing. */
export function isSameText(a: OfferContent, b: OfferContent): boolean {
  return contentHash({ ...a, capacity: null }) === contentHash({ ...b, capacity: null })
}

/** A picture that its home has taken away is gone here at once: somebody who is seen in it may have asked for that. */
function withoutGone(shown: PublicOffer, latest: PublicOffer): PublicOffer {
  const urls = new Set(latest.content.pictures.map(({ url }) => url))
  const pictures = shown.content.pictures.filter(({ url }) => urls.has(url))
  if (pictures.length === shown.content.pictures.length) return shown
  return { ...shown, content: { ...shown.content, pictures } }
}

const OPENNESS = { open: 2, full: 1, closed: 0 } as const

/** A reduction never waits for a moderator. */
export function isReduction(from: OfferStanding, to: OfferStanding): boolean {
  return (
    OPENNESS[to.applications] < OPENNESS[from.applications] ||
    (to.status === 'cancelled' && from.status === 'confirmed') ||
    to.publish_until < from.publish_until
  )
}

/** For an update that also changes the text: only a reduction applies at once, the rest waits with the text. */
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

/** Null means no limit. */
function least(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b)
}

export function titleOf({ content }: PublicOffer): string {
  return content.title[content.language[0] ?? 'fr'] ?? content.title.fr ?? content.title.en ?? ''
}

/** By what moderators look for it, as columns. */
export function soughtBy({ content, association }: Pick<PublicOffer, 'content' | 'association'>) {
  const names = [
    association.name,
    content.title.fr ?? '',
    content.title.en ?? '',
    ...content.places.map(({ name }) => name),
  ]
  return {
    search_key: nameKey(...names),
    commitment: content.commitment,
    causes: [' ', ...content.causes.map((cause) => `${cause} `)].join(''),
  }
}

/** What brings a text to the moderators. @param before the item as it was; undefined for an offer that was never here. */
export function arrivalOf(before: Pick<ItemRow, 'state' | 'accepted_offer'> | undefined): ItemRow['arrival'] {
  if (!before) return 'new'
  if (before.state === 'changes_requested') return 'answered'
  return before.accepted_offer ? 'changed' : 'back'
}

export function latestOf(offer: PublicOffer) {
  return {
    association_name: offer.association.name,
    title: titleOf(offer),
    ...soughtBy(offer),
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

/** @param item as it was before. @param at ISO instant of the arrival. @returns the columns that change. */
export function changesBy(trigger: Trigger, step: Step, item: Before, offer: PublicOffer, at: string) {
  const { state } = step
  const shown = item.accepted_offer && withoutGone(item.accepted_offer, offer)
  const isRead = { reason_code: null, version: item.version + 1 }
  if (step.shows === 'latest') {
    // Without a moderator, a small change keeps the date of the last reading; a trusted text has no reading yet.
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
