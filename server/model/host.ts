// SPDX-License-Identifier: AGPL-3.0-or-later
// The parts of a host, which is as in a URL: lower case, with its port unless that is the usual one.

/** `port` as `:8443`, or ''. `example.org.` is the same machine as `example.org`. */
export function partsOf(host: string): { labels: string[]; port: string } {
  const port = /:\d+$/.exec(host)?.[0] ?? ''
  const name = host.slice(0, host.length - port.length).replace(/\.$/, '')
  return { labels: name.split('.'), port }
}

/** `un.example.org:8443` has the key `org.example.un`: in the order of keys all that lies under a name stands together. */
export function domainOf(host: string): { key: string; port: string } {
  const { labels, port } = partsOf(host)
  return { key: labels.toReversed().join('.'), port }
}
