// SPDX-License-Identifier: AGPL-3.0-or-later
// How often may something be done in a time? Every limit is a line of one table. Those that protect accounts and
// mailboxes are counted in the database, so that a restart forgives nothing; those of each request in memory.
import { countTry, forgetTries, forgiveTry } from '../db/queries/throttle.ts'
import { DAY, HOUR, later, MINUTE, type Clock } from './base/clock.ts'
import type { Deps } from './deps.ts'
import { TooMany } from './web/errors.ts'

/** At most `points` within `duration` milliseconds, for each key, and where they are counted. */
type Limit = { points: number; duration: number; key: string; kept: 'database' | 'memory' }

export const LIMITS = {
  /** Wrong passwords or codes for one login from one network: its owner elsewhere can still come in. */
  'login from a network': { points: 10, duration: 15 * MINUTE, key: 'login and network', kept: 'database' },
  network: { points: 30, duration: 15 * MINUTE, key: 'network', kept: 'database' },
  'mails to a mailbox': { points: 5, duration: 30 * MINUTE, key: 'e-mail address', kept: 'database' },
  /** Against filling many people's mailboxes. */
  'mails from a network': { points: 20, duration: 30 * MINUTE, key: 'network', kept: 'database' },
  /** Codes of a second factor and passwords asked again, wherever they come from: six digits can be guessed. */
  'proofs of a person': { points: 10, duration: 15 * MINUTE, key: 'person', kept: 'database' },
  'applications from a network': { points: 10, duration: HOUR, key: 'network', kept: 'database' },
  'applications of a mailbox': { points: 10, duration: DAY, key: 'e-mail address', kept: 'database' },
  'requests of a network': { points: 6000, duration: 5 * MINUTE, key: 'network', kept: 'memory' },
  /** Beyond, nothing new is fetched for it; activities of servers we know are still accepted. */
  'refusals of a network': { points: 300, duration: 5 * MINUTE, key: 'network', kept: 'memory' },
  'activities of a server': { points: 3000, duration: 5 * MINUTE, key: 'host', kept: 'memory' },
  /**
   * Activities of servers with which nothing binds us: each stays in the database for a while, and somebody may have as
   * many servers as they like.
   */
  'activities of unknown servers': { points: 600, duration: 5 * MINUTE, key: 'network', kept: 'memory' },
  'questions to a server': { points: 300, duration: HOUR, key: 'host', kept: 'memory' },
  /** For activities that proved nothing: a single sender could use up what the others need. */
  'questions to a server for a network': { points: 30, duration: HOUR, key: 'network and host', kept: 'memory' },
} as const satisfies Record<string, Limit>

type All = typeof LIMITS
type KeptIn<K extends Limit['kept']> = { [N in keyof All]: All[N]['kept'] extends K ? N : never }[keyof All]
type MemoryLimit = KeptIn<'memory'>
export type Try = { limit: KeptIn<'database'>; of: string }

/** Keys of one limit in memory: somebody may have any number of networks. Beyond, all of them start anew. */
const MOST_KEYS = 10_000

/**
 * Counts one try against each limit, in the database.
 * @returns seconds to wait before the next, 0 when this one may go on.
 */
export async function countTries(deps: Deps, tries: readonly Try[]): Promise<number> {
  const now = deps.clock.iso()
  let wait = 0
  for (const one of tries) {
    const { points, duration } = LIMITS[one.limit]
    const { count, resets_at } = await countTry(deps.db, keyOf(deps, one), now, later(now, duration))
    if (count > points) wait = Math.max(wait, Math.ceil((Date.parse(resets_at) - Date.parse(now)) / 1000))
  }
  return wait
}

/** As countTries, but refuses with 429 and the time to wait. */
export async function refuseTooMany(deps: Deps, tries: readonly Try[]): Promise<void> {
  const wait = await countTries(deps, tries)
  if (wait > 0) throw new TooMany(wait)
}

/** The try was a good one: the person's own count starts anew, the network's goes back by one. */
export async function forgive(deps: Deps, tries: readonly Try[]): Promise<void> {
  for (const one of tries) {
    const key = keyOf(deps, one)
    if (one.limit === 'network') await forgiveTry(deps.db, key)
    else await forgetTries(deps.db, key)
  }
}

/** A keyed hash: who holds the file alone cannot try out addresses. */
function keyOf(deps: Deps, { limit, of }: Try): string {
  return deps.secrets.mac(`${limit} ${of}`, 'throttle')
}

export type MemoryLimits = {
  /** Counts one more. @returns true when it is within the limit. */
  take(limit: MemoryLimit, of: string): boolean
  /** How many more may be taken; negative when more than allowed were tried. */
  left(limit: MemoryLimit, of: string): number
  /** What was taken was worth it. */
  giveBack(limit: MemoryLimit, of: string): void
}

/** The limits counted in memory. One for each instance and purpose: a restart forgives. */
export function openMemoryLimits(clock: Clock): MemoryLimits {
  const counts = new Map<MemoryLimit, Map<string, { since: number; count: number }>>()

  function find(limit: MemoryLimit, of: string) {
    const found = counts.get(limit)?.get(of)
    // A clock that was set back must not make five minutes an hour.
    return found && Math.abs(clock.now().getTime() - found.since) < LIMITS[limit].duration ? found : undefined
  }

  function begin(limit: MemoryLimit, of: string) {
    const keys = counts.get(limit) ?? new Map()
    if (keys.size >= MOST_KEYS) keys.clear()
    counts.set(limit, keys)
    const fresh = { since: clock.now().getTime(), count: 0 }
    keys.set(of, fresh)
    return fresh
  }

  return {
    take: (limit, of) => ++(find(limit, of) ?? begin(limit, of)).count <= LIMITS[limit].points,
    left: (limit, of) => LIMITS[limit].points - (find(limit, of)?.count ?? 0),
    giveBack(limit, of) {
      const found = find(limit, of)
      if (found && found.count > 0) found.count -= 1
    },
  }
}
