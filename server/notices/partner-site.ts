// SPDX-License-Identifier: AGPL-3.0-or-later
import { listAffiliationsWith } from '../../db/queries/affiliations.ts'
import type { Handle } from '../web/transact.ts'

/** Where people of the other site can be reached: its address, because sites tell each other no mailbox. */
export async function siteOfPartner(db: Handle, uri: string): Promise<string> {
  const [row] = await listAffiliationsWith(db, uri)
  return row?.partner_url || new URL(uri).origin
}
