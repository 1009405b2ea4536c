// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRole, type Viewer } from './viewer.ts'
import type { PartnerIs } from './relation.ts'

/** Which centre to belong to is a decision of the association. */
export function canAsk(viewer: Viewer): boolean {
  return hasRole(viewer, 'administrator')
}

/** At a centre, moderators know the associations of the place. */
export function canAnswer(viewer: Viewer): boolean {
  return hasRole(viewer, 'moderator')
}

/** Which sites a centre looks at is the business of those who read their offers over. */
export function canFollow(viewer: Viewer): boolean {
  return hasRole(viewer, 'moderator')
}

export function canEnd(viewer: Viewer, partnerIs: PartnerIs): boolean {
  return partnerIs === 'centre' ? canAsk(viewer) : canAnswer(viewer)
}
