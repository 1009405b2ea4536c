// SPDX-License-Identifier: AGPL-3.0-or-later
// A queue is worked through by one hand at a time; who rings meanwhile is heard, and never lost.
import { outsideFence } from '../../db/open.ts'

/**
 * @param work goes through everything that waits now. @param onFault hears what it throws; the next ring tries again.
 * @returns starts the work, or makes sure that it is done once more after the present turn; resolves when nothing is
 * asked for any more.
 */
export function turns(work: () => Promise<void>, onFault: (error: unknown) => void): () => Promise<void> {
  let running: Promise<void> | undefined
  let asked = false
  const run = async () => {
    while (asked) {
      asked = false
      try {
        await work()
      } catch (error) {
        onFault(error)
      }
    }
    // In the same breath as the last look: a ring that comes now starts a new turn.
    running = undefined
  }
  return () => {
    asked = true
    running ??= outsideFence(run)
    return running
  }
}
