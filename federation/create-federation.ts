// SPDX-License-Identifier: AGPL-3.0-or-later
// The federation of one instance: what its parts are, and when they work.
import type { IncomingMessage } from 'node:http'
import type { Router } from 'express'
import { listPartnerUris } from '../db/queries/fed-relations.ts'
import type { Deps } from '../server/deps.ts'
import { openActors } from './actors.ts'
import { openApex } from './apex.ts'
import { createDelivery } from './delivery.ts'
import { createDirectory } from './directory.ts'
import { createDoor } from './fetch.ts'
import { createGate, isLetter, type Gate } from './gate.ts'
import { federationRouter } from './http.ts'
import { Inbox } from './inbox.ts'
import { openOurselves } from './ourselves.ts'
import { createOutbox } from './outbox.ts'
import { openPeers } from './peers.ts'
import { openPolicy } from './policy.ts'
import { createRates } from './rates.ts'

export type Federation = {
  /** Mounted before pages: inbox, actor, discovery, and /offers/:id when asked for ActivityPub. */
  router: Router
  /** Letters are taken before the rest of the server has looked at them. */
  isLetter(req: IncomingMessage): boolean
  gate: Gate
  /** Starts the queues in and out. */
  start(): void
  /** Runs both queues until nothing that is due waits. */
  settle(): Promise<void>
  /** @param letters resolves when nobody is let in any more; the queues end meanwhile. */
  stop(letters?: Promise<void>): Promise<void>
}

/** Between two looks at what has become due; after a commit they are looked for at once. */
const LOOK_EVERY_MS = 5_000
const PATIENCE_MS = 3_000

export async function createFederation(deps: Deps): Promise<Federation> {
  const policy = openPolicy(deps)
  const door = createDoor({
    allowHosts: new Set(deps.config.federationAllowHosts),
    userAgent: `Mainforte (+${deps.config.publicUrl}/)`,
    now: () => deps.clock.now(),
    ownHost: new URL(deps.config.publicUrl).host,
    silenceWith: policy.silenceWith,
  })
  const ourselves = openOurselves(deps)
  const apexDoor = openApex(deps, policy)
  const peers = openPeers(deps)
  const actors = openActors(deps, door, ourselves)
  const parts = { deps, door, ourselves, apexDoor, peers, policy, actors }
  const inbox = new Inbox(parts)
  const outbox = createOutbox(parts)
  const delivery = createDelivery(parts)
  const gate = createGate(parts, { rates: createRates(deps), keep: inbox.keep })
  deps.directory = createDirectory(deps, parts)

  let timer: NodeJS.Timeout | undefined
  let silence = () => {}
  let stopped = false
  const look = () => void Promise.all([outbox.drain().then(() => delivery.drain()), inbox.drain()])

  /** Says that we are here, so that partners who were waiting for us need not wait longer, and learns who is there. */
  async function knock(): Promise<void> {
    for (const uri of await listPartnerUris(deps.db)) {
      if (stopped) return
      const found = await actors.fetch(uri)
      if (found.ok) await peers.awake(new URL(uri).host)
    }
  }

  async function begin(): Promise<void> {
    delivery.takeUp()
    look()
    await knock()
  }

  return {
    router: federationRouter({ ...parts, gate }),
    isLetter,
    gate,
    start() {
      silence = deps.commits.onCommit(look)
      timer = setInterval(look, LOOK_EVERY_MS)
      begin().catch((error: unknown) => deps.log.error('the federation could not start', { error: String(error) }))
    },
    async settle() {
      for (let round = 0; round < 3; round++) {
        await outbox.drain()
        await inbox.drain()
        await delivery.drain()
      }
    },
    async stop(letters) {
      stopped = true
      clearInterval(timer)
      silence()
      policy.close()
      const patience = setTimeout(() => door.close(), PATIENCE_MS)
      await Promise.all([letters, outbox.stop(), inbox.stop(), delivery.stop()])
      clearTimeout(patience)
      door.close()
    },
  }
}
