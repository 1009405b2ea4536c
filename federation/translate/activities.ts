// SPDX-License-Identifier: AGPL-3.0-or-later
// Every activity we send (FEDERATION.md). Pure: ids, times and addressees are given.
import type { JsonObject } from '../plain-json.ts'
import { PUBLIC } from '../vocabulary.ts'
import { paragraphs } from './text.ts'

/** `id`: address of the activity; `actor`: us; `at`: ISO instant. */
export type Head = { id: string; actor: string; at: string }
/** Of a public activity: our followers, and those it is about. */
export type Audience = { followers: string; also?: readonly string[] }
export type Activity = JsonObject & { id: string; type: string; actor: string }

function activity(head: Head, type: string, rest: JsonObject): Activity {
  return { id: head.id, type, actor: head.actor, published: head.at, ...rest }
}

function everybody({ followers, also = [] }: Audience): JsonObject {
  return { to: [PUBLIC], cc: [followers, ...also] }
}

/** Of an offer: centres that are to read it get an `Offer` of their own, and the others leave it. */
const SUBMITS = { terms: { submits: true } }

export function create(head: Head, object: JsonObject, audience: Audience): Activity {
  return activity(head, 'Create', { ...everybody(audience), object, ...SUBMITS })
}

/** Of an offer. */
export function updateOffer(head: Head, object: JsonObject, audience: Audience): Activity {
  return { ...update(head, object, audience), ...SUBMITS }
}

/** Always the whole object, never a patch. */
export function update(head: Head, object: JsonObject, audience: Audience): Activity {
  return activity(head, 'Update', { ...everybody(audience), object, updated: head.at })
}

export function remove(head: Head, offerUri: string, audience: Audience): Activity {
  return activity(head, 'Delete', { ...everybody(audience), object: tombstone(offerUri, head.at) })
}

/** gancio deletes only when the tombstone has the former type. */
export function tombstone(uri: string, deletedAt: string): JsonObject {
  return { id: uri, type: 'Tombstone', formerType: 'Event', deleted: deletedAt }
}

/** @param wish `offers`: a site that is both centre and association could otherwise read a request to join. */
export function follow(head: Head, whom: string, wish?: 'offers'): Activity {
  return activity(head, 'Follow', { object: whom, to: [whom], ...(wish ? { terms: { wish } } : {}) })
}

/** @param words an answer to what the centre asked. */
export function offer(head: Head, offerUri: string, centre: string, revision: number, words?: string): Activity {
  const summary = words ? { summary: paragraphs(words) } : {}
  return activity(head, 'Offer', { object: offerUri, target: centre, to: [centre], revision, ...summary })
}

/** A Follow by another actor than us. */
export type Followed = { activity_id: string; follower: string }

const followIn = ({ actor }: Head, { activity_id, follower }: Followed): JsonObject => ({
  id: activity_id,
  type: 'Follow',
  actor: follower,
  object: actor,
})

/** With the Follow inside: some software looks at nothing else. */
/** @param pause why the membership is paused, for people; without it the membership stands. */
export function acceptFollow(head: Head, theirs: Followed, pause?: string): Activity {
  const said = pause === undefined ? {} : { summary: paragraphs(pause), terms: { membership: 'paused' } }
  return activity(head, 'Accept', { object: followIn(head, theirs), to: [theirs.follower], ...said })
}

/** @param words the reason, for people. */
export function rejectFollow(head: Head, theirs: Followed, words?: string): Activity {
  const summary = words ? { summary: paragraphs(words) } : {}
  return activity(head, 'Reject', { object: followIn(head, theirs), to: [theirs.follower], ...summary })
}

/** @param whom the sender of the Offer `asked`. */
export function accept(head: Head, asked: string, whom: string, revision?: number): Activity {
  return activity(head, 'Accept', { object: asked, to: [whom], ...(revision === undefined ? {} : { revision }) })
}

export function reject(
  head: Head,
  asked: string,
  whom: string,
  reason: { code?: string; words?: string; revision?: number } = {},
): Activity {
  return activity(head, 'Reject', {
    object: asked,
    to: [whom],
    ...(reason.code ? { reasonCode: reason.code } : {}),
    ...(reason.words ? { summary: paragraphs(reason.words) } : {}),
    ...(reason.revision === undefined ? {} : { revision: reason.revision }),
  })
}

/** `content_hash`: SHA-256 of the approved text. `hops`: sites from the association to the announcer. */
export type Approval = { revision: number; content_hash: string; hops: number }

export function announce(head: Head, offerUri: string, audience: Audience, approval?: Approval): Activity {
  const { revision, content_hash, hops } = approval ?? {}
  const given = revision === undefined ? {} : { revision, terms: { content_hash: content_hash ?? '', hops: hops ?? 1 } }
  return activity(head, 'Announce', { ...everybody(audience), object: offerUri, ...given })
}

/** The answer to a wish that is not handled here (FEP-8a8e). */
export function ignore(head: Head, asked: string, whom: string): Activity {
  return activity(head, 'Ignore', { object: asked, to: [whom] })
}

/** Undoes a Follow or an Offer, to one addressee. */
export function undoPrivately(head: Head, undone: string, whom: string): Activity {
  return activity(head, 'Undo', { object: undone, to: [whom] })
}

/** With the Follow inside, as most servers expect it. @param words the reason, for people. */
export function undoFollow(head: Head, followId: string, whom: string, words?: string): Activity {
  const object = { id: followId, type: 'Follow', actor: head.actor, object: whom }
  return activity(head, 'Undo', { object, to: [whom], ...(words ? { summary: paragraphs(words) } : {}) })
}

export function undoAnnounce(head: Head, announceId: string, offerUri: string, audience: Audience): Activity {
  const object = { id: announceId, type: 'Announce', actor: head.actor, object: offerUri }
  return activity(head, 'Undo', { ...everybody(audience), object })
}
