// SPDX-License-Identifier: AGPL-3.0-or-later
// SQLite answers at once, so a queue that only reads and writes would never let go of the process by itself.
import { setImmediate } from 'node:timers/promises'

/** Milliseconds for which a queue may keep the event loop to itself. */
export const MAX_HOLD_MS = 10

/**
 * @returns call it between two pieces of work: it waits for one turn of the event loop when more than `maxHold`
 * milliseconds have passed since the last one it waited for, so that requests and timers are served meanwhile.
 */
export function createYielding(maxHold = MAX_HOLD_MS): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < maxHold) return
    await setImmediate()
    since = performance.now()
  }
}
