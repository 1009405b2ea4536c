// SPDX-License-Identifier: AGPL-3.0-or-later
// The only client that reaches other servers. Node's own, because it takes our look-up of names and costs no memory.
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as askHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { pipeline, type Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { askHttp, HttpAgent } from '../server/base/http.ts'
import type { NotAllowed } from '../server/peers/rules.ts'
import { guardedLookup, readDestination, type AddressRefusal, type Destination } from './addresses.ts'
import { signRequest, type Signer } from './signatures.ts'

export type FetchRefusal =
  | AddressRefusal
  | NotAllowed
  | 'ourselves'
  | 'too_many_redirects'
  | 'too_large'
  | 'timeout'
  | 'unreachable'
  | 'encoding_unknown'
  | 'budget_spent'
/** `url` is the address that answered, after redirects; header names are lower-case, repeated headers joined. */
export type Answer = { ok: true; status: number; url: URL; headers: Record<string, string>; body: Buffer }
/** `isSent`: the request was written whole, so that the other side had all that it needs for an answer. */
export type Failure = { ok: false; reason: FetchRefusal; detail?: string; isSent?: boolean }

/** Requests left, redirects included; all requests for one received activity share one budget. */
export type Budget = { left: number }
export const MOST_FETCHES = 10

export type Ask = {
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  body?: Buffer | string
  signer?: Signer | undefined
  budget?: Budget
}
export type HttpClient = { ask(url: string | URL, ask?: Ask): Promise<Answer | Failure>; close(): void }
export type HttpClientOptions = {
  allowHosts: ReadonlySet<string>
  userAgent: string
  now: () => Date
  /** Never requested, even after a redirect; with its port unless that is the default. */
  ownHost?: string
  refusalFor?: (host: string) => Promise<NotAllowed | undefined>
  /** The rest is for tests. */
  lookup?: LookupFunction
  totalMs?: number
  maxBytes?: number
}

type Reachable = Extract<Destination, { ok: true }>
/** `written` is called when a request has been written whole. */
type Way = { signal: AbortSignal; written: () => void }

const MAX_REDIRECTS = 3
const PER_HOST = 2
/** Interim answers (100, 102, 103) to one request: the limit of bytes does not count them. */
const MOST_INTERIM = 10

/** `close` aborts requests under way. Proxies named in the environment are not used. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { totalMs = 10_000, maxBytes = 1024 * 1024 } = options
  const agents = openAgents(options.lookup, totalMs)
  const closing = new AbortController()

  async function exchange({ url, open }: Reachable, ask: Ask, { signal, written }: Way): Promise<Answer | Failure> {
    const headers = await headersOf(url, ask, options)
    const about = { method: ask.method ?? 'GET', headers, signal, maxHeaderSize: 16_384 }
    const answer = await answerTo(() => agents.request(url, open, about), ask.body, written)
    const found = plainHeaders(answer.headers)
    const bytes = await readBody(answer, found, maxBytes)
    if (!Buffer.isBuffer(bytes)) return { ok: false, reason: bytes }
    return { ok: true, status: answer.statusCode ?? 0, url, headers: found, body: bytes }
  }

  async function ask(target: string | URL, ask: Ask = {}): Promise<Answer | Failure> {
    const late = AbortSignal.timeout(totalMs)
    const signal = AbortSignal.any([late, closing.signal])
    let isSent = false
    const way = { signal, written: () => void (isSent = true) }
    let next: string | URL = target
    try {
      for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
        const destination = await allowedDestination(next, options)
        if (!destination.ok) return destination
        if (ask.budget && --ask.budget.left < 0) return { ok: false, reason: 'budget_spent' }
        const answer = await exchange(destination, ask, way)
        const to = redirectOf(answer)
        // An activity is meant for this inbox alone: only GET follows a redirect.
        if (!to || ask.method === 'POST') return answer
        next = URL.canParse(to, destination.url.href) ? new URL(to, destination.url) : to
      }
      return { ok: false, reason: 'too_many_redirects' }
    } catch (error) {
      return { ...failure(error, late.aborted), isSent }
    }
  }

  function close(): void {
    closing.abort()
    agents.close()
  }
  return { ask, close }
}

/** Only connections to hosts in FEDERATION_ALLOW_HOSTS (`isOpen`) may go to private addresses. */
function openAgents(lookup: LookupFunction | undefined, totalMs: number) {
  const settings = { keepAlive: true, maxSockets: PER_HOST, timeout: totalMs }
  const guarded = new HttpsAgent({ ...settings, lookup: guardedLookup(lookup) })
  const open = { http: new HttpAgent(settings), https: new HttpsAgent(settings) }
  return {
    request(url: URL, isOpen: boolean, about: RequestOptions): ClientRequest {
      if (!isOpen) return askHttps(url, { ...about, agent: guarded })
      return url.protocol === 'http:'
        ? askHttp(url, { ...about, agent: open.http })
        : askHttps(url, { ...about, agent: open.https })
    },
    close() {
      for (const agent of [guarded, open.http, open.https]) agent.destroy()
    },
  }
}

async function allowedDestination(target: string | URL, options: HttpClientOptions): Promise<Reachable | Failure> {
  const destination = readDestination(target, options.allowHosts)
  if (!destination.ok) return destination
  // `example.org.` is the same machine as `example.org`.
  if (destination.url.host.replace(/\.(?=:|$)/, '') === options.ownHost) return { ok: false, reason: 'ourselves' }
  const refusal = await options.refusalFor?.(destination.url.host)
  return refusal ? { ok: false, reason: refusal } : destination
}

function redirectOf(answer: Answer | Failure): string | undefined {
  return answer.ok && answer.status >= 300 && answer.status < 400 ? answer.headers['location'] : undefined
}

async function headersOf(url: URL, ask: Ask, options: HttpClientOptions): Promise<Record<string, string>> {
  const body = ask.body === undefined ? {} : { body: ask.body }
  const signed = ask.signer
    ? await signRequest({ method: ask.method ?? 'GET', url, ...body }, ask.signer, options.now())
    : {}
  const length = ask.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(ask.body)) }
  return {
    'user-agent': options.userAgent,
    'accept-encoding': 'gzip, br',
    ...length,
    ...ask.headers,
    ...signed,
  }
}

