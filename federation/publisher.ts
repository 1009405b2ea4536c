// SPDX-License-Identifier: AGPL-3.0-or-later
// Publishes activities in one transaction: each is stored, added to the outbox and queued for its addressees.
import {
  endFollow,
  findActivityAbout,
  findFollow,
  saveFollow,
  setFollowState,
  type FollowRow,
} from '../db/queries/fed-activities.ts'
import type { Deps } from '../server/deps.ts'
import type { Tx } from '../server/web/transact.ts'
import type { ApexSession, Apex } from './apex.ts'
import type { OwnActorData, OwnActor } from './own-actor.ts'
import * as activities from './translate/activities.ts'

export type Publisher = {
  ours: OwnActorData
  apex: ApexSession
  me: string
  head(): activities.Head
  audience(also?: readonly string[]): activities.Audience
  /** @param orderKey activities with the same key arrive in order; usually the id of the object. */
  send(activity: activities.Activity, orderKey: string): Promise<void>
}

/** Load apex before the transaction begins. @returns undefined before the association is set up. */
export async function openPublisher(
  { deps, ownActor, apex: library }: { deps: Deps; ownActor: OwnActor; apex: Apex },
  tx: Tx,
): Promise<Publisher | undefined> {
  const ours = await ownActor.read(tx)
  if (!ours) return undefined
  const apex = library.on(tx, ours.document)
  const { id: me, followers } = ownActor.addresses
  return {
    ours,
    apex,
    me,
    head: () => ({ id: `${deps.config.publicUrl}/activities/${deps.newId()}`, actor: me, at: deps.clock.iso() }),
    audience: (also = []) => ({ followers, also }),
    send: (activity, orderKey) => apex.publish(activity, orderKey),
  }
}

/** Sends nothing when we follow already. */
export async function follow(publisher: Publisher, tx: Tx, partner: string, wish?: 'offers'): Promise<void> {
  const known = await findFollow(tx, publisher.me, partner)
  if (known?.state !== 'accepted') await askToFollow(publisher, tx, partner, wish)
}

/** Sends a Follow even when we follow already, because the reason may be another and its answer matters. */
export async function askToFollow(publisher: Publisher, tx: Tx, partner: string, wish?: 'offers'): Promise<void> {
  const activity = activities.follow(publisher.head(), partner, wish)
  await saveFollow(tx, followRow(activity.id, publisher.me, partner, 'asked', String(activity['published'])))
  await publisher.send(activity, partner)
}

export async function unfollow(publisher: Publisher, tx: Tx, partner: string, words?: string): Promise<void> {
  const ours = await findFollow(tx, publisher.me, partner)
  if (!ours || (ours.state !== 'asked' && ours.state !== 'accepted')) return
  await dropFollow(publisher, tx, ours, 'undone')
  await publisher.send(activities.undoFollow(publisher.head(), ours.activity_id, partner, words), partner)
}

/** Ends the Follow of a partner. */
export async function sendAway(publisher: Publisher, tx: Tx, partner: string, words?: string): Promise<void> {
  const theirs = await findFollow(tx, partner, publisher.me)
  if (theirs && (theirs.state === 'asked' || theirs.state === 'accepted'))
    await refuseFollow(publisher, tx, theirs, words)
}

/** @param pause why the membership is paused; without it, it stands. */
export async function acceptFollow(publisher: Publisher, tx: Tx, theirs: FollowRow, pause?: string): Promise<void> {
  await setFollowState(tx, theirs.activity_id, 'accepted')
  await publisher.apex.acceptFollow(theirs.activity_id)
  await publisher.send(activities.acceptFollow(publisher.head(), theirs, pause), theirs.follower)
}

export async function refuseFollow(publisher: Publisher, tx: Tx, theirs: FollowRow, words?: string): Promise<void> {
  await dropFollow(publisher, tx, theirs, 'refused')
  await publisher.send(activities.rejectFollow(publisher.head(), theirs, words), theirs.follower)
}

/** Changes our tables only; sends nothing. */
export async function dropFollow(
  publisher: Publisher,
  tx: Tx,
  row: FollowRow,
  state: 'refused' | 'undone',
): Promise<void> {
  await endFollow(tx, row.activity_id, state, publisher.head().at)
  await publisher.apex.removeFollow(row.activity_id)
}

export async function wasPublished(publisher: Publisher, tx: Tx, offerUri: string): Promise<boolean> {
  const sent = await findActivityAbout(tx, {
    objectId: offerUri,
    types: ['Create', 'Delete'],
    direction: 'out',
    actor: publisher.me,
  })
  return sent?.type === 'Create'
}

export function followRow(
  id: string,
  follower: string,
  followed: string,
  state: FollowRow['state'],
  at: string,
): FollowRow {
  return { activity_id: id, follower, followed, state, at }
}
