// SPDX-License-Identifier: AGPL-3.0-or-later
// What is kept of a received activity, and of which one we know at once that it means nothing to us.
import { listOfConcern, type NewReceived } from '../../db/queries/fed-activities.ts'
import type { Tx } from '../../server/web/transact.ts'
import { idOf } from '../origins.ts'
import type { JsonObject } from '../plain-json.ts'
import { isPublic } from '../translate/received-offer.ts'

/** `origin` and `host`: where the actor lives; proved, like the actor itself. */
export type Entry = NewReceived & { origin: string; host: string }

/** More of this actor waits to be understood than we keep. */
export class TooMany extends Error {}

/** What we give a meaning to. The rest is kept as `ignored`, so that it is known when it comes again. */
const UNDERSTOOD = new Set(['Follow', 'Accept', 'Reject', 'Undo', 'Create', 'Update', 'Delete', 'Offer', 'Announce'])
export const ABOUT_THINGS = new Set(['Create', 'Update', 'Offer'])
const NOTHING = '{}'

/** @param proved what the gate knows of it. `fetches`: how many requests its signature has cost. */
export function entryOf(
  activity: JsonObject,
  proved: { actor: string; home: URL; text: string; fetches: number; at: string },
): Entry {
  const { actor, home, text, fetches, at } = proved
  const type = String(activity['type'])
  const understood = UNDERSTOOD.has(type)
  return {
    id: String(activity['id']),
    type,
    actor,
    origin: home.origin,
    host: home.host,
    object_id: idOf(activity['object']) ?? null,
    // What strangers tell the world is not ours to keep.
    body: understood ? text : NOTHING,
    is_public: isPublic(activity) ? 1 : 0,
    state: understood ? 'waiting' : 'ignored',
    error: null,
    fetches,
    at,
  }
}

/**
 * Sets aside what certainly means nothing, in the commit in which it is kept: most of what arrives is what strangers
 * say about things. Whoever still has something waiting here may become a partner by it, and is heard in order.
 */
export async function setAside(tx: Tx, entries: readonly Entry[]): Promise<Entry[]> {
  const doubtful = entries.filter((entry) => isDoubtful(entry))
  if (doubtful.length === 0) return [...entries]
  const told = doubtful.map(({ id, actor, origin, object_id }) => ({ id, actor, origin, object_id }))
  const concern = new Set(await listOfConcern(tx, told))
  const heard = new Set<string>()
  return entries.map((entry) => {
    if (isDoubtful(entry) && !concern.has(entry.id) && !heard.has(entry.actor)) {
      return { ...entry, state: 'ignored', error: 'not_a_member', body: NOTHING, object_id: null }
    }
    if (entry.state === 'waiting') heard.add(entry.actor)
    return entry
  })
}

/** Only a partner of ours is listened to about things; anybody about themselves. */
function isDoubtful({ state, type, actor, object_id }: Entry): boolean {
  return state === 'waiting' && ABOUT_THINGS.has(type) && object_id !== actor
}
