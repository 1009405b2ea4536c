// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, RequestHandler, Response } from 'express'
import { limits } from '../../../config/limits.ts'
import { findOfferFile } from '../../../db/queries/offer-files.ts'
import type { Deps } from '../../deps.ts'
import { FIELDS } from '../../model/offer/fields.ts'
import { fileIdOf, OFFER_PICTURE, picturesOf } from '../../public-offer/pictures.ts'
import { offerUri } from '../../public-offer/public-offer.ts'
import type { MessageKey } from '../../text/message-keys.ts'
import { emptyForm, parseForm, withErrors, type Form } from '../../web/forms.ts'
import type { Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { pdfFault, pdfName } from '../../web/pdf.ts'
import { drawPicture } from '../../web/picture.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import { readUpload, sentFile } from '../../web/upload.ts'
import {
  addPicture,
  attachSheet,
  describePicture,
  keepPicture,
  putPictureFirst,
  removePicture,
  removeSheet,
} from '../commands/files.ts'
import { altOf, pictureForm } from '../forms.ts'
import { picturesPage } from '../pages/pictures.ts'
import { pathOf, readOwn, type Own } from '../responses.ts'

const END = '/pictures'
const WHY = {
  kind: 'offers.pictures.kind',
  large: 'offers.pictures.large',
  broken: 'offers.pictures.broken',
} as const

/** `of`: the picture to whose texts the form belongs; '' for the form of a new one. */
type Shown = { form?: Form; of?: string; sheetForm?: Form }

async function render(deps: Deps, req: Request, res: Response, own: Own, { form, of = '', sheetForm }: Shown = {}) {
  const { offer, association } = own
  const shown = await picturesOf(deps.db, deps, req.t, { uri: offerUri(deps, offer.id), ...offer.content })
  const kept = form && of === '' ? await findOfferFile(deps.db, String(form.values['file'] ?? '')) : undefined
  const model = picturesPage(
    { t: req.t, offer, association },
    { shown, form, of, sheetForm, kept: kept?.offer_id === offer.id ? kept : undefined },
  )
  await res.page('offers/pictures', { ...model, formId: deps.newId() }, form || sheetForm ? 422 : 200)
}

export const show =
  (deps: Deps): Handler =>
  async (req, res) =>
    render(deps, req, res, await readOwn(deps, req))

export const fileSteps = (): RequestHandler[] => readUpload(limits.pictureBytes)

export const add =
  (deps: Deps): Handler =>
  async (req, res) => {
    const own = await readOwn(deps, req)
    const { offer, association } = own
    if (offer.content.pictures.length >= FIELDS.pictures.most) {
      // Refused, unless it is the form of the last one that comes again.
      await addPicture(deps, req.viewer, offer.id, { file: '', alt: {} }, sentForm(req))
      return redirect(req, res, pathOf(offer, END))
    }
    const sent = sentFile(req, 'picture')
    const drawn = sent && sent !== 'too_large' ? await drawPicture(sent.bytes, OFFER_PICTURE) : undefined
    const parsed = parseForm(pictureForm(offer.content, association.locale), req.body)
    // Kept also when a text is missing, because a browser does not send the same file again.
    const kept = drawn?.ok ? await keepPicture(deps, req.viewer, offer.id, drawn.picture) : undefined
    const file = kept ?? String(parsed.form.values['file'] ?? '')
    const form = { ...parsed.form, values: { ...parsed.form.values, file } }
    const fault =
      sent === 'too_large'
        ? 'offers.pictures.heavy'
        : drawn && !drawn.ok
          ? WHY[drawn.reason]
          : file === ''
            ? 'offers.pictures.missing'
            : undefined
    if (!parsed.ok || fault)
      return render(deps, req, res, own, { form: fault ? withErrors(form, { picture: fault }) : form })
    const input = { file, alt: altOf(parsed.value) }
    const done = await runCommand(form, () => addPicture(deps, req.viewer, offer.id, input, sentForm(req)))
    if (!done.ok) return render(deps, req, res, own, { form: done.form })
    req.session.flash('offers.pictures.added')
    await redirect(req, res, pathOf(offer, END))
  }

export const describe =
  (deps: Deps): Handler =>
  async (req, res) => {
    const own = await readOwn(deps, req)
    const { offer, association } = own
    const parsed = parseForm(pictureForm(offer.content, association.locale), req.body)
    const id = String(parsed.form.values['file'] ?? '')
    const isThere = offer.content.pictures.some(({ url }) => fileIdOf(url) === id)
    if (!parsed.ok && isThere) return render(deps, req, res, own, { form: parsed.form, of: id })
    const alt = parsed.ok ? altOf(parsed.value) : {}
    const done = await runCommand(emptyForm(), () => describePicture(deps, req.viewer, offer.id, { id, alt }))
    if (!done.ok) return render(deps, req, res, own, { form: done.form })
    req.session.flash('offers.pictures.described')
    await redirect(req, res, pathOf(offer, END))
  }

const pressed =
  (
    work: (deps: Deps, viewer: Request['viewer'], offer: string, picture: string) => Promise<void>,
    done: 'offers.pictures.first_done' | 'offers.pictures.removed',
  ) =>
  (deps: Deps): Handler =>
  async (req, res) => {
    const own = await readOwn(deps, req)
    const picture = String((req.body as Record<string, unknown>).picture ?? '')
    const tried = await runCommand(emptyForm(), () => work(deps, req.viewer, own.offer.id, picture))
    if (!tried.ok) return render(deps, req, res, own, { form: tried.form })
    req.session.flash(done)
    await redirect(req, res, pathOf(own.offer, END))
  }

export const first = pressed(putPictureFirst, 'offers.pictures.first_done')
export const remove = pressed(removePicture, 'offers.pictures.removed')

export const sheetSteps = (): RequestHandler[] => readUpload(limits.sheetBytes)

const WHY_NOT = {
  kind: 'offers.sheet.kind',
  locked: 'offers.sheet.locked',
  active: 'offers.sheet.active',
} as const

export const attach =
  (deps: Deps): Handler =>
  async (req, res) => {
    const own = await readOwn(deps, req)
    const sent = sentFile(req, 'sheet')
    const refuse = (sheet: MessageKey) => render(deps, req, res, own, { sheetForm: withErrors(emptyForm(), { sheet }) })
    if (sent === 'too_large') return refuse('offers.sheet.heavy')
    if (!sent) return refuse('offers.sheet.missing')
    const fault = pdfFault(sent.bytes)
    if (fault) return refuse(WHY_NOT[fault])
    const file = { name: pdfName(sent.name), bytes: sent.bytes }
    const done = await runCommand(emptyForm(), () => attachSheet(deps, req.viewer, own.offer.id, file))
    if (!done.ok) return render(deps, req, res, own, { sheetForm: done.form })
    req.session.flash('offers.sheet.added')
    await redirect(req, res, pathOf(own.offer, END))
  }

export const detach =
  (deps: Deps): Handler =>
  async (req, res) => {
    const own = await readOwn(deps, req)
    const done = await runCommand(emptyForm(), () => removeSheet(deps, req.viewer, own.offer.id))
    if (!done.ok) return render(deps, req, res, own, { sheetForm: done.form })
    req.session.flash('offers.sheet.removed')
    await redirect(req, res, pathOf(own.offer, END))
  }
