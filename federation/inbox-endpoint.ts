// SPDX-License-Identifier: AGPL-3.0-or-later
// POST /inbox, cheapest check first: rate of the address, bytes, blocked host, signature, holder of the key, content.
// An activity is stored, answered 202, and handled later (inbox.ts).
import { isHandled } from './activities.ts'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { faultOf } from '../server/base/fault.ts'
import { cornerOf, networkOf } from '../server/base/network.ts'
import type { Deps } from '../server/deps.ts'
import { securityHeaders } from '../server/web/security-headers.ts'
import type { ActorKeys } from './actor-keys.ts'
import { MOST_FETCHES, withBudget, type Budget, type HttpClient } from './http-client.ts'
import { entryOf, TooMany, type Entry } from './inbox-store.ts'
import { activityOriginRefusal, idOf, isSameOrigin, readId } from './origins.ts'
import type { OwnActor } from './own-actor.ts'
import type { Peers } from './peers.ts'
import type { PeerPolicy } from './policy.ts'
import { MAX_BYTES, readPlainJson, type JsonObject } from './plain-json.ts'
import type { RateLimits } from './rates.ts'
import { readBody, type Refused } from './raw-body.ts'
import { keyIdsOf, readSignature, type SignedRequest, type Unproved } from './signatures.ts'
import { isPlainlyReadable } from './vocabulary.ts'

type Parts = {
  deps: Deps
  http: HttpClient
  keys: ActorKeys
  peers: Peers
  policy: PeerPolicy
  ownActor: OwnActor
  rates: RateLimits
  /** Resolves when the activity is on disk. */
  store: (entry: Entry) => Promise<void>
}

const MAX_IN_FLIGHT = 256
const STORABLE_TYPE = /^[A-Z][A-Za-z]{1,40}$/
const COUNT_EVERY_MS = 60_000
/** Requests under way end within seconds; rate limits start again after five minutes. */
const SOON_S = 30
const TOO_MANY: Refused = { status: 429, reason: 'too_many', waitS: 300 }
const unproved = (reason: string): Refused => ({ status: 401, reason })

/** Behind Express, `originalUrl` is the address as requested. */
type InboxRequest = IncomingMessage & { originalUrl?: string }

export function isInboxRequest(req: IncomingMessage): boolean {
  return req.method === 'POST' && /^\/inbox(?:\?|$)/.test(req.url ?? '')
}

export class InboxEndpoint {
  readonly #parts: Parts
  readonly #origin: URL
  readonly #answer: ReturnType<typeof answers>
  readonly #count: () => void
  #inFlight = 0
  #isSetUp = false

  constructor(parts: Parts) {
    this.#parts = parts
    this.#origin = new URL(parts.deps.config.publicUrl)
    this.#answer = answers(parts.deps)
    this.#count = counter(parts.deps)
  }

