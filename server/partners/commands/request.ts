// SPDX-License-Identifier: AGPL-3.0-or-later
import { insertAffiliation, updateAffiliation, type AffiliationRow } from '../../../db/queries/affiliations.ts'
import type { Deps, Partner } from '../../deps.ts'
import type { Tx } from '../../web/transact.ts'
import type { AffiliationState, PartnerIs } from '../../model/relation.ts'

/** A new request or one made again. @returns the id of the relation. */
export async function saveRequest(
  tx: Tx,
  deps: Deps,
  known: AffiliationRow | undefined,
  partner: Partner,
  partnerIs: PartnerIs,
  state: AffiliationState,
): Promise<string> {
  const presents = { partner_name: partner.name, partner_url: partner.url, partner_summary: partner.summary }
  const asked = { state, requested_at: deps.clock.iso() }
  if (known) {
    const anew = {
      decided_at: null,
      decided_by: null,
      ended_at: null,
      ended_by_us: null,
      ended_why: null,
      reason: '',
      error: '',
    }
    // The trust belonged to the relation that ended.
    await updateAffiliation(tx, known, { ...presents, ...asked, ...anew, trust: 'new' })
    return known.id
  }
  const id = deps.newId()
  await insertAffiliation(tx, { id, partner_uri: partner.uri, partner_is: partnerIs, ...presents, ...asked })
  return id
}
