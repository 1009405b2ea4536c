// SPDX-License-Identifier: AGPL-3.0-or-later
// A site we follow shares an offer. It only names it; what the offer says is asked for at its home.
import { findActivityAbout } from '../../db/queries/fed-activities.ts'
import { findItemOfOffer } from '../../db/queries/moderation.ts'
import { receiveAnnounced } from '../../server/moderation/commands/announced.ts'
import { receiveWithdrawal } from '../../server/moderation/commands/withdraw.ts'
import { isActiveSource } from '../../db/queries/members.ts'
import { fetchDocument } from '../documents.ts'
import { idOf, isOfOrigin } from '../origins.ts'
import type { JsonObject } from '../plain-json.ts'
import { ignore, type Meaning, type Parts } from './meaning.ts'
import { fetchOriginal } from './originals.ts'

export const receiveAnnounce: Meaning = async (parts, received) => {
  const { deps } = parts
  const named = announced(received.document)
  if (!named) return ignore('object_unusable')
  // Who shows our own offers is remembered with the activity itself.
  if (isOfOrigin(named.id, deps.config.publicUrl)) return async () => 'done'
  if (!(await isActiveSource(deps.db, received.actor))) return ignore('not_a_source')
  if (named.isDeletion) return receiveHearsay(parts, named.id)
  const original = await fetchOriginal(parts, named.id)
  if (!original.ok) return ignore(original.reason)
  return async (tx) => {
    // Taken back before it came: the two may overtake each other.
    const about = { objectId: received.id, direction: 'in' as const, actor: received.actor }
    if (await findActivityAbout(tx, { ...about, types: ['Undo'] })) return { ignored: 'taken_back' }
    await receiveAnnounced(tx, deps, original.offer, {
      announceId: received.id,
      announcerUri: received.actor,
      ...vouched(received.document),
      foreign: original.foreign,
    })
    return 'done'
  }
}

/** What is shared: the thing itself, or (a group of Mobilizon) what somebody did with it. */
function announced(document: JsonObject): { id: string; isDeletion: boolean } | undefined {
  const object = document['object']
  const isActivity =
    typeof object === 'object' &&
    object !== null &&
    !Array.isArray(object) &&
    ['Create', 'Update', 'Delete'].includes(String(object['type']))
  const id = idOf(isActivity ? object['object'] : object)
  return id ? { id, isDeletion: isActivity && object['type'] === 'Delete' } : undefined
}

/** Somebody says that it is gone: its home is asked. */
export async function receiveHearsay(parts: Parts, id: string) {
  const item = await findItemOfOffer(parts.deps.db, id)
  if (!item) return ignore('unknown_object')
  if (!(await isGone(parts, id))) return ignore('still_there')
  return async (tx: Parameters<typeof receiveWithdrawal>[0]) => {
    await receiveWithdrawal(tx, parts.deps, id, item.association_uri)
    return 'done' as const
  }
}

async function isGone(parts: Parts, id: string): Promise<boolean> {
  const fetched = await fetchDocument(parts.door, id, await parts.ourselves.key())
  if (fetched.ok) return fetched.document['type'] === 'Tombstone'
  return fetched.reason === 'gone' || fetched.reason === 'not_found'
}

/** What a Mainforte centre says with it: which text it approved, and how far it stands from the association. */
function vouched(document: JsonObject): { hops: number; contentHash: string | null } {
  const terms = document['terms']
  const said = typeof terms === 'object' && terms !== null && !Array.isArray(terms) ? terms : {}
  const { hops, content_hash: hash } = said
  return {
    hops: typeof hops === 'number' && Number.isSafeInteger(hops) ? hops : 1,
    contentHash: typeof hash === 'string' ? hash : null,
  }
}
