// SPDX-License-Identifier: AGPL-3.0-or-later
// Deletes what is older than its retention period. Called by the timetable.
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
/** Handled and ignored activities, ended follows and announces, and actors and servers that nothing refers to. */
const ACTIVITY_DAYS = 90
/** Rows in one transaction, so that other transactions do not wait long. */
const AT_ONCE = 200
/** CNIL: six to twelve months for a log of sign-ins. */
const SIGN_IN_DAYS = 365

export const forgetOldMails = (deps: Deps): Promise<void> =>
  deleteMailsBefore(deps.db, later(deps.clock.iso(), -MAIL_DAYS * DAY))

export const forgetOldOpenings = (deps: Deps): Promise<void> =>
  deleteTrailBefore(deps.db, FORGOTTEN, later(deps.clock.iso(), -TRAIL_KEPT))

export const forgetOldSignIns = (deps: Deps): Promise<void> =>
  deleteEventsBefore(deps.db, 'session.', later(deps.clock.iso(), -SIGN_IN_DAYS * DAY))

/** The order matters: an actor is deleted after its follows, and a server after its actors. */
const DELETES = [
  emptyReceivedBefore,
  deleteIgnoredBefore,
  deleteFollowsBefore,
  deleteAnnouncesBefore,
  deleteActorsBefore,
  deletePeersBefore,
] as const

export async function forgetOldActivities(deps: Deps): Promise<void> {
  const before = later(deps.clock.iso(), -ACTIVITY_DAYS * DAY)
  for (const deleteSome of DELETES) {
    while ((await transact(deps, (tx) => deleteSome(tx, before, AT_ONCE))) > 0)
      await new Promise((next) => setImmediate(next))
  }
}
