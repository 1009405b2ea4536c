// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRole, type Viewer } from '../model/viewer.ts'

/** Who keeps the site answers for what does not work on it. */
export const mayKeepHelpDesk = (viewer: Viewer): boolean => hasRole(viewer, 'administrator')
