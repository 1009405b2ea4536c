// SPDX-License-Identifier: AGPL-3.0-or-later
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { signRequest } from '../../../federation/signatures.ts'

/** The public address of every measured server, whatever its port, so that all can receive the same bytes. */
export const PUBLIC_URL = 'http://localhost:9999'
export const CONNECTIONS = 8
export type Requests = Buffer[]
export type Run = { perSecond: number; latencies: number[]; statuses: Record<number, number> }

/** On one loopback server, one actor for each connection. */
export async function startActors() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' })
  const server = createServer((req, res) => {
    const id = origin + req.url
    const document = {
      '@context': ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1'],
      id,
      type: 'Organization',
      preferredUsername: 'sender',
      name: 'Les Jardins du Canal',
      inbox: `${id}/inbox`,
      outbox: `${id}/outbox`,
      publicKey: { id: `${id}#main-key`, owner: id, publicKeyPem },
    }
    res.writeHead(200, { 'content-type': 'application/activity+json' }).end(JSON.stringify(document))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const origin = `http://${host}`
  const actors = Array.from({ length: CONNECTIONS }, (_, n) => `${origin}/actors/${n}`)
  let counter = 0

  /** `count` signed requests as bytes, with new ids, of the actors in turn. */
  async function write(count: number, build = createOf): Promise<Requests> {
    const requests: Requests = []
    for (let n = 0; n < count; n += 1) {
      const actor = actors[n % actors.length]!
      const body = JSON.stringify(build(actor, ++counter))
      const url = new URL('/inbox', PUBLIC_URL)
      const signer = { keyId: `${actor}#main-key`, privateKey }
      const headers = Object.entries(await signRequest({ method: 'POST', url, body }, signer, new Date()))
      const head = [
        'POST /inbox HTTP/1.1',
        ...headers.map(([name, value]) => `${name}: ${value}`),
        'content-type: application/activity+json',
        `content-length: ${Buffer.byteLength(body)}`,
      ]
      requests.push(Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`))
    }
    return requests
  }

  return { host, actors, write, close: () => server.closeAllConnections() === undefined && server.close() }
}

/** A Delete that has to be looked up and is stored as done. */
export function deleteOf(actor: string, n: number): object {
  return {
    '@context': 'https://www.w3.org/ns/activitystreams',
    id: `${actor}/activities/${n}`,
    type: 'Delete',
    actor,
    object: `${actor}/events/${n}`,
    to: ['https://www.w3.org/ns/activitystreams#Public'],
  }
}

function createOf(actor: string, n: number): object {
  const id = `${actor}/events/${n}`
  const to = ['https://www.w3.org/ns/activitystreams#Public']
  return {
    '@context': ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1'],
    id: `${actor}/activities/${n}`,
    type: 'Create',
    actor,
    published: '2026-11-22T09:00:00Z',
    to,
    cc: [`${actor}/followers`],
    object: {
      id,
      type: 'Event',
      attributedTo: actor,
      name: `Collecte du samedi, numéro ${n}`,
      summary: 'Conduire le camion des invendus et décharger à l’accueil de jour.',
      content: `<p>${'Nous passons chez les commerçants du quartier, puis nous rangeons tout à la réserve. '.repeat(13)}</p>`,
      startTime: '2026-12-05T08:00:00Z',
      endTime: '2026-12-05T12:00:00Z',
      url: id,
      location: { type: 'Place', name: 'Accueil de jour', latitude: 47.32, longitude: 5.04 },
      tag: [{ type: 'Link', name: 'alimentation', href: `${actor}/tags/food` }],
      to,
      cc: [`${actor}/followers`],
    },
  }
}

/** Over eight connections, each sending the next request as soon as the last one is answered. */
export async function post(port: number, requests: Requests): Promise<Run> {
  let next = 0
  const latencies: number[] = []
  const statuses: Record<number, number> = {}
  const from = performance.now()
  await Promise.all(
    Array.from({ length: CONNECTIONS }, () => {
      return new Promise<void>((done, fail) => {
        const socket = connect({ port, host: '127.0.0.1', noDelay: true })
        let answer = ''
        let sentAt = 0
        const send = () => {
          const request = requests[next++]
          if (!request) return socket.end(done)
          sentAt = performance.now()
          socket.write(request)
        }
        socket.setEncoding('latin1').on('error', fail).on('connect', send)
        socket.on('close', () => fail(new Error('the server closed the connection')))
        socket.on('data', (chunk: string) => {
          answer += chunk
          if (!isWhole(answer)) return
          const status = Number(answer.slice(9, 12))
          statuses[status] = (statuses[status] ?? 0) + 1
          latencies.push(performance.now() - sentAt)
          answer = ''
          send()
        })
      })
    }),
  )
  return { perSecond: (latencies.length / (performance.now() - from)) * 1000, latencies, statuses }
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, end + 2))?.[1]
  return length === undefined ? answer.endsWith('0\r\n\r\n') : answer.length >= end + 4 + Number(length)
}
