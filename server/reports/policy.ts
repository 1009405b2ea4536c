// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRole, type Viewer } from '../model/viewer.ts'

/** Both at a site that is association and centre; only a moderator suspends, which the command of moderation asks. */
export const mayTend = (viewer: Viewer): boolean => hasRole(viewer, 'coordinator', 'moderator')
