// SPDX-License-Identifier: AGPL-3.0-or-later
// The addresses of a host name. The system knows /etc/hosts, search domains and other sources (NSS); a name server that
// does not answer must not hold up all other names.
import { lookup, Resolver } from 'node:dns/promises'
import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** So long the system is waited for before the name servers are asked as well. */
const PATIENCE_MS = 500
const DEADLINE_MS = 5_000
/** An IPv4 address is there: so long the IPv6 one is waited for. */
const IPV6_MS = 500

type Options = {
  /** Others than those of the machine, for tests. */
  servers?: readonly string[]
  system?: (name: string) => Promise<LookupAddress[]>
}

/**
 * A look-up for net.connect that gives all addresses of a name, public or not. The system is asked about one name at a
 * time, because Node gives its look-ups two threads for the whole process and a name server that does not answer holds
 * one for ten seconds. After half a second, whether the system is busy or slow, the servers of /etc/resolv.conf are
 * asked directly, and the first answer counts. @throws ENOTFOUND, EAI_AGAIN, or ETIMEDOUT after five seconds.
 */
export function createLookup({
  servers,
  system = (name) => lookup(name, { all: true }),
}: Options = {}): LookupFunction {
  let last: Promise<unknown> = Promise.resolve()

  function askSystem(name: string, signal: AbortSignal): Promise<LookupAddress[]> {
    const answer = last.then(() => {
      // Answered in another way meanwhile.
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

/** One for the process, whose threads all its instances share. */
export const lookupName = createLookup()

async function askServers(name: string, servers?: readonly string[]): Promise<LookupAddress[]> {
  // A resolver reads the machine's settings once, and the machine may move to other servers: a new one (20 µs) each time.
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
