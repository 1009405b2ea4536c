// SPDX-License-Identifier: AGPL-3.0-or-later
// May this request enter? The cheapest question first, and its words last: how much this address sends, the raw bytes,
// who is blocked, signature with digest, date and our own name, whose key it is; then only what it says. It is kept as
// it came, and only then answered 202. What it means is found out later (inbox.ts).
import type { IncomingMessage, ServerResponse } from 'node:http'
import { faultOf } from '../server/base/fault.ts'
import { cornerOf, networkOf } from '../server/base/network.ts'
import type { Deps } from '../server/deps.ts'
import { securityHeaders } from '../server/web/security-headers.ts'
import type { Actors } from './actors.ts'
import { MOST_FETCHES, withBudget, type Budget, type Door } from './fetch.ts'
import { entryOf, TooMany, type Entry } from './inbox/entry.ts'
import { activityOriginRefusal, idOf, isSameOrigin, readId } from './origins.ts'
import type { OurselvesDoor } from './ourselves.ts'
import type { Peers } from './peers.ts'
import type { PeerPolicy } from './policy.ts'
import { MAX_BYTES, readPlainJson, type JsonObject } from './plain-json.ts'
import type { RateLimits } from './rates.ts'
import { readBody, type Refused } from './raw-body.ts'
import { keyIdsOf, readSignature, type SignedRequest, type Unproved } from './signatures.ts'

export type Keeper = (entry: Entry) => Promise<void>
type Parts = { deps: Deps; door: Door; actors: Actors; peers: Peers; policy: PeerPolicy; ourselves: OurselvesDoor }

const MAX_IN_FLIGHT = 256
const KEEPABLE = /^[A-Z][A-Za-z]{1,40}$/
const TALLY_MS = 60_000

/** A request as Node gives it; behind Express it has the address it first had as well. */
type Knock = IncomingMessage & { originalUrl?: string }
/** @param address from where it came, past the proxies we trust. */
export type Gate = (req: Knock, res: ServerResponse, address: string | undefined) => Promise<void>

/** True for a letter, which the gate takes before the rest of the server has looked at it. */
export function isLetter(req: IncomingMessage): boolean {
  return req.method === 'POST' && /^\/inbox(?:\?|$)/.test(req.url ?? '')
}

export function createGate(parts: Parts, inner: { rates: RateLimits; keep: Keeper }): Gate {
  const { deps, actors, policy } = parts
  const { rates, keep } = inner
  const origin = new URL(deps.config.publicUrl)
  const answer = answers(deps)
  const count = tally(deps)
  let inFlight = 0
  let isSetUp = false

  return async (req, res, address) => {
    if (inFlight >= MAX_IN_FLIGHT) return answer(req, res, { status: 503, reason: 'busy', waitS: SOON_S })
    inFlight++
    try {
      const refused = await enter(req, address)
      if (refused) {
        if (refused.status !== 429) rates.fail(address)
        deps.log.info('an activity was refused', {
          status: refused.status,
          reason: refused.reason,
          from: cornerOf(address),
        })
      } else count()
      answer(req, res, refused)
    } catch (error) {
      // A full disk, say: the sender keeps it and comes again.
      deps.log.error('an activity could not be kept', { error: faultOf(error) })
      answer(req, res, { status: 503, reason: 'not_kept', waitS: SOON_S })
    } finally {
      inFlight--
    }
  }

  async function enter(req: Knock, address: string | undefined): Promise<Refused | undefined> {
    if (!rates.mayKnock(address)) return TOO_MANY
    // Before the association is set up there is nobody whom a letter could reach.
    isSetUp ||= (await parts.ourselves.read()) !== undefined
    if (!isSetUp) return { status: 404, reason: 'not_set_up' }
    const done = rates.begin(address)
    return done ? take(req, address).finally(done) : { ...TOO_MANY, waitS: SOON_S }
  }

  async function take(req: Knock, address: string | undefined): Promise<Refused | undefined> {
    const body = await readBody(req, MAX_BYTES)
    if (!Buffer.isBuffer(body)) return body
    const headers = headersOf(req)
    const named = new Set(keyIdsOf(headers).map((keyId) => readId(keyId)?.host ?? ''))
    for (const host of named) {
      const silence = host && (await policy.silenceWith(host))
      if (silence) return { status: 403, reason: silence }
    }
    const target = req.originalUrl ?? req.url ?? ''
    const request: SignedRequest = { method: req.method ?? '', target, origin, headers, body }
    const signature = readSignature(request, deps.clock.now())
    return signature.ok ? enterSigned(address, body, signature, named) : unproved(signature.reason)
  }

  async function enterSigned(
    address: string | undefined,
    body: Buffer,
    { keyId, prove }: Unproved,
    named: ReadonlySet<string>,
  ): Promise<Refused | undefined> {
    const key = readId(keyId)
    if (!key) return unproved('key_unusable')
    if (key.origin === origin.origin) return unproved('ourselves')
    // The keys named before were read loosely: this is the one that counts.
    const silence = named.has(key.host) ? undefined : await policy.silenceWith(key.host)
    if (silence) return { status: 403, reason: silence }
    const isExhausted = rates.isExhausted(address)
    const notProved = isExhausted ? TOO_MANY : unproved('signature_wrong')
    const budget: Budget = { left: MOST_FETCHES }
    const asking = { mayFetch: !isExhausted, door: withBudget(parts.door, budget), from: networkOf(address) }

    // A key we hold answers for its actor before a word is read. Of an unknown one only the letter says whose it is.
    const holder = await actors.holderOf(keyId)
    if (holder && !(await actors.proves(holder, keyId, prove, asking))) return notProved
    if (!holder && isExhausted) return TOO_MANY
    const read = readPlainJson(body)
    if (!read.ok) return { status: read.reason === 'too_big' ? 413 : 400, reason: read.reason }
    const shape = shapeRefusal(read.value)
    if (shape) return shape
    const actor = idOf(read.value['actor']) ?? ''
    if (!isSameOrigin(keyId, actor)) return unproved('key_of_another')
    // Its key is gone with it, so asking proves nothing: a large server says it of each account it closes.
    if (!holder && isFarewell(read.value, actor) && !(await actors.isKnown(actor))) return unproved('nobody_known')
    if (actor !== holder?.uri) {
      const mayFetch = asking.mayFetch && !holder
      if (!(await actors.proves(actor, keyId, prove, { ...asking, mayFetch }))) return notProved
    }
    if (!rates.mayEnter(key.host, { address, isPartner: await parts.peers.isPartner(key.host) })) return TOO_MANY
    const fetches = Math.min(MOST_FETCHES, MOST_FETCHES - budget.left)
    try {
      await keep(entryOf(read.value, { actor, home: key, text: read.text, fetches, at: deps.clock.iso() }))
    } catch (error) {
      if (error instanceof TooMany) return TOO_MANY
      throw error
    }
    return undefined
  }
}

