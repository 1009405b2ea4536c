// SPDX-License-Identifier: AGPL-3.0-or-later
// A member's offer arrives, new or changed. The federation has proved that its association sent it.
import { record } from '../../../db/queries/events.ts'
import {
  findItemOfOffer,
  insertItem,
  updateItem,
  type ItemChanges,
  type ItemRow,
} from '../../../db/queries/moderation.ts'
import { listCarriers } from '../../../db/queries/sources.ts'
import type { Deps } from '../../deps.ts'
import { contentHash } from '../../model/offer/material.ts'
import type { PublicOffer } from '../../model/offer/content.ts'
import { trustIn } from '../../../db/queries/members.ts'
import type { Trust } from '../../model/relation.ts'
import { setStanding } from '../../public-offer/listing.ts'
import type { Tx } from '../../web/transact.ts'
import { isSameText, reducedBy, whatArrived } from '../arrival.ts'
import { UNKNOWN, next, situationOf, type Step, type Trigger } from '../rules.ts'
import { showOffer, titleOf } from './show.ts'

/**
 * Takes an offer as its association has it now: from an active member, or about an offer that came to us through others.
 * Anything older than what we know, or equal to it, changes nothing, so it may arrive twice.
 * @param options.via the token of a submission to this centre: its link home carries it. An update sent to all
 * followers has none. `isSubmission` says so for a sender without tokens.
 */
export async function receiveOffer(
  tx: Tx,
  deps: Deps,
  offer: PublicOffer,
  options: { via?: string; isSubmission?: boolean } = {},
): Promise<void> {
  const trust = await trustIn(tx, offer.association.uri)
  const item = await findItemOfOffer(tx, offer.uri)
  if (item && item.association_uri !== offer.association.uri) return
  if (!trust) {
    if (item && !item.is_direct) await takeOffer(tx, deps, offer, item, { trust: await trustInRelay(tx, item) })
    return
  }
  if (item && !item.is_direct) await becomeDirect(tx, deps, item)
  if (item && options.via && options.via !== item.via) await keepToken(tx, deps, item, options.via)
  const isSubmission = options.isSubmission ?? options.via !== undefined
  await takeOffer(tx, deps, offer, item, { trust, isSubmission, entry: { via: options.via ?? '' } })
}

/** Columns of a row that is new. */
type Entry = Partial<Pick<ItemRow, 'via' | 'is_direct' | 'hops' | 'is_foreign' | 'unmapped'>>
type Taking = { trust: Trust; isSubmission?: boolean; entry?: Entry }

/**
 * What is new in it, and what becomes of the item then.
 * @param item what is known of it, already found to be of the same association.
 */
export async function takeOffer(
  tx: Tx,
  deps: Deps,
  offer: PublicOffer,
  item: ItemRow | undefined,
  { trust, isSubmission = false, entry = {} }: Taking,
): Promise<void> {
  const trigger = whatArrived(item, offer, isSubmission)
  if (!trigger) return
  const step = next(item ? situationOf(item, trust) : { ...UNKNOWN, trust }, trigger)
  if (!step) return
  const known = item ?? (await enter(tx, deps, offer, entry))
  const changes = { ...heard(offer), ...changesOf(deps, known, offer, trigger, step) }
  await updateItem(tx, known.id, changes)
  await showChange(tx, deps, known, { ...known, ...changes } as ItemRow)
  await tell(tx, deps, known.id, offer, item, step)
}

/** What a source vouches for is the text it announced, not what the association writes later: big changes wait. */
export async function trustInRelay(tx: Tx, item: ItemRow): Promise<Trust> {
  const carriers = await listCarriers(tx, item.offer_uri)
  return carriers.some(({ trust }) => trust !== 'new') ? 'standard' : 'new'
}

/** The association joined us and sends the offer itself: it is told what we had decided already. */
async function becomeDirect(tx: Tx, deps: Deps, item: ItemRow): Promise<void> {
  item.is_direct = 1
  await updateItem(tx, item.id, { is_direct: 1 })
  if (!item.accepted_offer) return
  const about = { offer: item.offer_uri, association: item.association_uri, revision: item.accepted_offer.revision }
  const details = { ...about, automatic: true }
  await record(tx, { type: 'moderation.accepted', at: deps.clock.iso(), subject: item.id, details })
}

