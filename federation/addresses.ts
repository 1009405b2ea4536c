// SPDX-License-Identifier: AGPL-3.0-or-later
// Which addresses may our server call? Public ones only, the one checked being the one dialled.
import type { LookupAddress } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import ipaddr from 'ipaddr.js'

export type AddressRefusal =
  'url_unreadable' | 'scheme_refused' | 'port_refused' | 'userinfo_refused' | 'name_refused' | 'address_refused'

/** `open`: listed in FEDERATION_ALLOW_HOSTS, so private addresses and plain http are allowed for exactly this port. */
export type Destination = { ok: true; url: URL; open: boolean } | { ok: false; reason: AddressRefusal }

const LOCAL_NAMES = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|onion|arpa)$/
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number]

/**
 * True for an address anybody on the internet may have. ipaddr.js knows the special ranges (mapped, NAT64, 6to4 and
 * Teredo included); everything outside 2000::/3 is refused too, because it passes 4000:: and 8000::.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  return parsed.kind() === 'ipv4' || (parsed as ipaddr.IPv6).match(GLOBAL_IPV6)
}

/** Reads an address to call: https on its own port, a public name, no user name; or one of the listed `host:port`. */
export function readDestination(text: string | URL, allowHosts: ReadonlySet<string>): Destination {
  const url = typeof text === 'string' ? parse(text) : text
  if (!url) return { ok: false, reason: 'url_unreadable' }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { ok: false, reason: 'scheme_refused' }
  if (url.username || url.password) return { ok: false, reason: 'userinfo_refused' }
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  if (allowHosts.has(`${url.hostname}:${port}`)) return { ok: true, url, open: true }

  if (url.protocol !== 'https:') return { ok: false, reason: 'scheme_refused' }
  if (port !== '443') return { ok: false, reason: 'port_refused' }
  // A server with an identity has a name: even a public literal address is refused.
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(literal)) return { ok: false, reason: 'address_refused' }
  const name = url.hostname.replace(/\.$/, '')
  if (!name.includes('.') || LOCAL_NAMES.test(name)) return { ok: false, reason: 'name_refused' }
  return { ok: true, url, open: false }
}

/** An IPv4 address is there: so long the IPv6 one is waited for. */
const GRACE_MS = 500

/**
 * Asks the name servers of this machine itself. The system's own look-up has two hands for the whole process, and a
 * name server that does not answer holds one for ten seconds: a few letters from such names would stop all others.
 * @param servers others than those of the machine, for tests.
 */
export function directLookup(servers?: readonly string[]): LookupFunction {
  return (hostname, _options, callback) => {
    // A resolver reads the machine's settings once, and the machine may move to other servers: a new one (20 µs) each time.
    const resolver = new Resolver({ timeout: 2_000, tries: 2 })
    if (servers) resolver.setServers(servers)
    listAddresses(resolver, hostname).then(
      (found) => callback(null, found),
      (error: NodeJS.ErrnoException) => callback(error, ''),
    )
  }
}

async function listAddresses(resolver: Resolver, name: string): Promise<LookupAddress[]> {
  const of = (family: 4 | 6) => (found: string[]) => found.map((address) => ({ address, family }))
  const newer = resolver.resolve6(name).then(of(6), () => [])
  try {
    const found = of(4)(await resolver.resolve4(name))
    return [...found, ...(await Promise.race([newer, pause(GRACE_MS, [], { ref: false })]))]
  } catch (error) {
    const found = await newer
    if (found.length === 0) throw error
    return found
  }
}

/**
 * A look-up for net.connect that fails if any answer is not public: what it gives back is what is dialled, so a name
 * that changes its answer in between gains nothing. Never called for literal addresses; `readDestination` has those.
 */
export function guardedLookup(lookup: LookupFunction = directLookup()): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '', 0)
      const answers = Array.isArray(found) ? found : []
      const refused = answers.length === 0 || answers.some((answer) => !isPublicAddress(answer.address))
      if (refused) {
        const failure = Object.assign(new Error('the name has an address that is not public'), { code: 'EADDRREFUSED' })
        return callback(failure, '', 0)
      }
      if (options.all) return callback(null, answers)
      callback(null, answers[0]?.address ?? '', answers[0]?.family)
    })
  }
}

function parse(text: string): URL | undefined {
  if (text.length > 2048) return undefined
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
