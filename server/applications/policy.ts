// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRole, type Viewer } from '../model/viewer.ts'

/** Coordinators and administrators only, even when somebody else is the contact of the offer. */
export function mayAnswer(viewer: Viewer): boolean {
  return hasRole(viewer, 'coordinator')
}
