// SPDX-License-Identifier: AGPL-3.0-or-later

export type Address = {
  /** What to look up: `centre.example`, `https://centre.example` or `@name@centre.example`. */
  query: string
  /** Host and port, in lower case. */
  host: string
}

const HANDLE = /^@?(?<name>[\p{L}\p{N}_.-]+)@(?<host>[^@/\s]+)$/u
const PROFILE = /^\/@(?<name>[\w.-]+)\/?$/

/** Undefined when it cannot be an address. Of a pasted page, only the site counts. */
export function readAddress(typed: string): Address | undefined {
  const text = typed
    .trim()
    .replace(/^[<«"'\s]+|(?<![>»"'\s])[>»"'\s]+$/g, '')
    .replace(/^acct:/i, '')
  const handle = HANDLE.exec(text)?.groups
  if (handle) {
    const site = parse(`https://${handle['host']}`)
    return site && { query: `@${handle['name']}@${site.host}`, host: site.host }
  }
  const site = parse(/^https?:\/\//i.test(text) ? text : `https://${text}`)
  if (!site) return undefined
  const profile = PROFILE.exec(site.pathname)?.groups
  if (profile) return { query: `@${profile['name']}@${site.host}`, host: site.host }
  // A bare host, because the directory decides whether plain http is accepted.
  return { query: /^https:/i.test(text) ? site.origin : site.host, host: site.host }
}

function parse(text: string): URL | undefined {
  if (/\s/.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const { hostname } = url
  // A single word is a search, not an address; a host of a test network has a port.
  const isSite = hostname.includes('.') || url.port !== ''
  return isSite && !url.username && !/[^a-z0-9.:[\]-]/i.test(hostname) ? url : undefined
}
