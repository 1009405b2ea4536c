// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRight, type Viewer } from '../model/viewer.ts'

/** Whoever keeps the offers only, even when somebody else is the contact of the offer. */
export function mayAnswer(viewer: Viewer): boolean {
  return hasRight(viewer, 'offers')
}
