// SPDX-License-Identifier: AGPL-3.0-or-later
// Listings in one order that is kept while they change, so that a page needs no sorting.
import { grown } from './columns.ts'

/** Negative when the first of two slots comes first; 0 only for the same one. */
export type Compare = (a: number, b: number) => number

export class Order {
  readonly compare: Compare
  #slots: Int32Array = new Int32Array(64)
  #length = 0

  constructor(compare: Compare) {
    this.compare = compare
  }

  /** Takes slots that are in order already, in place of all before. */
  fill(slots: Int32Array): void {
    this.#slots = slots
    this.#length = slots.length
  }

  insert(slot: number): void {
    if (this.#length === this.#slots.length) this.#slots = grown(this.#slots, this.#length + 1)
    const at = this.#find(slot)
    this.#slots.copyWithin(at + 1, at, this.#length)
    this.#slots[at] = slot
    this.#length += 1
  }

  /** Call it while what the order goes by is still as it was when the slot was inserted. */
  remove(slot: number): void {
    const at = this.#find(slot)
    if (at >= this.#length || this.#slots[at] !== slot) throw new Error(`slot ${slot} is not where its order says`)
    this.#slots.copyWithin(at, at + 1, this.#length)
    this.#length -= 1
  }

  /** The slots in order, as long as nothing changes. */
  view(): Int32Array {
    return this.#slots.subarray(0, this.#length)
  }

  #find(slot: number): number {
    return firstFrom(this.view(), (one) => this.compare(one, slot))
  }
}

/** @param compare rises along the order. @returns where it is 0 or more for the first time; the length for nowhere. */
export function firstFrom(order: Int32Array, compare: (slot: number) => number): number {
  let [low, high] = [0, order.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compare(order[middle]!) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** Two parts on their way to be one: so many of each are taken already. */
type Join = { a: Int32Array; b: Int32Array; both: Int32Array; left: number; right: number }

/** So many slots are put in order within a few milliseconds. */
const STEP = 20_000

/** Sorts what comes in parts, step by step. */
export class Sorting {
  readonly #compare: Compare
  #runs: Int32Array[] = []
  #join: Join | undefined

  constructor(compare: Compare) {
    this.#compare = compare
  }

  add(slots: readonly number[]): void {
    this.#runs.push(Int32Array.from(slots).sort(this.#compare))
  }

  /** Goes on a little; false when all is in order. */
  step(): boolean {
    if (!this.#join && this.#runs.length < 2) return false
    const join = (this.#join ??= this.#next())
    const { a, b, both } = join
    for (let taken = 0; taken < STEP && join.left + join.right < both.length; taken++) {
      const isLeft =
        join.right === b.length || (join.left < a.length && this.#compare(a[join.left]!, b[join.right]!) < 0)
      both[join.left + join.right] = isLeft ? a[join.left]! : b[join.right]!
      if (isLeft) join.left += 1
      else join.right += 1
    }
    if (join.left + join.right < both.length) return true
    this.#runs.push(both)
    this.#join = undefined
    return this.#runs.length > 1
  }

  /** What came, in order, once there is no step left. */
  take(): Int32Array {
    return this.#runs.pop() ?? new Int32Array()
  }

  /** The two oldest parts: so each is put together with one of its length. */
  #next(): Join {
    const [a, b, ...rest] = this.#runs
    this.#runs = rest
    return { a: a!, b: b!, both: new Int32Array(a!.length + b!.length), left: 0, right: 0 }
  }
}
