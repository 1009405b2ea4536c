// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRight, type Viewer } from '../model/viewer.ts'

/** France only. */
export const isCecHere = ({ country }: { country: 'FR' | 'CA' }): boolean => country === 'FR'

export const mayValidateCec = (viewer: Viewer): boolean => hasRight(viewer, 'cec')
