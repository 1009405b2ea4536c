// SPDX-License-Identifier: AGPL-3.0-or-later
// One answer for several offers, each in its own transaction. An offer that changed meanwhile is left as it is.
import { findItem } from '../../../db/queries/moderation.ts'
import type { Deps } from '../../deps.ts'
import { Conflict, NotFound, Refused } from '../../web/errors.ts'
import type { Viewer } from '../../model/viewer.ts'
import { acceptOffer, refuseOffer } from './decide.ts'

export type Chosen = { id: string; version: number }
export type Answer = { decision: 'accept' } | { decision: 'refuse'; reason: string; note: string }
/** `left`: titles of the offers that were not decided; `batch`: with which the answer can be undone. */
export type Outcome = { done: number; left: string[]; batch: string }

/** @throws Forbidden before anything is done. */
export async function decideSeveral(
  deps: Deps,
  viewer: Viewer,
  chosen: readonly Chosen[],
  answer: Answer,
): Promise<Outcome> {
  const batch = deps.newId()
  const outcome: Outcome = { done: 0, left: [], batch }
  for (const { id, version } of chosen) {
    try {
      if (answer.decision === 'accept') await acceptOffer(deps, viewer, id, { version, batch })
      else await refuseOffer(deps, viewer, id, { version, batch, reason: answer.reason, note: answer.note })
      outcome.done++
    } catch (error) {
      if (!(error instanceof Conflict || error instanceof Refused || error instanceof NotFound)) throw error
      const item = await findItem(deps.db, id)
      if (item) outcome.left.push(item.title)
    }
  }
  return outcome
}
