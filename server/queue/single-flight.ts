// SPDX-License-Identifier: AGPL-3.0-or-later
// Work of which only one round runs at a time; who asks during a round gets another one after it.
import { outsideFence } from '../../db/open.ts'

/**
 * @param work one round: everything that is due now. @param onFault gets what a round throws; the next call tries again.
 * @returns starts a round, or has one more follow the present one; resolves when no further round is asked for.
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
    // Without an await after the last check: a call that comes now must start a new round.
    running = undefined
  }
  return () => {
    isAsked = true
    running ??= outsideFence(run)
    return running
  }
}
