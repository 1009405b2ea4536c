// SPDX-License-Identifier: AGPL-3.0-or-later
import { outsideFence } from '../../db/open.ts'

/**
 * @param work one round: everything that is due now. @param onFault gets what it throws; the next call tries again.
 * @returns a function that starts a round, or another one after the running one; it resolves when none is left.
 */
export function singleFlight(work: () => Promise<void>, onFault: (error: unknown) => void): () => Promise<void> {
  let running: Promise<void> | undefined
  let isAsked = false
  const run = async () => {
    while (isAsked) {
      isAsked = false
      try {
        await work()
      } catch (error) {
        onFault(error)
      }
    }
    // No await after the last check: a call that comes now must start a new round.
    running = undefined
  }
  return () => {
    isAsked = true
    running ??= outsideFence(run)
    return running
  }
}
