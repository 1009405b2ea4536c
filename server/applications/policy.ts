// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRole, type Viewer } from '../model/viewer.ts'

/** Reading and answering applications: coordinators and administrators. A contact without that role asks them. */
export function mayAnswer(viewer: Viewer): boolean {
  return hasRole(viewer, 'coordinator')
}
