// SPDX-License-Identifier: AGPL-3.0-or-later
// Who may do what with the association's own offers. Asked inside the commands, so pages, jobs and links obey alike.
import { hasRole, type Viewer } from '../model/viewer.ts'
import type { OfferAction, OfferState } from '../model/offer/rules.ts'

/** What is done by the calendar, or by a signed link in a mail: nobody is signed in. */
export const TIMETABLE: Viewer = { personId: null, name: '', roles: new Set(['administrator']), isSignedIn: false }

export function canWrite(viewer: Viewer): boolean {
  return hasRole(viewer, 'coordinator')
}

/** Coordinators throw their drafts away; what the public has seen is put away by an administrator or the calendar. */
export function may(viewer: Viewer, action: OfferAction, state: OfferState): boolean {
  if (action === 'archive' && state !== 'draft') return viewer.roles.has('administrator')
  return canWrite(viewer)
}
