// SPDX-License-Identifier: AGPL-3.0-or-later
import ipaddr from 'ipaddr.js'

/** An IPv4 address, or the /56 that one IPv6 subscriber usually has. */
export function networkOf(ip: string | undefined): string {
  if (!ip || !ipaddr.isValid(ip)) return 'unknown'
  const address = ipaddr.process(ip)
  if (address.kind() === 'ipv4') return address.toString()
  return address
    .toByteArray()
    .slice(0, 7)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}

/** For the log: the first three bytes of IPv4, six of IPv6, so that a line identifies no machine. */
export function cornerOf(ip: string | undefined): string {
  if (!ip || !ipaddr.isValid(ip)) return 'unknown'
  const address = ipaddr.process(ip)
  const kept = address.kind() === 'ipv4' ? 3 : 6
  const bytes = address.toByteArray().map((byte, at) => (at < kept ? byte : 0))
  return ipaddr.fromByteArray(bytes).toString()
}
