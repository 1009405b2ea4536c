// SPDX-License-Identifier: AGPL-3.0-or-later
// The JSON-LD contexts, as their publishers wrote them. No other is ever fetched.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const FILES: Record<string, string> = {
  'https://www.w3.org/ns/activitystreams': 'activitystreams',
  'https://w3id.org/security/v1': 'security-v1',
  'https://w3id.org/identity/v1': 'identity-v1',
  'https://www.w3.org/ns/did/v1': 'did-v1',
  'https://w3id.org/security/data-integrity/v1': 'data-integrity-v1',
  'https://w3id.org/security/data-integrity/v2': 'data-integrity-v2',
  'https://w3id.org/security/multikey/v1': 'multikey-v1',
}

type Loaded = { contextUrl: null; documentUrl: string; document: unknown }

/** A JSON-LD document loader; unknown contexts are empty. */
export function createContextLoader(): (url: string) => Promise<Loaded> {
  const known = new Map<string, unknown>()
  return async (url) => {
    const file = Object.hasOwn(FILES, url) ? FILES[url] : undefined
    if (!file) return { contextUrl: null, documentUrl: url, document: { '@context': {} } }
    if (!known.has(url)) known.set(url, JSON.parse(readFileSync(join(import.meta.dirname, `${file}.json`), 'utf8')))
    return { contextUrl: null, documentUrl: url, document: known.get(url) }
  }
}