/** What is under way is over within seconds; a count begins anew after five minutes. */
const SOON_S = 30
const TOO_MANY: Refused = { status: 429, reason: 'too_many', waitS: 300 }
const unproved = (reason: string): Refused => ({ status: 401, reason })

function shapeRefusal(activity: JsonObject): Refused | undefined {
  const type = activity['type']
  if (typeof type !== 'string' || !KEEPABLE.test(type)) return { status: 400, reason: 'type_unusable' }
  const wrong = activityOriginRefusal(activity)
  if (wrong === 'wrong_origin') return unproved(wrong)
  return wrong ? { status: 400, reason: wrong } : undefined
}

/** An account says that it is no more. */
function isFarewell(activity: JsonObject, actor: string): boolean {
  return activity['type'] === 'Delete' && idOf(activity['object']) === actor
}

/** All headers as they came, repetitions included. */
export function headersOf(req: IncomingMessage): [string, string][] {
  const headers: [string, string][] = []
  for (let at = 0; at + 1 < req.rawHeaders.length; at += 2)
    headers.push([req.rawHeaders[at] ?? '', req.rawHeaders[at + 1] ?? ''])
  return headers
}

/** Answers 202, or says why not; with the headers that every answer of ours carries. */
function answers(deps: Deps) {
  const always = [...securityHeaders(deps.config.isHttps), ['Content-Type', 'application/json; charset=utf-8']].flat()
  const taken = '{"ok":true}'
  const takenHeaders = [...always, 'Content-Length', String(taken.length)]
  return (req: Knock, res: ServerResponse, refused: Refused | undefined): void => {
    if (!refused) return void res.writeHead(202, takenHeaders).end(taken)
    const { status, reason, waitS } = refused
    const headers = [...always]
    if (waitS !== undefined) headers.push('Retry-After', String(waitS))
    // The rest of a body we do not want is not waited for.
    if (!req.complete) headers.push('Connection', 'close')
    res.writeHead(status, headers).end(JSON.stringify({ error: reason }))
  }
}

/** One line a minute for all that was let in: a line each would cost more than the letter. */
function tally(deps: Deps): () => void {
  let count = 0
  return () => {
    if (count++ > 0) return
    setTimeout(() => {
      deps.log.info('activities were let in', { count, seconds: TALLY_MS / 1000 })
      count = 0
    }, TALLY_MS).unref()
  }
}
