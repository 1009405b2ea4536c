// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRole, type Viewer } from '../model/viewer.ts'

export function canOperate(viewer: Viewer): boolean {
  return hasRole(viewer, 'administrator')
}
