// SPDX-License-Identifier: AGPL-3.0-or-later
// A clock that jumps (a wrong time server, an empty battery) is put right after a while. What it did meanwhile must not
// stay: nothing is deleted, ended or told on its word, and nothing waits for what it said.
import { findFact, saveFact } from '../../db/queries/association.ts'
import { lastJobRun } from '../../db/queries/operator.ts'
import { endWaits } from '../../db/queries/waits.ts'
import { DAY, HOUR, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { transact } from '../web/transact.ts'

/** A server that stood still for so long cannot be told from a clock that went ahead. */
const AHEAD = 30 * DAY
const BACK = HOUR
/** So long a clock must go on as it should before jobs believe it again. */
const STEADY = DAY

const FACT = 'clock_moved_at'

export type ClockWatch = {
  /** Call it each minute. @returns whether jobs may act on what the clock says. */
  isSteady(): Promise<boolean>
}

/** NOW is a test clock, which is meant to be moved: it is believed. */
export function watchClock(deps: Deps): ClockWatch {
  const { db, clock, config, log } = deps
  let seen: string | undefined
  return {
    async isSteady() {
      const now = clock.iso()
      const before = seen ?? (await lastJobRun(db)) ?? now
      seen = now
      const moved = await findFact(db, FACT)
      const isBack = now < later(before, -BACK) || (moved !== undefined && moved > now)
      const isAhead = now > later(before, AHEAD)
      if (isBack) await transact(deps, (tx) => endWaits(tx, now))
      if (isBack || isAhead) {
        log.warn('the clock moved', { from: before, to: now })
        await saveFact(db, FACT, now)
        return config.now !== undefined
      }
      return config.now !== undefined || moved === undefined || now >= later(moved, STEADY)
    },
  }
}
