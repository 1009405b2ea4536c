// SPDX-License-Identifier: AGPL-3.0-or-later
// A member's offer arrives, new or changed. The federation has verified that its association sent it.
import { getAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import { trustIn } from '../../../db/queries/members.ts'
import { findItemOfOffer, insertItem, updateItem, type ItemRow } from '../../../db/queries/moderation.ts'
import { addMessage, findLastMessage } from '../../../db/queries/offer-messages.ts'
import { listAnnouncingSources } from '../../../db/queries/sources.ts'
import { HOUR, later } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import type { PublicOffer } from '../../model/offer/content.ts'
import { NO_LIMIT, shownUntil } from '../../model/offer/member-limit.ts'
import type { Trust } from '../../model/relation.ts'
import { setStanding } from '../../public-offer/listing.ts'
import type { Tx } from '../../web/transact.ts'
import { arrivalOf, changesBy, isSameText, latestOf, whatArrived } from '../rules/received-offer.ts'
import { next, situationOf, UNKNOWN, type Step } from '../rules/item.ts'
import { keepLikeness } from './compare.ts'
import { sendHeld } from './held.ts'
import { showOffer } from './show.ts'
import { wantPicturesOf } from './wanted-pictures.ts'

/**
 * An offer that is not newer than the stored one changes nothing, so it may arrive twice.
 * @param options.via token of a submission to this centre, for the link home; an update to all followers has none.
 * @param options.isSubmission says the same for a sender without tokens.
 * @param options.words of the association, in answer to what we asked or to our no.
 */
export async function receiveOffer(
  tx: Tx,
  deps: Deps,
  offer: PublicOffer,
  { via, isSubmission = via !== undefined, words = '' }: { via?: string; isSubmission?: boolean; words?: string } = {},
): Promise<void> {
  const trust = await trustIn(tx, offer.association.uri)
  const known = await findItemOfOffer(tx, offer.uri)
  if (known && known.association_uri !== offer.association.uri) return
  if (trust) {
    const item = known && (await fromItsHome(tx, deps, known, via))
    // Before the offer, so that moderators who are told of it find the answer.
    if (known && words) await keepAnswer(tx, deps, known, offer, words)
    await takeOffer(tx, deps, offer, item, { trust, isSubmission, entry: { via: via ?? '' } })
  } else if (known && !known.is_direct) {
    await takeOffer(tx, deps, offer, known, { trust: await trustInRelay(tx, known) })
  }
}

/** An answer belongs to a thread that we began, or to an offer that we said no to: what nobody asked is not kept. */
async function keepAnswer(tx: Tx, deps: Deps, item: ItemRow, offer: PublicOffer, words: string): Promise<void> {
  const thread = { offer_uri: offer.uri, partner_uri: offer.association.uri }
  const isToNo = item.state === 'refused' || item.state === 'suspended'
  if (!isToNo && !(await findLastMessage(tx, thread))) return
  const message = { id: deps.newId(), at: deps.clock.iso(), revision: offer.revision, words }
  await addMessage(tx, { ...thread, ...message, is_ours: 0, person_id: null })
}

type Entry = Partial<Pick<ItemRow, 'via' | 'is_direct' | 'hops' | 'is_foreign' | 'unmapped'>>
type Taking = { trust: Trust; isSubmission?: boolean; entry?: Entry }
const NOTHING_YET = {
  accepted_offer: null,
  accepted_at: null,
  first_listed_at: null,
  pending_since: null,
  via: '',
  version: 1,
}

/** @param known the stored item, already checked to be of the same association. */
export async function takeOffer(
  tx: Tx,
  deps: Deps,
  received: PublicOffer,
  known: ItemRow | undefined,
  { trust, isSubmission = false, entry = {} }: Taking,
): Promise<void> {
  // What is on another kind of site ends with its days, and nobody there renews it.
  const days = (known ?? entry).is_foreign ? NO_LIMIT : (await getAssociation(tx)).member_days
  const now = deps.clock.iso()
  const offer = withOurLimit(received, days, now)
  const item = known && begunAnew(known, offer, days, now)
  const trigger = whatArrived(item, offer, isSubmission)
  const step = trigger && next(item ? situationOf(item, trust) : { ...UNKNOWN, trust }, trigger)
  if (!trigger || !step) return
  if (item) await sendHeld(tx, item.id)
  const at = deps.clock.iso()
  const before = item ?? { ...NOTHING_YET, ...entry, id: deps.newId() }
  const arrival = step.awaits ? { arrival: arrivalOf(item) } : {}
  const changes = { ...latestOf(offer), ...arrival, ...changesBy(trigger, step, before, offer, at) }
  if (item) await updateItem(tx, item.id, changes)
  else {
    const row = { id: before.id, offer_uri: offer.uri, association_uri: offer.association.uri, received_at: at }
    await insertItem(tx, { ...entry, ...row, ...changes })
  }
  await wantPicturesOf(tx, deps, { ...before, ...changes, offer_uri: offer.uri })
  await keepLikeness(tx, before.id, offer, item)
  const shown = { ...before, ...changes, association_uri: offer.association.uri }
  await showChange(tx, deps, before.accepted_offer, shown)
  await recordStep(tx, { id: before.id, at, before: item, offer, step })
}

/** Its home may show it longer than we do without a sign of life. */
function withOurLimit(offer: PublicOffer, days: number, now: string): PublicOffer {
  const { standing, updated_at: touched } = offer
  const limit = shownUntil({ from: standing.publish_from, touched, now }, days)
  if (days >= NO_LIMIT || standing.publish_until <= limit) return offer
  return { ...offer, standing: { ...standing, publish_until: limit } }
}

/**
 * A text that stays online while moderators read the next one is a sign of life too. Only our limit begins anew: an end
 * that the association chose moves with its text.
 */
function begunAnew(item: ItemRow, offer: PublicOffer, days: number, now: string): ItemRow {
  const { accepted_offer: shown, latest_updated_at: touched } = item
  if (!shown || days >= NO_LIMIT) return item
  const { publish_from: from, publish_until: until } = shown.standing
  const next = offer.standing.publish_until
  const limit = shownUntil({ from, touched, now }, days)
  // The clock of its home may have been ahead of ours when we counted.
  const isOurs = until <= limit && until > later(limit, -HOUR)
  if (!isOurs || next <= until) return item
  return { ...item, accepted_offer: { ...shown, standing: { ...shown.standing, publish_until: next } } }
}

/** A source approved the text that it announced, not later ones: material changes wait for a moderator. */
export async function trustInRelay(tx: Tx, item: ItemRow): Promise<Trust> {
  const sources = await listAnnouncingSources(tx, item.offer_uri)
  return sources.some(({ trust }) => trust !== 'new') ? 'standard' : 'new'
}

/** An offer that was relayed until now gets our earlier decision. @returns the item as it is from now on. */
async function fromItsHome(tx: Tx, deps: Deps, item: ItemRow, via = item.via): Promise<ItemRow> {
  const changes = { is_direct: 1, via: via || item.via } as const
  if (item.is_direct && changes.via === item.via) return item
  const direct = { ...item, ...changes }
  await sendHeld(tx, item.id)
  await updateItem(tx, item.id, changes)
  if (!item.is_direct && item.accepted_offer) {
    const about = { offer: item.offer_uri, association: item.association_uri, revision: item.accepted_offer.revision }
    const details = { ...about, automatic: true }
    await record(tx, { type: 'moderation.accepted', at: deps.clock.iso(), subject: item.id, details })
  }
  if (changes.via !== item.via) await showOffer(tx, deps, direct)
  return direct
}

type ShownItem = Parameters<typeof showOffer>[2]

/** A new text is listed again; a change of openness alone is a smaller write. */
async function showChange(tx: Tx, deps: Deps, before: PublicOffer | null, item: ShownItem): Promise<void> {
  const now = item.accepted_offer
  if (!now) return
  const isSameListing =
    before !== null &&
    before.revision === now.revision &&
    before.url === now.url &&
    before.association.name === now.association.name &&
    before.content.capacity === now.content.capacity &&
    isSameText(before.content, now.content)
  if (isSameListing) await setStanding(tx, deps, now)
  else await showOffer(tx, deps, item)
}

type Taken = { id: string; at: string; before: ItemRow | undefined; offer: PublicOffer; step: Step }

async function recordStep(tx: Tx, { id, at, before, offer, step }: Taken): Promise<void> {
  const details = { offer: offer.uri, association: offer.association.uri, revision: offer.revision }
  if (step.awaits) {
    const isUpdate = Boolean(before?.accepted_offer)
    await record(tx, { type: 'moderation.received', at, subject: id, details: { ...details, update: isUpdate } })
  }
  // The association learns which revision is shown, even when no moderator had to read it.
  const isNewlyShown = step.state === 'accepted' && before?.accepted_revision !== offer.revision
  if (isNewlyShown || (step.state === 'accepted' && before?.state !== 'accepted'))
    await record(tx, { type: 'moderation.accepted', at, subject: id, details: { ...details, automatic: true } })
}
