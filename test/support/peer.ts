// SPDX-License-Identifier: AGPL-3.0-or-later
// Another server on loopback: an actor with a key that stores what it receives, serves what the test sets, and signs.
import type { KeyObject } from 'node:crypto'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { signRequest } from '../../federation/signatures.ts'
import { serialise } from '../../federation/vocabulary.ts'
import { keyPair } from './keys.ts'

export type Sent = { path: string; headers: IncomingMessage['headers']; body: Record<string, unknown> }
export type Reply = { status: number; json: Record<string, unknown>; headers: IncomingMessage['headers'] }
export type Peer = Awaited<ReturnType<typeof startPeer>>
type Page = { status?: number; type?: string; location?: string; body?: unknown; hangs?: boolean }

const open: { close(): Promise<void> }[] = []

export async function startPeer(options: { key?: number; kind?: string; name?: string; port?: number } = {}) {
  let pair = keyPair(options.key ?? 0)
  const received: Sent[] = []
  const held: ServerResponse[] = []
  const asked: string[] = []
  const pages = new Map<string, Page | (() => Page)>()
  const status = {
    inbox: 202 as number | 'hang',
    /** What it answers to an activity, in place of `inbox`; 'cut' closes the connection without an answer. */
    to: undefined as ((body: Record<string, unknown>) => number | 'cut' | undefined) | undefined,
    retryAfter: undefined as string | undefined,
    /** Called when an activity has arrived and is not answered yet. */
    arrived: undefined as (() => void) | undefined,
    /** Milliseconds before each answer. */
    delayMs: 0,
    answered: undefined as (() => void) | undefined,
  }
  const server = createServer(async (req, res) => {
    const path = req.url ?? ''
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    if (req.method === 'POST') {
      received.push({ path, headers: req.headers, body: JSON.parse(Buffer.concat(chunks).toString()) as Sent['body'] })
      status.arrived?.()
      const own = status.to?.(received.at(-1)!.body)
      if (own === 'cut') return void res.destroy()
      if (own === undefined && status.inbox === 'hang') return void held.push(res)
      if (status.delayMs > 0) await new Promise((done) => setTimeout(done, status.delayMs))
      status.answered?.()
      if (status.retryAfter) res.setHeader('retry-after', status.retryAfter)
      return res.writeHead(own ?? Number(status.inbox)).end()
    }
    asked.push(path)
    const found = pages.get(path)
    const page = typeof found === 'function' ? found() : found
    if (page?.hangs) return void held.push(res)
    const type = page?.type ?? 'application/activity+json'
    res.writeHead(page?.status ?? (page ? 200 : 404), {
      'content-type': type,
      ...(page?.location ? { location: page.location } : {}),
    })
    return res.end(typeof page?.body === 'string' ? page.body : serialise((page?.body ?? {}) as object))
  })
  await new Promise<void>((done) => server.listen(options.port ?? 0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const actor = `${origin}/actor`
  const document = () => ({
    id: actor,
    type: 'Organization',
    preferredUsername: 'peer',
    name: options.name ?? 'Entraide Rive Gauche',
    url: `${origin}/`,
    inbox: `${origin}/inbox`,
    followers: `${origin}/followers`,
    ...(options.kind ? { kind: options.kind } : {}),
    publicKey: {
      id: `${actor}#main-key`,
      owner: actor,
      publicKeyPem: pair.publicKey.export({ type: 'spki', format: 'pem' }),
    },
  })
  pages.set('/actor', () => ({ body: document() }))
  const peer = {
    origin,
    host: `127.0.0.1:${port}`,
    actor,
    pages,
    received,
    asked,
    status,
    document,
    get signer() {
      return { keyId: `${actor}#main-key`, privateKey: pair.privateKey }
    },
    /** Answers the hanging requests, or cuts their connections. */
    answer(how: number | 'cut') {
      for (const res of held.splice(0)) {
        if (how === 'cut') res.destroy()
        else res.writeHead(how).end()
      }
    },
    rotate(index: number) {
      pair = keyPair(index)
    },
    last: (type: string) => received.findLast(({ body }) => body['type'] === type)?.body,
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
  open.push(peer)
  return peer
}

/** Call in afterEach. */
export async function stopPeers(): Promise<void> {
  for (const peer of open.splice(0)) await peer.close()
}

export type ActivityRequest = {
  path?: string
  body: unknown
  at: Date
  /** Changes the signed headers, or the body after signing. */
  headers?: (headers: Record<string, string>) => Record<string, string | string[]>
  tamper?: (body: string) => string
  unsigned?: boolean
  type?: string
}

/** @param url where the instance listens. @param publicUrl its configured address. */
export async function sendActivity(
  to: { url: string; publicUrl: string },
  signer: { keyId: string; privateKey: KeyObject },
  request: ActivityRequest,
): Promise<Reply> {
  const path = request.path ?? '/inbox'
  const body = typeof request.body === 'string' ? request.body : serialise(request.body as object)
  const signed = await signRequest({ method: 'POST', url: new URL(path, to.publicUrl), body }, signer, request.at)
  const base = request.unsigned ? { host: new URL(to.publicUrl).host } : signed
  const headers = { 'content-type': request.type ?? 'application/activity+json', ...(request.headers?.(base) ?? base) }
  return ask(to.url, { method: 'POST', path, headers, body: request.tamper?.(body) ?? body })
}

export function ask(
  url: string,
  options: { method?: string; path: string; headers?: Record<string, string | string[]>; body?: string | Buffer },
): Promise<Reply> {
  return new Promise((done, fail) => {
    const { method = 'GET', path, headers = {}, body } = options
    const { hostname, port } = new URL(url)
    const req = httpRequest({ hostname, port, method, path, headers, agent: false }, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk: Buffer) => chunks.push(chunk))
      res.on('error', fail)
      res.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        let json: Record<string, unknown> = {}
        try {
          json = JSON.parse(text) as Record<string, unknown>
        } catch {
          json = { text }
        }
        done({ status: res.statusCode ?? 0, json, headers: res.headers })
      })
    })
    req.on('error', fail)
    req.end(body)
  })
}
