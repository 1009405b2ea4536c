// SPDX-License-Identifier: AGPL-3.0-or-later
// Whom do we listen to besides our members?
import { findItemOfOffer } from '../../db/queries/moderation.ts'
import { isActiveSource } from '../../db/queries/members.ts'
import type { Handle } from '../../server/web/transact.ts'
import { idsOf, isSameOrigin } from '../origins.ts'
import type { JsonObject } from '../plain-json.ts'
import { isObject } from '../translate/said.ts'

/** True when this offer came to us through others: its home is listened to. */
export async function isRelayed(db: Handle, offerUri: string): Promise<boolean> {
  return (await findItemOfOffer(db, offerUri))?.is_direct === 0
}

/** The source for whom this actor speaks: itself, or (a person for a group of the same site) the owner it names. */
export async function sourceOf(db: Handle, document: JsonObject, actor: string): Promise<string | undefined> {
  const object = document['object']
  const owners = [document['attributedTo'], isObject(object) ? object['attributedTo'] : undefined]
  const named = owners.flatMap((owner) => idsOf(owner, 3)).filter((owner) => isSameOrigin(owner, actor))
  for (const uri of new Set([actor, ...named])) if (await isActiveSource(db, uri)) return uri
  return undefined
}