/** The row of an offer seen for the first time; what it becomes is written by the step that follows. */
async function enter(tx: Tx, deps: Deps, offer: PublicOffer, entry: Entry): Promise<ItemRow> {
  const id = deps.newId()
  const row = { id, offer_uri: offer.uri, association_uri: offer.association.uri, received_at: deps.clock.iso() }
  await insertItem(tx, { ...entry, ...row, ...heard(offer), state: 'pending' })
  return (await findItemOfOffer(tx, offer.uri))!
}

function heard(offer: PublicOffer) {
  return {
    association_name: offer.association.name,
    title: titleOf(offer),
    latest_revision: offer.revision,
    latest_updated_at: offer.updated_at,
  }
}

function changesOf(deps: Deps, item: ItemRow, offer: PublicOffer, trigger: Trigger, step: Step): ItemChanges {
  const at = deps.clock.iso()
  const waited = step.awaits || !item.pending_since ? at : item.pending_since
  const nothingWaits = {
    pending_offer: null,
    pending_revision: null,
    pending_since: null,
    taken_by: null,
    taken_at: null,
  }
  const isNewText = !['reduction', 'renewal', 'reverted'].includes(trigger)

  if (step.shows === 'latest') {
    // Without a moderator: a small change keeps the date of the reading, a trusted text has none yet.
    const unread = trigger === 'minor' ? {} : { accepted_at: at, accepted_by: null, decided_at: null, decided_by: null }
    return {
      state: step.state,
      ...online(offer),
      ...nothingWaits,
      ...unread,
      reason_code: null,
      version: item.version + 1,
    }
  }
  if (!isNewText) {
    const isShown = item.accepted_offer !== null && isSameText(item.accepted_offer.content, offer.content)
    const reverted = trigger === 'reverted' ? { ...nothingWaits, reason_code: null, version: item.version + 1 } : {}
    if (isShown) return { state: step.state, ...online(offer), ...reverted }
    const old = item.accepted_offer && { ...item.accepted_offer, standing: offer.standing }
    return { state: step.state, pending_offer: offer, pending_revision: offer.revision, accepted_offer: old }
  }
  const old = item.accepted_offer && {
    ...item.accepted_offer,
    standing: reducedBy(item.accepted_offer.standing, offer.standing),
  }
  const waits = { pending_offer: offer, pending_revision: offer.revision, pending_since: waited }
  return { state: step.state, ...waits, accepted_offer: old, version: item.version + 1 }
}

function online(offer: PublicOffer): ItemChanges {
  return { accepted_offer: offer, accepted_revision: offer.revision, accepted_hash: contentHash(offer.content) }
}

/** The site follows: a new text is listed anew, openness alone is a small write. */
async function showChange(tx: Tx, deps: Deps, before: ItemRow, after: ItemRow): Promise<void> {
  const now = after.accepted_offer
  if (!now) return
  const then = before.accepted_offer
  const isSameListing =
    then !== null &&
    then.revision === now.revision &&
    then.url === now.url &&
    then.association.name === now.association.name &&
    then.content.capacity === now.content.capacity &&
    isSameText(then.content, now.content)
  if (isSameListing) await setStanding(tx, now.uri, now.standing)
  else await showOffer(tx, deps, after)
}

async function keepToken(tx: Tx, deps: Deps, item: ItemRow, via: string): Promise<void> {
  item.via = via
  await updateItem(tx, item.id, { via })
  if (item.accepted_offer) await showOffer(tx, deps, item)
}

async function tell(
  tx: Tx,
  deps: Deps,
  id: string,
  offer: PublicOffer,
  before: ItemRow | undefined,
  step: Step,
): Promise<void> {
  const at = deps.clock.iso()
  const details = { offer: offer.uri, association: offer.association.uri, revision: offer.revision }
  if (step.awaits) {
    const isUpdate = Boolean(before?.accepted_offer)
    await record(tx, { type: 'moderation.received', at, subject: id, details: { ...details, update: isUpdate } })
  }
  // The association learns which revision is shown, also when nobody had to read it.
  const isNewlyShown = step.state === 'accepted' && before?.accepted_revision !== offer.revision
  if (isNewlyShown || (step.state === 'accepted' && before?.state !== 'accepted'))
    await record(tx, { type: 'moderation.accepted', at, subject: id, details: { ...details, automatic: true } })
}
