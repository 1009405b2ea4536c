// SPDX-License-Identifier: AGPL-3.0-or-later
// An association agrees that a centre shows its sums exactly, small ones too, and takes that back.
import { findAffiliation, updateAffiliation } from '../../../db/queries/affiliations.ts'
import { record } from '../../../db/queries/events.ts'
import { after } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { canAsk } from '../../model/relation-policy.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Forbidden, NotFound, Refused } from '../../web/errors.ts'
import { transact } from '../../web/transact.ts'

/** Nothing changes the second time. @throws Forbidden, NotFound, Refused when we are no member of that centre. */
export async function setExactSums(deps: Deps, viewer: Viewer, id: string, isAgreed: boolean): Promise<void> {
  if (!canAsk(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const row = await findAffiliation(tx, id)
    if (!row) throw new NotFound()
    if (row.partner_is !== 'centre' || row.state !== 'active') throw new Refused('partners.refused.no_centre')
    if ((row.exact_sums === 1) === isAgreed) return
    // A clock that was ahead at the last decision would make the centre pass over this one.
    const at = after(row.exact_sums_at ?? '', deps.clock.iso())
    await updateAffiliation(tx, row, { exact_sums: isAgreed ? 1 : 0, exact_sums_at: at })
    const type = isAgreed ? 'affiliation.exact_sums_agreed' : 'affiliation.exact_sums_ended'
    await record(tx, { type, at, actorId: viewer.personId, subject: id, details: { partner: row.partner_uri } })
  })
}
