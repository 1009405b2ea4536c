// SPDX-License-Identifier: AGPL-3.0-or-later
import { updateAffiliation, withdrawSubmissionsTo, type AffiliationRow } from '../../../db/queries/affiliations.ts'
import { record } from '../../../db/queries/events.ts'
import type { Deps } from '../../deps.ts'
import { removeItemsOf, removeItemsThrough } from '../../moderation/commands/withdraw.ts'
import type { Tx } from '../../web/transact.ts'

/** Offers of a member leave the site, and those only a source announced; ours count as withdrawn at the centre. */
export async function settleEnd(
  tx: Tx,
  deps: Deps,
  row: AffiliationRow,
  how: { byUs: boolean; actorId: string | null; reason?: string; why?: AffiliationRow['ended_why'] },
): Promise<void> {
  const at = deps.clock.iso()
  await updateAffiliation(tx, row, {
    state: 'ended',
    ended_at: at,
    ended_by_us: how.byUs ? 1 : 0,
    ended_why: how.why ?? null,
    reason: how.reason ?? '',
    // Whoever comes back agrees anew.
    exact_sums: 0,
    exact_sums_at: null,
    paused_at: null,
    pause_reason: '',
  })
  if (row.partner_is === 'member') await removeItemsOf(tx, deps, row.partner_uri)
  if (row.partner_is === 'source') await removeItemsThrough(tx, deps, row.partner_uri)
  if (row.partner_is === 'centre') await withdrawSubmissionsTo(tx, row.partner_uri, at)
  await record(tx, {
    type: 'affiliation.ended',
    at,
    actorId: how.actorId,
    subject: row.id,
    details: { partner: row.partner_uri, partner_is: row.partner_is, by_us: how.byUs, was: row.state },
  })
}
