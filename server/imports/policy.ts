// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRight, type Viewer } from '../model/viewer.ts'

/** Members and approved hours of everybody come in with a file. */
export const mayImport = (viewer: Viewer): boolean =>
  hasRight(viewer, 'manage_people') && hasRight(viewer, 'manage_hours')
