// SPDX-License-Identifier: AGPL-3.0-or-later
import { Router, type Request, type RequestHandler } from 'express'
import { findActivity, findObject } from '../db/queries/fed-activities.ts'
import { findListing } from '../db/queries/listings.ts'
import type { Deps } from '../server/deps.ts'
import { hostOf } from '../server/peers/rules.ts'
import { getPublicOffer, offerUri } from '../server/public-offer/public-offer.ts'
import type { ActorKeys } from './actor-keys.ts'
import { asItIsNow, isAboutRemoved } from './as-it-is-now.ts'
import { collectionsRouter } from './collections.ts'
import { discoveryRouter } from './discovery.ts'
import { headersOf, type InboxEndpoint } from './inbox-endpoint.ts'
import { prefersActivity, prefersPage, send, sendFault as fault } from './http-replies.ts'
import type { OwnActor } from './own-actor.ts'
import type { Peers } from './peers.ts'
import type { JsonObject } from './plain-json.ts'
import type { PeerPolicy } from './policy.ts'
import { readSignature } from './signatures.ts'
import { toEvent } from './translate/offer.ts'
import { serialise } from './vocabulary.ts'

type Parts = {
  deps: Deps
  ownActor: OwnActor
  keys: ActorKeys
  peers: Peers
  policy: PeerPolicy
  inboxEndpoint: InboxEndpoint
}

export function federationRouter(parts: Parts): Router {
  const { deps, ownActor } = parts
  const router = Router()
  router.use(unlessRefused(parts))
  router.use(discoveryRouter(deps), collectionsRouter(deps, ownActor))
  router.post('/inbox', (req, res) => parts.inboxEndpoint.handle(req, res, req.ip))

  router.get('/actor', async (req, res) => {
    res.vary('Accept')
    if (prefersPage(req.headers.accept)) return res.redirect(303, '/')
    const ours = await ownActor.read()
    if (!ours) return fault(res, 404, 'not_set_up')
    send(res, serialise(ours.document))
    noteSignOfLife(parts, req).catch((error: unknown) =>
      deps.log.warn('it could not be noted that a site is there again', { error: String(error) }),
    )
  })

  router.get('/activities/:activity', async (req, res) => {
    const row = await findActivity(deps.db, `${deps.config.publicUrl}/activities/${req.params.activity}`)
    const ours = await ownActor.read()
    if (row?.direction !== 'out' || !row.is_public || !ours) return fault(res, 404, 'not_found')
    const activity = await asItIsNow(deps, ours, JSON.parse(row.body) as JsonObject)
    const isGone = row.type !== 'Delete' && isAboutRemoved(activity)
    send(isGone ? res.status(410) : res, serialise(activity))
  })

  router.get('/offers/:offer', async (req, res, next) => {
    res.vary('Accept')
    if (!prefersActivity(req.headers.accept)) return next()
    const { offer: id } = req.params
    const offer = await getPublicOffer(deps.db, deps, id)
    const ours = await ownActor.read()
    if (offer && ours) return send(res, serialise(toEvent(offer, ours.eventContext)))
    const left = await findObject(deps.db, offerUri(deps, id))
    if (left) return send(res.status(410), serialise(JSON.parse(left.body) as object))
    // The offer of a member belongs to its own server; this centre only shows it.
    const listing = await findListing(deps.db, id)
    if (listing?.origin === 'member') return res.redirect(303, listing.offer_uri)
    fault(res, 404, 'not_found')
  })

  for (const path of [
    '/inbox',
    '/actor',
    '/outbox',
    '/followers',
    '/following',
    '/upcoming',
    '/activities/:activity',
  ]) {
    const allowed = path === '/inbox' ? 'POST' : 'GET, HEAD'
    router.all(path, (req, res) => {
      const isThere = path !== '/inbox' && (req.method === 'GET' || req.method === 'HEAD')
      if (!isThere) res.set('Allow', allowed)
      fault(res, isThere ? 404 : 405, 'not_here')
    })
  }
  return router
}

/** A signed GET names its sender, so blocked sites are refused. */
function unlessRefused({ deps, policy }: Parts): RequestHandler {
  return async (req, res, next) => {
    const isSigned = 'signature' in req.headers && (req.method === 'GET' || req.method === 'HEAD')
    const signature = isSigned ? readQuestion(deps, req) : undefined
    const refusal = signature?.ok && (await policy.refusalFor(hostOf(signature.keyId)))
    if (refusal) fault(res, 403, refusal)
    else next()
  }
}

function readQuestion(deps: Deps, req: Request) {
  const origin = new URL(deps.config.publicUrl)
  const request = {
    method: req.method,
    target: req.originalUrl,
    origin,
    headers: headersOf(req),
    body: Buffer.alloc(0),
  }
  return readSignature(request, deps.clock.now())
}

/** Peers that start fetch our actor, signed: what waits for them is sent now. Only keys we already hold are tried. */
async function noteSignOfLife({ deps, keys, peers }: Parts, req: Request): Promise<void> {
  const signature = readQuestion(deps, req)
  if (!signature.ok || !URL.canParse(signature.keyId)) return
  const { host } = new URL(signature.keyId)
  if (!(await peers.isMissed(host))) return
  const holder = await keys.holderOf(signature.keyId)
  if (holder && (await keys.proves(holder, signature.keyId, signature.prove, { mayFetch: false })))
    await peers.started(host)
}
