// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Reach } from '../../db/queries/hours-reach.ts'
import type { Choice } from '../../db/queries/hours-figures.ts'
import { hasRight, hasSomewhere, reachOf, type Viewer } from '../model/viewer.ts'

/** The lines that this viewer may read. */
export const reachToSee = (viewer: Viewer): Reach => reachOf(viewer, 'see_hours')

/** The lines that this viewer may record, and decide on: mayDecide. */
export const reachToManage = (viewer: Viewer): Reach => reachOf(viewer, 'manage_hours')

/** The lines whose value this viewer reads. */
export const reachToValue = (viewer: Viewer): Reach =>
  hasRight(viewer, 'see_hours') ? 'everyone' : reachOf(viewer, 'years')

/** The lines with which this viewer may try what hours would be worth. */
export const reachToTry = (viewer: Viewer): Reach =>
  hasRight(viewer, 'levels') ? 'everyone' : reachOf(viewer, 'years')

export const isWithin = (reach: Reach, project: string | null | undefined): boolean =>
  reach === 'everyone' || (typeof project === 'string' && reach.projects.includes(project))

/** Lines of a project of theirs, or of the people of a team of theirs; what is chosen beside it makes them fewer. */
export function reachesChoice(reach: Reach, { projectId, teamId }: Choice): boolean {
  if (reach === 'everyone') return true
  return isWithin(reach, projectId) || (teamId !== undefined && reach.teams.includes(teamId))
}

/** For everybody, whatever the project. */
export function mayRecordForOthers(viewer: Viewer): boolean {
  return hasRight(viewer, 'manage_hours')
}

/** Lines of everybody, and rules that approve them. */
export function mayApprove(viewer: Viewer): boolean {
  return hasRight(viewer, 'manage_hours')
}

/** Some lines, at least: reachToManage says which. */
export const mayManageSome = (viewer: Viewer): boolean => hasSomewhere(viewer, 'manage_hours')

/** Of a line that reachToManage has. People may approve their own hours only when nobody else can. */
export function mayDecide(viewer: Viewer, line: { person_id: string }, otherApprovers: number): boolean {
  return mayManageSome(viewer) && (line.person_id !== viewer.personId || otherApprovers === 0)
}

export const mayKeepCategories = (viewer: Viewer): boolean => hasRight(viewer, 'categories')

/** Levels, and what an hour is worth. */
export const maySetRates = (viewer: Viewer): boolean => hasRight(viewer, 'levels')

export const mayKeepProjects = (viewer: Viewer): boolean => hasRight(viewer, 'projects')
