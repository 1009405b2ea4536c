// SPDX-License-Identifier: AGPL-3.0-or-later
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Router } from 'express'
import { countWritten, type Db } from '../db/open.ts'
import { retryFanOuts } from '../db/queries/fed-fanouts.ts'
import { listPartnerUris } from '../db/queries/fed-relations.ts'
import type { Deps } from '../server/deps.ts'
import { ActorKeys } from './actor-keys.ts'
import { Actors } from './actors.ts'
import { Apex } from './apex.ts'
import { readCentreTemplates } from './centre-templates.ts'
import { Delivery } from './delivery.ts'
import { createLookUp, createReadText } from './directory.ts'
import { createHttpClient } from './http-client.ts'
import { InboxEndpoint, isInboxRequest } from './inbox-endpoint.ts'
import { federationRouter } from './http.ts'
import { Inbox } from './inbox.ts'
import { OwnActor } from './own-actor.ts'
import { createOutbox } from './outbox.ts'
import { keepPartnerLogos } from './partner-logos.ts'
import { keepPictureCopies } from './picture-copies.ts'
import { Peers } from './peers.ts'
import { openPolicy } from './policy.ts'
import { createRates } from './rates.ts'

export type Federation = {
  /** Mounted before the pages, because it answers /offers/:id when ActivityPub is requested. */
  router: Router
  /** `receive` answers these requests, before Express. */
  isInboxRequest(req: IncomingMessage): boolean
  /** @param address of the sender, past the proxies we trust. */
  receive(req: IncomingMessage, res: ServerResponse, address: string | undefined): Promise<void>
  start(): void
  /** Copies the logos and pictures of partners, and the models of our centres; called every minute. */
  keepLogos(): Promise<void>
  settle(): Promise<void>
  /** @param answered resolves when the last request is answered; the queues end meanwhile. */
  stop(answered?: Promise<void>): Promise<void>
}

/** For work that becomes due with time; after a commit the queues run at once. */
const POLL_EVERY_MS = 5_000
/** For our own requests that are under way at a stop. */
const STOP_PATIENCE_MS = 3_000

/** What one queue writes, another may have to handle: goes on until a round has written nothing, `most` rounds at most. */
export async function settleUntilQuiet(dbs: readonly Db[], most: number, round: () => Promise<void>): Promise<void> {
  const written = async () => (await Promise.all(dbs.map((db) => countWritten(db)))).join()
  let before = ''
  for (let count = 0; count < most; count++) {
    const now = await written()
    if (now === before) return
    before = now
    await round()
  }
}

export async function createFederation(deps: Deps): Promise<Federation> {
  const parts = createParts(deps)
  const { policy, http } = parts
  const inbox = new Inbox(parts)
  const outbox = createOutbox(parts)
  const delivery = new Delivery(parts)
  const rates = createRates(deps)
  const inboxEndpoint = new InboxEndpoint({ ...parts, rates, store: (entry) => inbox.store(entry) })
  deps.directory.answerWith(createLookUp(deps, parts))
  deps.directory.readWith(createReadText(http))

  // Queued activities are sent even while many events wait.
  const wake = () => void Promise.all([outbox.drain().then(() => delivery.drain()), delivery.drain(), inbox.drain()])
  let timer: NodeJS.Timeout | undefined
  let removeListener = () => {}
  const stopping = new AbortController()

  return {
    router: federationRouter({ ...parts, inboxEndpoint }),
    isInboxRequest,
    receive: (req, res, address) => inboxEndpoint.handle(req, res, address),
    start() {
      removeListener = deps.commits.onWake(wake)
      timer = setInterval(wake, POLL_EVERY_MS)
      void retryFanOuts(deps.db).then(wake)
      delivery.takeOverLeases()
      wake()
      fetchPartnerActors(parts, stopping.signal).catch((error: unknown) =>
        deps.log.error('the actors of partners could not be fetched at the start', { error: String(error) }),
      )
    },
    keepLogos: async () => {
      await keepPartnerLogos(parts)
      await keepPictureCopies(parts)
      await readCentreTemplates(parts)
    },
    async settle() {
      await settleUntilQuiet([deps.db], 3, async () => {
        await outbox.drain()
        await inbox.drain()
        await delivery.drain()
      })
    },
    async stop(answered) {
      stopping.abort()
      clearInterval(timer)
      removeListener()
      policy.close()
      const patience = setTimeout(() => http.close(), STOP_PATIENCE_MS)
      await Promise.all([answered, outbox.stop(), inbox.stop(), delivery.stop()])
      clearTimeout(patience)
      http.close()
    },
  }
}

function createParts(deps: Deps) {
  const policy = openPolicy(deps)
  const http = createHttpClient({
    allowHosts: new Set(deps.config.federationAllowHosts),
    userAgent: `Mainforte (+${deps.config.publicUrl}/)`,
    now: () => deps.clock.now(),
    ownHost: new URL(deps.config.publicUrl).host,
    refusalFor: policy.refusalFor,
  })
  const ownActor = new OwnActor(deps)
  const actors = new Actors(deps, http, ownActor)
  const keys = new ActorKeys(deps, actors)
  return { deps, http, ownActor, apex: new Apex(deps, policy), peers: new Peers(deps), policy, actors, keys }
}

/** Partners that had stopped sending to us see our signed request, and what waits here for them is sent at once. */
async function fetchPartnerActors(
  { deps, actors, peers }: ReturnType<typeof createParts>,
  stopping: AbortSignal,
): Promise<void> {
  for (const uri of await listPartnerUris(deps.db)) {
    if (stopping.aborted) return
    const found = await actors.fetch(uri)
    if (found.ok) await peers.started(new URL(uri).host)
  }
}
