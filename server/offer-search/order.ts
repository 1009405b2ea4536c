// SPDX-License-Identifier: AGPL-3.0-or-later
// Listings in one order that is kept while they change, so that a page needs no sorting.

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
    if (this.#length === this.#slots.length) {
      const grown = new Int32Array(this.#length * 2 + 64)
      grown.set(this.#slots)
      this.#slots = grown
    }
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
    let [low, high] = [0, this.#length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.compare(this.#slots[middle]!, slot) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Sorts what comes in parts: no step takes longer than putting two of the parts together. */
export class Sorting {
  readonly #compare: Compare
  readonly #runs: Int32Array[] = []

  constructor(compare: Compare) {
    this.#compare = compare
  }

  add(slots: readonly number[]): void {
    this.#runs.push(Int32Array.from(slots).sort(this.#compare))
    while (this.#runs.length > 1 && this.#runs.at(-2)!.length <= this.#runs.at(-1)!.length) this.#join()
  }

  /** Puts two of the parts together; false when there is nothing left to do. */
  step(): boolean {
    if (this.#runs.length > 1) this.#join()
    return this.#runs.length > 1
  }

  /** What came, in order. */
  take(): Int32Array {
    while (this.#runs.length > 1) this.#join()
    return this.#runs.pop() ?? new Int32Array()
  }

  #join(): void {
    const [b, a] = [this.#runs.pop()!, this.#runs.pop()!]
    const both = new Int32Array(a.length + b.length)
    for (let at = 0, left = 0, right = 0; at < both.length; at++) {
      const isLeft = right === b.length || (left < a.length && this.#compare(a[left]!, b[right]!) < 0)
      both[at] = isLeft ? a[left++]! : b[right++]!
    }
    this.#runs.push(both)
  }
}
