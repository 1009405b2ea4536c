// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads HTTP Message Signatures (RFC 9421) as far as ActivityPub servers use them: whole headers, no component parameters.
import { dateRefusal, instantsRefusal, isDigestOf, isOurHost, single } from './claim.ts'
import type { Claim, Read, Refusal } from './claim.ts'

const NAME = '[a-z*][a-z0-9_.*-]*'
const VALUE = '"(?:[^"\\\\]|\\\\["\\\\])*"|-?\\d+(?:\\.\\d+)?|:[A-Za-z0-9+/=]*:|\\?[01]|[A-Za-z*][^\\s;,"()]*'
const MAX_SIGNATURES = 4
const MAX_COVERED = 32

type Input = { label: string; covered: string[]; parameters: Map<string, string>; text: string }

export function readRfc9421(request: Read, now: Date): Claim | Refusal {
  const input = single(request, 'signature-input')
  const signatures = single(request, 'signature')
  if (input === null || signatures === null) return 'header_repeated'
  if (!input || !signatures) return 'signature_missing'
  const members = readInputs(input)
  if (!members || members.length === 0) return 'signature_unreadable'

  // A proxy may have added its own signature: the first one that says enough is taken.
  let first: Refusal | undefined
  for (const member of members.slice(0, MAX_SIGNATURES)) {
    const claim = readOne(request, member, signatures, now)
    if (typeof claim !== 'string') return claim
    first ??= claim
  }
  return first ?? 'signature_missing'
}

function readOne(request: Read, input: Input, signatures: string, now: Date): Claim | Refusal {
  const signature = signatureOf(signatures, input.label)
  const keyId = text(input.parameters.get('keyid'))
  if (!signature || !keyId) return 'signature_unreadable'
  const algorithm = text(input.parameters.get('alg'))
  if (algorithm !== undefined && algorithm !== 'rsa-v1_5-sha256') return 'algorithm_unknown'
  const refusal = coverageRefusal(request, input) ?? contentRefusal(request, input, now)
  if (refusal) return refusal

  const lines: string[] = []
  for (const name of input.covered) {
    const value = valueOf(request, name)
    if (value === undefined) return 'header_missing'
    lines.push(`"${name}": ${value}`)
  }
  lines.push(`"@signature-params": ${input.text}`)
  return { keyId, texts: [lines.join('\n')], hashes: ['sha256'], signature }
}

/** `label=("a" "b");created=1;keyid="…", …`; undefined when any part of it cannot be read. */
function readInputs(header: string): Input[] | undefined {
  if (header.length > 8192) return undefined
  const member = new RegExp(`(${NAME})=(\\(([^()]*)\\)((?:;\\s*${NAME}(?:=(?:${VALUE}))?)*))\\s*(,\\s*|$)`, 'y')
  const inputs: Input[] = []
  while (member.lastIndex < header.length) {
    const found = member.exec(header)
    if (!found) return undefined
    const [, label = '', whole = '', list = '', tail = '', end = ''] = found
    const covered = list.split(/ +/).filter(Boolean)
    if (!covered.every((name) => /^"[a-z0-9@_-]+"$/.test(name))) return undefined
    const parameters = readParameters(tail)
    if (!parameters || inputs.some((input) => input.label === label)) return undefined
    inputs.push({ label, covered: covered.map((name) => name.slice(1, -1)), parameters, text: whole })
    if (end === '') break
  }
  return inputs
}

function readParameters(tail: string): Map<string, string> | undefined {
  const parameters = new Map<string, string>()
  for (const [, name = '', value = ''] of tail.matchAll(new RegExp(`;\\s*(${NAME})(?:=(${VALUE}))?`, 'g'))) {
    if (parameters.has(name)) return undefined
    parameters.set(name, value)
  }
  return parameters
}

function signatureOf(header: string, label: string): Buffer | undefined {
  if (header.length > 16_384) return undefined
  const found = [...header.matchAll(new RegExp(`(?:^|,)\\s*(${NAME})=:([A-Za-z0-9+/]+={0,2}):`, 'g'))]
  const own = found.filter(([, name]) => name === label)
  return own.length === 1 ? Buffer.from(own[0]?.[2] ?? '', 'base64') : undefined
}

function text(value: string | undefined): string | undefined {
  if (value === undefined || !value.startsWith('"')) return undefined
  return value.slice(1, -1).replace(/\\(.)/g, '$1')
}

function coverageRefusal(request: Read, input: Input): Refusal | undefined {
  const covered = new Set(input.covered)
  if (input.covered.length > MAX_COVERED || covered.size !== input.covered.length) return 'signature_unreadable'
  const path = covered.has('@path') && (covered.has('@query') || !request.target.includes('?'))
  const host = covered.has('@authority') || covered.has('host')
  const where = covered.has('@target-uri') || ((covered.has('@request-target') || path) && host)
  const dated = input.parameters.has('created') || covered.has('date')
  const hasBody = request.method.toUpperCase() !== 'GET' || request.body.length > 0
  const whole = !hasBody || covered.has('content-digest')
  return covered.has('@method') && where && dated && whole ? undefined : 'not_enough_covered'
}

function contentRefusal(request: Read, input: Input, now: Date): Refusal | undefined {
  const host = single(request, 'host')
  if (!host || !isOurHost(host, request.origin)) return 'wrong_host'
  const dated = input.covered.includes('date') ? dateRefusal(single(request, 'date'), now) : undefined
  const instants = instantsRefusal(input.parameters.get('created'), input.parameters.get('expires'), now)
  return dated ?? instants ?? (input.covered.includes('content-digest') ? digestRefusal(request) : undefined)
}

function digestRefusal(request: Read): Refusal | undefined {
  const header = single(request, 'content-digest')
  if (header === undefined) return 'digest_missing'
  if (header === null) return 'header_repeated'
  const found = [...header.matchAll(/(?:^|,)\s*sha-256=:([A-Za-z0-9+/]+={0,2}):/g)]
  if (found.length !== 1) return 'digest_missing'
  return isDigestOf(found[0]?.[1] ?? '', request.body) ? undefined : 'digest_wrong'
}

function valueOf(request: Read, name: string): string | undefined {
  const [path = '', ...rest] = request.target.split('?')
  switch (name) {
    case '@method':
      return request.method.toUpperCase()
    case '@target-uri':
      return request.origin.origin + request.target
    case '@authority':
      return request.origin.host
    case '@scheme':
      return request.origin.protocol.slice(0, -1)
    case '@request-target':
      return request.target
    case '@path':
      return path
    case '@query':
      return `?${rest.join('?')}`
  }
  return request.headers.get(name)?.join(', ')
}
