// SPDX-License-Identifier: AGPL-3.0-or-later
import type { AssociationRow } from '../../db/queries/association.ts'
import { hasRight, type Viewer } from '../model/viewer.ts'

/** At a centre its moderators; where there are only own offers, the administrator. */
export function maySettleTowns(viewer: Viewer, { kind }: Pick<AssociationRow, 'kind'>): boolean {
  return hasRight(viewer, kind === 'association' ? 'association' : 'moderation')
}
