// SPDX-License-Identifier: AGPL-3.0-or-later
// How often may activities make us ask a server for its actors? Counts in memory: a restart forgets them.
import { HOUR, type Clock } from '../server/base/clock.ts'

type Count = { since: number; count: number }

/**
 * Questions to one server in an hour: all of them, and those for activities of one network that proved nothing.
 * Otherwise a single sender could use up what the others need.
 */
const PER_HOST_AND_HOUR = { fromOne: 30, inAll: 300 }
const MAX_REMEMBERED = 5000

export class ActorLimits {
  readonly #clock: Clock
  readonly #counts = new Map<string, Count>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * @param from the network that makes us ask.
   * @returns undefined when there have been too many; else call it when the answer proved the signature: a large server
   * has many actors, and that is no fault of who made us ask.
   */
  take(host: string, from: string): (() => void) | undefined {
    const own = this.#countOf(`${from} ${host}`)
    const all = this.#countOf(host)
    if (own.count >= PER_HOST_AND_HOUR.fromOne || all.count >= PER_HOST_AND_HOUR.inAll) return undefined
    own.count += 1
    all.count += 1
    return () => void (own.count -= 1)
  }

  #countOf(name: string): Count {
    const now = this.#clock.now().getTime()
    const known = this.#counts.get(name)
    if (known && Math.abs(now - known.since) <= HOUR) return known
    const fresh = { since: now, count: 0 }
    if (this.#counts.size >= MAX_REMEMBERED) this.#counts.clear()
    this.#counts.set(name, fresh)
    return fresh
  }
}
