// SPDX-License-Identifier: AGPL-3.0-or-later
// The numbers of the rows of a long list while it is sent: a million of them take 8 MB.

/** In one part: 512 kB, which is also what is given back at a time. */
const IN_A_PART = 65_536

/**
 * A growing list of whole numbers. An array that grows is copied into a larger one again and again, and what it leaves
 * behind stays in memory until V8 collects all of its heap: some 30 MB for each export. These parts are never copied, and
 * are given back at once.
 */
export class RowNumbers {
  #parts: Float64Array<ArrayBuffer>[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  add(number: number): void {
    const at = this.#length % IN_A_PART
    if (at === 0) this.#parts.push(new Float64Array(IN_A_PART))
    this.#parts.at(-1)![at] = number
    this.#length += 1
  }

  /** As `slice` of an array. */
  slice(from: number, until: number): number[] {
    const numbers: number[] = []
    for (let at = from; at < Math.min(until, this.#length); at++)
      numbers.push(this.#parts[Math.floor(at / IN_A_PART)]![at % IN_A_PART]!)
    return numbers
  }

  /** Gives the memory back; the list is empty then. */
  free(): void {
    // A buffer that was transferred leaves the old one without memory.
    for (const { buffer } of this.#parts) buffer.transfer(0)
    this.#parts = []
    this.#length = 0
  }
}
