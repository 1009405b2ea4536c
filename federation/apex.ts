// SPDX-License-Identifier: AGPL-3.0-or-later
// activitypub-express, fenced in: the only file that imports it. It reads foreign JSON-LD and publishes what we say. It
// never faces the network: gate, fetcher, queue and keys are ours (DECISIONS, FEDERATION).
import type { Deps } from '../server/deps.ts'
import type { Handle } from '../server/web/transact.ts'
import { box, unbox, type Boxed } from './boxed.ts'
import { createContextLoader } from './contexts/index.ts'
import { isOfOrigin } from './origins.ts'
import { readPlainJson, type JsonObject } from './plain-json.ts'
import type { PeerPolicy } from './policy.ts'
import { createStore, type ApexStore } from './store.ts'
import type { Activity } from './translate/activities.ts'
import { OUR_TERMS } from './vocabulary.ts'
import { isBearable, weigh } from './weight.ts'

/** What we use of an apex instance, all of it replaceable because apex calls itself through the instance. */
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

export type Apex = {
  /** Says something: stored, put in the outbox, queued for everybody it is addressed to. */
  publish(activity: Activity, orderKey: string): Promise<void>
  /** The follower stands among our followers from now on. */
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
  // apex wants a pattern for each of its collections; none of these is served.
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

export function openApex(deps: Deps, policy: PeerPolicy) {
  const loadContext = createContextLoader()
  let loading: Promise<void> | undefined
  let maker: Make | undefined

  /** Loads apex (0.2 s, 10 MB) the first time it is needed. Never in a transaction, for which others wait. */
  function load(): Promise<void> {
    return (loading ??= import('activitypub-express').then((module) => {
      maker = module.default as unknown as Make
    }))
  }

  function make(store: ApexStore): Instance {
    const { publicUrl } = deps.config
    if (!maker) throw new Error('apex is loaded before a transaction begins')
    const apex = maker({
      name: 'Mainforte',
      version: '1',
      baseUrl: publicUrl,
      routes: ROUTES,
      actorParam: 'actor',
      objectParam: 'id',
      context: [OUR_TERMS],
      store,
      offlineMode: true,
      logger: { info: () => {}, warn: () => {}, error: (what: string) => deps.log.warn('apex', { what }) },
    })
    return Object.assign(apex, {
      jsonldContextLoader: loadContext,
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
      isLocalIRI: (id: string) => isOfOrigin(id, publicUrl),
    })
  }

  /** apex at work in one transaction (or on the database, for reading), as our actor. Call `load` before. */
  function on(db: Handle, ourActor: JsonObject): Apex {
    const store = createStore(deps, db, ourActor, policy)
    const apex = make(store)
    // What it builds itself is in our own terms already.
    apex.fromJSONLD = async (document) => box(document as JsonObject)
    apex.toJSONLD = async (document) => document
    // Its own way asks for each follower one by one.
    apex['address'] = (activity: Boxed) => store.listInboxes(activity)
    const actor = { ...box(ourActor), _local: { blockList: [] } }
    return {
      async publish(activity, orderKey) {
        apex['queueForDelivery'] = (_actor: Boxed, _body: object, inboxes: string[]) =>
          store.enqueue({ activity, orderKey }, inboxes)
        await apex.addToOutbox(actor, box(activity))
      },
      async acceptFollow(followId) {
        await apex.acceptFollow(actor, { id: followId, type: 'Follow' })
      },
      async removeFollow(followId) {
        await store.updateActivityMeta(
          { id: followId, type: 'Follow' },
          'collection',
          String(ourActor['followers']),
          true,
        )
      },
    }
  }

  /**
   * A foreign document in our own terms, by JSON-LD with bundled contexts only. Undefined when it cannot be read, or
   * means something our door would have refused, or would keep the processor busy for long.
   */
  async function normalise(document: JsonObject, ourActor: JsonObject): Promise<JsonObject | undefined> {
    if (!isBearable(weigh(document))) return undefined
    await load()
    const apex = make(createStore(deps, deps.db, ourActor, policy))
    try {
      const plain = unbox(await apex.fromJSONLD(structuredClone(document)))
      const read = readPlainJson(Buffer.from(JSON.stringify(plain)))
      return read.ok ? read.value : undefined
    } catch {
      return undefined
    }
  }

  return { load, on, normalise }
}

export type ApexDoor = ReturnType<typeof openApex>
