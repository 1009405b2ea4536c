// SPDX-License-Identifier: AGPL-3.0-or-later
// Who sees other people's data needs a second factor, some days after the role was given.
import { findFactorState } from '../../db/queries/people.ts'
import { DAY, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import type { Viewer } from '../model/viewer.ts'
import type { Access } from '../web/access.ts'
import type { Handler } from '../web/handler.ts'
import { redirect } from '../web/redirect.ts'

const GRACE = 14 * DAY
const FOR_ALL: readonly Access[] = ['anyone', 'signedIn']

/** `at`: from when on their pages lead to its set-up. Undefined when it is in place, not required, or for volunteers. */
export async function findFactorDue(deps: Deps, viewer: Viewer): Promise<{ at: string; isOver: boolean } | undefined> {
  if (!deps.config.secondFactorRequired || viewer.personId === null) return undefined
  const state = await findFactorState(deps.db, viewer.personId)
  if (!state?.since || state.totp_confirmed_at) return undefined
  const from = state.required_from ?? ''
  const at = later(state.since > from ? state.since : from, GRACE)
  return { at, isOver: at <= deps.clock.iso() }
}

/** The handler of a page for staff, which leads to the set-up instead once that is due. */
export function behindSecondFactor(deps: Deps, who: Access, handler: Handler): Handler {
  if (FOR_ALL.includes(who)) return handler
  return async (req, res) => {
    const due = await findFactorDue(deps, req.viewer)
    return due?.isOver ? redirect(req, res, '/my/security') : handler(req, res)
  }
}
