// SPDX-License-Identifier: AGPL-3.0-or-later
import { wantPictures } from '../../../db/queries/picture-copies.ts'
import type { Deps } from '../../deps.ts'
import type { PublicOffer } from '../../model/offer/content.ts'
import type { Tx } from '../../web/transact.ts'

/** Those of the text that is shown and of the one that waits; nothing else of theirs is kept. */
export async function wantPicturesOf(
  tx: Tx,
  deps: Deps,
  item: { offer_uri: string; accepted_offer?: PublicOffer | null; pending_offer?: PublicOffer | null },
): Promise<void> {
  const texts = [item.accepted_offer, item.pending_offer].filter((offer) => offer !== null && offer !== undefined)
  const urls = new Set(texts.flatMap(({ content }) => content.pictures.map(({ url }) => url)))
  await wantPictures(tx, item.offer_uri, [...urls], { at: deps.clock.iso(), newId: deps.newId })
}
