// SPDX-License-Identifier: AGPL-3.0-or-later
// Handles stored activities: once each, in order per actor. One that cannot be handled now delays only its own actor.
import {
  listWaiting,
  listWaitingOf,
  listWaitingOfPartners,
  settleActivity,
  type ActivityRow,
  type Outcome as Settlement,
} from '../db/queries/fed-activities.ts'
import { later, MINUTE } from '../server/base/clock.ts'
import { faultOf } from '../server/base/fault.ts'
import type { Deps } from '../server/deps.ts'
import { waitAfter, type BackOff } from '../server/queue/back-off.ts'
import { createYielding } from '../server/queue/event-loop.ts'
import { Queue } from '../server/queue/queue.ts'
import type { Slot, Slots } from '../server/queue/slots.ts'
import { HttpError } from '../server/web/errors.ts'
import { transact, type Tx } from '../server/web/transact.ts'
import { dispatch, type DispatchParts } from './activities.ts'
import { MOST_FETCHES, type Budget } from './http-client.ts'
import { NotNow, type Outcome } from './inbox/handler.ts'
import { InboxStore, type Entry } from './inbox-store.ts'
import type { OwnActorData } from './own-actor.ts'
import type { Peers } from './peers.ts'

/** Actors at the same time; activities of one actor are handled one after the other. */
const AT_ONCE = 4
const IN_A_ROW = 50
/** While many arrive, storing goes first, because their senders wait for an answer. */
const RUSH_PAUSE_MS = 100
const BACK_OFF: BackOff = { waits: [5_000, 30_000, 2 * MINUTE, 10 * MINUTE], tries: 5 }

type Settled = { row: ActivityRow; outcome: Settlement }

export class Inbox {
  readonly #parts: DispatchParts & { peers: Peers }
  readonly #deps: Deps
  readonly #store: InboxStore
  readonly #queue: Queue<string>

  constructor(parts: DispatchParts & { peers: Peers }) {
    this.#parts = parts
    this.#deps = parts.deps
    this.#store = new InboxStore(parts, () => void this.drain())
    // No lease is written: after a crash, activities under way are still stored as waiting.
    this.#queue = new Queue<string>(
      parts.deps,
      { name: 'received activities', atOnce: AT_ONCE, perOwner: 1 },
      {
        ownerOf: (actor) => actor,
        nameOf: (actor) => actor,
        settleAndTake: (_ended, slots) => this.#listActors(slots),
        run: async (actor, slot) => {
          await this.#handleAll(actor, slot)
          return { hasAnswered: true }
        },
      },
    )
  }

  /** Resolves when the activity is on disk. @throws TooMany */
  store(entry: Entry): Promise<void> {
    return this.#store.add(entry)
  }

  /** Resolves when nothing due is left. */
  drain(): Promise<void> {
    return this.#queue.drain()
  }

  stop(): Promise<void> {
    return this.#queue.stop()
  }

  /** Longest waiting first. Some slots are reserved for partners. */
  async #listActors(slots: Slots | undefined): Promise<string[]> {
    if (!slots) return []
    const now = this.#deps.clock.iso()
    const free = slots.free()
    const due = free > 0 ? await listWaiting(this.#deps.db, { now, except: slots.busy(), most: free }) : []
    const actors = due.map(({ actor }) => actor)
    const spare = slots.freeForPartners() - actors.length
    if (actors.length < free || spare <= 0) return actors
    const except = [...slots.busy(), ...actors]
    const partners = await listWaitingOfPartners(this.#deps.db, { now, except, most: spare })
    return [...actors, ...partners.map(({ actor }) => actor)]
  }

  async #handleAll(actor: string, slot: Slot): Promise<void> {
    const { db, clock } = this.#deps
    const ours = await this.#parts.ownActor.read()
    const yieldLoop = createYielding()
    // Activities that change nothing are settled with the next that does, or at the end: one commit each is slow.
    const settled: Settled[] = []
    for (const row of await listWaitingOf(db, actor, IN_A_ROW)) {
      if (this.#queue.isStopped || (row.not_before !== null && row.not_before > clock.iso())) break
      if (this.#store.isRush) await new Promise((done) => setTimeout(done, RUSH_PAUSE_MS))
      await yieldLoop()
      slot.again()
      if (!(await this.#handle(row, ours, settled))) break
    }
    if (settled.length > 0) await transact(this.#deps, (tx) => settleAll(tx, settled), { wakes: false })
  }

  /** @returns false when those after it have to wait. */
  async #handle(row: ActivityRow, ours: OwnActorData | undefined, settled: Settled[]): Promise<boolean> {
    const budget: Budget = { left: MOST_FETCHES - row.fetches }
    try {
      const apply = await dispatch(this.#parts, row, ours, budget)
      if (apply.outcome) {
        settled.push({ row, outcome: settlementOf(apply.outcome, fetchesOf(budget)) })
        return true
      }
      // The handler may publish an answer, which needs apex.
      await this.#parts.apex.load()
      await transact(this.#deps, async (tx) => {
        await settleAll(tx, settled)
        await settleActivity(tx, row.seq, settlementOf(await apply(tx), fetchesOf(budget)))
      })
      settled.length = 0
      return true
    } catch (error) {
      await this.#postpone(row, error, fetchesOf(budget))
      return false
    }
  }

  async #postpone(row: ActivityRow, error: unknown, fetches: number): Promise<void> {
    const { db, clock, log } = this.#deps
    const attempts = row.attempts + 1
    const wait = waitAfter(attempts, BACK_OFF)
    const reason = error instanceof NotNow || error instanceof HttpError ? error.message : `fault: ${faultOf(error)}`
    const { seq, type } = row
    log.warn('an activity could not be handled', { seq, type, attempts, reason: reason.slice(0, 200) })
    const next =
      wait === undefined
        ? { state: 'parked' as const }
        : { state: 'waiting' as const, not_before: later(clock.iso(), wait) }
    await settleActivity(db, seq, { attempts, fetches, error: reason.slice(0, 300), ...next })
  }
}

const fetchesOf = ({ left }: Budget): number => MOST_FETCHES - Math.max(0, left)

/** One that needs too many requests is parked: the operator sees it and can have it tried again. */
function settlementOf(outcome: Outcome, fetches: number): Settlement {
  if (outcome === 'done') return { state: 'done', fetches }
  const { ignored: error } = outcome
  return { state: error === 'budget_spent' ? 'parked' : 'ignored', error, fetches }
}

async function settleAll(tx: Tx, settled: Settled[]): Promise<void> {
  const yieldLoop = createYielding()
  for (const { row, outcome } of settled) {
    await settleActivity(tx, row.seq, outcome)
    await yieldLoop()
  }
}
