// SPDX-License-Identifier: AGPL-3.0-or-later
import { cut } from '../../server/base/cut.ts'
import { idOf, isSameOrigin, readId } from '../origins.ts'
import type { JsonObject, JsonValue } from '../plain-json.ts'
import { MAX_PEM } from '../signatures.ts'
import { cleanLine, textOfHtml } from '../../server/text/plain-text.ts'
import type { TextMap } from '../../server/model/offer/content.ts'
import { NO_LIMIT } from '../../server/model/offer/member-limit.ts'
import { isTelephone } from '../../server/model/telephone.ts'
import { isObject } from './properties.ts'
import { escapeHtml, paragraphs } from './text.ts'

export type Kind = 'association' | 'centre' | 'both'
/** `origin` without a slash at its end; `icon` has a full address. */
export type OurActor = {
  origin: string
  kind: Kind
  handle: string
  name: string
  mission: TextMap
  /** Of the site, for visitors who choose none. */
  language: 'fr' | 'en'
  website: string
  createdAt: string
  publicKeyPem: string
  /** Where it is; of a centre too, codes of the places it serves and who answers there, as its own pages say. */
  terms?: ActorTerms
  icon?: { url: string; mediaType: string; alt: string }
}

export type ActorTerms = {
  place?: { code: string; name: string }
  /** Codes of causes. */
  sectors?: string[]
  territory?: string[]
  /** How many days a centre shows an offer of which its association says nothing more; left out without a limit. */
  days?: number
  contact?: { name: string; phone: string; hours: string }
}

export type RemoteActor = {
  uri: string
  host: string
  type: string
  handle: string
  name: string
  summary: string
  url: string
  inbox: string
  sharedInbox: string | null
  followers: string | null
  role: Kind | 'other'
  /** Its logo; null for none. */
  icon_url: string | null
  icon_alt: string
  /** Both as JSON. */
  sectors: string
  territory: string
  contact_name: string
  contact_phone: string
  contact_hours: string
  place_code: string
  place_name: string
  /** Null without a limit. */
  member_days: number | null
  keys: { id: string; pem: string }[]
}
export type ActorRefusal = 'not_an_actor' | 'id_unusable' | 'inbox_unusable'

const ACTOR_TYPES = new Set(['Application', 'Group', 'Organization', 'Person', 'Service'])
const MAX_KEYS = 8

export function actorAddresses(origin: string) {
  return {
    id: `${origin}/actor`,
    inbox: `${origin}/inbox`,
    outbox: `${origin}/outbox`,
    followers: `${origin}/followers`,
    following: `${origin}/following`,
    upcomingEvents: `${origin}/upcoming`,
    keyId: `${origin}/actor#main-key`,
  }
}

export function toActor(ours: OurActor): JsonObject {
  const { id, inbox, outbox, followers, following, upcomingEvents, keyId } = actorAddresses(ours.origin)
  const website = readId(ours.website)
  const summary = summariesOf(ours)
  return {
    id,
    type: 'Organization',
    preferredUsername: ours.handle,
    name: ours.name,
    summary: summary[ours.language] ?? Object.values(summary)[0] ?? '',
    ...(Object.keys(summary).length > 0 ? { summaryMap: summary } : {}),
    url: `${ours.origin}/`,
    published: ours.createdAt,
    inbox,
    outbox,
    followers,
    following,
    upcomingEvents,
    manuallyApprovesFollowers: false,
    discoverable: true,
    indexable: true,
    kind: ours.kind,
    ...(ours.terms ? { terms: ours.terms } : {}),
    ...(ours.icon
      ? { icon: { type: 'Image', mediaType: ours.icon.mediaType, url: ours.icon.url, name: ours.icon.alt } }
      : {}),
    attachment: website ? [websiteProperty(website)] : [],
    generator: {
      type: 'Application',
      name: 'Mainforte',
      implements: [{ href: 'https://datatracker.ietf.org/doc/html/rfc9421', name: 'RFC-9421' }],
    },
    publicKey: { id: keyId, owner: id, publicKeyPem: ours.publicKeyPem },
  }
}

/** The main language first, because Mastodon takes the first for the language of all. */
function summariesOf({ mission, language }: OurActor): TextMap {
  const order = language === 'en' ? (['en', 'fr'] as const) : (['fr', 'en'] as const)
  const entries = order.flatMap((one) => (mission[one] ? [[one, paragraphs(mission[one])]] : []))
  return Object.fromEntries(entries) as TextMap
}

function websiteProperty(website: URL): JsonObject {
  const value = `<a href="${escapeHtml(website.href)}" rel="me">${escapeHtml(website.host)}</a>`
  return { type: 'PropertyValue', name: 'Website', value }
}

