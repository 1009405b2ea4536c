// SPDX-License-Identifier: AGPL-3.0-or-later
// Sends our activities to inboxes: at least once, in order per object, few at a time per host, for days if needed.
import {
  claimDeliveries,
  endDeliveries,
  hasWaiting,
  releaseLeases,
  type DeliveryRow,
} from '../db/queries/fed-deliveries.ts'
import { listBodies } from '../db/queries/fed-activities.ts'
import { later } from '../server/base/clock.ts'
import { faultOf } from '../server/base/fault.ts'
import type { Deps } from '../server/deps.ts'
import { LEASE, Queue } from '../server/queue/queue.ts'
import type { Slots } from '../server/queue/slots.ts'
import { transact, type Tx } from '../server/web/transact.ts'
import type { Apex } from './apex.ts'
import type { HttpClient } from './http-client.ts'
import type { OwnActor } from './own-actor.ts'
import type { Peers } from './peers.ts'
import { hasArrived, Settlement, SHOWN_FOR, type Ended } from './settlement.ts'
import { ACTIVITY_TYPE } from './vocabulary.ts'

type Parts = { deps: Deps; http: HttpClient; peers: Peers; ownActor: OwnActor; apex: Apex }

/** Requests under way. Measured (`npm run bench -- fanout_1000_s`): 8 take three times as long, 64 no less than 32. */
export const AT_ONCE = 32
const PER_HOST = 2
const GATHER_MS = 10
const MOST_BODIES = 32
/** A body may lose the words of what was removed meanwhile. */
const BODIES_KNOWN_MS = 10_000
const HEADERS = { 'content-type': ACTIVITY_TYPE, accept: `${ACTIVITY_TYPE}, application/json` }

export class Delivery {
  readonly #parts: Parts
  readonly #deps: Deps
  readonly #settlement: Settlement
  readonly #bodies = new Bodies()
  readonly #queue: Queue<DeliveryRow, Ended>
  /** The host after which the next query begins, so that no host is left out. */
  #lastHost = ''

  constructor(parts: Parts) {
    this.#parts = parts
    this.#deps = parts.deps
    this.#settlement = new Settlement(parts)
    const settings = { name: 'deliveries', atOnce: AT_ONCE, perOwner: PER_HOST, gatherMs: GATHER_MS }
    this.#queue = new Queue(parts.deps, settings, {
      ownerOf: ({ host }) => host,
      nameOf: ({ row }) => row.id,
      releaseLeases: (at) => this.#releaseLeases(at),
      settleAndTake: (ended, slots) => this.#settleAndTake(ended, slots),
      run: (row) => this.#send(row),
    })
  }

  /** Resolves when nothing due is left. */
  drain(): Promise<void> {
    return this.#queue.drain()
  }

  /** Call at the start: no other process is sending, so no lease has to expire first. */
  takeOverLeases(): void {
    this.#queue.takeOverLeases()
  }

  stop(): Promise<void> {
    return this.#queue.stop()
  }

  async #settleAndTake(ended: readonly Ended[], slots: Slots | undefined): Promise<DeliveryRow[]> {
    if (ended.length === 0 && !slots?.freeForPartners()) return []
    // Most commits leave nothing to deliver, and a transaction holds up the others.
    if (ended.length === 0 && !(await hasWaiting(this.#deps.db))) return []
    // A failed delivery may end a relation, which needs apex.
    if (!ended.every(hasArrived)) await this.#parts.apex.load()
    let isNews = false
    const work = async (tx: Tx) => {
      isNews = await this.#settlement.settle(tx, ended)
      return slots ? this.#claim(tx, slots) : []
    }
    const rows = await transact(this.#deps, work, { wakes: false })
    if (isNews) this.#deps.commits.notify()
    return rows
  }

  async #claim(tx: Tx, slots: Slots): Promise<DeliveryRow[]> {
    const free = slots.free()
    // Hosts that do not answer may hold every slot; some are reserved for partners.
    const most = free > 0 ? free : slots.freeForPartners()
    if (most === 0) return []
    const isForPartners = free === 0
    const now = this.#deps.clock.iso()
    const limits = { most, freeOf: slots.freeOf, busy: slots.busy(), perHost: PER_HOST, isForPartners }
    const rows = await claimDeliveries(tx, { now, leaseUntil: later(now, LEASE), after: this.#lastHost, ...limits })
    if (!isForPartners) this.#lastHost = rows.at(-1)?.host ?? ''
    await this.#bodies.read(tx, rows, Date.parse(now))
    return rows
  }

  async #send(row: DeliveryRow): Promise<{ hasAnswered: boolean; ended?: Ended }> {
    const known = this.#bodies.of(row)
    if (!known) return { hasAnswered: false }
    const { body, kind } = known
    const answersBefore = this.#parts.peers.answersOf(row.host)
    try {
      const signer = await this.#parts.ownActor.key()
      const answer = await this.#parts.http.ask(row.inbox, { method: 'POST', body, headers: HEADERS, signer })
      // Aborted by our own stop, so the next process sends it at once.
      if (!answer.ok && this.#queue.isStopped) return { hasAnswered: false }
      return { hasAnswered: answer.ok, ended: { row, answer, kind, answersBefore } }
    } catch (error) {
      this.#deps.log.error('a delivery could not be made', { id: row.id, error: faultOf(error) })
      return { hasAnswered: false }
    }
  }

  /** Also gives up deliveries that have waited too long. */
  async #releaseLeases(until: string): Promise<void> {
    const at = this.#deps.clock.iso()
    const work = async (tx: Tx) => {
      await releaseLeases(tx, until)
      return endDeliveries(tx, at, later(at, SHOWN_FOR))
    }
    const count = await transact(this.#deps, work, { wakes: false })
    if (count > 0) this.#deps.log.warn('deliveries were given up: they had waited too long', { count })
  }
}

class Bodies {
  #readAt = 0
  readonly #kept = new Map<string, { body: Buffer; kind: string }>()

  of(row: DeliveryRow): { body: Buffer; kind: string } | undefined {
    return this.#kept.get(row.activity_id)
  }

  /** @param now in milliseconds. */
  async read(tx: Tx, rows: DeliveryRow[], now: number): Promise<void> {
    if (Math.abs(now - this.#readAt) > BODIES_KNOWN_MS) {
      this.#kept.clear()
      this.#readAt = now
    }
    const needed = new Set(rows.map((row) => row.activity_id))
    const unread = [...needed].filter((id) => !this.#kept.has(id))
    if (unread.length === 0) return
    if (this.#kept.size + unread.length > MOST_BODIES)
      for (const id of this.#kept.keys()) if (!needed.has(id)) this.#kept.delete(id)
    for (const { id, body, kind } of await listBodies(tx, unread)) this.#kept.set(id, { body: Buffer.from(body), kind })
  }
}
