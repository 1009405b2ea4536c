// SPDX-License-Identifier: AGPL-3.0-or-later
// Keys derived from SECRET_KEY, sealed texts, and one-time tokens with their hashes.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto'

export type Secrets = {
  seal(text: string, purpose: string): string
  open(sealed: string, purpose: string): string
  mac(text: string, purpose: string): string
  token(): string
  hash(token: string): string
  /** Identifies the SECRET_KEY without revealing it. */
  mark(): string
}

/** @param secret the instance's SECRET_KEY, at least 32 characters. */
export function createSecrets(secret: string): Secrets {
  // A KeyObject, because Node wraps the bytes of a key anew at each use.
  const keys = new Map<string, KeyObject>()
  const key = (purpose: string) => {
    const known = keys.get(purpose)
    if (known) return known
    const made = createSecretKey(new Uint8Array(hkdfSync('sha256', secret, 'mainforte', purpose, 32)))
    keys.set(purpose, made)
    return made
  }
  return {
    /** AES-256-GCM; the result is `v1.<iv>.<tag>.<text>`, each part base64url. */
    seal(text, purpose) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key(purpose), iv)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return ['v1', ...[iv, cipher.getAuthTag(), body].map((part) => part.toString('base64url'))].join('.')
    },
    open(sealed, purpose) {
      const [version, iv, tag, body] = sealed.split('.')
      if (version !== 'v1' || !iv || !tag || body === undefined) throw new Error('this is not a sealed text of ours')
      const decipher = createDecipheriv('aes-256-gcm', key(purpose), Buffer.from(iv, 'base64url'))
      decipher.setAuthTag(Buffer.from(tag, 'base64url'))
      return decipher.update(Buffer.from(body, 'base64url')).toString('utf8') + decipher.final('utf8')
    },
    mac: (text, purpose) => createHmac('sha256', key(purpose)).update(text).digest('base64url'),
    token: () => randomBytes(32).toString('base64url'),
    hash: (token) => hash('sha256', token),
    mark: () => createHmac('sha256', key('mark')).update('which key').digest('base64url'),
  }
}

/** Compares in a time that does not depend on where the texts differ. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => hash('sha256', text, 'buffer'))
  return timingSafeEqual(left!, right!)
}
