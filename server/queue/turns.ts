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

/**
 * Lets a turn wait for what ends or comes in the meantime. `nudge` says that there is something; `look` says that the
 * turn looks now; `more` resolves at the first nudge after that look, also one that has come already.
 */
export function nudging(): { nudge(): void; look(): void; more(): Promise<void> } {
  let isNudged = false
  let wake = () => {}
  return {
    nudge() {
      isNudged = true
      wake()
    },
    look() {
      isNudged = false
    },
    async more() {
      if (!isNudged) await new Promise<void>((done) => (wake = done))
    },
  }
}
