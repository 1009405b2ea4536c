// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Scope } from '../../db/queries/hours.ts'
import { hasRight, type Viewer } from '../model/viewer.ts'

export function scopeOf(viewer: Viewer): Scope {
  return hasRight(viewer, 'see_hours') ? 'everyone' : { personId: viewer.personId ?? '' }
}

export function mayRecordForOthers(viewer: Viewer): boolean {
  return hasRight(viewer, 'manage_hours')
}

/** Whose lines one may decide on: mayDecide. */
export function mayApprove(viewer: Viewer): boolean {
  return hasRight(viewer, 'manage_hours')
}

/** People may approve their own hours only when nobody else can. */
export function mayDecide(viewer: Viewer, entry: { person_id: string }, otherApprovers: number): boolean {
  return hasRight(viewer, 'manage_hours') && (entry.person_id !== viewer.personId || otherApprovers === 0)
}

export const mayKeepCategories = (viewer: Viewer): boolean => hasRight(viewer, 'categories')

/** Levels, and what an hour is worth. */
export const maySetRates = (viewer: Viewer): boolean => hasRight(viewer, 'levels')

export const mayKeepProjects = (viewer: Viewer): boolean => hasRight(viewer, 'projects')