/** Every address in it must be of its own origin (FEP-fe34). */
export function fromActor(
  document: JsonObject,
): { ok: true; actor: RemoteActor } | { ok: false; reason: ActorRefusal } {
  const type = document['type']
  if (typeof type !== 'string' || !ACTOR_TYPES.has(type)) return { ok: false, reason: 'not_an_actor' }
  const uri = idOf(document['id'])
  if (!uri || uri.includes('#')) return { ok: false, reason: 'id_unusable' }
  const own = (value: JsonValue | undefined) => (isSameOrigin(value, uri) ? (value as string) : null)
  const inbox = own(document['inbox'])
  if (!inbox) return { ok: false, reason: 'inbox_unusable' }
  const endpoints = document['endpoints']
  const shared =
    typeof endpoints === 'object' && endpoints !== null && !Array.isArray(endpoints)
      ? endpoints['sharedInbox']
      : undefined
  const handle = line(document['preferredUsername'], 100)
  const kind = document['kind']
  const actor: RemoteActor = {
    uri,
    host: new URL(uri).host,
    type,
    handle,
    name: line(document['name'], 200) || handle || new URL(uri).host,
    summary: typeof document['summary'] === 'string' ? cut(textOfHtml(document['summary']), 1000) : '',
    url: pageOf(document['url'], uri),
    inbox,
    sharedInbox: own(shared),
    followers: own(document['followers']),
    role: kind === 'association' || kind === 'centre' || kind === 'both' ? kind : 'other',
    ...iconOf(document['icon']),
    ...termsOf(document['terms']),
    keys: keysOf(document, uri),
  }
  return { ok: true, actor }
}

/** Codes of a centre; as many as one can name in its settings. */
const MOST_TERRITORIES = 400

/** As many as one can choose in the settings. */
const MOST_SECTORS = 3
const isCause = (code: JsonValue) => typeof code === 'string' && /^[a-z_]{1,40}$/.test(code)

/** What a site says of itself, checked: it is another site's text. */
function termsOf(
  value: JsonValue | undefined,
): Pick<
  RemoteActor,
  | 'sectors'
  | 'territory'
  | 'member_days'
  | 'contact_name'
  | 'contact_phone'
  | 'contact_hours'
  | 'place_code'
  | 'place_name'
> {
  const terms = isObject(value) ? value : {}
  const codes = Array.isArray(terms['territory']) ? terms['territory'] : []
  const isCode = (code: JsonValue | undefined) => typeof code === 'string' && /^[A-Z]{2}-[\w-]{1,30}$/.test(code)
  const known = codes.filter(isCode)
  const sectors = (Array.isArray(terms['sectors']) ? terms['sectors'] : []).filter(isCause)
  const place = isObject(terms['place']) ? terms['place'] : {}
  const contact = isObject(terms['contact']) ? terms['contact'] : {}
  const phone = line(contact['phone'], 40)
  const days = Number(terms['days'] ?? Number.NaN)
  return {
    sectors: JSON.stringify([...new Set(sectors)].slice(0, MOST_SECTORS)),
    territory: JSON.stringify(known.slice(0, MOST_TERRITORIES)),
    member_days: Number.isInteger(days) && days >= 1 && days < NO_LIMIT ? days : null,
    contact_name: line(contact['name'], 120),
    contact_phone: phone !== '' && isTelephone(phone) ? phone : '',
    contact_hours: line(contact['hours'], 120),
    place_code: isCode(place['code']) ? (place['code'] as string) : '',
    place_name: line(place['name'], 120),
  }
}

const MAX_URL = 2000

/** An Image, the first of several, or an address alone. It may lie at another site, which is asked without a signature. */
function iconOf(value: JsonValue | undefined): Pick<RemoteActor, 'icon_url' | 'icon_alt'> {
  const icon = Array.isArray(value) ? value[0] : value
  const isObject = typeof icon === 'object' && icon !== null && !Array.isArray(icon)
  const given = isObject ? (icon['url'] ?? icon['href']) : icon
  const one = Array.isArray(given) ? given[0] : given
  const href = typeof one === 'object' && one !== null && !Array.isArray(one) ? one['href'] : one
  if (typeof href !== 'string' || href.length > MAX_URL || !/^https?:\/\//i.test(href) || !URL.canParse(href))
    return { icon_url: null, icon_alt: '' }
  return { icon_url: href, icon_alt: isObject ? line(icon['name'], 200) : '' }
}

function keysOf(document: JsonObject, uri: string): RemoteActor['keys'] {
  const listed = [document['publicKey'] ?? []].flat()
  return listed.slice(0, MAX_KEYS).flatMap((key) => {
    if (typeof key !== 'object' || key === null || Array.isArray(key)) return []
    const { id, owner, publicKeyPem } = key
    if (typeof id !== 'string' || typeof publicKeyPem !== 'string' || publicKeyPem.length > MAX_PEM) return []
    return isSameOrigin(id, uri) && idOf(owner) === uri ? [{ id, pem: publicKeyPem }] : []
  })
}

function line(value: JsonValue | undefined, max: number): string {
  return typeof value === 'string' ? cut(cleanLine(textOfHtml(value)), max) : ''
}

/** A text, a Link with href, or the first of several. */
function pageOf(value: JsonValue | undefined, uri: string): string {
  const one = Array.isArray(value) ? value[0] : value
  const href = typeof one === 'object' && one !== null && !Array.isArray(one) ? one['href'] : one
  return isSameOrigin(href, uri) ? (href as string) : uri
}
