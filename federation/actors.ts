// SPDX-License-Identifier: AGPL-3.0-or-later
// The actors we know: fetched through the one door, kept a day, and asked again rarely when a signature does not hold.
import type { KeyObject } from 'node:crypto'
import {
  findActor,
  findHolder,
  findHolderOfKey,
  markActorGone,
  markKeyMissed,
  saveActor,
  type ActorRow,
  type Holder,
} from '../db/queries/fed-actors.ts'
import { DAY, MINUTE } from '../server/base/clock.ts'
import type { Deps } from '../server/deps.ts'
import { openMemoryLimits } from '../server/limits.ts'
import { recordPresentation } from '../server/partners/commands/receive.ts'
import { transact, type Tx } from '../server/web/transact.ts'
import { fetchDocument, type DocumentRefusal } from './documents.ts'
import type { Door } from './fetch.ts'
import { isOfOrigin, readId } from './origins.ts'
import type { OurselvesDoor } from './ourselves.ts'
import type { JsonObject } from './plain-json.ts'
import { readPublicKey } from './signatures.ts'
import { fromActor, type ActorRefusal } from './translate/association.ts'

export type ActorFailure = DocumentRefusal | ActorRefusal | 'ourselves' | 'too_often'
export type FoundActor = { ok: true; actor: ActorRow } | { ok: false; reason: ActorFailure }
type Proof = (key: KeyObject) => boolean

const FRESH = DAY
const RETRY = 10 * MINUTE
const MAX_REMEMBERED = 5000
/** Of one actor. Some sites sign now with one key, now with another. */
const MOST_KEYS = 4
/** What another process writes (the command line, a restore) is noticed after this long. */
const MEMORY = 10_000

