// SPDX-License-Identifier: AGPL-3.0-or-later
// Our server calls public addresses only, and connects to the very address that was checked.
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { lookupName } from './lookup.ts'

export type AddressRefusal =
  'url_unreadable' | 'scheme_refused' | 'port_refused' | 'userinfo_refused' | 'name_refused' | 'address_refused'

/** `open`: listed in FEDERATION_ALLOW_HOSTS, so private addresses and plain http are allowed for exactly this port. */
export type Destination = { ok: true; url: URL; open: boolean } | { ok: false; reason: AddressRefusal }

const LOCAL_NAMES = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|onion|arpa)$/
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number]

/** ipaddr.js knows the special ranges but passes 4000:: and 8000::, so all IPv6 outside 2000::/3 is refused. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  return parsed.kind() === 'ipv4' || (parsed as ipaddr.IPv6).match(GLOBAL_IPV6)
}

/** Accepts https on port 443 to a public name without user name, or a listed `host:port`. */
export function readDestination(text: string | URL, allowHosts: ReadonlySet<string>): Destination {
  const url = typeof text === 'string' ? parse(text) : text
  if (!url) return { ok: false, reason: 'url_unreadable' }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { ok: false, reason: 'scheme_refused' }
  if (url.username || url.password) return { ok: false, reason: 'userinfo_refused' }
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  if (allowHosts.has(`${url.hostname}:${port}`)) return { ok: true, url, open: true }

  if (url.protocol !== 'https:') return { ok: false, reason: 'scheme_refused' }
  if (port !== '443') return { ok: false, reason: 'port_refused' }
  // An ActivityPub server has a name, so even a public IP address is refused.
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(literal)) return { ok: false, reason: 'address_refused' }
  const name = url.hostname.replace(/\.$/, '')
  if (!name.includes('.') || LOCAL_NAMES.test(name)) return { ok: false, reason: 'name_refused' }
  return { ok: true, url, open: false }
}

/** Fails if any address is not public. net.connect dials what it returns, so a name cannot change its answer. */
export function guardedLookup(lookup: LookupFunction = lookupName): LookupFunction {
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
