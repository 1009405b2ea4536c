// SPDX-License-Identifier: AGPL-3.0-or-later
// Fedify, in a process of its own, signs for us and checks what we sign.
import { execFileSync } from 'node:child_process'
import { expect, it } from '@jest/globals'
import { readSignature, signRequest, type SignedRequest } from '../../federation/signatures.ts'
import { keyPair } from '../support/keys.ts'

const pair = keyPair()
const signer = { keyId: 'https://canal.example/actor#main-key', privateKey: pair.privateKey }
const body = '{"type":"Follow"}'
const inbox = new URL('https://centre.example/inbox')

function fedify(script: string, input: unknown): unknown {
  const text = `import { signRequest, verifyRequest, importJwk } from '@fedify/fedify/sig'
    const input = JSON.parse(process.argv[1]); const result = await (async () => { ${script} })()
    console.log(JSON.stringify(result)); process.exit(0)`
  const args = ['--input-type=module', '-e', text, JSON.stringify(input)]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
}

it.each(['draft-cavage-http-signatures-12', 'rfc9421'])('a request signed by Fedify as %s is proved', async (spec) => {
  const jwk = { ...pair.privateKey.export({ format: 'jwk' }), alg: 'RS256', key_ops: ['sign'] }
  const made = fedify(
    `const key = await importJwk(input.jwk, 'private')
     const request = new Request(input.url, { method: 'POST', body: input.body, headers: { 'content-type': 'application/activity+json' } })
     return [...(await signRequest(request, key, new URL(input.keyId), { spec: input.spec })).headers]`,
    { jwk, url: inbox.href, body, keyId: signer.keyId, spec },
  ) as [string, string][]
  const request: SignedRequest = {
    method: 'POST',
    target: '/inbox',
    origin: new URL(inbox.origin),
    headers: [...made.filter(([name]) => name !== 'host'), ['host', inbox.host]],
    body: Buffer.from(body),
  }
  const read = readSignature(request, new Date())
  expect(read.ok && read.keyId).toBe(signer.keyId)
  expect(read.ok && (await read.prove(pair.publicKey))).toBe(true)
})

it('Fedify proves what we sign', async () => {
  const headers = await signRequest({ method: 'POST', url: inbox, body }, signer, new Date())
  const key = {
    '@context': ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1'],
    id: 'https://canal.example/actor',
    type: 'Organization',
    publicKey: {
      id: signer.keyId,
      owner: 'https://canal.example/actor',
      publicKeyPem: pair.publicKey.export({ type: 'spki', format: 'pem' }),
    },
  }
  const found = fedify(
    `const load = async (url) => ({ contextUrl: null, documentUrl: url, document: input.key })
     const request = new Request(input.url, { method: 'POST', body: input.body, headers: input.headers })
     return (await verifyRequest(request, { documentLoader: load }))?.id?.href ?? null`,
    { url: inbox.href, body, headers, key },
  )
  expect(found).toBe(signer.keyId)
})
