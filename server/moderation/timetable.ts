// SPDX-License-Identifier: AGPL-3.0-or-later
import { setImmediate } from 'node:timers/promises'
import { findAssociation, findFact, saveFact } from '../../db/queries/association.ts'
import { listAskedBefore } from '../../db/queries/moderation.ts'
import { deleteUnneededCopies } from '../../db/queries/picture-copies.ts'
import { dateIn, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { forEachYielding } from '../queue/event-loop.ts'
import { Conflict, Refused } from '../web/errors.ts'
import { transact } from '../web/transact.ts'
import { refuseOffer } from './commands/decide.ts'
import { readWaiting, tellWaitingOffers } from './mails.ts'
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
  let after: string | undefined = ''
  do {
    after = await deleteUnneededCopies(deps.db, after, COPIES_AT_ONCE)
    await setImmediate()
  } while (after !== undefined)
}

/** When those who read over were last told of what waits (ISO instant). */
const TOLD = 'waiting offers told at'

/** Job: one mail a day, as long as something has waited for a day. Nothing is decided by it. */
export async function remindOfOffers(deps: Deps): Promise<void> {
  const site = await findAssociation(deps.db)
  if (!site || site.kind === 'association') return
  while ((await remind(deps, site.time_zone)) === 'more') await setImmediate()
}

function remind(deps: Deps, zone: string): Promise<void | 'more'> {
  return transact(deps, async (tx) => {
    const now = deps.clock.iso()
    const day = dateIn(zone, new Date(now))
    const told = await findFact(tx, TOLD)
    if (told && dateIn(zone, new Date(told)) === day) return
    const waiting = await readWaiting(tx, now)
    if (waiting.all.count === 0) return
    if ((await tellWaitingOffers(tx, deps, waiting, { day, zone })) === 'more') return 'more'
    await saveFact(tx, TOLD, now)
  })
}
