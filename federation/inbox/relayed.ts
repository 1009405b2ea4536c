// SPDX-License-Identifier: AGPL-3.0-or-later
// Relayed offers: whose activities we accept, and a Delete by another actor than the owner.
import { findItemOfOffer } from '../../db/queries/moderation.ts'
import { receiveWithdrawal } from '../../server/moderation/commands/withdraw.ts'
import { isActiveSource } from '../../db/queries/members.ts'
import type { Handle } from '../../server/web/transact.ts'
import { fetchDocument } from '../documents.ts'
import { idsOf, isSameOrigin } from '../origins.ts'
import type { JsonObject } from '../plain-json.ts'
import { isObject } from '../translate/properties.ts'
import { ignore, type Apply, type Parts } from './handler.ts'

export async function isRelayed(db: Handle, offerUri: string): Promise<boolean> {
  return (await findItemOfOffer(db, offerUri))?.is_direct === 0
}

/** The actor itself, or the group of the same site that a person acts for. */
export async function sourceOf(db: Handle, document: JsonObject, actor: string): Promise<string | undefined> {
  const object = document['object']
  const owners = [document['attributedTo'], isObject(object) ? object['attributedTo'] : undefined]
  const named = owners.flatMap((owner) => idsOf(owner, 3)).filter((owner) => isSameOrigin(owner, actor))
  for (const uri of new Set([actor, ...named])) if (await isActiveSource(db, uri)) return uri
  return undefined
}

/** Counts only when the home of the offer confirms it. */
export async function receiveRelayedDelete(parts: Parts, id: string): Promise<Apply> {
  const item = await findItemOfOffer(parts.deps.db, id)
  if (!item) return ignore('unknown_object')
  if (!(await isGone(parts, id))) return ignore('still_there')
  return async (tx) => {
    await receiveWithdrawal(tx, parts.deps, id, item.association_uri)
    return 'done'
  }
}

async function isGone(parts: Parts, id: string): Promise<boolean> {
  const fetched = await fetchDocument(parts.http, id, await parts.ownActor.key())
  if (fetched.ok) return fetched.document['type'] === 'Tombstone'
  return fetched.reason === 'gone' || fetched.reason === 'not_found'
}
