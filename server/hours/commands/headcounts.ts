// SPDX-License-Identifier: AGPL-3.0-or-later
// Helpers whose names are not known. They count in the hours, and are nobody's data.
import { addHours } from '../../../db/queries/counts.ts'
import { record } from '../../../db/queries/events.ts'
import { findHeadcount, findHeadcountByForm, insertHeadcount } from '../../../db/queries/headcounts.ts'
import { isDayClosed } from '../../../db/queries/years.ts'
import type { Deps } from '../../deps.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Forbidden, Invalid, NotFound, Refused } from '../../web/errors.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { isWithin, mayManageSome, reachToManage } from '../policy.ts'
import { projectFor } from './projects.ts'

/** `minutes`: of each. */
export type Headcount = { people: number; minutes: number }
type Line = Headcount & { day: string; category: string; offer: string; project?: string; form_id: string }

/** Once for the same form with the same content. */
export async function insertUnnamed(tx: Tx, deps: Deps, viewer: Viewer, line: Line): Promise<void> {
  if (!mayManageSome(viewer)) throw new Forbidden()
  if (await isDayClosed(tx, line.day)) throw new Refused('hours.refused.closed')
  const key = line.form_id ? `${line.form_id}/unnamed` : null
  const known = key === null ? undefined : await findHeadcountByForm(tx, key)
  const isSame = known?.people === line.people && known.minutes === line.minutes && known.worked_on === line.day
  if (known && isSame && known.category_id === line.category) return
  const project_id = await projectFor(tx, line)
  if (!isWithin(reachToManage(viewer), project_id)) throw new Invalid({ project: 'hours.error.project_not_yours' })
  const id = deps.newId()
  const now = deps.clock.iso()
  await insertHeadcount(tx, {
    id,
    worked_on: line.day,
    people: line.people,
    minutes: line.minutes,
    category_id: line.category,
    offer_id: line.offer || null,
    project_id,
    entered_by: viewer.personId,
    created_at: now,
    // Another content under the same key is another line.
    form_id: known ? null : key,
  })
  await countUnnamed(tx, { offer: line.offer, day: line.day, minutes: line.people * line.minutes })
  await record(tx, { type: 'headcount.noted', at: now, actorId: viewer.personId, subject: id })
}

/** Nobody knows by which site they found the offer. */
async function countUnnamed(tx: Tx, { offer, ...of }: { offer: string | null; day: string; minutes: number }) {
  if (offer) await addHours(tx, [{ ...of, offerId: offer, channel: 'own' }])
}

/** Adds a line of the opposite sign on the same day; both stay visible. @throws Refused for one that is taken out already. */
export async function reverseHeadcount(deps: Deps, viewer: Viewer, id: string, reason: string): Promise<void> {
  if (!mayManageSome(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const line = await findHeadcount(tx, id, reachToManage(viewer))
    if (!line) throw new NotFound()
    if (line.reverses_id !== null || line.reversed_by !== null) throw new Refused('hours.refused.reversed')
    if (await isDayClosed(tx, line.worked_on)) throw new Refused('hours.refused.closed')
    const now = deps.clock.iso()
    const { worked_on, people, minutes, category_id, level_id, offer_id, project_id } = line
    const same = { worked_on, minutes, category_id, level_id, offer_id, project_id }
    const reversing = { id: deps.newId(), ...same, people: -people, reason }
    await insertHeadcount(tx, { ...reversing, entered_by: viewer.personId, reverses_id: id, created_at: now })
    await countUnnamed(tx, { offer: offer_id, day: worked_on, minutes: -people * minutes })
    await record(tx, { type: 'headcount.reversed', at: now, actorId: viewer.personId, subject: id })
  })
}
