// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads the events in order, once each: the effect and the cursor move in the same transaction.
import { moveCursor, nextEvent, type Event } from '../db/queries/events.ts'
import { fenced } from '../db/open.ts'
import { singleFlight } from './queue/single-flight.ts'
import type { Deps } from './deps.ts'
import type { Tx } from './web/transact.ts'

export type Consumer = {
  /** Handles everything that waits; resolves when there is nothing more. */
  drain(): Promise<void>
  stop(): Promise<void>
}

/**
 * @param handle SQL and pure code only; a fault leaves the cursor where it is and is tried again at the next ring.
 * @param prepare what must be there before the transaction begins.
 */
export function consumer(
  deps: Deps,
  name: string,
  handle: (tx: Tx, event: Event) => Promise<void>,
  prepare?: (event: Event) => Promise<void>,
): Consumer {
  let stopped = false

  const step = async () => {
    const waiting = await nextEvent(deps.db, name)
    if (!waiting) return false
    await prepare?.(waiting)
    await deps.db.transaction().execute((tx) =>
      fenced(async () => {
        const event = await nextEvent(tx, name)
        if (!event) return
        await handle(tx, event)
        await moveCursor(tx, name, event.seq)
      }),
    )
    return true
  }
  const drain = singleFlight(
    async () => {
      while (!stopped && (await step())) continue
    },
    (error) => deps.log.error('an event could not be handled', { consumer: name, error: String(error) }),
  )
  const silence = deps.commits.onCommit(() => void drain())
  return {
    drain,
    async stop() {
      stopped = true
      silence()
      await drain()
    },
  }
}
