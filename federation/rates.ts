// SPDX-License-Identifier: AGPL-3.0-or-later
// Limits for one address and one server. Hosts in FEDERATION_ALLOW_HOSTS are not counted.
import { networkOf } from '../server/base/network.ts'
import type { Deps } from '../server/deps.ts'
import { openMemoryLimits } from '../server/limits.ts'

/** Of one address: slow senders, and keys of servers that do not answer, leave slots for the others. */
const UNDER_WAY = 64

export function createRates(deps: Deps) {
  const limits = openMemoryLimits(deps.clock)
  const underWay = new Map<string, number>()
  const trusted = new Set(deps.config.federationAllowHosts)
  const near = new Set([...trusted].map((host) => host.replace(/:\d+$/, '').replace('localhost', '127.0.0.1')))

  const isNear = (address: string) => near.has(address.replace('::ffff:', ''))

  return {
    mayRequest(address = ''): boolean {
      return isNear(address) || limits.take('requests of a network', networkOf(address))
    },
    /** @returns call it after the answer; undefined when too many of the address are under way. */
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
      limits.take('refusals of a network', networkOf(address))
    },
    isExhausted(address: string | undefined): boolean {
      return limits.left('refusals of a network', networkOf(address)) < 0
    },
    mayEnter(host: string, { address, isPartner }: { address: string | undefined; isPartner: boolean }): boolean {
      if (trusted.has(host)) return true
      if (!isPartner && !limits.take('activities of unknown servers', networkOf(address))) return false
      return limits.take('activities of a server', host)
    },
  }
}

const nothing = () => {}

export type RateLimits = ReturnType<typeof createRates>
