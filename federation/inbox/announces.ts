// SPDX-License-Identifier: AGPL-3.0-or-later
// A site we follow announces an offer by its address; the offer is fetched from its home.
import { findActivityAbout } from '../../db/queries/fed-activities.ts'
import { receiveAnnounced } from '../../server/moderation/commands/announced.ts'
import { isActiveSource } from '../../db/queries/members.ts'
import { idOf, isOfOrigin } from '../origins.ts'
import type { JsonObject } from '../plain-json.ts'
import { ignore, type Handler } from './handler.ts'
import { fetchOriginal } from './originals.ts'
import { receiveRelayedDelete } from './relayed.ts'

export const receiveAnnounce: Handler = async (parts, received) => {
  const { deps } = parts
  const named = announced(received.document)
  if (!named) return ignore('object_unusable')
  // The stored activity itself records who shows our offers.
  if (isOfOrigin(named.id, deps.config.publicUrl)) return async () => 'done'
  if (!(await isActiveSource(deps.db, received.actor))) return ignore('not_a_source')
  if (named.isDeletion) return receiveRelayedDelete(parts, named.id)
  const original = await fetchOriginal(parts, named.id)
  if (!original.ok) return ignore(original.reason)
  return async (tx) => {
    // Its Undo may have come first, because not all servers send in order.
    const about = { objectId: received.id, direction: 'in' as const, actor: received.actor }
    if (await findActivityAbout(tx, { ...about, types: ['Undo'] })) return { ignored: 'taken_back' }
    await receiveAnnounced(tx, deps, original.offer, {
      announceId: received.id,
      announcerUri: received.actor,
      ...approvalIn(received.document),
      foreign: original.foreign,
    })
    return 'done'
  }
}

/** Groups of Mobilizon announce the activity about the object. */
function announced(document: JsonObject): { id: string; isDeletion: boolean } | undefined {
  const object = document['object']
  const isActivity =
    typeof object === 'object' &&
    object !== null &&
    !Array.isArray(object) &&
    ['Create', 'Update', 'Delete'].some((type) => type === object['type'])
  const id = idOf(isActivity ? object['object'] : object)
  return id ? { id, isDeletion: isActivity && object['type'] === 'Delete' } : undefined
}

/** From a Mainforte centre: the hash of the approved text, and the number of sites between the association and us. */
function approvalIn(document: JsonObject): { hops: number; contentHash: string | null } {
  const terms = document['terms']
  const given = typeof terms === 'object' && terms !== null && !Array.isArray(terms) ? terms : {}
  const { hops, content_hash: hash } = given
  return {
    hops: typeof hops === 'number' && Number.isSafeInteger(hops) ? hops : 1,
    contentHash: typeof hash === 'string' ? hash : null,
  }
}
