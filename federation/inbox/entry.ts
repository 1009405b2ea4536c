// SPDX-License-Identifier: AGPL-3.0-or-later
// What is kept of a received activity, and of which one we know at once that it means nothing to us.
import { listActorsWaiting, type NewReceived } from '../../db/queries/fed-activities.ts'
import { listActiveMembers } from '../../server/partners/commands.ts'
import type { Tx } from '../../server/web/transact.ts'
import { idOf } from '../origins.ts'
import type { JsonObject } from '../plain-json.ts'
import { isPublic } from '../translate/received-offer.ts'

/** `host`: where the actor lives; proved, like the actor itself. */
export type Entry = NewReceived & { host: string }

/** What we give a meaning to. The rest is kept as `ignored`, so that it is known when it comes again. */
const UNDERSTOOD = new Set(['Follow', 'Accept', 'Reject', 'Undo', 'Create', 'Update', 'Delete', 'Offer', 'Announce'])
const ABOUT_THINGS = new Set(['Create', 'Update', 'Offer'])
const NOTHING = '{}'

/** @param proved what the gate knows of it. `fetches`: how many requests its signature has cost. */
export function entryOf(
  activity: JsonObject,
  proved: { actor: string; host: string; body: Buffer; fetches: number; at: string },
): Entry {
  const { actor, host, body, fetches, at } = proved
  const type = String(activity['type'])
  const understood = UNDERSTOOD.has(type)
  return {
    id: String(activity['id']),
    type,
    actor,
    host,
    object_id: idOf(activity['object']) ?? null,
    // What strangers tell the world is not ours to keep.
    body: understood ? body.toString('utf8') : NOTHING,
    is_public: isPublic(activity) ? 1 : 0,
    state: understood ? 'waiting' : 'ignored',
    error: null,
    fetches,
    at,
  }
}

/** True when only a member of ours is listened to about this; reading more of it is work. */
export function needsMembership(entry: Pick<Entry, 'type' | 'actor' | 'object_id'>): boolean {
  return ABOUT_THINGS.has(entry.type) && entry.object_id !== entry.actor
}

/**
 * Sets aside what certainly means nothing, in the commit in which it is kept: most of what arrives is what strangers
 * say about things. Whoever still has something waiting here may become a member by it, and is heard in order.
 */
export async function setAside(tx: Tx, entries: readonly Entry[]): Promise<Entry[]> {
  const doubtful = entries.filter((entry) => entry.state === 'waiting' && needsMembership(entry))
  if (doubtful.length === 0) return [...entries]
  const actors = [...new Set(doubtful.map(({ actor }) => actor))]
  const heard = new Set([...(await listActiveMembers(tx, actors)), ...(await listActorsWaiting(tx, actors))])
  return entries.map((entry) => {
    const isHeard = entry.state !== 'waiting' || !needsMembership(entry) || heard.has(entry.actor)
    if (!isHeard) return { ...entry, state: 'ignored', error: 'not_a_member', body: NOTHING }
    if (entry.state === 'waiting') heard.add(entry.actor)
    return entry
  })
}
