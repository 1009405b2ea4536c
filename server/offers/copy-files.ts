// SPDX-License-Identifier: AGPL-3.0-or-later
import { copyOfferFile } from '../../db/queries/offer-files.ts'
import type { Deps } from '../deps.ts'
import type { OfferContent } from '../model/offer/content.ts'
import { fileIdOf, fileUrl } from '../public-offer/pictures.ts'
import type { Tx } from '../web/transact.ts'

/** For a copy of an offer. @returns what its text says, and what brings the files once the copy is there. */
export async function copyFiles(tx: Tx, deps: Deps, content: OfferContent, offerId: string) {
  const copies = content.pictures.map(({ url, ...about }) => ({ from: fileIdOf(url), id: deps.newId(), about }))
  const { sheet } = content
  const copied = sheet && { from: fileIdOf(sheet.url), id: deps.newId() }
  return {
    content: {
      pictures: copies.map(({ id, about }) => ({ url: fileUrl(deps, id), ...about })),
      sheet: sheet && copied && { ...sheet, url: fileUrl(deps, copied.id) },
    },
    insert: async () => {
      const created_at = deps.clock.iso()
      for (const { from, id } of [...copies, ...(copied ? [copied] : [])])
        await copyOfferFile(tx, from, { id, offer_id: offerId, created_at })
    },
  }
}
