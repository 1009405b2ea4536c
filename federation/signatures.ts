// SPDX-License-Identifier: AGPL-3.0-or-later
// Signs as draft-cavage; checks draft-cavage and RFC 9421.
import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { readCavage } from './signatures/cavage.ts'
import { readRfc9421 } from './signatures/rfc9421.ts'
import { readHeaders, type Claim, type Refusal, type SignedRequest } from './signatures/claim.ts'

export type { Refusal, SignedRequest } from './signatures/claim.ts'

export type Signer = { keyId: string; privateKey: KeyObject }

const MIN_BITS = 2048
const MAX_BITS = 8192
const MAX_KEYS = 8
/** Characters: a key of 8192 bits has 1 400. Keys are kept in memory. */
export const MAX_PEM = 8192

/** Value of a `Digest` header, spelled as every known server accepts it. */
export function digestOf(body: Buffer | string): string {
  return `SHA-256=${createHash('sha256').update(body).digest('base64')}`
}

/** Headers to add, names in lower case: host, date, signature and, with a body, digest. */
export async function signRequest(
  request: { method: string; url: URL; body?: Buffer | string },
  signer: Signer,
  now: Date,
): Promise<Record<string, string>> {
  const signed: Record<string, string> = { host: request.url.host, date: now.toUTCString() }
  if (request.body !== undefined) signed['digest'] = digestOf(request.body)
  const target = `${request.method.toLowerCase()} ${request.url.pathname}${request.url.search}`
  const names = ['(request-target)', ...Object.keys(signed)]
  const text = names.map((name) => `${name}: ${name === '(request-target)' ? target : signed[name]}`).join('\n')
  const signature = await signText(text, signer.privateKey)
  const list = names.join(' ')
  return {
    ...signed,
    signature: `keyId="${signer.keyId}",algorithm="rsa-sha256",headers="${list}",signature="${signature}"`,
  }
}

/** `signedAt`: ISO instant, by the clock of the signer. */
export type Unproved = { ok: true; keyId: string; signedAt: string; prove: (key: KeyObject) => boolean }

/** Checks all that needs no key: coverage, host, date, digest. `prove` then checks the key. Never throws. */
export function readSignature(request: SignedRequest, now: Date): Unproved | { ok: false; reason: Refusal } {
  let claim: Claim | Refusal
  try {
    const read = readHeaders(request)
    claim = read.headers.has('signature-input') ? readRfc9421(read, now) : readCavage(read, now)
  } catch {
    return { ok: false, reason: 'signature_unreadable' }
  }
  if (typeof claim === 'string') return { ok: false, reason: claim }
  const { keyId, texts, hashes, signature, signedAt } = claim
  // On this thread: an RSA check takes 20 µs, and another thread would cost as much again.
  const prove = (key: KeyObject): boolean =>
    texts.some((text) => hashes.some((hash) => isSigned(hash, text, key, signature)))
  return { ok: true, keyId, signedAt, prove }
}

/** Reads before any check, so that a blocked peer is refused first. */
export function keyIdsOf(headers: SignedRequest['headers']): string[] {
  const found: string[] = []
  for (const [name, value] of headers) {
    if (!name.toLowerCase().startsWith('signature')) continue
    for (const [, keyId = ''] of value.matchAll(/keyid="([^"]*)"/gi)) found.push(keyId)
  }
  return found.slice(0, MAX_KEYS)
}

/** Accepts RSA keys of 2048 to 8192 bits. */
export function readPublicKey(pem: unknown): KeyObject | undefined {
  if (typeof pem !== 'string' || pem.length > MAX_PEM || pem.includes('PRIVATE')) return undefined
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType !== 'rsa') return undefined
    const { modulusLength: bits = 0, publicExponent: exponent = 0n } = key.asymmetricKeyDetails ?? {}
    // A long exponent would make each check as slow as a signature.
    return bits >= MIN_BITS && bits <= MAX_BITS && exponent > 2n && exponent < 2n ** 32n ? key : undefined
  } catch {
    return undefined
  }
}

function signText(text: string, key: KeyObject): Promise<string> {
  return new Promise((done, fail) => {
    sign('sha256', Buffer.from(text), key, (error, bytes) => (error ? fail(error) : done(bytes.toString('base64'))))
  })
}

function isSigned(hash: string, text: string, key: KeyObject, signature: Buffer): boolean {
  try {
    return verify(hash, Buffer.from(text), key, signature)
  } catch {
    return false
  }
}
