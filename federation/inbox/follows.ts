// SPDX-License-Identifier: AGPL-3.0-or-later
// Follow and Undo. When an association follows a centre, it asks to join.
import {
  findActivity,
  findActivityAbout,
  findFollow,
  findFollowById,
  saveFollow,
  type FollowRow,
} from '../../db/queries/fed-activities.ts'
import { findLiveAffiliation } from '../../db/queries/fed-relations.ts'
import type { ActorRow } from '../../db/queries/fed-actors.ts'
import { receiveUnannounced, receiveWithdrawal } from '../../server/moderation/commands/withdraw.ts'
import { isActiveCentre } from '../../db/queries/members.ts'
import { receiveFollower, receiveJoinRequest, recordEnded } from '../../server/partners/commands/receive.ts'
import type { Tx } from '../../server/web/transact.ts'
import { isPassing } from '../actors.ts'
import { idOf } from '../origins.ts'
import type { JsonObject } from '../plain-json.ts'
import { isObject } from '../translate/properties.ts'
import { acceptFollow, dropFollow, followRow, openPublisher } from '../publisher.ts'
import * as activities from '../translate/activities.ts'
import { ignore, NotNow, wordsOf, type Handler, type Outcome, type Parts, type Received } from './handler.ts'

export const receiveFollow: Handler = async (parts, received) => {
  const me = parts.ownActor.addresses.id
  if (idOf(received.document['object']) !== me) return ignore('follows_somebody_else')
  const found = await parts.actors.get(received.actor)
  if (!found.ok) {
    if (isPassing(found.reason)) throw new NotNow(found.reason)
    return ignore(found.reason)
  }
  return async (tx) => {
    const publisher = await openPublisher(parts, tx)
    if (!publisher) return { ignored: 'not_set_up' }
    if (await isTakenBack(tx, received)) return { ignored: 'taken_back' }
    const earlier = await findFollow(tx, received.actor, me)
    if (earlier && isSaidAgain(earlier, received)) {
      // A site that asks again may have lost our answer.
      if (earlier.state === 'accepted')
        await publisher.send(activities.acceptFollow(publisher.head(), earlier), received.actor)
      return 'done'
    }
    const wantsToJoin =
      !isOnlyLooking(received.document) && (await isWishToJoin(tx, publisher.ours.row.kind, found.actor))
    const row = followRow(received.id, received.actor, me, wantsToJoin ? 'asked' : 'accepted', parts.deps.clock.iso())
    if (earlier) await dropFollow(publisher, tx, earlier, 'undone')
    await saveFollow(tx, row)
    if (wantsToJoin) await receiveJoinRequest(tx, parts.deps, partnerOf(found.actor))
    else await acceptFollow(publisher, tx, row)
    if (!wantsToJoin && (await isOnlooker(tx, found.actor)))
      await receiveFollower(tx, parts.deps, partnerOf(found.actor))
    return 'done'
  }
}

/** Its Undo may have come first, because not all servers send in order. One that has ended a follow ended an earlier one. */
async function isTakenBack(tx: Tx, { id, actor, signedAt }: Received): Promise<boolean> {
  const undo = await findActivityAbout(tx, { objectId: id, direction: 'in', actor, types: ['Undo'] })
  if (!undo) return false
  if (signedAt && undo.signed_at && undo.signed_at !== signedAt) return undo.signed_at > signedAt
  return undo.state !== 'done'
}

/** The same wish again, while it waits or holds. */
function isSaidAgain({ activity_id, state }: FollowRow, { id }: Received): boolean {
  return activity_id === id && (state === 'asked' || state === 'accepted')
}

/** A centre that accepted us follows back, which is no request to join, even when it is an association too. */
async function isWishToJoin(tx: Tx, ourKind: string, actor: ActorRow): Promise<boolean> {
  const weAreCentre = ourKind === 'centre' || ourKind === 'both'
  const isAssociation = actor.role === 'association' || actor.role === 'both'
  return weAreCentre && isAssociation && !(await isActiveCentre(tx, actor.uri))
}

/** `wish: offers` marks the Follow of a site that is both association and centre and does not ask to join. */
function isOnlyLooking(document: JsonObject): boolean {
  const terms = document['terms']
  return isObject(terms) && terms['wish'] === 'offers'
}

/** A centre that only reads our offers, without being our member or our centre. */
async function isOnlooker(tx: Tx, { uri, role }: ActorRow): Promise<boolean> {
  if (role !== 'centre' && role !== 'both') return false
  return !(await findLiveAffiliation(tx, uri, 'centre')) && !(await findLiveAffiliation(tx, uri, 'member'))
}

function partnerOf({ uri, name, url, summary, role }: ActorRow) {
  return { uri, name, url, summary, role }
}

/** Other activities than Follow, Offer and Announce leave nothing to undo. */
export const receiveUndo: Handler = async (parts, received) => {
  const undone = idOf(received.document['object'])
  if (!undone) return ignore('object_unusable')
  return async (tx) => {
    const follow = await findUndoneFollow(parts, tx, received, undone)
    if (follow) return endFollow(parts, tx, follow, wordsOf(received.document))
    const activity = await findActivity(tx, undone)
    if (activity?.direction !== 'in' || activity.actor !== received.actor) return undoUnknown(parts, tx, received)
    if (activity.type === 'Announce') {
      await receiveUnannounced(tx, parts.deps, received.actor, { announceId: activity.id })
      return 'done'
    }
    if (activity.type !== 'Offer' || !activity.object_id) return 'done'
    await receiveWithdrawal(tx, parts.deps, activity.object_id, received.actor)
    return 'done'
  }
}

/** The Announce may still arrive, or its embedded object names the offer. */
async function undoUnknown(parts: Parts, tx: Tx, received: Received): Promise<Outcome> {
  const embedded = received.document['object']
  const offerUri = isObject(embedded) && embedded['type'] === 'Announce' ? idOf(embedded['object']) : undefined
  if (!offerUri) return { ignored: 'unknown_object' }
  await receiveUnannounced(tx, parts.deps, received.actor, { offerUri })
  return { ignored: 'unknown_object' }
}

/** Some servers send a new id for the Follow they undo: then its actor and object identify it. */
async function findUndoneFollow(
  parts: Parts,
  tx: Tx,
  received: Received,
  undone: string,
): Promise<FollowRow | undefined> {
  const known = await findFollowById(tx, undone)
  if (known) return known.follower === received.actor ? known : undefined
  const embedded = received.document['object']
  const isFollow = typeof embedded === 'object' && embedded !== null && (embedded as JsonObject)['type'] === 'Follow'
  return isFollow ? findFollow(tx, received.actor, parts.ownActor.addresses.id) : undefined
}

async function endFollow(parts: Parts, tx: Tx, follow: FollowRow, words: string) {
  if (follow.state === 'undone' || follow.state === 'refused') return { ignored: 'ended_already' }
  const publisher = await openPublisher(parts, tx)
  if (publisher) await dropFollow(publisher, tx, follow, 'undone')
  await recordEnded(tx, parts.deps, follow.follower, { way: 'theirs', words })
  return 'done' as const
}
