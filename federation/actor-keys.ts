// SPDX-License-Identifier: AGPL-3.0-or-later
import type { KeyObject } from 'node:crypto'
import { findHolder, findHolderOfKey, markKeyMissed, type Holder } from '../db/queries/fed-actors.ts'
import { MINUTE } from '../server/base/clock.ts'
import type { Deps } from '../server/deps.ts'
import { openMemoryLimits, type MemoryLimits } from '../server/limits.ts'
import { isPassing, type Actors, type FoundActor } from './actors.ts'
import type { HttpClient } from './http-client.ts'
import { readId } from './origins.ts'
import { readPublicKey } from './signatures.ts'

export type Proof = (key: KeyObject) => boolean
export type Asking = {
  mayFetch: boolean
  http?: HttpClient
  from?: string
}

/** Between two fetches of an actor whose signature did not hold. */
const RETRY = 10 * MINUTE
const MAX_REMEMBERED = 5000

export class ActorKeys {
  readonly #deps: Deps
  readonly #actors: Actors
  readonly #limits: MemoryLimits
  /** Parsed keys by their PEM; undefined for those we do not accept. */
  readonly #keys = new Map<string, KeyObject | undefined>()
  readonly #ownerOfKey = new Map<string, string>()
  readonly #asking = new Map<string, Promise<FoundActor>>()
  /** Time of the last failed fetch, in milliseconds. */
  readonly #failed = new Map<string, number>()

  constructor(deps: Deps, actors: Actors) {
    this.#deps = deps
    this.#actors = actors
    this.#limits = openMemoryLimits(deps.clock)
  }

  /** Some servers use the address of the actor as the id of its key. */
  async holderOf(keyId: string): Promise<Holder | undefined> {
    const holder = await this.#actors.holder(this.#ownerOfKey.get(keyId) ?? keyId)
    if (holder && (holder.uri === keyId || holder.keys.some(({ id }) => id === keyId))) return holder
    const host = readId(keyId)?.host
    const found = host ? await findHolderOfKey(this.#deps.db, keyId, host) : undefined
    if (found) remember(this.#ownerOfKey, keyId, found.uri)
    return found
  }

  /** Also true for an actor that is gone. */
  async isKnown(uri: string): Promise<boolean> {
    return (await this.#actors.holder(uri)) !== undefined
  }

  /** Fetches an unknown actor, a copy a day old and, at most every ten minutes, one whose signature does not hold. */
  async proves(who: string | Holder, keyId: string, proof: Proof, asking: Asking): Promise<boolean> {
    const uri = typeof who === 'string' ? who : who.uri
    const kept = typeof who === 'string' ? await this.#actors.holder(who) : who
    if (kept?.gone_at) return false
    const isFresh = this.#actors.isFresh(kept?.key_fetched_at ?? null)
    if (kept && isFresh && this.#holds(kept, keyId, proof)) return true
    const isUnderWay = this.#asking.has(uri) || this.#actors.isFetching(uri)
    const giveBack = isUnderWay ? undefined : this.#mayAsk(uri, kept, asking)
    if (!isUnderWay && !giveBack) return this.#provesMeanwhile(uri, kept, keyId, proof)
    const isMissed = kept !== undefined && isFresh && !isUnderWay
    const found = await this.#ask(uri, keyId, isMissed, asking.http)
    // An old copy is used while the server does not answer, unless it was tried already.
    const holder = found.ok
      ? await findHolder(this.#deps.db, uri)
      : !isFresh && isPassing(found.reason)
        ? kept
        : undefined
    const isProved = holder !== undefined && this.#holds(holder, keyId, proof)
    if (isProved) giveBack?.()
    return isProved
  }

  /**
   * @returns undefined when the server may not be asked now; else a function to call when the signature was proved: the
   * request then does not count against the network, because a large server has many actors.
   */
  #mayAsk(uri: string, kept: Holder | undefined, { mayFetch, from = '' }: Asking): (() => void) | undefined {
    const missed = kept?.key_missed_at ? Date.parse(kept.key_missed_at) : (this.#failed.get(uri) ?? 0)
    if (!mayFetch || this.#now - missed < RETRY) return undefined
    const { host } = new URL(uri)
    const limits = this.#limits
    const own = `${from} ${host}`
    const isLeft =
      limits.left('questions to a server for a network', own) > 0 && limits.left('questions to a server', host) > 0
    if (!isLeft) return undefined
    limits.take('questions to a server for a network', own)
    limits.take('questions to a server', host)
    return () => limits.giveBack('questions to a server for a network', own)
  }

  /** Another request may have stored a new key in the meantime. */
  async #provesMeanwhile(uri: string, kept: Holder | undefined, keyId: string, proof: Proof): Promise<boolean> {
    const now = await findHolder(this.#deps.db, uri)
    if (!now || now.gone_at) return false
    const isNewer = now.key_fetched_at !== kept?.key_fetched_at
    const wasTried = this.#actors.isFresh(kept?.key_fetched_at ?? null)
    return (isNewer || !wasTried) && this.#holds(now, keyId, proof)
  }

  /** @param isMissed the fresh copy does not prove the signature: stored, so that it is fetched rarely. */
  async #ask(uri: string, keyId: string, isMissed: boolean, http?: HttpClient): Promise<FoundActor> {
    const ask = async () => {
      if (isMissed) {
        await markKeyMissed(this.#deps.db, uri, this.#deps.clock.iso())
        this.#actors.forget(uri)
      }
      return this.#actors.fetch(uri, http, keyId)
    }
    // Set before the first await, so that concurrent requests share the answer.
    const asked = this.#asking.get(uri) ?? ask().finally(() => this.#asking.delete(uri))
    this.#asking.set(uri, asked)
    const found = await asked
    if (!found.ok) remember(this.#failed, uri, this.#now)
    return found
  }

  #holds(holder: Holder, keyId: string, proof: Proof): boolean {
    return holder.keys.some(({ id, pem }) => {
      if (id !== keyId && holder.uri !== keyId) return false
      if (!this.#keys.has(pem)) remember(this.#keys, pem, readPublicKey(pem))
      const key = this.#keys.get(pem)
      return key !== undefined && proof(key)
    })
  }

  get #now(): number {
    return this.#deps.clock.now().getTime()
  }
}

function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  if (map.size >= MAX_REMEMBERED) map.clear()
  map.set(key, value)
}
