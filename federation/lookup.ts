// SPDX-License-Identifier: AGPL-3.0-or-later
// Addresses of a host name: from the system, which knows /etc/hosts, search domains and NSS, then from name servers.
import { lookup, Resolver } from 'node:dns/promises'
import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** Before the name servers are asked as well as the system. */
const PATIENCE_MS = 500
const DEADLINE_MS = 5_000
/** For an IPv6 address, once there is an IPv4 one. */
const IPV6_MS = 500

type Options = {
  /** For tests. */
  servers?: readonly string[]
  system?: (name: string) => Promise<LookupAddress[]>
}

/**
 * Asks the system about one name at a time, because Node gives it two threads and a name server that does not answer
 * holds one for ten seconds. @throws ENOTFOUND, EAI_AGAIN, or ETIMEDOUT after five seconds.
 */
export function createLookup({
  servers,
  system = (name) => lookup(name, { all: true }),
}: Options = {}): LookupFunction {
  let last: Promise<unknown> = Promise.resolve()

  function askSystem(name: string, signal: AbortSignal): Promise<LookupAddress[]> {
    const answer = last.then(() => {
      signal.throwIfAborted()
      return system(name)
    })
    last = answer.catch(() => {})
    return answer
  }

  async function find(name: string): Promise<LookupAddress[]> {
    const ended = new AbortController()
    const wait = (ms: number) => pause(ms, undefined, { signal: ended.signal, ref: false })
    const fromSystem = askSystem(name, ended.signal)
    const fromBoth = wait(PATIENCE_MS).then(() => Promise.any([askServers(name, servers), fromSystem]))
    const tooLate = wait(DEADLINE_MS).then(() => {
      throw Object.assign(new Error('nobody answered'), { code: 'ETIMEDOUT' })
    })
    return Promise.race([fromSystem, fromBoth, tooLate]).finally(() => ended.abort())
  }

  return (name, _options, callback) => {
    find(name).then(
      (found) => callback(null, found),
      (error: NodeJS.ErrnoException) => callback(error, ''),
    )
  }
}

/** One for the process, because its instances share the threads. */
export const lookupName = createLookup()

async function askServers(name: string, servers?: readonly string[]): Promise<LookupAddress[]> {
  // A new resolver (20 µs) each time, because it reads the settings of the machine only once.
  const resolver = new Resolver({ timeout: 2_000, tries: 2 })
  if (servers) resolver.setServers(servers)
  const of = (family: 4 | 6) => (found: string[]) => found.map((address) => ({ address, family }))
  const newer = resolver.resolve6(name).then(of(6), () => [])
  try {
    const found = of(4)(await resolver.resolve4(name))
    return [...found, ...(await Promise.race([newer, pause(IPV6_MS, [], { ref: false })]))]
  } catch (error) {
    const found = await newer
    if (found.length === 0) throw error
    return found
  }
}
