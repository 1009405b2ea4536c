// SPDX-License-Identifier: AGPL-3.0-or-later
// The one door for outgoing requests: public addresses, few redirects, little time, few bytes.
import type { LookupFunction } from 'node:net'
import { pipeline, Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { Agent, request as send, type Dispatcher } from 'undici'
import { guardedLookup, readDestination, type AddressRefusal } from './addresses.ts'
import { signRequest, type Signer } from './signatures.ts'

export type FetchRefusal =
  AddressRefusal | 'too_many_redirects' | 'too_large' | 'timeout' | 'unreachable' | 'encoding_unknown'
/** `url` is the address that answered, after redirects; header names are lower-case, repeated headers joined. */
export type Answer = { ok: true; status: number; url: URL; headers: Record<string, string>; body: Buffer }
export type Failure = { ok: false; reason: FetchRefusal; detail?: string }

export type Ask = {
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  body?: Buffer | string
  signer?: Signer | undefined
}
export type Door = { ask(url: string | URL, ask?: Ask): Promise<Answer | Failure>; close(): Promise<void> }
export type DoorOptions = {
  allowHosts: ReadonlySet<string>
  userAgent: string
  now: () => Date
  /** For tests: another look-up of names, other limits. */
  lookup?: LookupFunction
  totalMs?: number
  maxBytes?: number
}

const MAX_REDIRECTS = 3
const PER_HOST = 2

/** Opens the door. One per instance; `close` ends its connections. Proxies named in the environment are not used. */
export function createDoor(options: DoorOptions): Door {
  const { totalMs = 10_000, maxBytes = 1024 * 1024 } = options
  const settings: Agent.Options = {
    connections: PER_HOST,
    headersTimeout: totalMs,
    bodyTimeout: totalMs,
    maxHeaderSize: 16_384,
  }
  const guarded = new Agent({ ...settings, connect: { timeout: 5000, lookup: guardedLookup(options.lookup) } })
  const open = new Agent({ ...settings, connect: { timeout: 5000 } })

  async function one(url: URL, isOpen: boolean, ask: Ask, signal: AbortSignal): Promise<Answer | Failure> {
    const method = ask.method ?? 'GET'
    const body = ask.body === undefined ? {} : { body: ask.body }
    const signed = ask.signer ? await signRequest({ method, url, ...body }, ask.signer, options.now()) : {}
    const headers = { 'user-agent': options.userAgent, 'accept-encoding': 'gzip, br', ...ask.headers, ...signed }
    const answer = await send(url.href, { ...body, method, headers, dispatcher: isOpen ? open : guarded, signal })
    const found = plainHeaders(answer.headers)
    const bytes = await readBody(answer, found, maxBytes, signal)
    if (!Buffer.isBuffer(bytes)) return { ok: false, reason: bytes }
    return { ok: true, status: answer.statusCode, url, headers: found, body: bytes }
  }

  async function ask(target: string | URL, ask: Ask = {}): Promise<Answer | Failure> {
    const signal = AbortSignal.timeout(totalMs)
    let next: string | URL = target
    try {
      for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
        const destination = readDestination(next, options.allowHosts)
        if (!destination.ok) return destination
        const answer = await one(destination.url, destination.open, ask, signal)
        const to = answer.ok && answer.status >= 300 && answer.status < 400 ? answer.headers['location'] : undefined
        // What we send somewhere is meant for there: only questions follow a redirect.
        if (!to || ask.method === 'POST') return answer
        next = URL.canParse(to, destination.url.href) ? new URL(to, destination.url) : to
      }
      return { ok: false, reason: 'too_many_redirects' }
    } catch (error) {
      return failure(error, signal)
    }
  }

  return { ask, close: async () => void (await Promise.all([guarded.destroy(), open.destroy()])) }
}

const DECODERS: Record<string, () => NodeJS.ReadWriteStream & { destroy(): void }> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/** The bytes of the answer, decompressed; the rest is abandoned as soon as there are more than `max`. */
async function readBody(
  answer: Dispatcher.ResponseData,
  headers: Record<string, string>,
  max: number,
  signal: AbortSignal,
): Promise<Buffer | FetchRefusal> {
  const abandon = (reason: FetchRefusal) => {
    answer.body.on('error', () => {}).destroy()
    return reason
  }
  if (Number(headers['content-length']) > max) return abandon('too_large')
  const name = headers['content-encoding']?.trim().toLowerCase()
  const decoder = name && name !== 'identity' ? DECODERS[name] : undefined
  if (name && name !== 'identity' && !decoder) return abandon('encoding_unknown')
  const stream = decoder ? (pipeline(answer.body, decoder(), () => {}) as unknown as Readable) : answer.body
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    signal.throwIfAborted()
    size += (chunk as Buffer).length
    if (size > max) return abandon('too_large')
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

function plainHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]))
}

function failure(error: unknown, signal: AbortSignal): Failure {
  const code = String((error as { code?: unknown } | null)?.code ?? '')
  if (code === 'EADDRREFUSED') return { ok: false, reason: 'address_refused' }
  const late = signal.aborted || code.includes('TIMEOUT') || code === 'ETIMEDOUT'
  // The code names the fault (ENOTFOUND, CERT_HAS_EXPIRED, …); the message could repeat what the other side wrote.
  return {
    ok: false,
    reason: late ? 'timeout' : 'unreachable',
    ...(/^[A-Z0-9_]{1,60}$/.test(code) ? { detail: code } : {}),
  }
}
