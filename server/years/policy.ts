// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRole, type Viewer } from '../model/viewer.ts'

export const mayCloseYears = (viewer: Viewer): boolean => hasRole(viewer, 'treasurer')
