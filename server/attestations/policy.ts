// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRight, type Viewer } from '../model/viewer.ts'

export const mayAttest = (viewer: Viewer): boolean => hasRight(viewer, 'manage_hours')
