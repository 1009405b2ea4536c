// SPDX-License-Identifier: AGPL-3.0-or-later
// How Mastodon signs what it sends and reads what it receives (app/lib/activitypub/parser/status_parser.rb,
// process_account_service.rb, activity/create.rb of its source).
import { createHash, sign, type KeyObject } from 'node:crypto'

type Json = Record<string, unknown>
type Signed = { url: URL; body: string | Buffer; keyId: string; key: KeyObject; at: Date }

const base64 = (text: string, key: KeyObject) => sign('sha256', Buffer.from(text), key).toString('base64')
const digest = (body: string | Buffer) => createHash('sha256').update(body).digest('base64')
const TYPE = 'application/activity+json'

export const SIGNATURES: Record<string, (request: Signed) => Record<string, string>> = {
  cavage: ({ url, body, keyId, key, at }) => {
    const headers: Record<string, string> = {
      host: url.host,
      date: at.toUTCString(),
      digest: `SHA-256=${digest(body)}`,
      'content-type': TYPE,
    }
    const lines = [`(request-target): post ${url.pathname}`, ...Object.entries(headers).map((pair) => pair.join(': '))]
    const list = ['(request-target)', ...Object.keys(headers)].join(' ')
    const signature = base64(lines.join('\n'), key)
    return {
      ...headers,
      signature: `keyId="${keyId}",algorithm="rsa-sha256",headers="${list}",signature="${signature}"`,
    }
  },
  'RFC 9421': ({ url, body, keyId, key, at }) => {
    const contentDigest = `sha-256=:${digest(body)}:`
    const created = Math.floor(at.getTime() / 1000)
    const parameters = `("@method" "@target-uri" "content-digest");created=${created};keyid="${keyId}"`
    const lines = [
      '"@method": POST',
      `"@target-uri": ${url.href}`,
      `"content-digest": ${contentDigest}`,
      `"@signature-params": ${parameters}`,
    ]
    return {
      host: url.host,
      date: at.toUTCString(),
      'content-type': TYPE,
      'content-digest': contentDigest,
      'signature-input': `sig1=${parameters}`,
      signature: `sig1=:${base64(lines.join('\n'), key)}:`,
    }
  },
}

const PUBLIC = new Set(['https://www.w3.org/ns/activitystreams#Public', 'as:Public', 'Public'])
const CONVERTED = new Set(['Image', 'Audio', 'Video', 'Article', 'Page', 'Event'])
const IMAGES = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif', 'image/heic'])
const list = (value: unknown): Json[] => [value ?? []].flat() as Json[]
const firstOf = (map: unknown) => (map ? Object.values(map as Record<string, string>)[0] : undefined)
const href = (value: unknown) =>
  typeof value === 'string' ? value : String(list(value).find(({ mediaType }) => mediaType === 'text/html')?.['href'])

export function readStatus(object: Json, followers: string) {
  if (!CONVERTED.has(String(object['type']))) return undefined
  const to = list(object['to']).map(String)
  const cc = list(object['cc']).map(String)
  const isPublic = (addressed: string[]) => addressed.some((one) => PUBLIC.has(one))
  const title = (object['name'] || firstOf(object['nameMap'])) as string
  const summary = (object['summary'] || firstOf(object['summaryMap'])) as string
  const url = href(object['url'])
  const language = ['contentMap', 'nameMap', 'summaryMap'].map((map) => object[map]).find(Boolean)
  return {
    text: [title, summary, url].filter(Boolean).join('\n\n'),
    url,
    visibility: isPublic(to) ? 'public' : isPublic(cc) ? 'unlisted' : to.includes(followers) ? 'private' : 'direct',
    language: language && Object.keys(language)[0],
    createdAt: new Date(String(object['published'])),
    editedAt: new Date(String(object['updated'])),
    images: list(object['attachment']).filter(({ mediaType }) => IMAGES.has(String(mediaType))),
    hashtags: list(object['tag'])
      .filter(({ type, name }) => type === 'Hashtag' && name)
      .map(({ name }) => String(name).replace(/^#/, '').toLowerCase()),
  }
}

export function readAccount(actor: Json) {
  if (!['Application', 'Group', 'Organization', 'Person', 'Service'].includes(String(actor['type']))) return undefined
  const inbox = String(actor['inbox'] ?? '')
  const { publicKeyPem } = (actor['publicKey'] ?? {}) as { publicKeyPem?: string }
  if (!inbox.startsWith('http') || !publicKeyPem) return undefined
  const host = (url: unknown) => new URL(String(url)).host
  return {
    handle: `@${String(actor['preferredUsername'])}@${host(actor['id'])}`,
    name: String(actor['name'] ?? ''),
    note: String(actor['summary'] ?? ''),
    url: host(href(actor['url'])) === host(actor['id']) ? href(actor['url']) : String(actor['id']),
    isLocked: actor['manuallyApprovesFollowers'] === true,
    isDiscoverable: actor['discoverable'] === true,
    fields: list(actor['attachment'])
      .filter(({ type }) => type === 'PropertyValue')
      .map(({ name, value }) => [name, value]),
  }
}
