// SPDX-License-Identifier: AGPL-3.0-or-later
// Who reads our activities later sees what they are about as it is now: peers take an offer from our outbox without
// asking whether it is over, and the words of one that was removed must be gone everywhere.
import { findObject } from '../db/queries/fed-activities.ts'
import type { Deps } from '../server/deps.ts'
import { getPublicOffer } from '../server/public-offer/public-offer.ts'
import { idOf } from './origins.ts'
import type { OwnActorData } from './own-actor.ts'
import type { JsonObject, JsonValue } from './plain-json.ts'
import { isObject } from './translate/properties.ts'
import { toEvent } from './translate/offer.ts'

type Known = Map<string, JsonValue>

/** @param known what was read before, by id, for several activities. */
export async function asItIsNow(
  deps: Deps,
  ours: OwnActorData,
  activity: JsonObject,
  known: Known = new Map(),
): Promise<JsonObject> {
  const { type, object } = activity
  const id = isObject(object) ? idOf(object) : undefined
  if (!id || (type !== 'Create' && type !== 'Update')) return activity
  const now = known.get(id) ?? (await objectNow(deps, ours, id))
  known.set(id, now)
  return { ...activity, object: now }
}

export const isAboutRemoved = ({ object }: JsonObject): boolean => isObject(object) && object['type'] === 'Tombstone'

/** An offer that is neither public nor removed is only named. */
async function objectNow(deps: Deps, ours: OwnActorData, id: string): Promise<JsonValue> {
  if (id === ours.document['id']) return ours.document
  const home = `${deps.config.publicUrl}/offers/`
  const offer = id.startsWith(home) ? await getPublicOffer(deps.db, deps, id.slice(home.length)) : undefined
  if (offer) return toEvent(offer, ours.eventContext)
  const left = await findObject(deps.db, id)
  return left ? (JSON.parse(left.body) as JsonObject) : id
}
