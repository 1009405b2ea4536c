// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRole, type Viewer } from '../model/viewer.ts'

export const mayAttest = (viewer: Viewer): boolean => hasRole(viewer, 'coordinator')
