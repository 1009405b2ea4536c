// SPDX-License-Identifier: AGPL-3.0-or-later
// Which listings carry one code. A code may be a word that only one site uses, so a few listings cost no more than
// themselves, whatever the size of the list.
import { Bits } from './bits.ts'

/** From so many on, bits are smaller and faster. */
const MANY = 256

export class Posting {
  #few: Set<number> | undefined = new Set()
  #bits = new Bits()

  add(slot: number): void {
    if (!this.#few) return this.#bits.add(slot)
    this.#few.add(slot)
    if (this.#few.size < MANY) return
    for (const one of this.#few) this.#bits.add(one)
    this.#few = undefined
  }

  delete(slot: number): void {
    if (this.#few) this.#few.delete(slot)
    else this.#bits.delete(slot)
  }

  has(slot: number): boolean {
    return this.#few ? this.#few.has(slot) : this.#bits.has(slot)
  }

  addTo(target: Bits): void {
    if (!this.#few) target.or(this.#bits)
    else for (const slot of this.#few) target.add(slot)
  }

  /** How many of these listings carry the code. */
  countIn(hits: Bits): number {
    if (!this.#few) return hits.countBoth(this.#bits)
    let sum = 0
    for (const slot of this.#few) if (hits.has(slot)) sum += 1
    return sum
  }
}
