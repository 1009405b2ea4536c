// SPDX-License-Identifier: AGPL-3.0-or-later
// The store that apex needs, on our tables. It returns no key, and an actor can only write its own objects.
import { findActor, listActors, type ActorRow } from '../db/queries/fed-actors.ts'
import * as activities from '../db/queries/fed-activities.ts'
import type { Deps } from '../server/deps.ts'
import type { Handle } from '../server/web/transact.ts'
import { box, unbox, type Boxed } from './boxed.ts'
import { idOf } from './origins.ts'
import type { JsonObject } from './plain-json.ts'
import { isPublic } from './translate/received-offer.ts'
import { serialise } from './vocabulary.ts'

type Marked = Boxed & { _meta?: { collection?: string[] }; _id?: string }

export class ApexStore {
  readonly #deps: Deps
  readonly #db: Handle
  readonly #ourActor: JsonObject
  readonly #ourId: string

  /** @param db the transaction, or the database for reading. @param ourActor built each time, not stored. */
  constructor(deps: Deps, db: Handle, ourActor: JsonObject) {
    this.#deps = deps
    this.#db = db
    this.#ourActor = ourActor
    this.#ourId = String(ourActor['id'])
  }

  async getObject(id: string): Promise<Boxed | null> {
    if (id === this.#ourId) return box(this.#ourActor)
    const actor = await findActor(this.#db, id)
    if (actor) return actor.gone_at ? null : boxActor(actor)
    const object = await activities.findObject(this.#db, id)
    return object ? box(JSON.parse(object.body) as JsonObject) : null
  }

  async saveObject(object: Marked): Promise<boolean> {
    const { id, type } = object
    const plain = unbox(object)
    const owner = idOf(plain['attributedTo']) ?? this.#ourId
    const body = JSON.stringify(plain)
    return activities.saveObject(this.#db, { id, type, owner, body, updated_at: this.#deps.clock.iso() })
  }

  async updateObject(object: Marked): Promise<Marked | undefined> {
    return (await this.saveObject(object)) ? object : undefined
  }

  async getActivity(id: string): Promise<Marked | null> {
    const row = await activities.findActivity(this.#db, id)
    if (!row) return null
    const collection = await activities.listCollectionsOf(this.#db, id)
    return { ...box(JSON.parse(row.body) as JsonObject), _meta: { collection } }
  }

  /** For activities we send; inbox-store.ts stores received ones. */
  async saveActivity(activity: Marked): Promise<true | undefined> {
    const plain = unbox(activity)
    const row = {
      id: activity.id,
      direction: 'out' as const,
      type: activity.type,
      actor: this.#ourId,
      object_id: idOf(plain['object']) ?? null,
      body: serialise(plain),
      // To whom an offer was submitted, and which revision: needed when it is submitted again.
      meta: plain['target'] ? JSON.stringify({ target: plain['target'], revision: plain['revision'] }) : null,
      is_public: isPublic(plain) ? (1 as const) : (0 as const),
      state: 'done' as const,
      at: this.#deps.clock.iso(),
    }
    const inserted = await activities.insertActivities(this.#db, [row])
    // The outbox is public, so it leaves out activities for one addressee.
    const fits = (collection: string) => row.is_public === 1 || collection !== this.#ourActor['outbox']
    for (const collection of activity._meta?.collection?.filter(fits) ?? [])
      await activities.addToCollection(this.#db, collection, activity.id)
    return inserted.length > 0 ? true : undefined
  }

  async updateActivity(activity: Marked): Promise<Marked> {
    return activity
  }

  async updateActivityMeta(activity: Boxed, key: string, value: string, remove?: boolean): Promise<Marked> {
    if (key === 'collection') {
      await (remove ? activities.removeFromCollection : activities.addToCollection)(this.#db, value, activity.id)
    }
    const found = await this.getActivity(activity.id)
    if (!found) throw new Error('Error updating activity meta: not found')
    return found
  }

  /** Newest first, each with its whole actor, as apex expects; activities of unknown actors are left out. */
  async getStream(collection: string, limit: number | null, after: string | null, blocked: string[] = []) {
    if (after && !/^\d{1,15}$/.test(after)) throw new Error('ApexStore: invalid page value')
    const rows = await activities.listCollection(this.#db, collection, { limit, before: after ? Number(after) : null })
    const known = new Map([[this.#ourId, box(this.#ourActor)]])
    for (const actor of await listActors(this.#db, [...new Set(rows.map((row) => row.actor))])) {
      if (!actor.gone_at) known.set(actor.uri, boxActor(actor))
    }
    return rows.flatMap((row): Marked[] => {
      const actor = blocked.includes(row.actor) ? undefined : known.get(row.actor)
      return actor ? [{ ...box(JSON.parse(row.body) as JsonObject), actor: [actor], _id: String(row.seq) }] : []
    })
  }

  getStreamCount(collection: string): Promise<number> {
    return activities.countCollection(this.#db, collection)
  }

  /** Where the activity goes: the inboxes of whom it names, and whose followers if it names them. */
  async addresseesOf(activity: JsonObject): Promise<{ inboxes: string[]; followed: string | null }> {
    const named = [activity['to'], activity['cc']].flat().filter((id): id is string => typeof id === 'string')
    const actors = (await listActors(this.#db, named)).filter((actor) => !actor.gone_at)
    const inboxes = new Set(actors.map((actor) => actor.shared_inbox ?? actor.inbox))
    const followed = named.includes(String(this.#ourActor['followers'])) ? this.#ourId : null
    return { inboxes: [...inboxes], followed }
  }

  generateId(): string {
    return this.#deps.newId().replaceAll('-', '')
  }

  async setup(): Promise<void> {}
  async removeActivity(): Promise<void> {}
  async saveContext(): Promise<void> {}
  async getUserCount(): Promise<number> {
    return 1
  }
  async getContext(): Promise<null> {
    return null
  }
  async findActivityByCollectionAndObjectId(): Promise<null> {
    return null
  }
  async findActivityByCollectionAndActorId(): Promise<null> {
    return null
  }
  deliveryEnqueue(): never {
    throw new Error("apex's own delivery is not used")
  }
  deliveryDequeue(): never {
    return this.deliveryEnqueue()
  }
  deliveryRequeue(): never {
    return this.deliveryEnqueue()
  }
}

/** Only addresses that were checked, not the document as received. */
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
