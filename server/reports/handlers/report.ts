// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { findPerson } from '../../../db/queries/people.ts'
import { networkOf } from '../../base/network.ts'
import type { Deps } from '../../deps.ts'
import { refuseTooMany } from '../../limits.ts'
import { getShownOffer, type ShownOffer } from '../../search/shown-offer.ts'
import { TRAP } from '../../web/fields.ts'
import { emptyForm, type Form } from '../../web/forms.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { reportOffer } from '../commands.ts'
import { readReport } from '../forms.ts'
import { reportPage, sentPage } from '../pages/report.ts'

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const offer = await getShownOffer(deps, req.viewer, param(req, 'offer'))
    const sent = query(req, 'sent')
    if (sent !== '') return res.page('reports/sent', sentPage(req.t, offer, sent))
    const person = req.viewer.personId ? await findPerson(deps.db, req.viewer.personId) : undefined
    return showForm(req, res, offer, emptyForm({ form_id: deps.newId(), email: person?.email ?? '' }))
  }

function showForm(req: Request, res: Response, offer: ShownOffer, form: Form, status = 200) {
  return res.page('reports/report', reportPage(req.t, req.site, offer, form), status)
}

/** The next page is the same for a program that was recognised. */
export const send =
  (deps: Deps): Handler =>
  async (req, res) => {
    const offer = await getShownOffer(deps, req.viewer, param(req, 'offer'))
    const parsed = readReport(req.body)
    if (!parsed.ok) return showForm(req, res, offer, parsed.form, 422)
    const input = parsed.value
    await refuseTooMany(deps, [
      { limit: 'reports of a network', of: networkOf(req.ip) },
      { limit: 'reports', of: '' },
    ])
    if (input[TRAP] !== '') deps.log.info('a program filled in the form of reports', { id: req.id })
    else {
      const about = {
        origin: offer.origin,
        offer_uri: offer.uri,
        public_id: offer.publicId,
        title: req.t.text(offer.content.title).text,
        association_name: offer.association.name,
      }
      const setting = { locale: req.t.locale, personId: req.viewer.personId }
      await reportOffer(deps, input, about, setting, sentForm(req))
    }
    await redirect(req, res, `/offers/${offer.publicId}/report?sent=${input.email ? 'contact' : 'nobody'}`)
  }
