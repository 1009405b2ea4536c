// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRight, type Viewer } from '../model/viewer.ts'

/** Everybody asks for themselves; the team notes what somebody asks who called or came. */
export function mayAskFor(viewer: Viewer, personId: string): boolean {
  return viewer.personId === personId || hasRight(viewer, 'manage_people')
}

/** Answers to requests, restrictions and the list of incidents are the work of whoever answers for the site. */
export function mayKeepPrivacyDesk(viewer: Viewer): boolean {
  return hasRight(viewer, 'association')
}
