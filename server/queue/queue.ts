// SPDX-License-Identifier: AGPL-3.0-or-later
// Runs the due rows of a table: takes them with a lease, runs a limited number at once, and writes down the outcome. A
// process that is killed loses nothing: what it had taken is due again when its lease is over.
import { MINUTE, type Clock } from '../base/clock.ts'
import { faultOf } from '../base/fault.ts'
import type { Log } from '../base/log.ts'
import { createYielding } from './event-loop.ts'
import { createSignal } from './signal.ts'
import { singleFlight } from './single-flight.ts'
import { openSlots, type Slot, type SlotLimits, type Slots } from './slots.ts'

/** Milliseconds for which a row belongs to the process that took it. */
export const LEASE = 2 * MINUTE
/** Later than every instant, so that it ends all leases. */
const ALWAYS = '9999'

/** `Row`: one piece of work; `Ended`: what is to be written down about it. */
export type Table<Row, Ended> = {
  /**
   * In one transaction: writes down what has ended, and takes what is due, each with a lease.
   * @param slots how many may be taken; undefined: none.
   */
  settleAndTake(ended: readonly Ended[], slots: Slots | undefined): Promise<Row[]>
  /** For error messages to the operator. */
  nameOf(ended: Ended): string | number
  ownerOf(row: Row): string
  /**
   * `ended` is absent when the outcome is written down already, or is left to the end of the lease.
   * @throws ends the round: the whole queue rests until the next one.
   */
  run(row: Row, slot: Slot): Promise<{ hasAnswered: boolean; ended?: Ended }>
  /** Called before each round. */
  begin?(): Promise<void>
  /** Makes rows due again whose lease is over at `at`. Called at the start, and every two minutes. */
  releaseLeases?(at: string): Promise<void>
}

export type QueueSettings = SlotLimits & {
  /** In log lines, after « the queue of ». */
  name: string
  /** Milliseconds to wait, so that rows that end at nearly the same time share a commit. */
  gatherMs?: number
}

export class Queue<Row, Ended = never> {
  readonly slots: Slots
  readonly #deps: { clock: Clock; log: Log }
  readonly #table: Table<Row, Ended>
  readonly #settings: QueueSettings
  readonly #signal = createSignal()
  readonly #yieldLoop = createYielding()
  readonly #rounds: () => Promise<void>
  #ended: Ended[] = []
  #faults: unknown[] = []
  #isAlone = false
  #isStopped = false
  #releasedAt = 0

  constructor(deps: { clock: Clock; log: Log }, settings: QueueSettings, table: Table<Row, Ended>) {
    this.#deps = deps
    this.#settings = settings
    this.#table = table
    this.slots = openSlots(settings, () => this.#signal.set())
    this.#rounds = singleFlight(
      () => this.#round(),
      (error) => this.#log('stopped', error),
    )
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** Resolves when nothing due is left; rows that are added meanwhile are included. */
  drain(): Promise<void> {
    this.#signal.set()
    return this.#rounds()
  }

  /** Call at the start: no other process uses the data folder, so leases of an earlier process are over. */
  takeOverLeases(): void {
    this.#isAlone = true
  }

  /** Takes nothing more; resolves when what is under way has ended and is written down. */
  async stop(): Promise<void> {
    this.#isStopped = true
    do await this.drain()
    while (!this.slots.isEmpty())
  }

  async #round(): Promise<void> {
    this.#faults = []
    this.slots.forget()
    if (!this.#isStopped) await this.#begin()
    for (;;) {
      this.#signal.clear()
      if (this.#faults.length > 0) throw this.#faults[0]
      const rows = await this.#settleAndTake()
      if (!this.#isStopped)
        for (const row of rows) {
          void this.#start(row)
          await this.#yieldLoop()
        }
      if (rows.length === 0 && this.slots.isEmpty() && this.#ended.length === 0) break
      await this.#signal.wait()
      await this.#pause()
    }
  }

  async #begin(): Promise<void> {
    const { clock } = this.#deps
    const now = clock.now().getTime()
    if (this.#isAlone || Math.abs(now - this.#releasedAt) >= LEASE) {
      await this.#table.releaseLeases?.(this.#isAlone ? ALWAYS : clock.iso())
      this.#releasedAt = now
      this.#isAlone = false
    }
    await this.#table.begin?.()
  }

  async #settleAndTake(): Promise<Row[]> {
    const group = this.#ended
    this.#ended = []
    if (this.#isStopped && group.length === 0) return []
    try {
      return await this.#table.settleAndTake(group, this.#isStopped ? undefined : this.slots)
    } catch (error) {
      if (group.length === 0) throw error
      // One that cannot be written down must not stop the others; its lease runs out, and it is done again.
      for (const one of group)
        await this.#table
          .settleAndTake([one], undefined)
          .catch((fault: unknown) => this.#log(`could not write down ${this.#table.nameOf(one)}`, fault))
      return []
    }
  }

  async #start(row: Row): Promise<void> {
    const slot = this.slots.take(this.#table.ownerOf(row))
    let hasAnswered = false
    try {
      const result = await this.#table.run(row, slot)
      hasAnswered = result.hasAnswered
      if (result.ended) this.#ended.push(result.ended)
    } catch (error) {
      this.#faults.push(error)
    } finally {
      slot.end(hasAnswered)
      this.#signal.set()
    }
  }

  /** Also lets other work run between two commits. */
  #pause(): Promise<void> {
    const { gatherMs } = this.#settings
    const isWaiting = gatherMs !== undefined && !this.slots.isEmpty()
    return new Promise((done) => void (isWaiting ? setTimeout(done, gatherMs) : setImmediate(done)))
  }

  #log(what: string, error: unknown): void {
    this.#deps.log.error(`the queue of ${this.#settings.name} ${what}`, { error: faultOf(error) })
  }
}
