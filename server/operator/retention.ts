// SPDX-License-Identifier: AGPL-3.0-or-later
// Deletes what is older than its retention period. Called by the timetable.
import { deleteTrailBefore } from '../../db/queries/audit.ts'
import { deleteActorsBefore, deletePeersBefore } from '../../db/queries/fed-actors.ts'
import { deleteFollowsBefore, deleteIgnoredBefore, emptyReceivedBefore } from '../../db/queries/fed-activities.ts'
import { deleteMailsBefore } from '../../db/queries/mails.ts'
import { deleteAnnouncesBefore } from '../../db/queries/sources.ts'
import { deleteTypedBefore } from '../../db/queries/typed-offers.ts'
import { FORGOTTEN, KINDS, TRAIL_KEPT } from '../audit/rules.ts'
import { DAY, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { transactInParts } from '../web/transact.ts'

export const MAIL_DAYS = 30
/** What somebody typed of an offer, did not save, and did not come back to. */
export const TYPED_DAYS = 30
/** Handled and ignored activities, ended follows and announces, and actors and servers that nothing refers to. */
export const ACTIVITY_DAYS = 90
/** CNIL: six to twelve months for a log of sign-ins. */
export const SIGN_IN_DAYS = 365

export async function forgetOldMails(deps: Deps): Promise<void> {
  const before = later(deps.clock.iso(), -MAIL_DAYS * DAY)
  await transactInParts(deps, (tx, most) => deleteMailsBefore(tx, before, most))
}

export async function forgetTypedOffers(deps: Deps): Promise<void> {
  const before = later(deps.clock.iso(), -TYPED_DAYS * DAY)
  await transactInParts(deps, (tx, most) => deleteTypedBefore(tx, before, most))
}

export async function forgetOldOpenings(deps: Deps): Promise<void> {
  const before = later(deps.clock.iso(), -TRAIL_KEPT)
  await transactInParts(deps, (tx, most) => deleteTrailBefore(tx, FORGOTTEN, before, most))
}

export async function forgetOldSignIns(deps: Deps): Promise<void> {
  const before = later(deps.clock.iso(), -SIGN_IN_DAYS * DAY)
  await transactInParts(deps, (tx, most) => deleteTrailBefore(tx, KINDS.sign_ins, before, most))
}

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
  for (const deleteSome of DELETES) await transactInParts(deps, (tx, most) => deleteSome(tx, before, most))
}
