// SPDX-License-Identifier: AGPL-3.0-or-later
// An association tells of its offer: published, changed, submitted to us, gone. Only a member of ours is listened to.
import { findFollow } from '../../db/queries/fed-activities.ts'
import { receiveOffer, receiveWithdrawal } from '../../server/moderation/commands.ts'
import type { PublicOffer } from '../../server/offers/content.ts'
import { isActiveMember, recordEnded } from '../../server/partners/commands.ts'
import { isPassing } from '../actors.ts'
import { fetchDocument } from '../documents.ts'
import { idOf, isSameOrigin } from '../origins.ts'
import type { JsonObject } from '../plain-json.ts'
import { fromEvent } from '../translate/received-offer.ts'
import { dropFollow, openVoice } from '../voice.ts'
import { ignore, NotNow, type Meaning, type Parts, type Received } from './meaning.ts'

type Read = { ok: true; offer: PublicOffer } | { ok: false; reason: string }

/** Create and Update carry the whole offer; one that is only named is asked for at its home. */
export const receivePublication: Meaning = async (parts, received) => {
  const { actor, document } = received
  const id = idOf(document['object'])
  if (!id) return ignore('object_unusable')
  if (id === actor) return receiveProfile(parts, received)
  if (!(await isActiveMember(parts.deps.db, actor))) return ignore('not_a_member')
  const embedded = document['object']
  const isWhole = typeof embedded === 'object' && embedded !== null && 'terms' in embedded && isSameOrigin(id, actor)
  const read = isWhole ? owned(embedded as JsonObject, actor) : await fetchOffer(parts, id, actor)
  if (!read.ok) return ignore(read.reason)
  return async (tx) => {
    await receiveOffer(tx, parts.deps, read.offer, {})
    return 'done'
  }
}

/** The association asks us to share this offer. It names it; what it says is asked for at its home. */
export const receiveSubmission: Meaning = async (parts, received) => {
  const { actor, document } = received
  const id = idOf(document['object'])
  if (!id) return ignore('object_unusable')
  const target = idOf(document['target'])
  if (target && target !== parts.ourselves.addresses.id) return ignore('meant_for_another')
  if (!(await isActiveMember(parts.deps.db, actor))) return ignore('not_a_member')
  const read = await fetchOffer(parts, id, actor)
  if (!read.ok) return ignore(read.reason)
  const terms = document['terms']
  const via = typeof terms === 'object' && terms !== null && !Array.isArray(terms) ? terms['via'] : undefined
  return async (tx) => {
    const token = typeof via === 'string' && via.length <= 300 ? { via } : {}
    await receiveOffer(tx, parts.deps, read.offer, { isSubmission: true, ...token })
    return 'done'
  }
}

export const receiveDeletion: Meaning = async (parts, received) => {
  const id = idOf(received.document['object'])
  if (!id) return ignore('object_unusable')
  if (!isSameOrigin(id, received.actor)) return ignore('wrong_owner')
  return async (tx) => {
    if (id !== received.actor) {
      await receiveWithdrawal(tx, parts.deps, id, received.actor)
      return 'done'
    }
    const follow = await findFollow(tx, id, parts.ourselves.addresses.id)
    const voice = await openVoice(parts, tx)
    if (follow && voice) await dropFollow(voice, tx, follow, 'undone')
    await recordEnded(tx, parts.deps, id)
    await parts.actors.sayGone(tx, id)
    return 'done'
  }
}

/** An actor tells that its own document changed: it is asked for where it lives, not believed. */
async function receiveProfile(parts: Parts, { actor }: Received) {
  const found = await parts.actors.fetch(actor)
  if (!found.ok && isPassing(found.reason)) throw new NotNow(found.reason)
  return found.ok ? async () => 'done' as const : ignore(found.reason)
}

async function fetchOffer(parts: Parts, id: string, actor: string): Promise<Read> {
  if (!isSameOrigin(id, actor)) return { ok: false, reason: 'wrong_owner' }
  const fetched = await fetchDocument(parts.door, id, await parts.ourselves.key())
  if (fetched.ok) return fetched.id === id ? owned(fetched.document, actor) : { ok: false, reason: 'wrong_id' }
  if (isPassing(fetched.reason)) throw new NotNow(fetched.reason)
  return { ok: false, reason: fetched.reason }
}

function owned(event: JsonObject, actor: string): Read {
  const read = fromEvent(event)
  if (read.ok && read.offer.association.uri !== actor) return { ok: false, reason: 'wrong_owner' }
  return read
}
