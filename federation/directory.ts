// SPDX-License-Identifier: AGPL-3.0-or-later
// Finds the actor of `centre.example`, `https://centre.example` or `@name@centre.example`.
import type { Deps, LookUp, Partner, ReadText } from '../server/deps.ts'
import type { MessageKey } from '../server/text/message-keys.ts'
import type { Actors } from './actors.ts'
import { fetchJson, isActivityType } from './documents.ts'
import type { HttpClient } from './http-client.ts'
import type { JsonObject } from './plain-json.ts'
import { isObject } from './translate/properties.ts'

/** Link relation of a server's own actor in its WebFinger answer (FEP-d556). */
const SERVICE = 'https://www.w3.org/ns/activitystreams#Service'
const APPLICATION = 'https://www.w3.org/ns/activitystreams#Application'
type Found = { ok: true; uri: string } | { ok: false; reason: MessageKey }

export function createLookUp(deps: Deps, parts: { http: HttpClient; actors: Actors }): LookUp {
  const allowed = new Set(deps.config.federationAllowHosts)

  async function lookUp(address: string): Promise<{ ok: true; partner: Partner } | { ok: false; reason: MessageKey }> {
    const { origin, resource } = whereToAsk(address)
    if (!origin || !resource) return { ok: false, reason: 'partners.ask.not_found' }
    const asked = await askWebFinger(origin, resource)
    const found = asked.ok || isHandle(resource) ? asked : await askNodeInfo(origin, asked)
    if (!found.ok) return found
    const actor = await parts.actors.discover(found.uri)
    if (!actor.ok) return { ok: false, reason: reasonOf(actor.reason) }
    const { uri, name, url, summary, role } = actor.actor
    return { ok: true, partner: { uri, name, url, summary, role } }
  }

  /** http only for listed test hosts. */
  function whereToAsk(address: string): { origin?: URL; resource?: string } {
    const handle = /^@?([^@\s]+)@([^@\s]+)$/.exec(address)
    const site = handle?.[2] ?? address
    const withScheme = /^https?:\/\//i.test(site)
      ? site
      : `${allowed.has(site.toLowerCase()) ? 'http' : 'https'}://${site}`
    if (!URL.canParse(withScheme)) return {}
    const origin = new URL(new URL(withScheme).origin)
    return { origin, resource: handle ? `acct:${handle[1]}@${origin.host}` : `${origin.origin}/` }
  }

  async function askWebFinger(origin: URL, resource: string): Promise<Found> {
    const url = new URL('/.well-known/webfinger', origin)
    url.searchParams.set('resource', resource)
    const fetched = await fetchJson(parts.http, url.href)
    if (!fetched.ok) return { ok: false, reason: reasonOf(fetched.reason) }
    const uri = actorLink(fetched.json)
    return uri ? { ok: true, uri } : { ok: false, reason: 'partners.ask.not_found' }
  }

  /** Mobilizon and gancio name the actor of the server beside NodeInfo (FEP-2677). */
  async function askNodeInfo(origin: URL, otherwise: Found): Promise<Found> {
    const fetched = await fetchJson(parts.http, new URL('/.well-known/nodeinfo', origin).href)
    const link = fetched.ok ? linksOf(fetched.json).find((one) => one['rel'] === APPLICATION) : undefined
    const href = link?.['href']
    return typeof href === 'string' ? { ok: true, uri: href } : otherwise
  }

  return lookUp
}

const isHandle = (resource: string) => resource.startsWith('acct:')

function linksOf(answer: JsonObject): JsonObject[] {
  return (Array.isArray(answer['links']) ? answer['links'].slice(0, 50) : []).filter(isObject)
}

function actorLink(answer: JsonObject): string | undefined {
  const links = linksOf(answer).filter((link) => typeof link['type'] === 'string' && isActivityType(link['type']))
  const link = links.find(({ rel }) => rel === SERVICE) ?? links.find(({ rel }) => rel === 'self')
  const href = link?.['href']
  return typeof href === 'string' ? href : undefined
}

function reasonOf(reason: string): MessageKey {
  if (reason === 'blocked') return 'partners.ask.blocked'
  if (reason === 'left_out') return 'partners.ask.left_out'
  if (reason === 'timeout' || reason === 'unreachable' || reason === 'http_error') return 'partners.ask.unreachable'
  if (reason.endsWith('_refused') || reason === 'url_unreadable') return 'partners.ask.address_refused'
  return 'partners.ask.not_found'
}

/** Credentials, keys and lists of other sites, with the same limits as everything that is fetched. */
export const createReadText =
  (http: HttpClient): ReadText =>
  async (url) => {
    const answer = await http.ask(url, {
      headers: { accept: 'application/vc+jwt, application/jwk+json, application/json' },
    })
    return answer.ok && answer.status === 200 ? { url: answer.url.href, text: answer.body.toString('utf8') } : undefined
  }
