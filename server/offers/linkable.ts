// SPDX-License-Identifier: AGPL-3.0-or-later
// Own offers that another one can name as going together with it.
import { listLinkableOffers } from '../../db/queries/offers.ts'
import type { Deps } from '../deps.ts'
import type { TextMap } from '../model/offer/content.ts'
import { offerUri } from '../public-offer/public-offer.ts'

export type Linkable = { id: string; uri: string; title: TextMap }

const MOST = 50

/** Those that are or were online, what changed last first. */
export async function listLinkable(deps: Pick<Deps, 'db' | 'config'>): Promise<Linkable[]> {
  const offers = await listLinkableOffers(deps.db, MOST)
  return offers.map(({ id, title }) => ({ id, uri: offerUri(deps, id), title }))
}
