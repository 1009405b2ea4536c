// SPDX-License-Identifier: AGPL-3.0-or-later
// Limits for accounts and mailboxes are in the database, so that a restart does not reset them; others in memory.
import { countTry, forgetTries, forgiveTry } from '../db/queries/throttle.ts'
import { DAY, HOUR, later, MINUTE, type Clock } from './base/clock.ts'
import type { Deps } from './deps.ts'
import { TooMany } from './web/errors.ts'

/** At most `points` within `duration` milliseconds for each key. */
type Limit = { points: number; duration: number; key: string; kept: 'database' | 'memory' }

export const LIMITS = {
  /** Wrong passwords or codes. From another network, the owner can still sign in. */
  'login from a network': { points: 10, duration: 15 * MINUTE, key: 'login and network', kept: 'database' },
  network: { points: 30, duration: 15 * MINUTE, key: 'network', kept: 'database' },
  'mails to a mailbox': { points: 5, duration: 30 * MINUTE, key: 'e-mail address', kept: 'database' },
  'changes of address': { points: 5, duration: DAY, key: 'person', kept: 'database' },
  /** Prevents filling many people's mailboxes. */
  'mails from a network': { points: 20, duration: 30 * MINUTE, key: 'network', kept: 'database' },
  /** Second-factor codes and passwords asked again, from any network: six digits can be guessed. */
  'proofs of a person': { points: 10, duration: 15 * MINUTE, key: 'person', kept: 'database' },
  /** A school, a fair or a telephone company has one address; `applications of a mailbox` is the tight one. */
  'applications from a network': { points: 100, duration: HOUR, key: 'network', kept: 'database' },
  'applications of a mailbox': { points: 10, duration: DAY, key: 'e-mail address', kept: 'database' },
  /** Of one side of one conversation: each is a mail. */
  'messages of an application': { points: 20, duration: DAY, key: 'application and side', kept: 'database' },
  /** Of people without an address, whom nothing proves: a few a day, of one network and of all. */
  'enquiries by telephone of a network': { points: 5, duration: DAY, key: 'network', kept: 'database' },
  'enquiries by telephone': { points: 40, duration: DAY, key: 'all', kept: 'database' },
  /** Nothing proves who asks, and a person reads each. */
  'help requests of a network': { points: 10, duration: DAY, key: 'network', kept: 'database' },
  'help requests': { points: 100, duration: DAY, key: 'all', kept: 'database' },
  'reports of a network': { points: 10, duration: DAY, key: 'network', kept: 'database' },
  reports: { points: 100, duration: DAY, key: 'all', kept: 'database' },
  /** Without an account; at a kiosk, a whole event has one network. */
  'hours from a network': { points: 200, duration: HOUR, key: 'network', kept: 'database' },
  'hours of a link': { points: 500, duration: DAY, key: 'link', kept: 'database' },
  /** Each costs a mail to somebody who may not have asked for it. */
  'alerts of a mailbox': { points: 10, duration: DAY, key: 'e-mail address', kept: 'database' },
  /** Each asks other sites. */
  'attestations of a person': { points: 60, duration: HOUR, key: 'person', kept: 'database' },
  /** Sent to people who did not ask for it. */
  'forwards of a network': { points: 10, duration: DAY, key: 'network', kept: 'database' },
  'requests of a network': { points: 6000, duration: 5 * MINUTE, key: 'network', kept: 'memory' },
  /** Beyond it, nothing new is fetched for this network; activities of servers we know are still accepted. */
  'refusals of a network': { points: 300, duration: 5 * MINUTE, key: 'network', kept: 'memory' },
  'activities of a server': { points: 3000, duration: 5 * MINUTE, key: 'host', kept: 'memory' },
  /** Servers without a relation to us: each activity is stored for a while, and one person may have many servers. */
  'activities of unknown servers': { points: 600, duration: 5 * MINUTE, key: 'network', kept: 'memory' },
  'questions to a server': { points: 300, duration: HOUR, key: 'host', kept: 'memory' },
  /** For activities without a proof: one sender could use up the limit of the others. */
  'questions to a server for a network': { points: 30, duration: HOUR, key: 'network and host', kept: 'memory' },
} as const satisfies Record<string, Limit>

type All = typeof LIMITS
type KeptIn<K extends Limit['kept']> = { [N in keyof All]: All[N]['kept'] extends K ? N : never }[keyof All]
type MemoryLimit = KeptIn<'memory'>
export type Try = { limit: KeptIn<'database'>; of: string }

/** Keys of one limit in memory; beyond it, all counts of that limit restart. */
const MOST_KEYS = 10_000

/** Counted in the database. @returns seconds to wait before the next try, 0 when this one may go on. */
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

/** @throws TooMany with the time to wait. */
export async function refuseTooMany(deps: Deps, tries: readonly Try[]): Promise<void> {
  const wait = await countTries(deps, tries)
  if (wait > 0) throw new TooMany(wait)
}

/** After a successful try: the person's count restarts, the network's goes back by one. */
export async function forgive(deps: Deps, tries: readonly Try[]): Promise<void> {
  for (const one of tries) {
    const key = keyOf(deps, one)
    if (one.limit === 'network') await forgiveTry(deps.db, key)
    else await forgetTries(deps.db, key)
  }
}

/** A keyed hash, so that the file alone does not reveal addresses. */
function keyOf(deps: Deps, { limit, of }: Try): string {
  return deps.secrets.mac(`${limit} ${of}`, 'throttle')
}

export type MemoryLimits = {
  /** Counts one more. @returns true when it is within the limit. */
  take(limit: MemoryLimit, of: string): boolean
  /** Negative when more were tried than allowed. */
  left(limit: MemoryLimit, of: string): number
  /** Takes one off the count, when the result was good. */
  giveBack(limit: MemoryLimit, of: string): void
}

/** One for each instance and purpose; a restart resets the counts. */
export function openMemoryLimits(clock: Clock): MemoryLimits {
  const counts = new Map<MemoryLimit, Map<string, { since: number; count: number }>>()

  function find(limit: MemoryLimit, of: string) {
    const found = counts.get(limit)?.get(of)
    // A clock that was set back must not make the period longer.
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
