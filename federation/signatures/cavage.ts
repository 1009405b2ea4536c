// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads a draft-cavage-http-signatures `Signature` header, the form nearly every server still sends.
import { dateRefusal, instantsRefusal, isDigestOf, isOurHost, signedAtOf, single } from './claim.ts'
import type { Claim, Read, Refusal } from './claim.ts'

/** With an RSA key, hs2019 and no name at all are used for both hashes. */
const HASHES: Record<string, string[]> = {
  'rsa-sha256': ['sha256'],
  'rsa-sha512': ['sha512'],
  hs2019: ['sha256', 'sha512'],
}
const MAX_COVERED = 32

export function readCavage(request: Read, now: Date): Claim | Refusal {
  const header = single(request, 'signature')
  if (header === undefined) return 'signature_missing'
  if (header === null) return 'header_repeated'
  const parts = readParts(header)
  const keyId = parts?.get('keyId')
  const encoded = parts?.get('signature')
  if (!parts || !keyId || !encoded || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return 'signature_unreadable'
  const hashes = HASHES[parts.get('algorithm')?.toLowerCase() ?? 'hs2019']
  if (!hashes) return 'algorithm_unknown'

  const covered = (parts.get('headers') ?? 'date').toLowerCase().split(' ')
  const refusal = coverageRefusal(request, covered) ?? contentRefusal(request, covered, parts, now)
  if (refusal) return refusal

  const texts: string[] = []
  for (const target of targets(request)) {
    const lines: string[] = []
    for (const name of covered) {
      const value = valueOf(request, name, target, parts)
      if (value === undefined) return 'header_missing'
      lines.push(`${name}: ${value}`)
    }
    texts.push(lines.join('\n'))
  }
  const created = covered.includes('(created)') ? parts.get('created') : undefined
  const signedAt = signedAtOf(created, single(request, 'date'))
  return { keyId, texts, hashes, signature: Buffer.from(encoded, 'base64'), signedAt }
}

/** `name="value"` or `name=number`, comma-separated, each once; anything else is unreadable. */
function readParts(header: string): Map<string, string> | undefined {
  if (header.length > 8192) return undefined
  const parts = new Map<string, string>()
  const part = /\s*([A-Za-z]+)=(?:"([^"\\]*)"|(\d+(?:\.\d+)?))\s*(,|$)/y
  while (part.lastIndex < header.length) {
    const found = part.exec(header)
    const name = found?.[1]
    if (!found || !name || parts.has(name)) return undefined
    parts.set(name, found[2] ?? found[3] ?? '')
    if (found[4] === '') break
  }
  return parts
}

function coverageRefusal(request: Read, covered: string[]): Refusal | undefined {
  if (covered.length > MAX_COVERED || new Set(covered).size !== covered.length) return 'signature_unreadable'
  const hasBody = request.method.toUpperCase() !== 'GET' || request.body.length > 0
  const wanted = ['(request-target)', 'host', ...(hasBody ? ['digest'] : [])]
  const dated = covered.includes('date') || covered.includes('(created)')
  return dated && wanted.every((name) => covered.includes(name)) ? undefined : 'not_enough_covered'
}

function contentRefusal(request: Read, covered: string[], parts: Map<string, string>, now: Date): Refusal | undefined {
  const host = single(request, 'host')
  if (!host || !isOurHost(host, request.origin)) return 'wrong_host'
  const dated = covered.includes('date') ? dateRefusal(single(request, 'date'), now) : undefined
  const instants = instantsRefusal(parts.get('created'), parts.get('expires'), now)
  return dated ?? instants ?? (covered.includes('digest') ? digestRefusal(request) : undefined)
}

function digestRefusal(request: Read): Refusal | undefined {
  const header = single(request, 'digest')
  if (header === undefined) return 'digest_missing'
  if (header === null) return 'header_repeated'
  const values = header.split(',').filter((value) => /^\s*sha-256=/i.test(value))
  const base64 = values[0]?.trim().slice('sha-256='.length)
  if (values.length !== 1 || !base64) return 'digest_missing'
  return isDigestOf(base64, request.body) ? undefined : 'digest_wrong'
}

/** GoToSocial has signed GET requests with and without their query, so both are accepted. */
function targets(request: Read): string[] {
  const path = request.target.split('?')[0] ?? ''
  return request.method.toUpperCase() === 'GET' && path !== request.target ? [request.target, path] : [request.target]
}

function valueOf(request: Read, name: string, target: string, parts: Map<string, string>): string | undefined {
  if (name === '(request-target)') return `${request.method.toLowerCase()} ${target}`
  if (name === '(created)') return parts.get('created')
  if (name === '(expires)') return parts.get('expires')
  return request.headers.get(name)?.join(', ')
}
