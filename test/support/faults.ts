// SPDX-License-Identifier: AGPL-3.0-or-later
// A generator of faulty activities, for the suite and the bench. A fault is a small record of numbers and words, so
// that fast-check can find the smallest that still fails.
import { createHash, sign, type KeyObject } from 'node:crypto'
import fc from 'fast-check'
import { SIGNATURES } from './mastodon.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Place = { parent: Json[] | { [key: string]: Json }; key: string | number }
export type Who = { keyId: string; privateKey: KeyObject }
export type Fault = {
  /** Index of the valid activity that is changed. */
  base: number
  byUnknownPeer: boolean
  /** Signed with a good key of another actor. */
  borrowed: boolean
  form: 'cavage' | 'rfc9421' | 'none'
  path: string
  changes: { at: number; how: Change; value: number; key: string; depth: number }[]
  text: { how: TextChange; at: number } | null
  headers: { name: string; how: HeaderChange; text: string }[]
  bytes: { at: number; by: number[] } | null
}

const CHANGES = ['remove', 'replace', 'list', 'wrap', 'twice', 'add', 'swap', 'deepen', 'rename'] as const
const TEXT_CHANGES = ['cut', 'bom', 'nul', 'not_utf8', 'key_twice', 'surrogate', 'long', 'deep', 'trailing'] as const
const HEADER_CHANGES = ['drop', 'replace', 'twice', 'append', 'upper'] as const
type Change = (typeof CHANGES)[number]
type TextChange = (typeof TEXT_CHANGES)[number]
type HeaderChange = (typeof HEADER_CHANGES)[number]

// prettier-ignore
const KEYS = [
  'id', 'type', 'actor', 'object', 'target', 'to', 'cc', 'bto', 'attributedTo', '@context', '@graph', '@reverse', '@id',
  '@included', '@type', '_meta', '_local', '_id', '__proto__', 'constructor', 'toString', 'proof', 'signature', 'terms',
  'revision', 'content_hash', 'publish_until', 'published', 'updated', 'endTime', 'url', 'summary', 'instrument', 'kind',
  'inbox', 'publicKey', 'origin', 'stats', '', '\u0000', 'clé', '🧺',
]
const HEADERS = ['signature', 'signature-input', 'digest', 'content-digest', 'date', 'host', 'content-type', 'accept']
// prettier-ignore
const HEADER_TEXTS = [
  '', ' ', ',', '"', 'keyId=""', 'sig1=()', 'sig1=("@method");created=1', 'SHA-256=', 'sha-256=:AAAA:', 'SHA-512=AAAA',
  'Thu, 01 Jan 1970 00:00:00 GMT', 'now', 'victim.example', 'application/json', 'application/ld+json', 'a'.repeat(4000),
  'keyId="x",headers="",signature="AA=="', 'keyId="https://victim.example/actor#main-key",signature="AA=="',
]

const few = <T>(of: fc.Arbitrary<T>, maxLength: number) => fc.array(of, { maxLength })
/** Most faults change one part of a good request, so that every check is reached. */
export const anyFault: fc.Arbitrary<Fault> = fc.record({
  base: fc.nat(50),
  byUnknownPeer: fc.nat(9).map((n) => n === 0),
  borrowed: fc.nat(14).map((n) => n === 0),
  form: fc.constantFrom(
    'cavage' as const,
    'cavage' as const,
    'cavage' as const,
    'rfc9421' as const,
    'rfc9421' as const,
    'none' as const,
  ),
  path: fc.nat(19).map((n) => ['/inbox?', '/inbox/', '/inbox?x=1'][n] ?? '/inbox'),
  changes: few(
    fc.record({
      at: fc.nat(400),
      how: fc.constantFrom(...CHANGES),
      value: fc.nat(100),
      key: fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 12 })),
      depth: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(600)),
    }),
    3,
  ),
  text: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.record({ how: fc.constantFrom(...TEXT_CHANGES), at: fc.nat(2000) }) },
  ),
  headers: fc.oneof(
    { weight: 3, arbitrary: fc.constant<Fault['headers']>([]) },
    {
      weight: 1,
      arbitrary: few(
        fc.record({
          name: fc.constantFrom(...HEADERS),
          how: fc.constantFrom(...HEADER_CHANGES),
          text: fc.oneof(fc.constantFrom(...HEADER_TEXTS), fc.string({ maxLength: 60 })),
        }),
        2,
      ),
    },
  ),
  bytes: fc.oneof(
    { weight: 8, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.record({ at: fc.nat(3000), by: fc.array(fc.nat(255), { maxLength: 4 }) }) },
  ),
})

