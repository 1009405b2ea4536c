// SPDX-License-Identifier: AGPL-3.0-or-later
// SQLite answers synchronously, so a queue that only reads and writes would never release the event loop by itself.
import { setImmediate } from 'node:timers/promises'
import { isFileFault } from '../../db/open.ts'

export const MAX_HOLD_MS = 10

/**
 * @returns a function to call between two pieces of work: when it has not waited for more than `maxHold`
 * milliseconds, it waits for one turn of the event loop, so that requests and timers are served meanwhile.
 */
export function createYielding(maxHold = MAX_HOLD_MS): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < maxHold) return
    await setImmediate()
    since = performance.now()
  }
}

/**
 * Does something for each row, one after the other, and gives the event loop back in between. A row that fails keeps no
 * other from its turn.
 * @throws the first fault, when all rows had their turn; a fault of the database file at once.
 */
export async function forEachYielding<T>(
  rows: Iterable<T> | AsyncIterable<T>,
  work: (row: T) => Promise<void>,
): Promise<void> {
  const yieldLoop = createYielding()
  const faults: unknown[] = []
  for await (const row of rows) {
    try {
      await work(row)
    } catch (error) {
      if (isFileFault(error)) throw error
      faults.push(error)
    }
    await yieldLoop()
  }
  if (faults.length > 0) throw faults[0]
}
