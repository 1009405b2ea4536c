// SPDX-License-Identifier: AGPL-3.0-or-later
// The script of the form sends what is typed at each pause; the answer is for that script.
import type { Request } from 'express'
import { sameText } from '../../base/secrets.ts'
import type { Deps } from '../../deps.ts'
import { onlyAssociations } from '../../web/access.ts'
import { Refused } from '../../web/errors.ts'
import { ownerMark } from '../../web/form-again.ts'
import { typedValues } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { dropTyped, keepTyped, type TypedForm } from '../commands/typed.ts'
import { pathOf, readOwn } from '../responses.ts'

const said = (value: string | string[] | undefined) => (typeof value === 'string' ? value.slice(0, 64) : '')

/** @returns '' for the page of a new offer. @throws NotFound when the offer is not there. */
async function offerOf(deps: Deps, req: Request): Promise<string> {
  if (param(req, 'offer') !== '') return (await readOwn(deps, req)).offer.id
  onlyAssociations(req)
  return ''
}

export const keep =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { owner, form_id, ...values } = typedValues(req.body)
    const form: TypedForm = { offerId: await offerOf(deps, req), formId: said(form_id) }
    // In a browser where somebody else has signed in meanwhile.
    const isOwn = sameText(said(owner), ownerMark(deps, req.viewer.personId ?? undefined).slice(0, 64))
    if (!isOwn || form.formId === '') throw new Refused('offers.typed.not_kept')
    await keepTyped(deps, req.viewer, form, values)
    res.json({ text: req.t('offers.typed.kept', { time: req.t.date(deps.clock.iso(), 'time') }) })
  }

export const drop =
  (deps: Deps): Handler =>
  async (req, res) => {
    const offerId = await offerOf(deps, req)
    await dropTyped(deps, req.viewer, { offerId, formId: said(typedValues(req.body).form_id) })
    req.session.flash('offers.typed.dropped')
    await redirect(req, res, offerId === '' ? '/work/offers/new' : pathOf({ id: offerId }, '/edit'))
  }
