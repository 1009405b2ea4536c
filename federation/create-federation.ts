// SPDX-License-Identifier: AGPL-3.0-or-later
// The federation of one instance, as its composition sees it.
import { Router } from 'express'
import type { Deps } from '../server/deps.ts'

export type Federation = {
  /** Mounted before pages: inbox, actor, discovery, and /offers/:id when asked for ActivityPub. */
  router: Router
  /** Starts the queues in and out. */
  start(): void
  /** Runs both queues until nothing that is due waits. */
  settle(): Promise<void>
  stop(): Promise<void>
}

export async function createFederation(_deps: Deps): Promise<Federation> {
  return { router: Router(), start: () => {}, settle: async () => {}, stop: async () => {} }
}
