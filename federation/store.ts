// SPDX-License-Identifier: AGPL-3.0-or-later
// The store apex asks for, on our tables. It never gives out a key, and nobody writes what belongs to somebody else.
import { findActor, listActors, type ActorRow } from '../db/queries/fed-actors.ts'
import * as activities from '../db/queries/fed-activities.ts'
import { countPerHost, insertDeliveries } from '../db/queries/fed-deliveries.ts'
import { later } from '../server/base/clock.ts'
import type { Deps } from '../server/deps.ts'
import { createYielding } from '../server/queue/event-loop.ts'
import type { Handle } from '../server/web/transact.ts'
import { readDestination } from './addresses.ts'
import { box, unbox, type Boxed } from './boxed.ts'
import { idOf, isSameOrigin } from './origins.ts'
import type { JsonObject } from './plain-json.ts'
import type { PeerPolicy } from './policy.ts'
import { LIFE } from './schedule.ts'
import { isPublic } from './translate/received-offer.ts'
import { serialise } from './vocabulary.ts'

type Marked = Boxed & { _meta?: { collection?: string[] }; _id?: string }
/** `orderKey`: what else of the same key must arrive before it; usually the id of the object. */
export type Outgoing = { activity: JsonObject & { id: string }; orderKey: string }

/** A host that never answers may not fill the disk: what is more than this is not queued for it. */
const MOST_PER_HOST = 10_000

/** Deliveries that are written at a time: one statement takes a few milliseconds. */
const AT_ONCE = 50

export type ApexStore = ReturnType<typeof createStore>

/**
 * @param db the transaction in which apex shall work, or the database for reading.
 * @param ourActor our own document as it is now; it is built, not stored.
 */
export function createStore(deps: Deps, db: Handle, ourActor: JsonObject, policy: PeerPolicy) {
  const ourId = String(ourActor['id'])
  const allowHosts = new Set(deps.config.federationAllowHosts)
  const yieldLoop = createYielding()

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

  /** Where the activity goes: the inboxes of whom it names, and of all followers if it names them. */
  async function listInboxes(activity: Boxed): Promise<string[]> {
    const named = [activity['to'], activity['cc']].flat().filter((id): id is string => typeof id === 'string')
    const actors = (await listActors(db, named)).filter((actor) => !actor.gone_at)
    const inboxes = new Set(actors.map((actor) => actor.shared_inbox ?? actor.inbox))
    if (named.includes(String(ourActor['followers'])))
      for (const inbox of await activities.listFollowerInboxes(db, ourId)) inboxes.add(inbox)
    return [...inboxes]
  }

  async function enqueue({ activity, orderKey }: Outgoing, inboxes: string[]): Promise<void> {
    const now = deps.clock.iso()
    const usable: { inbox: string; host: string }[] = []
    for (const inbox of inboxes) {
      if (isUsable(inbox)) usable.push({ inbox, host: new URL(inbox).host })
      await yieldLoop()
    }
    const hosts = [...new Set(usable.map(({ host }) => host))]
    const counts = await countPerHost(db, hosts)
    const silent = await policy.silentAmong(db, hosts)
    const left = usable.filter(({ host }) => {
      if (silent.has(host)) return false
      const count = (counts.get(host) ?? 0) + 1
      counts.set(host, count)
      return count <= MOST_PER_HOST
    })
    const full = hosts.filter((host) => (counts.get(host) ?? 0) > MOST_PER_HOST)
    if (full.length > 0) deps.log.warn('the queue for these hosts is full', { hosts: full.slice(0, 20).join(' ') })
    const rest = {
      activity_id: activity.id,
      order_key: orderKey,
      state: 'waiting' as const,
      not_before: now,
      created_at: now,
      ends_at: later(now, LIFE),
    }
    for (let from = 0; from < left.length; from += AT_ONCE) {
      const rows = left.slice(from, from + AT_ONCE).map(({ inbox, host }) => ({ ...rest, inbox, host }))
      await insertDeliveries(db, rows)
      await yieldLoop()
    }
  }

  /** Not our own, and somewhere our door would go: a private address or a strange scheme is not even queued. */
  function isUsable(inbox: string): boolean {
    if (isSameOrigin(inbox, ourId)) return false
    const destination = readDestination(inbox, allowHosts)
    if (!destination.ok) deps.log.warn('an inbox cannot be written to', { reason: destination.reason })
    return destination.ok
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
    listInboxes,
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
