// SPDX-License-Identifier: AGPL-3.0-or-later
import type { HttpClient, FetchRefusal } from './http-client.ts'
import { readPlainJson, type JsonObject, type JsonRefusal } from './plain-json.ts'
import type { Signer } from './signatures.ts'

export type DocumentRefusal =
  FetchRefusal | JsonRefusal | 'wrong_type' | 'wrong_id' | 'gone' | 'not_found' | 'http_error'
export type Fetched =
  | { ok: true; id: string; document: JsonObject }
  | { ok: false; reason: DocumentRefusal; status?: number; detail?: string }

const ACCEPT = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'

/** Its id must be the address that answered; if it names another address, that one is fetched once. */
export async function fetchDocument(http: HttpClient, url: string, signer?: Signer): Promise<Fetched> {
  const first = await fetchOnce(http, url, signer)
  if (!first.ok || sameAddress(first.reached, first.id)) return first
  if (sameAddress(url, first.id)) return { ok: false, reason: 'wrong_id' }
  const second = await fetchOnce(http, first.id, signer)
  if (!second.ok || (second.id === first.id && sameAddress(second.reached, second.id))) return second
  return { ok: false, reason: 'wrong_id' }
}

/** For WebFinger and NodeInfo: any JSON type, and no id to check. */
export async function fetchJson(
  http: HttpClient,
  url: string,
): Promise<{ ok: true; json: JsonObject; url: URL } | { ok: false; reason: DocumentRefusal }> {
  const answer = await http.ask(url, { headers: { accept: 'application/jrd+json, application/json' } })
  if (!answer.ok) return answer
  if (answer.status !== 200) return { ok: false, reason: answer.status === 404 ? 'not_found' : 'http_error' }
  if (!/^application\/([a-z0-9.+-]+\+)?json\b/i.test(answer.headers['content-type'] ?? ''))
    return { ok: false, reason: 'wrong_type' }
  const read = readPlainJson(answer.body)
  return read.ok ? { ok: true, json: read.value, url: answer.url } : read
}

/** The two media types of ActivityPub; `application/ld+json` only with the ActivityStreams profile. */
export function isActivityType(contentType: string | undefined): boolean {
  const [type = '', ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  if (type === 'application/activity+json') return true
  const profile = parameters.find((parameter) => parameter.startsWith('profile='))?.slice('profile='.length)
  const names = profile?.replace(/^"|"$/g, '').split(/\s+/) ?? []
  return type === 'application/ld+json' && names.includes('https://www.w3.org/ns/activitystreams')
}

async function fetchOnce(
  http: HttpClient,
  url: string,
  signer: Signer | undefined,
): Promise<{ ok: true; id: string; reached: string; document: JsonObject } | Extract<Fetched, { ok: false }>> {
  const answer = await http.ask(url, { headers: { accept: ACCEPT }, signer })
  if (!answer.ok) return answer
  const { status } = answer
  if (status === 410) return { ok: false, reason: 'gone', status }
  if (status === 404) return { ok: false, reason: 'not_found', status }
  if (status !== 200) return { ok: false, reason: 'http_error', status }
  if (!isActivityType(answer.headers['content-type'])) return { ok: false, reason: 'wrong_type', status }
  const read = readPlainJson(answer.body)
  if (!read.ok) return read
  const id = read.value['id']
  if (typeof id !== 'string' || !URL.canParse(id)) return { ok: false, reason: 'wrong_id', status }
  return { ok: true, id, reached: answer.url.href, document: read.value }
}

/** A fragment only points into the document. */
function sameAddress(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => {
    const url = new URL(text)
    url.hash = ''
    return url.href
  })
  return left === right
}
