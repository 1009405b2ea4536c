// SPDX-License-Identifier: AGPL-3.0-or-later
import { randomInt } from 'node:crypto'
import { v7 } from 'uuid'
import type { Clock } from './clock.ts'

/** UUID v7: ids sort in the order they were made, even within one millisecond or while the clock stands still. */
export function createIds(clock: Pick<Clock, 'now'>): () => string {
  let last = -1
  let seq = 0
  return () => {
    const msecs = clock.now().getTime()
    seq = msecs === last ? seq + 1 : randomInt(2 ** 31)
    last = msecs
    return v7({ msecs, seq })
  }
}
