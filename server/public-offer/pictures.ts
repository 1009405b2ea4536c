// SPDX-License-Identifier: AGPL-3.0-or-later
// The pictures of an offer as pages show them: always files of this site.
import { findPictureCopies } from '../../db/queries/picture-copies.ts'
import type { Deps } from '../deps.ts'
import type { OfferContent, OfferPicture } from '../model/offer/content.ts'
import type { Translator } from '../text/i18n.ts'
import type { Size } from '../web/picture.ts'
import type { Handle } from '../web/transact.ts'

/** The page that shows the first one, with a logo, stays below 60 kB. */
export const OFFER_PICTURE: Size = { sides: [800, 640, 480, 360], lightBytes: 26_000, quality: 75 }

/** Where an own picture or sheet is served; its id is known to whoever reads the offer. */
export const fileUrl = ({ config }: Pick<Deps, 'config'>, id: string): string => `${config.publicUrl}/media/${id}`
export const fileIdOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1)

export type ShownPicture = { src: string; width: number; height: number; alt: string; lang: string; url: string }

/**
 * Own pictures, and our copies of those of others; without a copy there is none, so that no browser is led to another
 * site. `uri`: of the offer. `url`: as the offer names the picture.
 */
export async function picturesOf(
  db: Handle,
  { config }: Pick<Deps, 'config'>,
  t: Translator,
  { uri, pictures }: { uri: string } & Pick<OfferContent, 'pictures'>,
): Promise<ShownPicture[]> {
  const own = `${config.publicUrl}/media/`
  const others = pictures.filter(({ url }) => !url.startsWith(own)).map(({ url }) => url)
  const copies = await findPictureCopies(db, uri, others)
  return pictures.flatMap((picture: OfferPicture) => {
    const { url } = picture
    const shown = url.startsWith(own) ? { ...picture, id: fileIdOf(url) } : copies.get(url)
    if (!shown) return []
    const { text: alt, lang } = t.text(picture.alt)
    return [{ src: `/media/${shown.id}`, width: shown.width, height: shown.height, alt, lang: lang ?? '', url }]
  })
}