  /** @param address of the sender, past the proxies we trust. */
  async handle(req: InboxRequest, res: ServerResponse, address: string | undefined): Promise<void> {
    if (this.#inFlight >= MAX_IN_FLIGHT) return this.#answer(req, res, { status: 503, reason: 'busy', waitS: SOON_S })
    const { deps, rates } = this.#parts
    this.#inFlight++
    try {
      const refused = await this.#limited(req, address)
      if (refused) {
        const { status, reason } = refused
        if (status !== 429) rates.fail(address)
        deps.log.info('an activity was refused', { status, reason, from: cornerOf(address) })
      } else this.#count()
      this.#answer(req, res, refused)
    } catch (error) {
      // For example a full disk: with a 503 the sender keeps the activity and sends it again.
      deps.log.error('an activity could not be stored', { error: faultOf(error) })
      this.#answer(req, res, { status: 503, reason: 'not_kept', waitS: SOON_S })
    } finally {
      this.#inFlight--
    }
  }

  async #limited(req: InboxRequest, address: string | undefined): Promise<Refused | undefined> {
    const { rates, ownActor } = this.#parts
    if (!rates.mayRequest(address)) return TOO_MANY
    this.#isSetUp ||= (await ownActor.read()) !== undefined
    if (!this.#isSetUp) return { status: 404, reason: 'not_set_up' }
    const done = rates.begin(address)
    return done ? this.#take(req, address).finally(done) : { ...TOO_MANY, waitS: SOON_S }
  }

  async #take(req: InboxRequest, address: string | undefined): Promise<Refused | undefined> {
    const { deps, policy } = this.#parts
    const body = await readBody(req, MAX_BYTES)
    if (!Buffer.isBuffer(body)) return body
    const headers = headersOf(req)
    const named = new Set(keyIdsOf(headers).map((keyId) => readId(keyId)?.host ?? ''))
    for (const host of named) {
      const refusal = host && (await policy.refusalFor(host))
      if (refusal) return { status: 403, reason: refusal }
    }
    const target = req.originalUrl ?? req.url ?? ''
    const request: SignedRequest = { method: req.method ?? '', target, origin: this.#origin, headers, body }
    const signature = readSignature(request, deps.clock.now())
    return signature.ok ? this.#takeSigned(address, body, signature, named) : unproved(signature.reason)
  }

  async #takeSigned(
    address: string | undefined,
    body: Buffer,
    { keyId, prove, signedAt }: Unproved,
    named: ReadonlySet<string>,
  ): Promise<Refused | undefined> {
    const { http, keys, policy, rates } = this.#parts
    const key = readId(keyId)
    if (!key) return unproved('key_unusable')
    if (key.origin === this.#origin.origin) return unproved('ourselves')
    const refusal = named.has(key.host) ? undefined : await policy.refusalFor(key.host)
    if (refusal) return { status: 403, reason: refusal }
    const isExhausted = rates.isExhausted(address)
    const notProved = isExhausted ? TOO_MANY : unproved('signature_wrong')
    const budget: Budget = { left: MOST_FETCHES }
    const asking = { mayFetch: !isExhausted, http: withBudget(http, budget), from: networkOf(address) }

    // A known key proves its actor before the body is read; the actor of an unknown key is named in the body only.
    const holder = await keys.holderOf(keyId)
    if (holder && !(await keys.proves(holder, keyId, prove, asking))) return notProved
    if (!holder && isExhausted) return TOO_MANY
    const read = readPlainJson(body)
    if (!read.ok) return { status: read.reason === 'too_big' ? 413 : 400, reason: read.reason }
    const shape = shapeRefusal(read.value)
    if (shape) return shape
    const actor = idOf(read.value['actor']) ?? ''
    if (!isSameOrigin(keyId, actor)) return unproved('key_of_another')
    // Its key is gone with it, so a fetch would prove nothing; large servers send this for each closed account.
    if (!holder && isAccountDelete(read.value, actor) && !(await keys.isKnown(actor))) return unproved('nobody_known')
    if (actor !== holder?.uri) {
      const mayFetch = asking.mayFetch && !holder
      if (!(await keys.proves(actor, keyId, prove, { ...asking, mayFetch }))) return notProved
    }
    const fetches = MOST_FETCHES - Math.max(0, budget.left)
    return this.#store(read, { actor, home: key, address, fetches, signedAt })
  }

  async #store(
    { value, text }: { value: JsonObject; text: string },
    {
      address,
      ...proved
    }: { actor: string; home: URL; address: string | undefined; fetches: number; signedAt: string },
  ): Promise<Refused | undefined> {
    const { deps, peers, rates, store } = this.#parts
    const { host } = proved.home
    if (!rates.mayEnter(host, { address, isPartner: await peers.isPartner(host) })) return TOO_MANY
    try {
      await store(entryOf(value, { ...proved, text, at: deps.clock.iso() }))
    } catch (error) {
      if (error instanceof TooMany) return TOO_MANY
      throw error
    }
    return undefined
  }
}

function shapeRefusal(activity: JsonObject): Refused | undefined {
  const type = activity['type']
  if (typeof type !== 'string' || !STORABLE_TYPE.test(type)) return { status: 400, reason: 'type_unusable' }
  if (isHandled(type) && hasNoObject(activity)) return { status: 400, reason: 'object_missing' }
  const wrong = activityOriginRefusal(activity)
  if (wrong === 'wrong_origin') return unproved(wrong)
  return wrong ? { status: 400, reason: wrong } : undefined
}

/** A context of its own may give the object another name: then it is looked for later. */
function hasNoObject(activity: JsonObject): boolean {
  const { object } = activity
  const isEmpty = object === '' || (Array.isArray(object) && object.length === 0)
  return (object === undefined || object === null || isEmpty) && isPlainlyReadable(activity)
}

function isAccountDelete(activity: JsonObject, actor: string): boolean {
  return activity['type'] === 'Delete' && idOf(activity['object']) === actor
}

/** Repeated headers included. */
export function headersOf(req: IncomingMessage): [string, string][] {
  const headers: [string, string][] = []
  for (let at = 0; at + 1 < req.rawHeaders.length; at += 2)
    headers.push([req.rawHeaders[at] ?? '', req.rawHeaders[at + 1] ?? ''])
  return headers
}

function answers(deps: Deps) {
  const always = [...securityHeaders(deps.config.isHttps), ['Content-Type', 'application/json; charset=utf-8']].flat()
  const taken = '{"ok":true}'
  const takenHeaders = [...always, 'Content-Length', String(taken.length)]
  return (req: InboxRequest, res: ServerResponse, refused: Refused | undefined): void => {
    if (!refused) return void res.writeHead(202, takenHeaders).end(taken)
    const { status, reason, waitS } = refused
    const headers = [...always]
    if (waitS !== undefined) headers.push('Retry-After', String(waitS))
    if (!req.complete) headers.push('Connection', 'close')
    res.writeHead(status, headers).end(JSON.stringify({ error: reason }))
  }
}

/** One log line a minute, because a line for each activity would cost more than the activity. */
function counter(deps: Deps): () => void {
  let count = 0
  return () => {
    if (count++ > 0) return
    setTimeout(() => {
      deps.log.info('activities were stored', { count, seconds: COUNT_EVERY_MS / 1000 })
      count = 0
    }, COUNT_EVERY_MS).unref()
  }
}