export function withBudget(http: HttpClient, budget: Budget): HttpClient {
  return { ...http, ask: (url, ask) => http.ask(url, { ...ask, budget }) }
}

/** Tries once more when the server has just closed a connection that was kept open. */
async function answerTo(
  make: () => ClientRequest,
  body: Buffer | string | undefined,
  written: () => void,
): Promise<IncomingMessage> {
  for (let attempt = 0; ; attempt++) {
    const request = make()
    try {
      return await new Promise<IncomingMessage>((done, fail) => {
        // After a switch of protocols (101) Node reports neither an answer nor an error, and closes.
        const over = () => fail(new Error('closed without an answer'))
        let interim = 0
        const count = () => void (++interim > MOST_INTERIM && request.destroy(new Error('only interim answers')))
        request
          .on('finish', written)
          .on('information', count)
          .on('response', done)
          .on('error', fail)
          .on('close', over)
          .end(body)
      })
    } catch (error) {
      const isStale = request.reusedSocket && (error as { code?: unknown }).code === 'ECONNRESET'
      if (!isStale || attempt > 0) throw error
    }
  }
}

const DECODERS: Record<string, () => NodeJS.ReadWriteStream> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/** @param max decompressed bytes. */
async function readBody(
  answer: IncomingMessage,
  headers: Record<string, string>,
  max: number,
): Promise<Buffer | FetchRefusal> {
  const abandon = (reason: FetchRefusal) => {
    answer.on('error', () => {}).destroy()
    return reason
  }
  if (Number(headers['content-length']) > max) return abandon('too_large')
  const name = headers['content-encoding']?.trim().toLowerCase()
  const decoder = name && name !== 'identity' ? DECODERS[name] : undefined
  if (name && name !== 'identity' && !decoder) return abandon('encoding_unknown')
  const stream = decoder ? (pipeline(answer, decoder(), () => {}) as unknown as Readable) : answer
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    size += (chunk as Buffer).length
    if (size > max) return abandon('too_large')
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

function plainHeaders(headers: IncomingMessage['headers']): Record<string, string> {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}

function failure(error: unknown, isLate: boolean): Failure {
  const code = String((error as { code?: unknown } | null)?.code ?? '')
  if (code === 'EADDRREFUSED') return { ok: false, reason: 'address_refused' }
  // Only the code (ENOTFOUND, CERT_HAS_EXPIRED, …): the message could repeat what the other side wrote.
  const detail = /^[A-Z0-9_]{1,60}$/.test(code) && code !== 'ABORT_ERR' ? { detail: code } : {}
  return { ok: false, reason: isLate || code === 'ETIMEDOUT' ? 'timeout' : 'unreachable', ...detail }
}
