// SPDX-License-Identifier: AGPL-3.0-or-later
// Create, Update, Offer and Delete of an offer, from a member, a site we follow, or the home of a relayed offer.
import { findActivityAbout, findFollow } from '../../db/queries/fed-activities.ts'
import { findItemOfOffer } from '../../db/queries/moderation.ts'
import { receiveAnnounced, receiveForeign } from '../../server/moderation/commands/announced.ts'
import { receiveOffer } from '../../server/moderation/commands/receive.ts'
import { receiveWithdrawal } from '../../server/moderation/commands/withdraw.ts'
import type { PublicOffer } from '../../server/model/offer/content.ts'
import { isActiveMember } from '../../db/queries/members.ts'
import { recordEnded } from '../../server/partners/commands/receive.ts'
import { isPassing } from '../actors.ts'
import { fetchDocument } from '../documents.ts'
import { idOf, isSameOrigin } from '../origins.ts'
import type { JsonObject } from '../plain-json.ts'
import { fromEvent } from '../translate/received-offer.ts'
import { isObject } from '../translate/properties.ts'
import { isReport } from '../translate/statistics.ts'
import { OUR_CONTEXT } from '../vocabulary.ts'
import { dropFollow, openPublisher } from '../publisher.ts'
import { revisionOf, setAside, type Unread } from './faulty.ts'
import { ignore, NotNow, wordsOf, type Apply, type Handler, type Parts, type Received } from './handler.ts'
import { fetchOriginal, readOriginal } from './originals.ts'
import { isRelayed, receiveRelayedDelete, sourceOf } from './relayed.ts'
import { receiveStatistics } from './statistics.ts'

type Read = { ok: true; offer: PublicOffer } | Unread

/** An offer that is only named is fetched from its home. */
export const receivePublication: Handler = async (parts, received) => {
  const { actor, document } = received
  if (isReport(document)) return receiveStatistics(parts, received)
  const id = idOf(document['object'])
  if (!id) return ignore('object_unusable')
  if (id === actor) return receiveProfile(parts, received)
  // Its Delete may have come first, because not all servers send in order.
  const about = { objectId: id, direction: 'in' as const, actor, types: ['Delete'] }
  if (received.type === 'Create' && (await findActivityAbout(parts.deps.db, about))) return ignore('deleted')
  if (!(await isActiveMember(parts.deps.db, actor))) return receiveFromNonMember(parts, received, id)
  const embedded = document['object']
  const isWhole = typeof embedded === 'object' && embedded !== null && 'terms' in embedded && isSameOrigin(id, actor)
  const read = isWhole ? owned(embedded as JsonObject, actor) : await fetchOffer(parts, id, actor)
  const terms = document['terms']
  const isSubmittedApart = isObject(terms) && terms['submits'] === true
  if (!read.ok) {
    // Of an offer that is shown here, a small change comes without an Offer; of others it is the Offer that is answered.
    const isOffered = isSubmittedApart && !(await findItemOfOffer(parts.deps.db, id))?.accepted_offer
    return isOffered ? ignore(read.reason) : setAside(parts, received, id, read)
  }
  return async (tx) => {
    if (isSubmittedApart && !(await findItemOfOffer(tx, read.offer.uri))) return 'done'
    await receiveOffer(tx, parts.deps, read.offer, {})
    return 'done'
  }
}

async function receiveFromNonMember(parts: Parts, received: Received, id: string): Promise<Apply> {
  const { deps } = parts
  const { actor, document } = received
  if (!isSameOrigin(id, actor)) return ignore('wrong_owner')
  const isHere = await isRelayed(deps.db, id)
  const source = isHere ? undefined : await sourceOf(deps.db, document, actor)
  if (!isHere && !source) return ignore('not_a_member')
  const embedded = document['object']
  const isOwn = isObject(embedded) && embedded['type'] === 'Event' && idOf(embedded['attributedTo']) === actor
  const original = isOwn
    ? await readOriginal(parts, { '@context': OUR_CONTEXT, ...embedded })
    : await fetchOriginal(parts, id)
  if (!original.ok) return ignore(original.reason)
  const { offer, foreign } = original
  return async (tx) => {
    if (source) {
      const announced = { announceId: received.id, announcerUri: source, hops: 1, foreign }
      await receiveAnnounced(tx, deps, offer, announced)
    } else if (foreign) await receiveForeign(tx, deps, offer, foreign)
    else await receiveOffer(tx, deps, offer)
    return 'done'
  }
}

export const receiveSubmission: Handler = async (parts, received) => {
  const { actor, document } = received
  const id = idOf(document['object'])
  if (!id) return ignore('object_unusable')
  const target = idOf(document['target'])
  if (target && target !== parts.ownActor.addresses.id) return ignore('meant_for_another')
  if (!(await isActiveMember(parts.deps.db, actor))) return ignore('not_a_member')
  const read = await fetchOffer(parts, id, actor)
  if (!read.ok) return setAside(parts, received, id, read)
  const terms = document['terms']
  const via = typeof terms === 'object' && terms !== null && !Array.isArray(terms) ? terms['via'] : undefined
  return async (tx) => {
    const token = typeof via === 'string' && via.length <= 300 ? { via } : {}
    await receiveOffer(tx, parts.deps, read.offer, { isSubmission: true, words: wordsOf(document), ...token })
    return 'done'
  }
}

export const receiveDeletion: Handler = async (parts, received) => {
  const id = idOf(received.document['object'])
  if (!id) return ignore('object_unusable')
  if (!isSameOrigin(id, received.actor)) return ignore('wrong_owner')
  // A person may delete what a group of the same site published: the home is asked whether it is gone.
  const item = id === received.actor ? undefined : await findItemOfOffer(parts.deps.db, id)
  if (item?.is_foreign && item.association_uri !== received.actor) return receiveRelayedDelete(parts, id)
  return async (tx) => {
    if (id !== received.actor) {
      await receiveWithdrawal(tx, parts.deps, id, received.actor)
      return 'done'
    }
    const follow = await findFollow(tx, id, parts.ownActor.addresses.id)
    const publisher = await openPublisher(parts, tx)
    if (follow && publisher) await dropFollow(publisher, tx, follow, 'undone')
    await recordEnded(tx, parts.deps, id)
    await parts.actors.markGone(tx, id)
    return 'done'
  }
}

/** The actor is fetched from its server; the copy in the activity is not used. */
async function receiveProfile(parts: Parts, { actor }: Received) {
  const found = await parts.actors.fetch(actor)
  if (!found.ok && isPassing(found.reason)) throw new NotNow(found.reason)
  return found.ok ? async () => 'done' as const : ignore(found.reason)
}

async function fetchOffer(parts: Parts, id: string, actor: string): Promise<Read> {
  if (!isSameOrigin(id, actor)) return { ok: false, reason: 'wrong_owner' }
  const fetched = await fetchDocument(parts.http, id, await parts.ownActor.key())
  if (fetched.ok) return fetched.id === id ? owned(fetched.document, actor) : { ok: false, reason: 'wrong_id' }
  if (isPassing(fetched.reason)) throw new NotNow(fetched.reason)
  return { ok: false, reason: fetched.reason }
}

function owned(event: JsonObject, actor: string): Read {
  const read = fromEvent(event)
  if (read.ok && read.offer.association.uri !== actor) return { ok: false, reason: 'wrong_owner' }
  const revision = revisionOf(event)
  return read.ok ? read : { ...read, ...(revision && { revision }) }
}
