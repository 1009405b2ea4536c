// SPDX-License-Identifier: AGPL-3.0-or-later
import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { digestOf, readPublicKey, readSignature, signRequest, type SignedRequest } from '../../federation/signatures.ts'
import { keyPair } from '../support/keys.ts'

const pair = keyPair(0)
const other = keyPair(1)
const signer = { keyId: 'https://canal.example/actor#main-key', privateKey: pair.privateKey }
const now = new Date('2026-11-22T09:00:00.000Z')
const origin = new URL('https://centre.example')
const body = Buffer.from('{"type":"Follow"}')

async function signed(at = now, method = 'POST', target = '/inbox'): Promise<SignedRequest> {
  const request = { method, url: new URL(target, origin), ...(method === 'POST' ? { body } : {}) }
  const headers = Object.entries(await signRequest(request, signer, at))
  return { method, target, origin, headers, body: method === 'POST' ? body : Buffer.alloc(0) }
}

function cavage(change: { covered?: string[]; headers?: [string, string][]; extra?: string; hash?: string } = {}) {
  const headers: [string, string][] = change.headers ?? [
    ['host', origin.host],
    ['date', now.toUTCString()],
    ['digest', digestOf(body)],
  ]
  const covered = change.covered ?? ['(request-target)', 'host', 'date', 'digest']
  const created = /created=(\d+)/.exec(change.extra ?? '')?.[1]
  const lines = covered.map((name) => {
    if (name === '(request-target)') return '(request-target): post /inbox'
    if (name === '(created)') return `(created): ${created}`
    return `${name}: ${headers
      .filter(([key]) => key === name)
      .map(([, value]) => value)
      .join(', ')}`
  })
  const hash = change.hash ?? 'sha256'
  const signature = sign(hash, Buffer.from(lines.join('\n')), pair.privateKey).toString('base64')
  const text = `keyId="${signer.keyId}"${change.extra ?? ',algorithm="rsa-sha256"'},headers="${covered.join(' ')}",signature="${signature}"`
  return { method: 'POST', target: '/inbox', origin, headers: [...headers, ['signature', text] as const], body }
}

function rfc9421(
  change: { covered?: string[]; parameters?: string; body?: Buffer; headers?: [string, string][] } = {},
) {
  const sent = change.body ?? body
  const headers: [string, string][] = [
    ['host', origin.host],
    ['content-digest', `sha-256=:${createHash('sha256').update(sent).digest('base64')}:`],
    ...(change.headers ?? []),
  ]
  const covered = change.covered ?? ['@method', '@target-uri', 'content-digest']
  const seconds = Math.floor(now.getTime() / 1000)
  const tail = change.parameters ?? `;created=${seconds};keyid="${signer.keyId}";alg="rsa-v1_5-sha256"`
  const input = `(${covered.map((name) => `"${name}"`).join(' ')})${tail}`
  const values: Record<string, string> = {
    '@method': 'POST',
    '@target-uri': 'https://centre.example/inbox',
    '@authority': 'centre.example',
    '@path': '/inbox',
    '@request-target': '/inbox',
    ...Object.fromEntries(headers),
  }
  const text = [...covered.map((name) => `"${name}": ${values[name]}`), `"@signature-params": ${input}`].join('\n')
  const signature = sign('sha256', Buffer.from(text), pair.privateKey).toString('base64')
  const added: [string, string][] = [
    ['signature-input', `sig1=${input}`],
    ['signature', `sig1=:${signature}:`],
  ]
  return { method: 'POST', target: '/inbox', origin, headers: [...headers, ...added], body }
}

async function outcome(request: SignedRequest, at = now, key = pair.publicKey): Promise<string> {
  const read = readSignature(request, at)
  return read.ok ? ((await read.prove(key)) ? `proved ${read.keyId}` : 'not proved') : read.reason
}
const proved = `proved ${signer.keyId}`

