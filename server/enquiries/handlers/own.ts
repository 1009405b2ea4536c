// SPDX-License-Identifier: AGPL-3.0-or-later
// The page of somebody who offered their help, opened by the link in their mails. A GET changes nothing.
import type { Request, Response } from 'express'
import { findEnquiryByToken, listEnquiryMessages } from '../../../db/queries/enquiries.ts'
import type { Deps } from '../../deps.ts'
import { NotFound } from '../../web/errors.ts'
import type { Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { changeEnquiry, withdrawEnquiry } from '../commands/own.ts'
import { confirmEnquiry } from '../commands/send.ts'
import { readOwn } from '../forms.ts'
import { pathOf } from '../link.ts'
import { agreementText, ownForm } from '../pages/form.ts'
import * as pages from '../pages/own.ts'

const MOST_MESSAGES = 50

/** @throws NotFound in the same way for a wrong and an expired link, so that guessing shows nothing. */
async function load(deps: Deps, req: Request, res: Response) {
  // The URL opens it, so nothing of the page may stay in a browser or a cache.
  res.set('Cache-Control', 'no-store')
  const token = param(req, 'token')
  const enquiry = await findEnquiryByToken(deps.db, deps.secrets.hash(token), deps.clock.iso())
  if (!enquiry) throw new NotFound('enquiries.link_over')
  return { enquiry, wording: { t: req.t, taxonomies: deps.taxonomies }, site: req.site, base: pathOf(token) }
}

export const show =
  (deps: Deps): Handler =>
  (req, res) =>
    showOwn(deps, req, res)

async function showOwn(deps: Deps, req: Request, res: Response, form?: Form, status = 200) {
  const own = await load(deps, req, res)
  if (own.enquiry.state === 'unconfirmed') return res.page('enquiries/confirm', pages.confirmPage(own))
  const messages = await listEnquiryMessages(deps.db, own.enquiry.id, MOST_MESSAGES)
  return res.page('enquiries/own', pages.ownPage(own, messages, form ?? ownForm(own.enquiry)), status)
}

export const confirm =
  (deps: Deps): Handler =>
  async (req, res) => {
    const isNew = await confirmEnquiry(deps, param(req, 'token'))
    req.session.flash(isNew ? 'enquiries.confirm.done' : 'enquiries.confirm.again')
    await redirect(req, res, pathOf(param(req, 'token')))
  }

export const save =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = readOwn(req.body, deps.taxonomies)
    if (!parsed.ok) return showOwn(deps, req, res, parsed.form, 422)
    const { wording, site, base } = await load(deps, req, res)
    await changeEnquiry(deps, param(req, 'token'), parsed.value, agreementText(wording, site))
    req.session.flash('enquiries.own.saved')
    await redirect(req, res, base)
  }

export const askWithdrawal =
  (deps: Deps): Handler =>
  async (req, res) =>
    res.page('enquiries/withdraw', pages.withdrawPage(await load(deps, req, res)))

export const withdraw =
  (deps: Deps): Handler =>
  async (req, res) => {
    await withdrawEnquiry(deps, param(req, 'token'))
    req.session.flash('enquiries.withdraw.done')
    await redirect(req, res, '/')
  }
