// SPDX-License-Identifier: AGPL-3.0-or-later
// A received activity is on disk before its sender is answered.
import {
  forgetSaidBefore,
  insertReceived,
  listOfConcern,
  listOverfull,
  type NewReceived,
} from '../db/queries/fed-activities.ts'
import type { Deps } from '../server/deps.ts'
import { GroupCommit } from '../server/queue/group-commit.ts'
import { transact, type Tx } from '../server/web/transact.ts'
import { isAboutObjects, isHandled } from './activities.ts'
import { idOf } from './origins.ts'
import type { Peers } from './peers.ts'
import type { JsonObject } from './plain-json.ts'
import { isPublic } from './translate/received-offer.ts'

/** `origin` and `host` of the actor; proved, like the actor itself. */
export type Entry = NewReceived & { origin: string; host: string }

export class TooMany extends Error {}

const MOST_AT_ONCE = 200
/** Of one actor, behind one that cannot be handled now; what it sends beyond that is refused. */
const MOST_WAITING = 1000
/** A rush: more than RUSH_COUNT activities in a row, each within RUSH_MS of the one before. */
const RUSH_MS = 10
const RUSH_COUNT = 20
const NOTHING = '{}'

/** @param proved by the signature. `fetches`: requests that it needed. */
export function entryOf(
  activity: JsonObject,
  proved: { actor: string; home: URL; text: string; fetches: number; at: string; signedAt: string },
): Entry {
  const { actor, home, text, fetches, at, signedAt } = proved
  const type = String(activity['type'])
  const hasHandler = isHandled(type)
  return {
    id: String(activity['id']),
    type,
    actor,
    origin: home.origin,
    host: home.host,
    object_id: idOf(activity['object']) ?? null,
    body: hasHandler ? text : NOTHING,
    is_public: isPublic(activity) ? 1 : 0,
    state: hasHandler ? 'waiting' : 'ignored',
    error: null,
    fetches,
    at,
    signed_at: isNamedAlike(type) ? signedAt : null,
  }
}

/** Some software names each of them after the pair of actors, always alike: one that was signed later is a new one. */
const NAMED_ALIKE = new Set(['Follow', 'Undo', 'Accept', 'Reject'])
const isNamedAlike = (type: string) => NAMED_ALIKE.has(type)

type Waiting = { entry: Entry; stored: () => void; failed: (error: unknown) => void }

export class InboxStore {
  readonly #deps: Deps
  readonly #peers: Peers
  readonly #onWaiting: () => void
  readonly #group = new GroupCommit<Waiting>(MOST_AT_ONCE, (rows) => this.#storeGroup(rows))
  #lastCame = Number.NEGATIVE_INFINITY
  #inARow = 0

  /** @param onWaiting called after a commit that stored activities to handle. */
  constructor({ deps, peers }: { deps: Deps; peers: Peers }, onWaiting: () => void) {
    this.#deps = deps
    this.#peers = peers
    this.#onWaiting = onWaiting
  }

  get isRush(): boolean {
    return this.#inARow > RUSH_COUNT && !this.#isQuiet
  }

  get #isQuiet(): boolean {
    return performance.now() - this.#lastCame > RUSH_MS
  }

  /** Resolves when the activity is on disk. @throws TooMany */
  add(entry: Entry): Promise<void> {
    return new Promise((stored, failed) => {
      this.#inARow = this.#isQuiet ? 1 : this.#inARow + 1
      this.#lastCame = performance.now()
      this.#group.add({ entry, stored, failed })
    })
  }

  async #storeGroup(group: Waiting[]): Promise<void> {
    try {
      const store = (tx: Tx) => this.#insert(tx, group)
      const { isWaiting, isDue, full } = await transact(this.#deps, store, { wakes: false })
      for (const { entry, stored, failed } of group) {
        if (full.has(entry.actor)) failed(new TooMany())
        else stored()
      }
      if (isDue) this.#deps.commits.notify()
      if (isWaiting) this.#onWaiting()
    } catch (error) {
      for (const { failed } of group) failed(error)
    }
  }

  async #insert(tx: Tx, group: Waiting[]): Promise<{ isWaiting: boolean; isDue: boolean; full: Set<string> }> {
    const sorted = await setAside(
      tx,
      group.map(({ entry }) => entry),
    )
    const waiting = new Set(sorted.filter(({ state }) => state === 'waiting').map(({ actor }) => actor))
    const full = new Set(waiting.size > 0 ? await listOverfull(tx, [...waiting], MOST_WAITING) : [])
    const entries = full.size > 0 ? sorted.filter(({ actor }) => !full.has(actor)) : sorted
    await forgetSaidBefore(
      tx,
      entries.filter(({ type, state }) => state === 'waiting' && isNamedAlike(type)),
    )
    await insertReceived(tx, entries)
    const isDue = await this.#peers.seen(tx, [...new Set(entries.map(({ host }) => host))])
    return { isWaiting: entries.some(({ state }) => state === 'waiting'), isDue, full }
  }
}

/** An actor with a waiting activity may become a partner by it, so its other activities wait too. */
async function setAside(tx: Tx, entries: readonly Entry[]): Promise<Entry[]> {
  const doubtful = entries.filter((entry) => isDoubtful(entry))
  if (doubtful.length === 0) return [...entries]
  const named = doubtful.map(({ id, actor, origin, object_id }) => ({ id, actor, origin, object_id }))
  const concern = new Set(await listOfConcern(tx, named))
  const waiting = new Set<string>()
  return entries.map((entry) => {
    if (isDoubtful(entry) && !concern.has(entry.id) && !waiting.has(entry.actor)) {
      return { ...entry, state: 'ignored', error: 'not_a_member', body: NOTHING, object_id: null }
    }
    if (entry.state === 'waiting') waiting.add(entry.actor)
    return entry
  })
}

function isDoubtful({ state, type, actor, object_id }: Entry): boolean {
  return state === 'waiting' && isAboutObjects(type) && object_id !== actor
}
