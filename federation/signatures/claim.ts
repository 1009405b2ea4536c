// SPDX-License-Identifier: AGPL-3.0-or-later
import { createHash, timingSafeEqual } from 'node:crypto'

/** `target`: the original path with query. `headers` keeps repetitions. `origin` is our own. */
export type SignedRequest = {
  method: string
  target: string
  origin: URL
  headers: readonly (readonly [string, string])[]
  body: Buffer
}

/** Header names in lower case, each with all its values in the order received. */
export type Read = Omit<SignedRequest, 'headers'> & { headers: ReadonlyMap<string, readonly string[]> }

export type Refusal =
  | 'signature_missing'
  | 'signature_unreadable'
  | 'algorithm_unknown'
  | 'not_enough_covered'
  | 'header_missing'
  | 'header_repeated'
  | 'wrong_host'
  | 'date_unreadable'
  | 'date_out_of_window'
  | 'digest_missing'
  | 'digest_wrong'

/**
 * `texts`: what may have been signed (more than one only where implementations differ); `hashes`: with what.
 * `signedAt`: ISO instant of the signature, by the clock of the signer.
 */
export type Claim = { keyId: string; texts: string[]; hashes: string[]; signature: Buffer; signedAt: string }

const OLDEST_MS = 12 * 3_600_000
const EARLIEST_MS = 3_600_000
/** A `created` time may be ahead only by the difference between two clocks. */
const CREATED_AHEAD_MS = 5 * 60_000

export function readHeaders(request: SignedRequest): Read {
  const headers = new Map<string, string[]>()
  for (const [key, value] of request.headers) {
    const name = key.toLowerCase()
    const values = headers.get(name)
    if (values) values.push(value.trim())
    else headers.set(name, [value.trim()])
  }
  return { ...request, headers }
}

/** The one value of a header, `undefined` if absent, `null` if it came twice. */
export function single(request: Read, name: string): string | undefined | null {
  const values = request.headers.get(name)
  return values && values.length > 1 ? null : values?.[0]
}

export function dateRefusal(text: string | undefined | null, now: Date): Refusal | undefined {
  if (text === null) return 'header_repeated'
  if (text === undefined) return 'header_missing'
  // RFC 1123 only, because Date.parse accepts almost any text.
  if (!/^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (GMT|UTC)$/.test(text)) return 'date_unreadable'
  const at = Date.parse(text)
  if (Number.isNaN(at)) return 'date_unreadable'
  return at < now.getTime() - OLDEST_MS || at > now.getTime() + EARLIEST_MS ? 'date_out_of_window' : undefined
}

/** @param created seconds since 1970, as signed. @param date the signed header; one of the two is there. */
export function signedAtOf(created: string | undefined, date: string | undefined | null): string {
  return new Date(created === undefined ? Date.parse(date ?? '') : Number(created) * 1000).toISOString()
}

/** `created` and `expires` in whole or fractional seconds since 1970. */
export function instantsRefusal(
  created: string | undefined,
  expires: string | undefined,
  now: Date,
): Refusal | undefined {
  for (const text of [created, expires]) {
    if (text !== undefined && !/^\d{1,12}(\.\d{1,9})?$/.test(text)) return 'date_unreadable'
  }
  const from = created === undefined ? undefined : Number(created) * 1000
  const until = expires === undefined ? undefined : Number(expires) * 1000
  if (from !== undefined && (from < now.getTime() - OLDEST_MS || from > now.getTime() + CREATED_AHEAD_MS)) {
    return 'date_out_of_window'
  }
  return until !== undefined && until < now.getTime() ? 'date_out_of_window' : undefined
}

/** With or without the default port of the scheme. */
export function isOurHost(host: string, origin: URL): boolean {
  const given = host.toLowerCase()
  const implied = origin.protocol === 'https:' ? '443' : '80'
  return given === origin.host || (origin.port === '' && given === `${origin.hostname}:${implied}`)
}

export function isDigestOf(base64: string, body: Buffer): boolean {
  const given = Buffer.from(base64, 'base64')
  const real = createHash('sha256').update(body).digest()
  return given.length === real.length && timingSafeEqual(given, real)
}
