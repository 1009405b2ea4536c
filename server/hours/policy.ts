// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Scope } from '../../db/queries/hours.ts'
import { hasRole, type Viewer } from '../model/viewer.ts'

export function scopeOf(viewer: Viewer): Scope {
  return hasRole(viewer, 'coordinator', 'treasurer') ? 'everyone' : { personId: viewer.personId ?? '' }
}

export function mayRecordForOthers(viewer: Viewer): boolean {
  return hasRole(viewer, 'coordinator')
}

/** Whose lines one may decide on: mayDecide. */
export function mayApprove(viewer: Viewer): boolean {
  return hasRole(viewer, 'coordinator')
}

/** People may approve their own hours only when nobody else can. */
export function mayDecide(viewer: Viewer, entry: { person_id: string }, otherApprovers: number): boolean {
  return hasRole(viewer, 'coordinator') && (entry.person_id !== viewer.personId || otherApprovers === 0)
}

export function maySetRates(viewer: Viewer): boolean {
  return hasRole(viewer, 'treasurer')
}
