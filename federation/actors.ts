// SPDX-License-Identifier: AGPL-3.0-or-later
import {
  findActor,
  findHolder,
  markActorGone,
  saveActor,
  type ActorRow,
  type Holder,
} from '../db/queries/fed-actors.ts'
import { DAY } from '../server/base/clock.ts'
import type { Deps } from '../server/deps.ts'
import { recordPresentation } from '../server/partners/commands/receive.ts'
import { transact, type Handle } from '../server/web/transact.ts'
import { fetchDocument, type DocumentRefusal } from './documents.ts'
import type { HttpClient } from './http-client.ts'
import { isOfOrigin, readId } from './origins.ts'
import type { OwnActor } from './own-actor.ts'
import type { JsonObject } from './plain-json.ts'
import { fromActor, type ActorRefusal } from './translate/association.ts'

export type ActorFailure = DocumentRefusal | ActorRefusal | 'ourselves' | 'too_often'
export type FoundActor = { ok: true; actor: ActorRow } | { ok: false; reason: ActorFailure }
export type ActorsWithin = Pick<Actors, 'get' | 'fetch' | 'discover' | 'markGone'>

const FRESH = DAY
const MAX_REMEMBERED = 5000
/** Of one actor; some sites use several keys. */
const MOST_KEYS = 4
/** Milliseconds until a change by another process (the command line, a restore) is seen. */
const MEMORY = 10_000

export class Actors {
  readonly #deps: Deps
  readonly #http: HttpClient
  readonly #ownActor: OwnActor
  readonly #fetching = new Map<string, Promise<FoundActor>>()
  readonly #holders = new Map<string, { holder: Holder; at: number }>()
  #changes = 0

  constructor(deps: Deps, http: HttpClient, ownActor: OwnActor) {
    this.#deps = deps
    this.#http = http
    this.#ownActor = ownActor
  }

  within(http: HttpClient): ActorsWithin {
    return {
      get: (uri) => this.get(uri, http),
      fetch: (uri) => this.fetch(uri, http),
      discover: (uri) => this.discover(uri, http),
      markGone: (db, uri) => this.markGone(db, uri),
    }
  }

  /** Fetches an actor that is unknown or a day old; an old copy is used while its server does not answer. */
  async get(uri: string, http = this.#http): Promise<FoundActor> {
    const kept = await findActor(this.#deps.db, uri)
    if (kept?.gone_at) return { ok: false, reason: 'gone' }
    if (kept && this.isFresh(kept.fetched_at)) return { ok: true, actor: kept }
    const found = await this.fetch(uri, http)
    return !found.ok && kept && isPassing(found.reason) ? { ok: true, actor: kept } : found
  }

  /** As `discover`, but refuses a document with another id. @param keyId the key to store first, of several. */
  async fetch(uri: string, http = this.#http, keyId?: string): Promise<FoundActor> {
    const found = await this.discover(uri, http, keyId)
    return found.ok && found.actor.uri !== uri ? { ok: false, reason: 'wrong_id' } : found
  }

  /** Stores the document under the id it names, which may differ from `uri`. Calls for one address share a request. */
  discover(uri: string, http = this.#http, keyId?: string): Promise<FoundActor> {
    const running = this.#fetching.get(uri)
    if (running) return running
    const started = this.#fetchNow(uri, http, keyId).finally(() => this.#fetching.delete(uri))
    this.#fetching.set(uri, started)
    return started
  }

  isFetching(uri: string): boolean {
    return this.#fetching.has(uri)
  }

  isFresh(fetchedAt: string | null): boolean {
    return fetchedAt !== null && this.#now - Date.parse(fetchedAt) < FRESH
  }

  /** From now on its key proves nothing. */
  async markGone(db: Handle, uri: string): Promise<void> {
    await markActorGone(db, uri, this.#deps.clock.iso())
    this.forget(uri)
  }

  /** Also an actor that is gone. Reads the database at most once in ten seconds. */
  async holder(uri: string): Promise<Holder | undefined> {
    const kept = this.#holders.get(uri)
    if (kept && Math.abs(this.#now - kept.at) < MEMORY) return kept.holder
    const before = this.#changes
    const holder = await findHolder(this.#deps.db, uri)
    // What was read before a change must not be remembered after it.
    if (holder && before === this.#changes) {
      if (this.#holders.size >= MAX_REMEMBERED) this.#holders.clear()
      this.#holders.set(uri, { holder, at: this.#now })
    }
    return holder
  }

  /** Call after a change in the database. */
  forget(uri: string): void {
    this.#changes++
    this.#holders.delete(uri)
  }

  get #now(): number {
    return this.#deps.clock.now().getTime()
  }

  async #fetchNow(uri: string, http: HttpClient, keyId: string | undefined): Promise<FoundActor> {
    const { config, db } = this.#deps
    if (isOfOrigin(uri, config.publicUrl)) return { ok: false, reason: 'ourselves' }
    const fetched = await fetchDocument(http, uri, await this.#ownActor.key())
    if (!fetched.ok) {
      if (fetched.reason === 'gone') await this.markGone(db, uri)
      return fetched
    }
    const read = fromActor(fetched.document)
    if (!read.ok) return read
    await this.#save(read.actor, keyId, fetched.document)
    const row = await findActor(db, read.actor.uri)
    return row ? { ok: true, actor: row } : { ok: false, reason: 'not_found' }
  }

  async #save(
    { keys, sharedInbox, ...actor }: Extract<ReturnType<typeof fromActor>, { ok: true }>['actor'],
    keyId: string | undefined,
    document: JsonObject,
  ): Promise<void> {
    const key = keys.find(({ id }) => id === keyId) ?? keys[0]
    const further = keys.filter(({ id }) => id !== key?.id).slice(0, MOST_KEYS - 1)
    const at = this.#deps.clock.iso()
    const known = await findActor(this.#deps.db, actor.uri)
    const row = {
      ...actor,
      shared_inbox: sharedInbox,
      key_id: key?.id ?? null,
      key_pem: key?.pem ?? null,
      key_fetched_at: at,
      key_missed_at: known?.key_missed_at ?? null,
      body: partToKeep(document),
      fetched_at: at,
    }
    await transact(this.#deps, async (tx) => {
      await saveActor(tx, row, further)
      if (known) await recordPresentation(tx, this.#deps, actor, known)
    })
    this.forget(actor.uri)
  }
}

/** Only what is used later: a document may be long, and there are many unknown peers. */
function partToKeep({ outbox }: JsonObject): string {
  return JSON.stringify(readId(outbox) ? { outbox } : {})
}

/** True for a failure that may be over in a minute. */
export function isPassing(reason: ActorFailure): boolean {
  return ['timeout', 'unreachable', 'http_error', 'too_large', 'not_json'].includes(reason)
}
