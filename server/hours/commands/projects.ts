// SPDX-License-Identifier: AGPL-3.0-or-later
// Projects for which hours are given: the list, the usual one of an offer, and the one of a line.
import { record } from '../../../db/queries/events.ts'
import { findOfferForHours } from '../../../db/queries/hours-sheet.ts'
import { findEntry } from '../../../db/queries/hours.ts'
import * as projects from '../../../db/queries/projects.ts'
import { isDayClosed } from '../../../db/queries/years.ts'
import type { Deps } from '../../deps.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Forbidden, Invalid, NotFound, Refused } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { mayKeepProjects, mayManageSome, mayRecordForOthers, reachToManage } from '../policy.ts'

/** @throws Invalid for a name that another project has, however it is written. */
async function refuseTaken(tx: Tx, name: string, own = ''): Promise<void> {
  const known = await projects.findProjectNamed(tx, name)
  if (known && known.id !== own)
    throw new Invalid({ name: known.archived_at ? 'hours.projects.error_archived' : 'hours.projects.error_taken' })
}

/** @throws Forbidden; Invalid for a name that is taken. */
export async function addProject(deps: Deps, viewer: Viewer, name: string, sent?: SentForm): Promise<void> {
  if (!mayKeepProjects(viewer)) throw new Forbidden()
  await transact(deps, (tx) =>
    makeOnce(tx, deps, sent, async () => {
      await refuseTaken(tx, name)
      const row = { id: deps.newId(), name, created_at: deps.clock.iso() }
      await projects.insertProject(tx, row)
      return row.id
    }),
  )
}

/** Closed statements keep the name that they have. @throws as addProject; NotFound. */
export async function renameProject(deps: Deps, viewer: Viewer, id: string, name: string): Promise<void> {
  if (!mayKeepProjects(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const found = await projects.findProject(tx, id)
    if (!found) throw new NotFound()
    await refuseTaken(tx, name, id)
    await projects.saveProject(tx, id, { ...found, name })
  })
}

/** An archived project stays on its hours, and can no longer be chosen. @throws NotFound */
export async function archiveProject(deps: Deps, viewer: Viewer, id: string, isArchived: boolean): Promise<void> {
  if (!mayKeepProjects(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const found = await projects.findProject(tx, id)
    if (!found) throw new NotFound()
    await projects.saveProject(tx, id, { ...found, archived_at: isArchived ? deps.clock.iso() : null })
  })
}

/** @throws Invalid for one that is not there or archived; '' is none. */
export async function refuseUnknown(tx: Tx, project: string): Promise<void> {
  const found = project === '' ? undefined : await projects.findProject(tx, project)
  if (project !== '' && (!found || found.archived_at !== null))
    throw new Invalid({ project: 'hours.error.project_unknown' })
}

/**
 * The project of hours that are recorded: the one that was chosen, else the usual one of their offer.
 * @param own of the line that they replace: it stays, also when it is archived. @throws Invalid
 */
export async function projectFor(
  tx: Tx,
  { project = '', offer }: { project?: string | undefined; offer: string },
  own: string | null = null,
) {
  if (project !== own) await refuseUnknown(tx, project)
  if (project !== '') return project
  return offer === '' ? null : ((await projects.findProjectOfOffer(tx, offer)) ?? null)
}

/** The project of hours that are recorded for the offer from now on; '' for none. @throws Forbidden, NotFound, Invalid. */
export async function setProjectOfOffer(deps: Deps, viewer: Viewer, offer: string, project: string): Promise<void> {
  if (!mayRecordForOthers(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    if (!(await findOfferForHours(tx, offer))) throw new NotFound()
    await refuseUnknown(tx, project)
    await projects.saveProjectOfOffer(tx, offer, project || null)
  })
}

/**
 * The coordinator says for which project hours were given, until their year is closed; '' for none.
 * @throws Forbidden, NotFound, Refused, Invalid.
 */
export async function setEntryProject(deps: Deps, viewer: Viewer, id: string, project: string): Promise<void> {
  if (!mayManageSome(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const entry = await findEntry(tx, id, reachToManage(viewer))
    if (!entry) throw new NotFound()
    if ((entry.project_id ?? '') === project) return
    await refuseUnknown(tx, project)
    if (await isDayClosed(tx, entry.worked_on)) throw new Refused('hours.refused.closed')
    if (!(await projects.saveProjectOfEntry(tx, id, project || null)))
      throw new Refused('hours.refused.project_settled')
    // A line does not leave what they reach.
    if (!(await findEntry(tx, id, reachToManage(viewer))))
      throw new Invalid({ project: 'hours.error.project_not_yours' })
    await record(tx, { type: 'hours.project_set', at: deps.clock.iso(), actorId: viewer.personId, subject: id })
  })
}
