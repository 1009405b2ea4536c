// SPDX-License-Identifier: AGPL-3.0-or-later
// The only file that imports activitypub-express: it reads JSON-LD and publishes, without the network (DECISIONS).
import type { Deps } from '../server/deps.ts'
import type { Handle } from '../server/web/transact.ts'
import { box, unbox, type Boxed } from './boxed.ts'
import { createContextLoader } from './contexts/index.ts'
import { beginFanOut } from './fan-out.ts'
import { isOfOrigin } from './origins.ts'
import { readPlainJson, type JsonObject } from './plain-json.ts'
import type { PeerPolicy } from './policy.ts'
import { ApexStore } from './apex-store.ts'
import type { Activity } from './translate/activities.ts'
import { OUR_TERMS } from './vocabulary.ts'
import { isBearable, weigh } from './weight.ts'

/** What we use of an apex instance. apex calls itself through the instance, so all of it can be replaced. */
type Instance = {
  store: ApexStore
  fromJSONLD(document: object): Promise<Boxed>
  toJSONLD(document: object): Promise<object>
  isLocalIRI(id: string): boolean
  addToOutbox(actor: Boxed, activity: Boxed): Promise<unknown>
  acceptFollow(actor: Boxed, follow: Boxed): Promise<unknown>
  [replaced: string]: unknown
}
type Make = (settings: object) => Instance

export type ApexSession = {
  /** Stores it, adds it to the outbox and queues it for its addressees. */
  publish(activity: Activity, orderKey: string): Promise<void>
  acceptFollow(followId: string): Promise<void>
  removeFollow(followId: string): Promise<void>
}

const ROUTES = {
  actor: '/actor',
  object: '/offers/:id',
  activity: '/activities/:id',
  inbox: '/inbox',
  outbox: '/outbox',
  followers: '/followers',
  following: '/following',
  // apex requires these patterns; none is served.
  liked: '/-/liked',
  collections: '/-/collections/:actor/:id',
  blocked: '/-/blocked',
  rejected: '/-/rejected',
  rejections: '/-/rejections',
  shares: '/-/shares/:id',
  likes: '/-/likes/:id',
}

const nothing = async () => {}
const never = () => {
  throw new Error('apex may not reach the network')
}

export class Apex {
  readonly #deps: Deps
  readonly #policy: PeerPolicy
  readonly #loadContext = createContextLoader()
  #loading: Promise<void> | undefined
  #make: Make | undefined

  constructor(deps: Deps, policy: PeerPolicy) {
    this.#deps = deps
    this.#policy = policy
  }

  /** Loads the library (0.2 s, 10 MB) once. Never call it in a transaction, for which others wait. */
  load(): Promise<void> {
    return (this.#loading ??= import('activitypub-express').then((module) => {
      this.#make = module.default as unknown as Make
    }))
  }

  /** Call `load` before. @param db the transaction, or the database for reading. */
  on(db: Handle, ourActor: JsonObject): ApexSession {
    const deps = this.#deps
    const store = new ApexStore(deps, db, ourActor)
    const instance = this.#open(store)
    instance.fromJSONLD = async (document) => box(document as JsonObject)
    instance.toJSONLD = async (document) => document
    // apex itself would look up each follower one by one; who is written to is ours (fan-out.ts).
    instance['publishActivity'] = nothing
    const actor = { ...box(ourActor), _local: { blockList: [] } }
    const followers = String(ourActor['followers'])
    const parts = { deps, policy: this.#policy }
    return {
      async publish(activity, orderKey) {
        await instance.addToOutbox(actor, box(activity))
        const to = await store.addresseesOf(activity)
        await beginFanOut(db, parts, { activity_id: activity.id, order_key: orderKey, ...to, after: '' })
      },
      async acceptFollow(followId) {
        await instance.acceptFollow(actor, { id: followId, type: 'Follow' })
      },
      async removeFollow(followId) {
        await store.updateActivityMeta({ id: followId, type: 'Follow' }, 'collection', followers, true)
      },
    }
  }

  /** A foreign document in our terms; undefined when it is unreadable, too heavy or breaks the rules of the inbox. */
  async normalise(document: JsonObject, ourActor: JsonObject): Promise<JsonObject | undefined> {
    if (!isBearable(weigh(document))) return undefined
    await this.load()
    const instance = this.#open(new ApexStore(this.#deps, this.#deps.db, ourActor))
    try {
      const plain = unbox(await instance.fromJSONLD(structuredClone(document)))
      const read = readPlainJson(Buffer.from(JSON.stringify(plain)))
      return read.ok ? read.value : undefined
    } catch {
      return undefined
    }
  }

  #open(store: ApexStore): Instance {
    const { config, log } = this.#deps
    const make = this.#make
    if (!make) throw new Error('apex is loaded before a transaction begins')
    const instance = make({
      name: 'Mainforte',
      version: '1',
      baseUrl: config.publicUrl,
      routes: ROUTES,
      actorParam: 'actor',
      objectParam: 'id',
      context: [OUR_TERMS],
      store,
      offlineMode: true,
      logger: { info: () => {}, warn: () => {}, error: (what: string) => log.warn('apex', { what }) },
    })
    return Object.assign(instance, {
      jsonldContextLoader: this.#loadContext,
      requestObject: never,
      deliver: never,
      startDelivery: nothing,
      runDelivery: never,
      resolveReferences: async () => [],
      resolveUnknown: async () => null,
      // Only what we hold: an unknown addressee is left out, never fetched.
      resolveObject: (id: unknown) => (typeof id === 'string' ? store.getObject(id.split('#')[0] ?? id) : id),
      publishUpdate: nothing,
      publishUndoUpdate: nothing,
      isLocalIRI: (id: string) => isOfOrigin(id, config.publicUrl),
    })
  }
}
