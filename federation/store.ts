// SPDX-License-Identifier: AGPL-3.0-or-later
// The store apex asks for, on our tables. It never gives out a key, and nobody writes what belongs to somebody else.
import { findActor, listActors, type ActorRow } from '../db/queries/fed-actors.ts'
import * as activities from '../db/queries/fed-activities.ts'
import { insertDeliveries, listFullHosts } from '../db/queries/fed-deliveries.ts'
import type { Deps } from '../server/deps.ts'
import type { Handle } from '../server/web/transact.ts'
import { box, unbox, type Boxed } from './boxed.ts'
import { idOf, isSameOrigin } from './origins.ts'
import type { JsonObject } from './plain-json.ts'
import { isPublic } from './translate/received-offer.ts'
import { serialise } from './vocabulary.ts'

type Marked = Boxed & { _meta?: { collection?: string[] }; _id?: string }
/** `orderKey`: what else of the same key must arrive before it; usually the id of the object. */
export type Outgoing = { activityId: string; orderKey: string }

export type ApexStore = ReturnType<typeof createStore>

/**
 * @param db the transaction in which apex shall work, or the database for reading.
 * @param ourActor our own document as it is now; it is built, not stored.
 */
export function createStore(deps: Deps, db: Handle, ourActor: JsonObject) {
  const ourId = String(ourActor['id'])

  async function getObject(id: string): Promise<Boxed | null> {
    if (id === ourId) return box(ourActor)
    const actor = await findActor(db, id)
    if (actor) return actor.gone_at ? null : boxActor(actor)
    const object = await activities.findObject(db, id)
    return object ? box(JSON.parse(object.body) as JsonObject) : null
  }

  async function saveObject(object: Marked): Promise<boolean> {
    const plain = unbox(object)
    const owner = idOf(plain['attributedTo']) ?? ourId
    const at = deps.clock.iso()
    return activities.saveObject(db, {
      id: object.id,
      type: object.type,
      owner,
      body: JSON.stringify(plain),
      updated_at: at,
    })
  }

  async function getActivity(id: string): Promise<Marked | null> {
    const row = await activities.findActivity(db, id)
    if (!row) return null
    return {
      ...box(JSON.parse(row.body) as JsonObject),
      _meta: { collection: await activities.listCollectionsOf(db, id) },
    }
  }

  /** Only what we say ourselves comes this way: what is received is written by the gate, raw. */
  async function saveActivity(activity: Marked): Promise<true | undefined> {
    const plain = unbox(activity)
    const row = {
      id: activity.id,
      direction: 'out' as const,
      type: activity.type,
      actor: ourId,
      object_id: idOf(plain['object']) ?? null,
      body: serialise(plain),
      // To whom an offer was submitted, and which revision: asked for again when it is submitted anew.
      meta: plain['target'] ? JSON.stringify({ target: plain['target'], revision: plain['revision'] }) : null,
      is_public: isPublic(plain) ? (1 as const) : (0 as const),
      state: 'done' as const,
      at: deps.clock.iso(),
    }
    const inserted = await activities.insertActivities(db, [row])
    // What is said to one addressee is nothing for the outbox, which everybody may read and count.
    const open = (collection: string) => row.is_public === 1 || collection !== ourActor['outbox']
    for (const collection of activity._meta?.collection?.filter(open) ?? [])
      await activities.addToCollection(db, collection, activity.id)
    return inserted.length > 0 ? true : undefined
  }

  async function updateActivityMeta(activity: Boxed, key: string, value: string, remove?: boolean): Promise<Marked> {
    if (key === 'collection') {
      await (remove ? activities.removeFromCollection : activities.addToCollection)(db, value, activity.id)
    }
    const found = await getActivity(activity.id)
    if (!found) throw new Error('Error updating activity meta: not found')
    return found
  }

  /** Newest first, each with its actor in full, as apex expects; those whose actor we do not know are left out. */
  async function getStream(collection: string, limit: number | null, after: string | null, blocked: string[] = []) {
    if (after && !/^\d{1,15}$/.test(after)) throw new Error('ApexStore: invalid page value')
    const rows = await activities.listCollection(db, collection, { limit, before: after ? Number(after) : null })
    const known = new Map([[ourId, box(ourActor)]])
    for (const actor of await listActors(db, [...new Set(rows.map((row) => row.actor))])) {
      if (!actor.gone_at) known.set(actor.uri, boxActor(actor))
    }
    return rows.flatMap((row): Marked[] => {
      const actor = blocked.includes(row.actor) ? undefined : known.get(row.actor)
      return actor ? [{ ...box(JSON.parse(row.body) as JsonObject), actor: [actor], _id: String(row.seq) }] : []
    })
  }

  async function enqueue({ activityId, orderKey }: Outgoing, inboxes: string[]): Promise<void> {
    const now = deps.clock.iso()
    const hosts = [...new Set(inboxes.map((inbox) => new URL(inbox).host))]
    const full = new Set(await listFullHosts(db, hosts))
    const rows = inboxes
      .filter((inbox) => !isSameOrigin(inbox, ourId) && !full.has(new URL(inbox).host))
      .map((inbox) => ({
        activity_id: activityId,
        inbox,
        host: new URL(inbox).host,
        order_key: orderKey,
        state: 'waiting' as const,
        not_before: now,
        created_at: now,
      }))
    if (rows.length > 0) await insertDeliveries(db, rows)
  }

  return {
    setup: async () => {},
    getObject,
    saveObject,
    updateObject: async (object: Marked) => ((await saveObject(object)) ? object : undefined),
    getActivity,
    saveActivity,
    updateActivity: async (activity: Marked) => activity,
    updateActivityMeta,
    removeActivity: async () => {},
    getStream,
    getStreamCount: (collection: string) => activities.countCollection(db, collection),
    getUserCount: async () => 1,
    findActivityByCollectionAndObjectId: async () => null,
    findActivityByCollectionAndActorId: async () => null,
    getContext: async () => null,
    saveContext: async () => {},
    generateId: () => deps.newId().replaceAll('-', ''),
    enqueue,
    deliveryEnqueue: refuseQueue,
    deliveryDequeue: refuseQueue,
    deliveryRequeue: refuseQueue,
  }
}

/** What apex needs to write to somebody: addresses that were checked, not the document as it came. */
function boxActor({ uri, type, handle, inbox, shared_inbox, followers }: ActorRow): Boxed {
  return box({
    id: uri,
    type,
    preferredUsername: handle,
    inbox,
    followers,
    ...(shared_inbox ? { endpoints: { sharedInbox: shared_inbox } } : {}),
  })
}

function refuseQueue(): never {
  throw new Error("apex's own delivery is not used")
}
