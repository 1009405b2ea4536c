// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRight, type Viewer } from './viewer.ts'
import type { PartnerIs } from './relation.ts'

/** The association decides which centre it joins. */
export function canAsk(viewer: Viewer): boolean {
  return hasRight(viewer, 'association')
}

/** At a centre, moderators know the local associations. */
export function canAnswer(viewer: Viewer): boolean {
  return hasRight(viewer, 'moderation')
}

/** The moderators who read a site's offers decide whether the centre follows it. */
export function canFollow(viewer: Viewer): boolean {
  return hasRight(viewer, 'moderation')
}

export function canEnd(viewer: Viewer, partnerIs: PartnerIs): boolean {
  return partnerIs === 'centre' ? canAsk(viewer) : canAnswer(viewer)
}
