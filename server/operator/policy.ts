// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRight, type Viewer } from '../model/viewer.ts'

export function canOperate(viewer: Viewer): boolean {
  return hasRight(viewer, 'association')
}
