// SPDX-License-Identifier: AGPL-3.0-or-later
// Records who opened another person's data or exported a list, never the content.
import { hasOpened } from '../../db/queries/audit.ts'
import { record } from '../../db/queries/events.ts'
import { later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { newEvent, type Details, type EventType } from '../model/events.ts'
import { transact } from '../web/transact.ts'
import type { Viewer } from '../model/viewer.ts'
import { OPENED, QUIET, type EXPORTS, type Openable } from './rules.ts'

/**
 * @param opened.whose id of the person, or of the application when the applicant is not a person here yet.
 * @param opened.id the application or the line of hours.
 */
export async function recordOpening(
  deps: Deps,
  viewer: Viewer,
  opened: { what: Openable; whose: string; id?: string },
): Promise<void> {
  const { whose, ...details } = opened
  const actorId = viewer.personId
  if (!actorId || actorId === whose) return
  const at = deps.clock.iso()
  const look = { type: OPENED, actorId, subjectId: whose, since: later(at, -QUIET) }
  if (await hasOpened(deps.db, look)) return
  await transact(deps, (tx) => record(tx, { type: 'record.opened', at, actorId, subject: whose, details }))
}

/** @param details what was asked for and how many rows, never the rows. */
export async function recordExport<T extends EventType & (typeof EXPORTS)[number]>(
  deps: Deps,
  viewer: Viewer,
  type: T,
  details: Details<T>,
): Promise<void> {
  const event = newEvent(type, { at: deps.clock.iso(), actorId: viewer.personId, details })
  await transact(deps, (tx) => record(tx, event))
}
