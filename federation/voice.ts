// SPDX-License-Identifier: AGPL-3.0-or-later
// What we say, in one transaction: each activity gets its address, goes into the outbox and to whom it is addressed.
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
import type { Apex, ApexDoor } from './apex.ts'
import type { Ourselves, OurselvesDoor } from './ourselves.ts'
import * as activities from './translate/activities.ts'

export type Voice = {
  ours: Ourselves
  apex: Apex
  /** Our own address. */
  me: string
  head(): activities.Head
  audience(also?: readonly string[]): activities.Audience
  say(activity: activities.Activity, orderKey: string): Promise<void>
}

/** Our voice in this transaction, or undefined before the association is set up. apex is loaded before it begins. */
export async function openVoice(
  parts: { deps: Deps; ourselves: OurselvesDoor; apexDoor: ApexDoor },
  tx: Tx,
): Promise<Voice | undefined> {
  const { deps, ourselves, apexDoor } = parts
  const ours = await ourselves.read(tx)
  if (!ours) return undefined
  const apex = apexDoor.on(tx, ours.document)
  const { id: me, followers } = ourselves.addresses
  return {
    ours,
    apex,
    me,
    head: () => ({ id: `${deps.config.publicUrl}/activities/${deps.newId()}`, actor: me, at: deps.clock.iso() }),
    audience: (also = []) => ({ followers, also }),
    say: (activity, orderKey) => apex.publish(activity, orderKey),
  }
}

/** Asks to follow, unless we do already. */
export async function follow(voice: Voice, tx: Tx, partner: string, wish?: 'offers'): Promise<void> {
  const known = await findFollow(tx, voice.me, partner)
  if (known?.state !== 'accepted') await askToFollow(voice, tx, partner, wish)
}

/**
 * Asks, whether we follow already or not: who follows for one reason may wish for another, and the answer matters.
 * What concerns a partner arrives in order: its address is the order key.
 */
export async function askToFollow(voice: Voice, tx: Tx, partner: string, wish?: 'offers'): Promise<void> {
  const activity = activities.follow(voice.head(), partner, wish)
  await saveFollow(tx, followRow(activity.id, voice.me, partner, 'asked', String(activity['published'])))
  await voice.say(activity, partner)
}

/** Follows no more. */
export async function unfollow(voice: Voice, tx: Tx, partner: string, words?: string): Promise<void> {
  const ours = await findFollow(tx, voice.me, partner)
  if (!ours || (ours.state !== 'asked' && ours.state !== 'accepted')) return
  await dropFollow(voice, tx, ours, 'undone')
  await voice.say(activities.undoFollow(voice.head(), ours.activity_id, partner, words), partner)
}

/** Is followed no more. */
export async function sendAway(voice: Voice, tx: Tx, partner: string, words?: string): Promise<void> {
  const theirs = await findFollow(tx, partner, voice.me)
  if (theirs && (theirs.state === 'asked' || theirs.state === 'accepted')) await refuseFollow(voice, tx, theirs, words)
}

export async function acceptFollow(voice: Voice, tx: Tx, theirs: FollowRow): Promise<void> {
  await setFollowState(tx, theirs.activity_id, 'accepted')
  await voice.apex.acceptFollow(theirs.activity_id)
  await voice.say(activities.accept(voice.head(), theirs.activity_id, theirs.follower), theirs.follower)
}

export async function refuseFollow(voice: Voice, tx: Tx, theirs: FollowRow, words?: string): Promise<void> {
  await dropFollow(voice, tx, theirs, 'refused')
  const reason = words ? { words } : {}
  await voice.say(activities.reject(voice.head(), theirs.activity_id, theirs.follower, reason), theirs.follower)
}

/** The follow counts no more, whoever ended it. */
export async function dropFollow(voice: Voice, tx: Tx, row: FollowRow, state: 'refused' | 'undone'): Promise<void> {
  await endFollow(tx, row.activity_id, state, voice.head().at)
  await voice.apex.removeFollow(row.activity_id)
}

/** True when the offer has been published to the world already, so that what follows is an Update. */
export async function isKnownToTheWorld(voice: Voice, tx: Tx, offerUri: string): Promise<boolean> {
  const said = await findActivityAbout(tx, {
    objectId: offerUri,
    types: ['Create', 'Delete'],
    direction: 'out',
    actor: voice.me,
  })
  return said?.type === 'Create'
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
