// SPDX-License-Identifier: AGPL-3.0-or-later
// Which listings are online, at the instant of each search. Found anew only when an instant was passed at which one
// begins or ends, or when the clock went back.
import { Bits } from './bits.ts'
import { grown } from './columns.ts'

/** From the instant `from` on until before `until`, in ms. `isListed`: it may be in the list while its window is open. */
export type Window = { from: number; until: number; isListed: boolean }
/** `since` and `until`: the instants (ms) between which nothing begins or ends. */
type Online = { slots: Bits; since: number; until: number }

export class Windows {
  #from = new Float64Array(64)
  #until = new Float64Array(64)
  readonly #all = new Bits()
  readonly #listed = new Bits()
  #online: Online | undefined

  set(slot: number, { from, until, isListed }: Window): void {
    if (slot >= this.#from.length) {
      this.#from = grown(this.#from, slot + 1)
      this.#until = grown(this.#until, slot + 1)
    }
    this.#from[slot] = from
    this.#until[slot] = until
    this.#all.add(slot)
    if (isListed) this.#listed.add(slot)
    this.#refresh(slot)
  }

  delete(slot: number): void {
    this.#all.delete(slot)
    this.#listed.delete(slot)
    this.#online?.slots.delete(slot)
  }

  until(slot: number): number {
    return this.#until[slot]!
  }

  /** What is online at that instant. Not to be changed. */
  online(now: number): Bits {
    return this.#at(now).slots
  }

  /** The last instant not after `now` at which a listing began or ended; -Infinity when none did. */
  lastTurn(now: number): number {
    return this.#at(now).since
  }

  #at(now: number): Online {
    const known = this.#online
    if (known && known.since <= now && now < known.until) return known
    const online: Online = { slots: new Bits(this.#from.length), since: -Infinity, until: Infinity }
    this.#all.forEach((slot) => this.#judge(online, slot, now))
    return (this.#online = online)
  }

  #refresh(slot: number): void {
    const online = this.#online
    if (!online) return
    // Between its two instants nothing else turns, so that any of them stands for all.
    const at = Number.isFinite(online.since) ? online.since : online.until - 1
    if (Number.isFinite(at)) this.#judge(online, slot, at)
    else this.#online = undefined
  }

  #judge(online: Online, slot: number, now: number): void {
    const [from, until] = [this.#from[slot]!, this.#until[slot]!]
    for (const instant of [from, until]) {
      if (instant <= now) online.since = Math.max(online.since, instant)
      else online.until = Math.min(online.until, instant)
    }
    if (this.#listed.has(slot) && from <= now && now < until) online.slots.add(slot)
  }
}
