// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Reach } from '../../db/queries/hours-reach.ts'
import { hasSomewhere, reachOf, type Viewer } from '../model/viewer.ts'

/** France only. */
export const isCecHere = ({ country }: { country: 'FR' | 'CA' }): boolean => country === 'FR'

export const mayValidateCec = (viewer: Viewer): boolean => hasSomewhere(viewer, 'cec')

/** People may decide on their own declaration only when nobody else can. */
export const mayDecideOf = (viewer: Viewer, personId: string, otherValidators: number): boolean =>
  mayValidateCec(viewer) && (personId !== viewer.personId || otherValidators === 0)

/**
 * Whose declarations this viewer sees and validates: of a project, those who gave hours to it in that year; of a team, its
 * people. What they see of somebody is whole, because a declaration is for the association.
 */
export const reachToValidate = (viewer: Viewer): Reach => reachOf(viewer, 'cec')
