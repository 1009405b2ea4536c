// SPDX-License-Identifier: AGPL-3.0-or-later
// Sets of small whole numbers, one bit each. Own code, because it is less than what a package would be wrapped in, and
// the counts of a search need two sets compared without making a third.
import { grown } from './columns.ts'

/** Sets may have different lengths: what a shorter one does not hold is not in it. */
export class Bits {
  #words: Uint32Array

  /** @param size numbers below it can be added without growing. */
  constructor(size = 0) {
    this.#words = new Uint32Array((size + 31) >>> 5)
  }

  /** Where the values are `most` or less. */
  static upTo(values: Float64Array, most: number): Bits {
    const found = new Bits(values.length)
    const words = found.#words
    for (let at = 0; at < values.length; at++) if (values[at]! <= most) words[at >>> 5]! |= 1 << (at & 31)
    return found
  }

  has(at: number): boolean {
    return (((this.#words[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1
  }

  add(at: number): void {
    const word = at >>> 5
    if (word >= this.#words.length) this.#words = grown(this.#words, word + 1)
    this.#words[word]! |= 1 << (at & 31)
  }

  delete(at: number): void {
    const word = at >>> 5
    if (word < this.#words.length) this.#words[word]! &= ~(1 << (at & 31))
  }

  clone(): Bits {
    const copy = new Bits()
    copy.#words = this.#words.slice()
    return copy
  }

  /** Keeps what is in the other one too. */
  and(other: Bits): this {
    const [mine, theirs] = [this.#words, other.#words]
    const both = Math.min(mine.length, theirs.length)
    for (let word = 0; word < both; word++) mine[word]! &= theirs[word]!
    mine.fill(0, both)
    return this
  }

  /** Takes out what is in the other one. */
  andNot(other: Bits): this {
    const [mine, theirs] = [this.#words, other.#words]
    const both = Math.min(mine.length, theirs.length)
    for (let word = 0; word < both; word++) mine[word]! &= ~theirs[word]!
    return this
  }

  or(other: Bits): this {
    const theirs = other.#words
    if (theirs.length > this.#words.length) this.#words = grown(this.#words, theirs.length)
    const mine = this.#words
    for (let word = 0; word < theirs.length; word++) mine[word]! |= theirs[word]!
    return this
  }

  count(): number {
    let sum = 0
    for (const word of this.#words) sum += ones(word)
    return sum
  }

  /** How many numbers are in both. */
  countBoth(other: Bits): number {
    const [mine, theirs] = [this.#words, other.#words]
    const both = Math.min(mine.length, theirs.length)
    let sum = 0
    for (let word = 0; word < both; word++) sum += ones(mine[word]! & theirs[word]!)
    return sum
  }

  /** The first of these numbers that are in the set, up to `most`. */
  firstOf(numbers: Int32Array, most: number): number[] {
    // Kept outside the loop, because each look at a private field is checked.
    const words = this.#words
    const found: number[] = []
    for (let at = 0; at < numbers.length && found.length < most; at++) {
      const one = numbers[at]!
      if (((words[one >>> 5]! >>> (one & 31)) & 1) === 1) found.push(one)
    }
    return found
  }

  /** All numbers, the smallest first. */
  toArray(): number[] {
    const all: number[] = []
    this.forEach((at) => all.push(at))
    return all
  }

  /** Each number, the smallest first. */
  forEach(visit: (at: number) => void): void {
    for (let word = 0; word < this.#words.length; word++) {
      for (let left = this.#words[word]!; left !== 0; left &= left - 1) {
        visit(word * 32 + (31 - Math.clz32(left & -left)))
      }
    }
  }
}

/** How many of the 32 bits are set (Warren, Hacker’s Delight, 5–1). */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
