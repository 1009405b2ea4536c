// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRight, type Viewer } from '../model/viewer.ts'

/** Both at a site that is association and centre; only a moderator suspends, which the command of moderation asks. */
export const mayTend = (viewer: Viewer): boolean => hasRight(viewer, 'offers', 'moderation')