/** Replacements for right values; `ours` and `theirs` are origins. */
function values(ours: string, theirs: string): Json[] {
  const many = (length: number) => Array<Json>(length).fill('https://evil.test/1')
  // prettier-ignore
  return [
    null, true, false, 0, -1, 1.5, 1e308, 4e9, '', ' ', 'x', '[]', 'null', '\u202etxet', '\ufeff', '🧺'.repeat(50),
    'é'.normalize('NFD'), 'a'.repeat(3000), 'a'.repeat(70_000), '<script>alert(1)</script>', '<'.repeat(20_000),
    [], {}, [[]], [{}], [null], { '@value': 1 }, { id: 1 }, { id: null }, { href: 'x' }, { '@list': [] },
    ['Create', 'Delete'], ['Event'], 'Tombstone', 'Person', 'as:Public', 'Public',
    'https://www.w3.org/ns/activitystreams#Public', 'https://www.w3.org/ns/activitystreams', 'https://evil.test/context',
    `${ours}/actor`, `${ours}/offers/1`, `${ours}/activities/1`, `${ours}.evil.test/actor`, `${ours}/actor#main-key`,
    `${theirs}/actor`, `${theirs}/offers/1`, `${theirs}/nowhere`, 'https://victim.example/actor', 'http://127.0.0.1:1/x',
    'javascript:alert(1)', 'file:///etc/passwd', 'https://[::1]/', 'https://a:b@evil.test/', 'x'.repeat(2100),
    '//evil.test/', '2026-13-45T99:99:99Z', '9999-12-31T23:59:59Z', '-000001-01-01T00:00:00Z', '2026-11-22T09:00:00+25:00',
    many(50), many(200), many(5000),
  ]
}

function places(root: Json): Place[] {
  const found: Place[] = []
  const open: Json[] = [root]
  for (let one = open.shift(); one !== undefined && found.length < 2000; one = open.shift()) {
    if (typeof one !== 'object' || one === null) continue
    for (const key of Array.isArray(one) ? one.keys() : Object.keys(one)) {
      found.push({ parent: one, key })
      open.push((one as Record<string | number, Json>)[key]!)
    }
  }
  return found
}

function change(root: Json, { at, how, value, key, depth }: Fault['changes'][number], pool: Json[]): void {
  const all = places(root)
  if (all.length === 0) return
  const { parent, key: place } = all[at % all.length]!
  const box = parent as Record<string | number, Json>
  const put = (name: string | number, what: Json) =>
    Object.defineProperty(box, name, { value: what, enumerable: true, writable: true, configurable: true })
  const old = box[place]
  if (old === undefined) return
  const fresh = structuredClone(pool[value % pool.length]!)
  if (how === 'remove') delete box[place]
  if (how === 'replace') put(place, fresh)
  if (how === 'list') put(place, [old])
  if (how === 'wrap') put(place, { id: old, type: fresh })
  if (how === 'twice') put(place, [old, fresh])
  if (how === 'add') put(Array.isArray(parent) ? 0 : key, fresh)
  if (how === 'rename' && !Array.isArray(parent)) {
    delete box[place]
    put(String(place).toUpperCase(), old)
  }
  if (how === 'deepen')
    put(
      place,
      Array.from({ length: depth }).reduce<Json>((inner) => [inner], old),
    )
  if (how === 'swap') {
    const other = all[(at + value + 1) % all.length]!
    const theirs = (other.parent as Record<string | number, Json>)[other.key]
    if (theirs === undefined) return
    // Not into itself: a circle cannot be sent.
    if (JSON.stringify(theirs).length + JSON.stringify(old).length > 4000) return
    put(place, structuredClone(theirs))
    ;(other.parent as Record<string | number, Json>)[other.key] = structuredClone(old)
  }
}

