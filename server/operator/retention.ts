// SPDX-License-Identifier: AGPL-3.0-or-later
// What is forgotten by itself. Called by the timetable.
import { deleteTrailBefore } from '../../db/queries/audit.ts'
import { deleteActorsBefore, deletePeersBefore } from '../../db/queries/fed-actors.ts'
import { deleteFollowsBefore, deleteIgnoredBefore, emptyReceivedBefore } from '../../db/queries/fed-activities.ts'
import { deleteMailsBefore } from '../../db/queries/mails.ts'
import { deleteEventsBefore } from '../../db/queries/operator.ts'
import { deleteAnnouncesBefore } from '../../db/queries/sources.ts'
import { FORGOTTEN, TRAIL_KEPT } from '../audit/rules.ts'
import { DAY, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { transact } from '../web/transact.ts'

const MAIL_DAYS = 30
/** Words of other sites that were understood, and what meant nothing; follows and announces that ended; strangers. */
const LETTER_DAYS = 90
/** Rows at a time: pages and letters have their turn in between. */
const AT_ONCE = 200
/** CNIL: six to twelve months for lines that say who signed in. */
const SIGN_IN_DAYS = 365

export const forgetOldMails = (deps: Deps): Promise<void> =>
  deleteMailsBefore(deps.db, later(deps.clock.iso(), -MAIL_DAYS * DAY))

/** Who opened whose record, who took which list home. */
export const forgetOldLooks = (deps: Deps): Promise<void> =>
  deleteTrailBefore(deps.db, FORGOTTEN, later(deps.clock.iso(), -TRAIL_KEPT))

export const forgetOldSignIns = (deps: Deps): Promise<void> =>
  deleteEventsBefore(deps.db, 'session.', later(deps.clock.iso(), -SIGN_IN_DAYS * DAY))

/** In this order: a follow that is forgotten lets go of its actor, and the last actor of its server. */
const FORGETTING = [
  emptyReceivedBefore,
  deleteIgnoredBefore,
  deleteFollowsBefore,
  deleteAnnouncesBefore,
  deleteActorsBefore,
  deletePeersBefore,
] as const

/** What other sites said, once it is understood and old, and who they were when nothing binds us to them. */
export async function forgetOldActivities(deps: Deps): Promise<void> {
  const before = later(deps.clock.iso(), -LETTER_DAYS * DAY)
  for (const forget of FORGETTING) {
    while ((await transact(deps, (tx) => forget(tx, before, AT_ONCE))) > 0)
      await new Promise((next) => setImmediate(next))
  }
}
