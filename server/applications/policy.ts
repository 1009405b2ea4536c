// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRole, type Viewer } from '../model/viewer.ts'

/** Reading and answering applications: coordinators and administrators only, even when somebody else is the contact. */
export function mayAnswer(viewer: Viewer): boolean {
  return hasRole(viewer, 'coordinator')
}