describe('what we sign', () => {
  it('our own signature is proved, with and without a body', async () => {
    expect(await outcome(await signed())).toBe(proved)
    expect(await outcome(await signed(now, 'GET', '/offers/1?page=2'))).toBe(proved)
  })

  it('another key does not prove it', async () => {
    expect(await outcome(await signed(), now, other.publicKey)).toBe('not proved')
  })

  it('one changed byte, another path, method or host is refused', async () => {
    const request = await signed()
    expect(await outcome({ ...request, body: Buffer.from('{"type":"Fallow"}') })).toBe('digest_wrong')
    expect(await outcome({ ...request, target: '/outbox' })).toBe('not proved')
    expect(await outcome({ ...request, target: '/inbox?x=1' })).toBe('not proved')
    expect(await outcome({ ...request, method: 'PUT' })).toBe('not proved')
    expect(await outcome({ ...request, origin: new URL('https://other.example') })).toBe('wrong_host')
  })
})

it('a key whose check would cost as much as a signature is not accepted', () => {
  const { n } = pair.publicKey.export({ format: 'jwk' })
  const withExponent = (e: Buffer) =>
    createPublicKey({ key: { kty: 'RSA', n: n!, e: e.toString('base64url') }, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    })
  expect(readPublicKey(withExponent(Buffer.from([1, 0, 1])))).toBeDefined()
  expect(readPublicKey(withExponent(Buffer.alloc(200, 0xff)))).toBeUndefined()
})

describe('draft-cavage', () => {
  it.each([
    ['rsa-sha256 by name', {}, proved],
    ['hs2019 with SHA-256', { extra: ',algorithm="hs2019"' }, proved],
    ['hs2019 with SHA-512', { extra: ',algorithm="hs2019"', hash: 'sha512' }, proved],
    ['rsa-sha512 by name', { extra: ',algorithm="rsa-sha512"', hash: 'sha512' }, proved],
    ['no algorithm named', { extra: '' }, proved],
    ['rsa-sha1', { extra: ',algorithm="rsa-sha1"', hash: 'sha1' }, 'algorithm_unknown'],
    ['sha1 under another name', { extra: ',algorithm="hs2019"', hash: 'sha1' }, 'not proved'],
    ['only the date', { covered: ['date'] }, 'not_enough_covered'],
    ['no request target', { covered: ['host', 'date', 'digest'] }, 'not_enough_covered'],
    ['no host', { covered: ['(request-target)', 'date', 'digest'] }, 'not_enough_covered'],
    ['no date', { covered: ['(request-target)', 'host', 'digest'] }, 'not_enough_covered'],
    ['digest not covered', { covered: ['(request-target)', 'host', 'date'] }, 'not_enough_covered'],
    [
      'a header twice in the list',
      { covered: ['(request-target)', 'host', 'host', 'date', 'digest'] },
      'signature_unreadable',
    ],
  ])('%s', async (_name, change, expected) => {
    expect(await outcome(cavage(change))).toBe(expected)
  })

  const host: [string, string] = ['host', origin.host]
  const date: [string, string] = ['date', now.toUTCString()]
  const digest: [string, string] = ['digest', digestOf(body)]
  const sha512 = `SHA-512=${createHash('sha512').update(body).digest('base64')}`
  it.each<[string, [string, string][], string]>([
    ['no digest', [host, date], 'digest_missing'],
    ['SHA-512 alone', [host, date, ['digest', sha512]], 'digest_missing'],
    ['SHA-512 beside SHA-256', [host, date, ['digest', `${digest[1]},${sha512}`]], proved],
    ['two digest headers', [host, date, digest, digest], 'header_repeated'],
    ['two digests in one header', [host, date, ['digest', `${digest[1]},${digest[1]}`]], 'digest_missing'],
    ['an empty digest', [host, date, ['digest', 'SHA-256=']], 'digest_missing'],
    ['no date', [host, digest], 'header_missing'],
    ['two dates', [host, date, date, digest], 'header_repeated'],
    ['an unreadable date', [host, ['date', 'yesterday'], digest], 'date_unreadable'],
    ['a date that does not exist', [host, ['date', 'Sun, 99 Nov 2026 09:00:00 GMT'], digest], 'date_unreadable'],
    ['an ISO date', [host, ['date', now.toISOString()], digest], 'date_unreadable'],
    ['no host', [date, digest], 'wrong_host'],
    ['two hosts', [host, ['host', 'centre.example'], date, digest], 'wrong_host'],
    ['our host with the port of https', [['host', 'centre.example:443'], date, digest], proved],
    ['our host with another port', [['host', 'centre.example:8443'], date, digest], 'wrong_host'],
    ['a look-alike host', [['host', 'centre.example.evil.test'], date, digest], 'wrong_host'],
  ])('headers: %s', async (_name, headers, expected) => {
    expect(await outcome(cavage({ headers }))).toBe(expected)
  })

  const hour = 3_600_000
  it.each([
    ['13 hours old', -13 * hour, 'date_out_of_window'],
    ['11 hours old', -11 * hour, proved],
    ['50 minutes ahead', 50 * 60_000, proved],
    ['2 hours ahead', 2 * hour, 'date_out_of_window'],
  ])('a date %s', async (_name, gap, expected) => {
    expect(await outcome(await signed(new Date(now.getTime() + gap)))).toBe(expected)
  })

  const covered = ['(request-target)', 'host', '(created)', 'digest']
  const seconds = now.getTime() / 1000
  it.each([
    ['now', seconds, proved],
    ['ten minutes ahead', seconds + 600, 'date_out_of_window'],
    ['13 hours ago', seconds - 13 * 3600, 'date_out_of_window'],
  ])('made %s by its own word', async (_name, created, expected) => {
    expect(await outcome(cavage({ covered, extra: `,algorithm="hs2019",created=${created}` }))).toBe(expected)
  })

  it('a signature that has expired by its own word', async () => {
    expect(await outcome(cavage({ extra: `,algorithm="hs2019",expires=${seconds - 1}` }))).toBe('date_out_of_window')
  })

  it('no signature, two signatures, unreadable ones', async () => {
    const request = cavage()
    const rest = request.headers.slice(0, 3)
    const own = request.headers[3] ?? ['', '']
    expect(await outcome({ ...request, headers: rest })).toBe('signature_missing')
    expect(await outcome({ ...request, headers: [...rest, own, own] })).toBe('header_repeated')
    for (const text of [
      '',
      'x',
      'keyId=',
      'keyId="a"',
      'keyId="a",signature="é"',
      `${own[1]},keyId="b"`,
      'a'.repeat(9000),
    ]) {
      expect(await outcome({ ...request, headers: [...rest, ['signature', text]] })).toMatch(/^signature_/)
    }
  })
})

