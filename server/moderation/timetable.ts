// SPDX-License-Identifier: AGPL-3.0-or-later
import { listAskedBefore } from '../../db/queries/moderation.ts'
import { deleteUnneededCopies } from '../../db/queries/picture-copies.ts'
import { later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { createYielding, forEachYielding } from '../queue/event-loop.ts'
import { Conflict, Refused } from '../web/errors.ts'
import { refuseOffer } from './commands/decide.ts'
import { TIMETABLE } from '../model/viewer.ts'
import { ANSWER_WITHIN, STALE } from './rules/item.ts'

/** The question stays with the refusal, so that the association still reads what was missing. */
export async function refuseUnanswered(deps: Deps): Promise<void> {
  const asked = await listAskedBefore(deps.db, later(deps.clock.iso(), -ANSWER_WITHIN))
  await forEachYielding(asked, async ({ id, version, note }) => {
    try {
      await refuseOffer(deps, TIMETABLE, id, { version, reason: STALE, note })
    } catch (error) {
      // Answered in this moment, so it waits for a moderator again.
      if (!(error instanceof Conflict || error instanceof Refused)) throw error
    }
  })
}

const COPIES_AT_ONCE = 100

/** Copies of pictures that no offer names any more: it was refused, taken off, or its home withdrew it. */
export async function forgetPictureCopies(deps: Deps): Promise<void> {
  const yieldLoop = createYielding()
  let after: string | undefined = ''
  do {
    after = await deleteUnneededCopies(deps.db, after, COPIES_AT_ONCE)
    await yieldLoop()
  } while (after !== undefined)
}
