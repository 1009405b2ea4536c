// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRight, hasSomewhere, type Viewer } from '../model/viewer.ts'

export const mayCloseYears = (viewer: Viewer): boolean => hasRight(viewer, 'years')

/** With methods side by side; taking one of them is for whoever has `levels`. */
export const mayTry = (viewer: Viewer): boolean => hasRight(viewer, 'levels') || hasSomewhere(viewer, 'years')
