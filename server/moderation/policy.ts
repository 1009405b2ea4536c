// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRole, type Viewer } from '../model/viewer.ts'

/** What the calendar does: nobody is signed in. */
export const TIMETABLE: Viewer = { personId: null, name: '', roles: new Set(['moderator']), isSignedIn: false }

/** Moderators read over; an administrator may step in. */
export function canModerate(viewer: Viewer): boolean {
  return hasRole(viewer, 'moderator')
}
