// SPDX-License-Identifier: AGPL-3.0-or-later
// May this request enter? Raw bytes, size, signature, actor, origin, in this order; then the activity is kept as it
// came, and only then answered 202. What it means is found out later (inbox.ts).
import type { Request, RequestHandler, Response } from 'express'
import type { NewRow } from '../db/schema.ts'
import type { Deps } from '../server/deps.ts'
import { hostOf } from '../server/peers/rules.ts'
import type { Actors } from './actors.ts'
import { activityOriginRefusal, idOf, isOfOrigin, isSameOrigin } from './origins.ts'
import type { Peers } from './peers.ts'
import type { PeerPolicy } from './policy.ts'
import { MAX_BYTES, readPlainJson, type JsonObject } from './plain-json.ts'
import type { RateLimits } from './rates.ts'
import { readBody } from './raw-body.ts'
import { readSignature, type SignedRequest } from './signatures.ts'
import { isPublic } from './translate/received-offer.ts'

export type Refused = { status: 400 | 401 | 403 | 408 | 413 | 415 | 429 | 503; reason: string }
export type Entry = NewRow<'fed_activities'>
export type Keeper = (entry: Entry) => Promise<void>

const MAX_IN_FLIGHT = 256
/** What we give a meaning to. The rest is kept as `ignored`, so that it is known when it comes again. */
const UNDERSTOOD = new Set(['Follow', 'Accept', 'Reject', 'Undo', 'Create', 'Update', 'Delete', 'Offer', 'Announce'])
const KEEPABLE = /^[A-Z][A-Za-z]{1,40}$/

export function createGate(
  deps: Deps,
  parts: { actors: Actors; peers: Peers; policy: PeerPolicy; rates: RateLimits; keep: Keeper },
): RequestHandler {
  const origin = new URL(deps.config.publicUrl)
  let inFlight = 0
  return async (req, res) => {
    if (inFlight >= MAX_IN_FLIGHT) return refuse(res, { status: 503, reason: 'busy' })
    inFlight++
    try {
      const refused = await enter(req)
      if (refused) {
        deps.log.info('an activity was refused', { status: refused.status, reason: refused.reason, from: req.ip })
        return refuse(res, refused)
      }
      res.status(202).json({ ok: true })
    } catch (error) {
      // A full disk, say: the sender keeps it and comes again.
      deps.log.error('an activity could not be kept', { error: String(error) })
      refuse(res, { status: 503, reason: 'not_kept' })
    } finally {
      inFlight--
    }
  }

  async function enter(req: Request): Promise<Refused | undefined> {
    const body = await readBody(req, MAX_BYTES)
    if (!Buffer.isBuffer(body)) return body
    const request: SignedRequest = {
      method: req.method,
      target: req.originalUrl,
      origin,
      headers: headersOf(req),
      body,
    }
    const signature = readSignature(request, deps.clock.now())
    const refuseSignature = (reason: string): Refused => {
      parts.rates.fail(req.ip)
      return { status: 401, reason }
    }
    if (!signature.ok && signature.reason !== 'signature_missing') return refuseSignature(signature.reason)
    // The actor must be of the key's origin (below), so this is its host too.
    const silence = signature.ok && (await parts.policy.silenceWith(hostOf(signature.keyId)))
    if (silence) return { status: 403, reason: silence }

    const read = readPlainJson(body)
    if (!read.ok) return { status: read.reason === 'too_big' ? 413 : 400, reason: read.reason }
    if (!signature.ok) return refuseSignature(signature.reason)
    const activity = read.value
    const shape = shapeRefusal(activity)
    if (shape) return shape

    const actor = idOf(activity['actor']) ?? ''
    const { host } = new URL(actor)
    if (isOfOrigin(actor, origin.origin)) return refuseSignature('ourselves')
    if (!isSameOrigin(signature.keyId, actor)) return refuseSignature('key_of_another')
    const isExhausted = parts.rates.isExhausted(req.ip)
    if (!(await parts.actors.proves(actor, signature.keyId, signature.prove, { mayFetch: !isExhausted }))) {
      return isExhausted ? { status: 429, reason: 'too_many' } : refuseSignature('signature_wrong')
    }
    if (!parts.rates.mayEnter(host)) return { status: 429, reason: 'too_many' }
    await parts.peers.seen(host)
    await parts.keep(entryOf(activity, actor, body, deps.clock.iso()))
    return undefined
  }
}

function shapeRefusal(activity: JsonObject): Refused | undefined {
  const type = activity['type']
  if (typeof type !== 'string' || !KEEPABLE.test(type)) return { status: 400, reason: 'type_unusable' }
  const wrong = activityOriginRefusal(activity)
  if (wrong === 'wrong_origin') return { status: 401, reason: wrong }
  return wrong ? { status: 400, reason: wrong } : undefined
}

function entryOf(activity: JsonObject, actor: string, body: Buffer, at: string): Entry {
  const type = String(activity['type'])
  const understood = UNDERSTOOD.has(type)
  return {
    id: String(activity['id']),
    direction: 'in',
    type,
    actor,
    object_id: idOf(activity['object']) ?? null,
    // What strangers tell the world is not ours to keep.
    body: understood ? body.toString('utf8') : '{}',
    is_public: isPublic(activity) ? 1 : 0,
    state: understood ? 'waiting' : 'ignored',
    at,
  }
}

/** All headers as they came, repetitions included. */
export function headersOf(req: Request): [string, string][] {
  const headers: [string, string][] = []
  for (let at = 0; at + 1 < req.rawHeaders.length; at += 2)
    headers.push([req.rawHeaders[at] ?? '', req.rawHeaders[at + 1] ?? ''])
  return headers
}

function refuse(res: Response, { status, reason }: Refused): void {
  if (status === 429 || status === 503) res.set('Retry-After', status === 503 ? '30' : '300')
  // The rest of a body we do not want is not waited for.
  if (status === 413 || status === 408) res.set('Connection', 'close')
  res.status(status).json({ error: reason })
}
