// SPDX-License-Identifier: AGPL-3.0-or-later
// How much may one address or one server send? Counts in memory: a restart forgives.
import { MINUTE } from '../server/base/clock.ts'
import { networkOf } from '../server/base/network.ts'
import type { Deps } from '../server/deps.ts'

const WINDOW = 5 * MINUTE
/** Refusals of one address; beyond, nothing new is fetched for it, but servers we know are still heard. */
const FAILURES = 300
/** Requests of one address and activities of one server. What the operator lists as test networks is not counted. */
const KNOCKS = 6000
const ACTIVITIES = 3000
/**
 * Activities of servers with which nothing binds us, all that come from one address: each stays in the database for
 * a while, and somebody may have as many servers as they like.
 */
const STRANGE = 600
const MAX_REMEMBERED = 10_000
/**
 * Letters of one address under way at a time: who sends slowly, or signs with keys of servers that do not answer, leaves
 * room for the others.
 */
const UNDER_WAY = 64

type Count = { since: number; count: number }

export function createRates(deps: Deps) {
  const failures = new Map<string, Count>()
  const activities = new Map<string, Count>()
  const strange = new Map<string, Count>()
  const knocks = new Map<string, Count>()
  const underWay = new Map<string, number>()
  const trusted = new Set(deps.config.federationAllowHosts)
  const near = new Set([...trusted].map((host) => host.replace(/:\d+$/, '').replace('localhost', '127.0.0.1')))

  function count(counts: Map<string, Count>, key: string): number {
    const now = deps.clock.now().getTime()
    const known = counts.get(key)
    // A clock that was set back must not make five minutes an hour.
    if (known && Math.abs(now - known.since) < WINDOW) return ++known.count
    if (counts.size >= MAX_REMEMBERED) counts.clear()
    counts.set(key, { since: now, count: 1 })
    return 1
  }

  const isNear = (address: string) => near.has(address.replace('::ffff:', ''))

  return {
    mayKnock(address = ''): boolean {
      return isNear(address) || count(knocks, networkOf(address)) <= KNOCKS
    },
    /** @returns call it when there is an answer; undefined when the address keeps us waiting for too many already. */
    begin(address = ''): (() => void) | undefined {
      if (isNear(address)) return nothing
      const from = networkOf(address)
      const open = underWay.get(from) ?? 0
      if (open >= UNDER_WAY) return undefined
      underWay.set(from, open + 1)
      return () => {
        const left = (underWay.get(from) ?? 1) - 1
        if (left > 0) underWay.set(from, left)
        else underWay.delete(from)
      }
    },
    fail(address: string | undefined): void {
      count(failures, networkOf(address))
    },
    isExhausted(address: string | undefined): boolean {
      const known = failures.get(networkOf(address))
      return known !== undefined && known.count > FAILURES && deps.clock.now().getTime() - known.since < WINDOW
    },
    mayEnter(host: string, { address, isPartner }: { address: string | undefined; isPartner: boolean }): boolean {
      if (trusted.has(host)) return true
      if (!isPartner && count(strange, networkOf(address)) > STRANGE) return false
      return count(activities, host) <= ACTIVITIES
    },
  }
}

const nothing = () => {}

export type RateLimits = ReturnType<typeof createRates>
