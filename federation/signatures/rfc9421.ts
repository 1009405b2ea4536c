// SPDX-License-Identifier: AGPL-3.0-or-later
// HTTP Message Signatures (RFC 9421) as ActivityPub servers use them: whole headers, no component parameters.
import { isAnyArrayBuffer } from 'node:util/types'
import {
  isInnerList,
  parseDictionary,
  serializeDictionary,
  serializeInnerList,
  type BareItem,
  type Dictionary,
  type Parameters,
} from 'structured-headers'
import { dateRefusal, instantsRefusal, isDigestOf, isOurHost, signedAtOf, single } from './claim.ts'
import type { Claim, Read, Refusal } from './claim.ts'

const MAX_SIGNATURES = 4
const MAX_COVERED = 32

const MAX_INPUT = 8192
const MAX_SIGNATURE = 16_384

type Input = { label: string; covered: string[]; parameters: Parameters; text: string }

export function readRfc9421(request: Read, now: Date): Claim | Refusal {
  const input = single(request, 'signature-input')
  const signatures = single(request, 'signature')
  if (input === null || signatures === null) return 'header_repeated'
  if (!input || !signatures) return 'signature_missing'
  const members = readInputs(input)
  if (!members || members.length === 0) return 'signature_unreadable'

  // A proxy may have added its own signature: the first one with the required coverage is taken.
  let first: Refusal | undefined
  for (const member of members.slice(0, MAX_SIGNATURES)) {
    const claim = readOne(request, member, signatures, now)
    if (typeof claim !== 'string') return claim
    first ??= claim
  }
  return first ?? 'signature_missing'
}

function readOne(request: Read, input: Input, signatures: string, now: Date): Claim | Refusal {
  const signature = bytesOf(signatures, MAX_SIGNATURE, input.label)
  const keyId = input.parameters.get('keyid')
  if (!signature || typeof keyId !== 'string' || keyId === '') return 'signature_unreadable'
  const algorithm = input.parameters.get('alg')
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
  const signedAt = signedAtOf(instantOf(input.parameters.get('created')), single(request, 'date'))
  return { keyId, texts: [lines.join('\n')], hashes: ['sha256'], signature, signedAt }
}

/** `label=("a" "b");created=1;keyid="…", …`; undefined when any part of it cannot be read. */
function readInputs(header: string): Input[] | undefined {
  const members = readDictionary(header, MAX_INPUT)
  if (!members) return undefined
  const inputs: Input[] = []
  for (const [label, member] of members) {
    if (!isInnerList(member)) return undefined
    const [items, parameters] = member
    const isPlain = items.every(([name, about]) => about.size === 0 && /^[a-z0-9@_-]+$/.test(stringOf(name)))
    if (!isPlain) return undefined
    const covered = items.map(([name]) => stringOf(name))
    inputs.push({ label, covered, parameters, text: serializeInnerList(member) })
  }
  return inputs
}

/** Refuses a dictionary (RFC 9651) that serialising changes, because the parser keeps the last of two equal names. */
function readDictionary(header: string, longest: number): Dictionary | undefined {
  if (header.length > longest) return undefined
  try {
    const read = parseDictionary(header)
    return bare(serializeDictionary(read)) === bare(header) ? read : undefined
  } catch {
    return undefined
  }
}

const bare = (text: string): string => text.replaceAll(/[\s=]/g, '')
const stringOf = (value: BareItem): string => (typeof value === 'string' ? value : '')

function bytesOf(header: string, longest: number, name: string): Buffer | undefined {
  const member = readDictionary(header, longest)?.get(name)
  if (!member || isInnerList(member)) return undefined
  const [value, parameters] = member
  return parameters.size === 0 && isAnyArrayBuffer(value) && value.byteLength > 0 ? Buffer.from(value) : undefined
}

/** Anything but a number becomes a text that is no date. */
function instantOf(value: BareItem | undefined): string | undefined {
  return value === undefined ? undefined : typeof value === 'number' ? String(value) : 'unreadable'
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
  const instants = instantsRefusal(
    instantOf(input.parameters.get('created')),
    instantOf(input.parameters.get('expires')),
    now,
  )
  return dated ?? instants ?? (input.covered.includes('content-digest') ? digestRefusal(request) : undefined)
}

function digestRefusal(request: Read): Refusal | undefined {
  const header = single(request, 'content-digest')
  if (header === undefined) return 'digest_missing'
  if (header === null) return 'header_repeated'
  const digest = bytesOf(header, MAX_SIGNATURE, 'sha-256')
  if (!digest) return 'digest_missing'
  return isDigestOf(digest.toString('base64'), request.body) ? undefined : 'digest_wrong'
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