export function openActors(deps: Deps, ownDoor: Door, ourselves: OurselvesDoor) {
  const asking = new Map<string, Promise<FoundActor>>()
  const underWay = new Map<string, Promise<FoundActor>>()
  const keys = new Map<string, KeyObject | undefined>()
  const holders = new Map<string, { holder: Holder; at: number }>()
  const names = new Map<string, string>()
  let changes = 0
  const failed = new Map<string, number>()
  const limits = openMemoryLimits(deps.clock)
  const now = () => deps.clock.now().getTime()

  /**
   * The actor whose key this is, as far as we know; asked of the database at most once in ten seconds. Some servers call
   * a key like its actor.
   */
  async function holderOf(keyId: string): Promise<Holder | undefined> {
    const holder = await recall(names.get(keyId) ?? keyId)
    if (holder && callsItsKey(holder, keyId)) return holder
    const host = readId(keyId)?.host
    const found = host ? await findHolderOfKey(deps.db, keyId, host) : undefined
    if (found) remember(names, keyId, found.uri)
    return found
  }

  async function recall(uri: string): Promise<Holder | undefined> {
    const kept = holders.get(uri)
    if (kept && Math.abs(now() - kept.at) < MEMORY) return kept.holder
    const before = changes
    const holder = await findHolder(deps.db, uri)
    // What was read before a change must not be remembered after it.
    if (holder && before === changes) remember(holders, uri, { holder, at: now() })
    return holder
  }

  /** True when we hold its document, even of one that has gone. */
  const isKnown = async (uri: string): Promise<boolean> => (await recall(uri)) !== undefined

  function forget(uri: string): void {
    changes++
    holders.delete(uri)
  }

  /** The actor has taken leave: its key holds from now on for nothing. */
  async function sayGone(db: Tx | Deps['db'], uri: string): Promise<void> {
    await markActorGone(db, uri, deps.clock.iso())
    forget(uri)
  }

  /** Fetches the document and keeps what it says of itself, whoever that is: an address may lead to another name. */
  function discover(door: Door, uri: string, keyId?: string): Promise<FoundActor> {
    const running = underWay.get(uri)
    if (running) return running
    const started = fetchNow(door, uri, keyId).finally(() => underWay.delete(uri))
    underWay.set(uri, started)
    return started
  }

  /** As `discover`, but only this very actor will do. The same question asked twice at once is asked once. */
  async function fetch(door: Door, uri: string, keyId?: string): Promise<FoundActor> {
    const found = await discover(door, uri, keyId)
    return found.ok && found.actor.uri !== uri ? { ok: false, reason: 'wrong_id' } : found
  }

  async function fetchNow(door: Door, uri: string, keyId: string | undefined): Promise<FoundActor> {
    if (isOfOrigin(uri, deps.config.publicUrl)) return { ok: false, reason: 'ourselves' }
    const fetched = await fetchDocument(door, uri, await ourselves.key())
    if (!fetched.ok) {
      if (fetched.reason === 'gone') await sayGone(deps.db, uri)
      return fetched
    }
    const read = fromActor(fetched.document)
    if (!read.ok) return read
    const { keys: listed, sharedInbox, ...actor } = read.actor
    const key = listed.find(({ id }) => id === keyId) ?? listed[0]
    const further = listed.filter(({ id }) => id !== key?.id).slice(0, MOST_KEYS - 1)
    const at = deps.clock.iso()
    const known = await findActor(deps.db, actor.uri)
    const heard = {
      ...actor,
      shared_inbox: sharedInbox,
      key_id: key?.id ?? null,
      key_pem: key?.pem ?? null,
      key_fetched_at: at,
      key_missed_at: known?.key_missed_at ?? null,
      body: wordsToKeep(fetched.document),
      fetched_at: at,
    }
    await transact(deps, async (tx) => {
      await saveActor(tx, heard, further)
      if (known) await recordPresentation(tx, deps, actor, known)
    })
    forget(actor.uri)
    const row = await findActor(deps.db, actor.uri)
    return row ? { ok: true, actor: row } : { ok: false, reason: 'not_found' }
  }

  /** The actor as kept, or fetched when it is unknown or a day old. An old copy serves while its home is away. */
  async function get(door: Door, uri: string): Promise<FoundActor> {
    const kept = await findActor(deps.db, uri)
    if (kept?.gone_at) return { ok: false, reason: 'gone' }
    if (kept && now() - Date.parse(kept.fetched_at) < FRESH) return { ok: true, actor: kept }
    const found = await fetch(door, uri)
    return !found.ok && kept && isPassing(found.reason) ? { ok: true, actor: kept } : found
  }

  /**
   * True when the key `keyId`, listed by the actor's own document, made the signature. Asks for the document when the
   * actor is unknown, when the copy is a day old, and once in ten minutes when the signature does not hold.
   * @param asking.from the network that the letter came from.
   */
  async function proves(
    who: string | Holder,
    keyId: string,
    given: Proof,
    { mayFetch, door = ownDoor, from = '' }: { mayFetch: boolean; door?: Door; from?: string },
  ): Promise<boolean> {
    const uri = typeof who === 'string' ? who : who.uri
    /** Takes back what was counted against who made us ask. */
    let giveBack: (() => void) | undefined
    /** A question that was worth it is no fault of who made us ask: a large server has many actors. */
    const proof: Proof = (key) => {
      const isRight = given(key)
      if (isRight) giveBack?.()
      if (isRight) giveBack = undefined
      return isRight
    }
    const kept = typeof who === 'string' ? await recall(who) : who
    if (kept?.gone_at) return false
    const fresh = kept?.key_fetched_at && now() - Date.parse(kept.key_fetched_at) < FRESH
    if (kept && fresh && holds(kept, keyId, proof)) return true
    const running = asking.has(uri) || underWay.has(uri)
    const missed = kept?.key_missed_at ? Date.parse(kept.key_missed_at) : (failed.get(uri) ?? 0)
    if (!running && mayFetch && now() - missed >= RETRY) giveBack = mayAsk(new URL(uri).host, from)
    if (!running && !giveBack) {
      // Meanwhile another request may have brought the new key.
      const again = await findHolder(deps.db, uri)
      const isNewer = again !== undefined && again.key_fetched_at !== kept?.key_fetched_at
      return again !== undefined && (isNewer || !fresh) && !again.gone_at && holds(again, keyId, proof)
    }
    const ask = async () => {
      if (kept && fresh && !running) {
        await markKeyMissed(deps.db, uri, deps.clock.iso())
        forget(uri)
      }
      return fetch(door, uri, keyId)
    }
    // Known before the first await: who comes while the miss is being noted waits for the same answer.
    const turn = asking.get(uri) ?? ask().finally(() => asking.delete(uri))
    asking.set(uri, turn)
    const found = await turn
    if (!found.ok) {
      remember(failed, uri, now())
      return Boolean(kept && !fresh && isPassing(found.reason) && holds(kept, keyId, proof))
    }
    const heard = await findHolder(deps.db, uri)
    return heard !== undefined && holds(heard, keyId, proof)
  }

  function holds(holder: Holder, keyId: string, proof: Proof): boolean {
    return holder.keys.some(({ id, pem }) => {
      if (id !== keyId && holder.uri !== keyId) return false
      if (!keys.has(pem)) remember(keys, pem, readPublicKey(pem))
      const key = keys.get(pem)
      return key !== undefined && proof(key)
    })
  }

  /** @returns takes the question back from who made us ask; undefined when there have been too many. */
  function mayAsk(host: string, from: string): (() => void) | undefined {
    const own = `${from} ${host}`
    const isLeft =
      limits.left('questions to a server for a network', own) > 0 && limits.left('questions to a server', host) > 0
    if (!isLeft) return undefined
    limits.take('questions to a server for a network', own)
    limits.take('questions to a server', host)
    return () => limits.giveBack('questions to a server for a network', own)
  }

  /** The same actors for somebody who asks through another door, one with a budget. */
  const within = (door: Door) => ({
    get: (uri: string) => get(door, uri),
    fetch: (uri: string) => fetch(door, uri),
    discover: (uri: string) => discover(door, uri),
    sayGone,
  })

  return { ...within(ownDoor), within, holderOf, isKnown, proves }
}

export type Actors = ReturnType<typeof openActors>
export type ActorsWithin = ReturnType<Actors['within']>

/** Of the document itself only what is asked for later: a stranger's may be long, and there are many strangers. */
function wordsToKeep({ outbox }: JsonObject): string {
  return JSON.stringify(readId(outbox) ? { outbox } : {})
}

/** apex as it comes names the actor where others name the key. */
function callsItsKey(holder: Holder, keyId: string): boolean {
  return holder.uri === keyId || holder.keys.some(({ id }) => id === keyId)
}

/** Reasons that may be over in a minute; the others are what the document says. */
export function isPassing(reason: ActorFailure): boolean {
  return ['timeout', 'unreachable', 'http_error', 'too_large', 'not_json'].includes(reason)
}

function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  if (map.size >= MAX_REMEMBERED) map.clear()
  map.set(key, value)
}
