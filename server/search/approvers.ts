// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Db } from '../../db/open.ts'
import type { ListingRow } from '../../db/queries/listings.ts'
import { listApprovers, type Approver } from '../../db/queries/sources.ts'

export type Named = Pick<ListingRow, 'offer_uri' | 'origin' | 'association_uri'>

/** By offer, the other centres that approved and show it, never its own site. One query in all. */
export async function approversOf(db: Db, offers: readonly Named[]): Promise<Map<string, Approver[]>> {
  const members = offers.filter(({ origin }) => origin === 'member')
  const homes = new Map(members.map((one) => [one.offer_uri, one.association_uri]))
  const found = await listApprovers(db, [...homes.keys()])
  return new Map([...found].map(([uri, all]) => [uri, all.filter((one) => one.uri !== homes.get(uri))]))
}