function changeText(text: string, { how, at }: NonNullable<Fault['text']>): Buffer {
  const middle = at % (text.length + 1)
  const insert = (bytes: Buffer | string) =>
    Buffer.concat([Buffer.from(text.slice(0, middle)), Buffer.from(bytes as string), Buffer.from(text.slice(middle))])
  switch (how) {
    case 'cut':
      return Buffer.from(text.slice(0, middle))
    case 'bom':
      return Buffer.from(`\ufeff${text}`)
    case 'nul':
      return insert('\0')
    case 'not_utf8':
      return insert(Buffer.from([0xc3, 0x28]))
    case 'key_twice':
      return Buffer.from(text.replace('{', '{"type":"Like",'))
    case 'surrogate':
      return Buffer.from(text.replace(':"', ':"\\ud800'))
    case 'long':
      return Buffer.from(text.replace('{', `{"x":"${'a'.repeat(300_000)}",`))
    case 'deep':
      return Buffer.from(text.replace('{', `{"x":${'['.repeat(20_000)}${']'.repeat(20_000)},`))
    case 'trailing':
      return Buffer.from(`${text} {}`)
  }
}

export type FaultyRequest = { path: string; headers: Record<string, string | string[]>; body: Buffer; claimed: unknown }

/** @param ours the public address of the instance. */
export function requestOf(
  fault: Fault,
  activity: object,
  who: Who,
  about: { ours: string; theirs: string; at: Date },
): FaultyRequest {
  const root = structuredClone(activity) as Json
  const pool = values(about.ours, about.theirs)
  for (const one of fault.changes) change(root, one, pool)
  const text = JSON.stringify(root)
  const body = fault.text ? changeText(text, fault.text) : Buffer.from(text)
  const headers = signed(fault.form, new URL(fault.path, about.ours), body, who, about.at)
  const changed: FaultyRequest['headers'] = { 'content-type': 'application/activity+json', ...headers }
  for (const one of fault.headers) changeHeader(changed, one)
  return {
    path: fault.path,
    headers: changed,
    body: changeBytes(body, fault.bytes),
    claimed: (root as { actor?: Json })?.actor,
  }
}

function changeBytes(body: Buffer, bytes: Fault['bytes']): Buffer {
  if (!bytes || body.length === 0) return body
  const changed = Buffer.from(body)
  for (const [n, byte] of bytes.by.entries()) changed[(bytes.at + n) % changed.length] = byte
  return changed
}

function changeHeader(headers: FaultyRequest['headers'], { name, how, text }: Fault['headers'][number]): void {
  // What an HTTP client would not send cannot be tested with one.
  const sendable = [...text].filter((character) => /[\t\x20-\x7e]/.test(character)).join('')
  const old = headers[name]
  if (how === 'drop') delete headers[name]
  if (how === 'replace') headers[name] = sendable
  if (old === undefined || Array.isArray(old)) return
  if (how === 'twice' && name !== 'host') headers[name] = [old, old]
  if (how === 'append') headers[name] = old + sendable
  if (how === 'upper') headers[name] = old.toUpperCase()
}

function signed(form: Fault['form'], url: URL, body: Buffer, who: Who, at: Date): Record<string, string> {
  const digest = createHash('sha256').update(body).digest('base64')
  const seal = (text: string) => sign('sha256', Buffer.from(text), who.privateKey).toString('base64')
  const date = at.toUTCString()
  if (form === 'none') return { host: url.host, date }
  if (form === 'cavage') {
    const lines = {
      '(request-target)': `post ${url.pathname}${url.search}`,
      host: url.host,
      date,
      digest: `SHA-256=${digest}`,
    }
    const text = Object.entries(lines).map((line) => line.join(': '))
    const signature = `keyId="${who.keyId}",algorithm="hs2019",headers="${Object.keys(lines).join(' ')}",signature="${seal(text.join('\n'))}"`
    const { '(request-target)': _target, ...headers } = lines
    return { ...headers, signature }
  }
  return SIGNATURES['RFC 9421']!({ url, body, keyId: who.keyId, key: who.privateKey, at })
}
