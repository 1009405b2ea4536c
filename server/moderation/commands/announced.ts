// SPDX-License-Identifier: AGPL-3.0-or-later
// An offer announced by a source: a centre that approved it, or a site of another kind that publishes it.
import { findAffiliationWith, type AffiliationRow } from '../../../db/queries/affiliations.ts'
import { record } from '../../../db/queries/events.ts'
import { findItemOfOffer, updateItem, type ItemRow } from '../../../db/queries/moderation.ts'
import { insertAnnounce } from '../../../db/queries/sources.ts'
import type { Deps } from '../../deps.ts'
import { contentHash } from '../../model/offer/material.ts'
import type { PublicOffer } from '../../model/offer/content.ts'
import { isActiveMember } from '../../../db/queries/members.ts'
import type { Trust } from '../../model/relation.ts'
import type { Tx } from '../../web/transact.ts'
import { isSameText } from '../rules/received-offer.ts'
import { completed, readCompletion } from '../completion.ts'
import { takeOffer, trustInRelay } from './receive.ts'

/** `unmapped`: names of the properties that could not be read in an offer from another kind of site. */
export type Foreign = { unmapped: string[] }
export type Announced = {
  announceId: string
  announcerUri: string
  /** Distance from the association to the announcer; 1 when the announcer does not give it. */
  hops: number
  /** SHA-256 of the text that the announcer approved, when it gives one. */
  contentHash?: string | null
  foreign?: Foreign | undefined
}

const MOST_HOPS = 999

/** The same announce twice changes nothing. */
export async function receiveAnnounced(tx: Tx, deps: Deps, offer: PublicOffer, announced: Announced): Promise<void> {
  const source = await findAffiliationWith(tx, announced.announcerUri, 'source')
  if (source?.state !== 'active') return
  const item = await findItemOfOffer(tx, offer.uri)
  if (item && item.association_uri !== offer.association.uri) return
  const hops = Math.min(Math.max(1, announced.hops), MOST_HOPS)
  const row = { announce_id: announced.announceId, offer_uri: offer.uri, announcer_uri: announced.announcerUri, hops }
  if (!(await insertAnnounce(tx, { ...row, since: deps.clock.iso() }))) return
  // The association sends this offer itself, so its own submission decides.
  if (item?.is_direct && (await isActiveMember(tx, offer.association.uri))) return

  const isBack = item?.state === 'withdrawn'
  const relay = { is_direct: 0, hops: hops + 1 } as const
  if (item && isBack) await updateItem(tx, item.id, { ...relay, via: '' })
  const foreign = announced.foreign && { is_foreign: 1 as const, unmapped: JSON.stringify(announced.foreign.unmapped) }
  const now = announced.foreign ? await foreignNow(tx, item, offer, announced.foreign) : offer
  const known = item && isBack ? { ...item, ...relay } : item
  await takeOffer(tx, deps, now, known, {
    trust: trustIn(source, offer, announced),
    isSubmission: isBack,
    entry: { ...relay, ...foreign },
  })
  await recordAnnounced(tx, deps, offer, announced)
}

/** Updates an offer from another kind of site. Ignored when the offer is not here yet. */
export async function receiveForeign(tx: Tx, deps: Deps, offer: PublicOffer, foreign: Foreign): Promise<void> {
  const item = await findItemOfOffer(tx, offer.uri)
  if (!item?.is_foreign || item.association_uri !== offer.association.uri) return
  const now = await foreignNow(tx, item, offer, foreign)
  await takeOffer(tx, deps, now, item, { trust: await trustInRelay(tx, item) })
}

/** Adds what our moderators completed, and a revision, because other kinds of sites do not number their texts. */
async function foreignNow(
  tx: Tx,
  item: ItemRow | undefined,
  offer: PublicOffer,
  { unmapped }: Foreign,
): Promise<PublicOffer> {
  if (!item) return offer
  await updateItem(tx, item.id, { unmapped: JSON.stringify(unmapped) })
  const content = completed(offer.content, readCompletion(item.completion))
  const latest = item.pending_offer ?? item.accepted_offer
  // An older text that arrives late is not a new revision.
  const isLate = Date.parse(offer.updated_at) < Date.parse(item.latest_updated_at)
  const isNew = !isLate && (!latest || !isSameText(latest.content, content))
  return { ...offer, content, revision: item.latest_revision + (isNew ? 1 : 0) }
}

/** A trusted centre's approval counts only for the text whose hash it sent. Other kinds of sites approve nothing. */
function trustIn({ trust }: AffiliationRow, offer: PublicOffer, announced: Announced): Trust {
  const isRead = !announced.foreign && announced.contentHash === contentHash(offer.content)
  return trust === 'trusted' && !isRead ? 'standard' : trust
}

/** On this event the federation follows the association of the offer, unless it already does. */
async function recordAnnounced(tx: Tx, deps: Deps, offer: PublicOffer, announced: Announced): Promise<void> {
  const item = await findItemOfOffer(tx, offer.uri)
  if (!item) return
  const details = { offer: offer.uri, association: offer.association.uri, announcer: announced.announcerUri }
  await record(tx, { type: 'moderation.announced', at: deps.clock.iso(), subject: item.id, details })
}