describe('RFC 9421', () => {
  const made = `;created=${now.getTime() / 1000}`
  const key = `;keyid="${signer.keyId}"`
  it.each([
    ['as Mastodon sends it', {}, proved],
    ['path and authority', { covered: ['@method', '@path', '@authority', 'content-digest'] }, proved],
    ['request target and host', { covered: ['@method', '@request-target', 'host', 'content-digest'] }, proved],
    ['no algorithm named', { parameters: made + key }, proved],
    ['no method', { covered: ['@target-uri', 'content-digest'] }, 'not_enough_covered'],
    ['no target', { covered: ['@method', '@authority', 'content-digest'] }, 'not_enough_covered'],
    ['path without host', { covered: ['@method', '@path', 'content-digest'] }, 'not_enough_covered'],
    ['digest not covered', { covered: ['@method', '@target-uri'] }, 'not_enough_covered'],
    ['no moment', { parameters: key }, 'not_enough_covered'],
    ['13 hours old', { parameters: `;created=${now.getTime() / 1000 - 13 * 3600}${key}` }, 'date_out_of_window'],
    ['in the future', { parameters: `;created=${now.getTime() / 1000 + 7200}${key}` }, 'date_out_of_window'],
    ['expired', { parameters: `${made};expires=${now.getTime() / 1000 - 1}${key}` }, 'date_out_of_window'],
    ['PSS', { parameters: `${made}${key};alg="rsa-pss-sha512"` }, 'algorithm_unknown'],
    ['no key id', { parameters: made }, 'signature_unreadable'],
    ['another body', { body: Buffer.from('{}') }, 'digest_wrong'],
    ['two content digests', { headers: [['content-digest', 'sha-256=:AAAA:'] as [string, string]] }, 'header_repeated'],
  ])('%s', async (_name, change, expected) => {
    expect(await outcome(rfc9421(change))).toBe(expected)
  })

  it("another server's request is refused", async () => {
    const request = rfc9421()
    expect(await outcome({ ...request, origin: new URL('https://other.example') })).toBe('wrong_host')
    expect(await outcome({ ...request, target: '/inbox?x=1' })).toBe('not proved')
    expect(await outcome({ ...request, method: 'PUT' })).toBe('not proved')
    const pathOnly = rfc9421({ covered: ['@method', '@path', '@authority', 'content-digest'] })
    expect(await outcome({ ...pathOnly, target: '/inbox?x=1' })).toBe('not_enough_covered')
  })

  it.each<[string, string, (value: string) => string, string]>([
    [
      'a label twice',
      'signature-input',
      (value) => `${value}, sig1=("@method");created=1;keyid="x"`,
      'signature_unreadable',
    ],
    [
      'a parameter twice',
      'signature-input',
      (value) => `${value};keyid="https://evil.example/#k"`,
      'signature_unreadable',
    ],
    [
      'a parameter of a component',
      'signature-input',
      (value) => value.replace('"@method"', '"@method";req'),
      'signature_unreadable',
    ],
    ['something else than a list', 'signature-input', (value) => `${value}, sig2=1`, 'signature_unreadable'],
    ['a comma at the end', 'signature-input', (value) => `${value},`, 'signature_unreadable'],
    [
      'a key id that is a token',
      'signature-input',
      (value) => value.replace(/keyid="[^"]*"/, 'keyid=k'),
      'signature_unreadable',
    ],
    [
      'an algorithm that is a token',
      'signature-input',
      (value) => value.replace(/alg="([^"]*)"/, 'alg=$1'),
      'algorithm_unknown',
    ],
    [
      'a moment that is a text',
      'signature-input',
      (value) => value.replace(/created=(\d+)/, 'created="$1"'),
      'date_unreadable',
    ],
    ['a signature twice', 'signature', (value) => `${value}, ${value}`, 'signature_unreadable'],
    ['bytes that are a text', 'signature', (value) => value.replace(/:(.*):/, '"$1"'), 'signature_unreadable'],
    ['bytes with a parameter', 'signature', (value) => `${value};x`, 'signature_unreadable'],
    ['no bytes', 'signature', () => 'sig1=::', 'signature_unreadable'],
    ['a digest twice', 'content-digest', (value) => `${value}, ${value}`, 'digest_missing'],
    ['an unknown parameter that is not signed', 'signature-input', (value) => `${value};tag="x"`, 'not proved'],
  ])('%s', async (_name, header, change, expected) => {
    const request = rfc9421()
    const headers = request.headers.map(([name, value]): [string, string] => [
      name,
      name === header ? change(value) : value,
    ])
    expect(await outcome({ ...request, headers })).toBe(expected)
  })

  it('the signature of a proxy in front does not hide the good one', async () => {
    const request = rfc9421()
    const headers = request.headers.map(([name, value]): [string, string] => {
      if (name === 'signature-input') return [name, `proxy=("@method");created=1;keyid="p", ${value}`]
      return [name, name === 'signature' ? `proxy=:AAAA:, ${value}` : value]
    })
    expect(await outcome({ ...request, headers })).toBe(proved)
  })
})

it('keys: RSA of 2048 to 8192 bits and nothing else', () => {
  const pem = (made: { publicKey: { export(options: object): string | Buffer } }) =>
    made.publicKey.export({ type: 'spki', format: 'pem' })
  expect(readPublicKey(pem(pair))).toBeDefined()
  expect(readPublicKey(pem(generateKeyPairSync('rsa', { modulusLength: 1024 })))).toBeUndefined()
  expect(readPublicKey(pem(generateKeyPairSync('ec', { namedCurve: 'P-256' })))).toBeUndefined()
  expect(readPublicKey(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }))).toBeUndefined()
  for (const odd of [undefined, null, 3, {}, '', 'x', 'y'.repeat(100_000)]) expect(readPublicKey(odd)).toBeUndefined()
})

it('whatever the headers hold, nothing is thrown and nothing is proved', async () => {
  const name = fc.constantFrom('signature', 'signature-input', 'host', 'date', 'digest', 'content-digest', 'x')
  const value = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(cavage().headers[3]?.[1] ?? '', 'sig1=("@method")'),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, value)), fc.webPath(), async (headers, target) => {
      expect(await outcome({ method: 'POST', target, origin, headers, body })).not.toMatch(/^proved/)
    }),
    { numRuns: 500 },
  )
})
