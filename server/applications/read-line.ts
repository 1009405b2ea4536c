// SPDX-License-Identifier: AGPL-3.0-or-later
// Where somebody stands on the waiting list, from the database.
import { countGoneBefore, countInLine, findRankInLine, type ApplicationRow } from '../../db/queries/applications.ts'
import type { Deps } from '../deps.ts'
import type { Line } from './pages/line.ts'
import { IN_LINE } from '../model/application.ts'

/** Null for whoever is not on the list. @param events of the application. */
export async function readLine(
  { db }: Pick<Deps, 'db'>,
  application: ApplicationRow,
  events: Line['events'],
): Promise<Line | null> {
  if (!IN_LINE.includes(application.state)) return null
  const joined = events.findLast(({ type }) => type === 'application.waitlisted')
  return {
    rank: application.state === 'waitlisted' ? await findRankInLine(db, application) : null,
    count: await countInLine(db, application.offer_id),
    events,
    before: await countGoneBefore(db, application, joined?.at ?? application.created_at),
  }
}
