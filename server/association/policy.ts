// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRole, type Viewer } from '../model/viewer.ts'

export function canChangeSettings(viewer: Viewer): boolean {
  return hasRole(viewer, 'administrator')
}
