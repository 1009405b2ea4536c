// SPDX-License-Identifier: AGPL-3.0-or-later
// A host is as in a URL: lower case, with its port unless that is the default one.

/** `port` is `:8443` or ''. `example.org.` is the same machine as `example.org`. */
export function partsOf(host: string): { labels: string[]; port: string } {
  const port = /:\d+$/.exec(host)?.[0] ?? ''
  const name = host.slice(0, host.length - port.length).replace(/\.$/, '')
  return { labels: name.split('.'), port }
}

/** `un.example.org:8443` has the key `org.example.un`, so that all names under one name sort together. */
export function domainOf(host: string): { key: string; port: string } {
  const { labels, port } = partsOf(host)
  return { key: labels.toReversed().join('.'), port }
}
