// SPDX-License-Identifier: AGPL-3.0-or-later
// Pictures and the sheet of an offer. The text of the offer names them, so each change is a change of the text.
import { setImmediate } from 'node:timers/promises'
import { deleteOfferFile, deleteUnnamedFiles, findOfferFile, insertOfferFile } from '../../../db/queries/offer-files.ts'
import { DAY, later } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import type { OfferPicture, TextMap } from '../../model/offer/content.ts'
import { FIELDS } from '../../model/offer/fields.ts'
import type { Viewer } from '../../model/viewer.ts'
import { fileIdOf, fileUrl } from '../../public-offer/pictures.ts'
import { Invalid, NotFound, Refused } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import type { Picture } from '../../web/picture.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { PDF } from '../../web/pdf.ts'
import { begin } from './change.ts'
import { editContent } from './write.ts'

/** Keeps a picture that the text does not name yet, because its form is not complete. @returns its id. */
export async function keepPicture(deps: Deps, viewer: Viewer, offerId: string, picture: Picture): Promise<string> {
  return transact(deps, async (tx) => {
    const { offer, now } = await begin(tx, deps, viewer, offerId)
    const id = deps.newId()
    await insertOfferFile(tx, { ...picture, id, offer_id: offer.id, kind: 'picture', created_at: now })
    return id
  })
}

/**
 * Shows a picture that was kept, behind the others; a form that is sent twice does it once.
 * @throws Refused when the offer has as many as it may; Invalid when the picture is not there any more.
 */
export async function addPicture(
  deps: Deps,
  viewer: Viewer,
  offerId: string,
  { file, alt }: { file: string; alt: TextMap },
  sent: SentForm,
): Promise<void> {
  await transact(deps, (tx) =>
    makeOnce(tx, deps, sent, async () => {
      const change = await begin(tx, deps, viewer, offerId)
      const { content } = change.offer
      if (content.pictures.length >= FIELDS.pictures.most) throw new Refused('offers.pictures.full')
      const kept = await findOfferFile(tx, file)
      if (kept?.offer_id !== offerId || kept.kind !== 'picture')
        throw new Invalid({ picture: 'offers.pictures.missing' })
      const picture = { url: fileUrl(deps, kept.id), width: kept.width, height: kept.height, alt }
      if (content.pictures.some(({ url }) => url === picture.url)) return kept.id
      await editContent(change, { ...content, pictures: [...content.pictures, picture] })
      return kept.id
    }),
  )
}

type Pictures = readonly OfferPicture[]

async function changePictures(
  deps: Deps,
  viewer: Viewer,
  offerId: string,
  next: (tx: Tx, pictures: Pictures) => OfferPicture[] | Promise<OfferPicture[]>,
): Promise<void> {
  await transact(deps, async (tx) => {
    const change = await begin(tx, deps, viewer, offerId)
    const { content } = change.offer
    await editContent(change, { ...content, pictures: await next(tx, content.pictures) })
  })
}

const isOf = (id: string) => (picture: OfferPicture) => fileIdOf(picture.url) === id

/** @throws NotFound when somebody else took the picture away. */
export async function describePicture(
  deps: Deps,
  viewer: Viewer,
  offerId: string,
  { id, alt }: { id: string; alt: TextMap },
): Promise<void> {
  await changePictures(deps, viewer, offerId, (_tx, pictures) => {
    if (!pictures.some(isOf(id))) throw new NotFound()
    return pictures.map((picture) => (isOf(id)(picture) ? { ...picture, alt } : picture))
  })
}

/** The one that other software shows. One that is gone is no fault. */
export async function putPictureFirst(deps: Deps, viewer: Viewer, offerId: string, id: string): Promise<void> {
  await changePictures(deps, viewer, offerId, (_tx, pictures) =>
    [...pictures].sort((a, b) => Number(isOf(id)(b)) - Number(isOf(id)(a))),
  )
}

/** From the offer and from this site. One that is gone already is no fault. */
export async function removePicture(deps: Deps, viewer: Viewer, offerId: string, id: string): Promise<void> {
  await changePictures(deps, viewer, offerId, async (tx, pictures) => {
    if (pictures.some(isOf(id))) await deleteOfferFile(tx, id)
    return pictures.filter((picture) => !isOf(id)(picture))
  })
}

/** In place of the one there was. */
export async function attachSheet(
  deps: Deps,
  viewer: Viewer,
  offerId: string,
  { name, bytes }: { name: string; bytes: Buffer },
): Promise<void> {
  await transact(deps, async (tx) => {
    const change = await begin(tx, deps, viewer, offerId)
    const { content } = change.offer
    const before = content.sheet && (await findOfferFile(tx, fileIdOf(content.sheet.url)))
    // The same file again changes nothing.
    if (before?.name === name && before.bytes.equals(bytes)) return
    if (before) await deleteOfferFile(tx, before.id)
    const id = deps.newId()
    const file = { id, offer_id: offerId, kind: 'sheet', media_type: PDF, name, bytes, created_at: change.now } as const
    await insertOfferFile(tx, file)
    await editContent(change, { ...content, sheet: { url: fileUrl(deps, id), name, bytes: bytes.length } })
  })
}

/** One that is gone already is no fault. */
export async function removeSheet(deps: Deps, viewer: Viewer, offerId: string): Promise<void> {
  await transact(deps, async (tx) => {
    const change = await begin(tx, deps, viewer, offerId)
    const { content } = change.offer
    if (!content.sheet) return
    await deleteOfferFile(tx, fileIdOf(content.sheet.url))
    await editContent(change, { ...content, sheet: null })
  })
}

const AT_ONCE = 100

/** Files whose form was not completed within a day, and those of archived offers. */
export async function forgetUnnamedFiles(deps: Deps): Promise<void> {
  const before = later(deps.clock.iso(), -DAY)
  // A turn of the event loop between two parts, so that others are served meanwhile.
  while ((await deleteUnnamedFiles(deps.db, before, AT_ONCE)) === AT_ONCE) await setImmediate()
}
