// SPDX-License-Identifier: AGPL-3.0-or-later
// The page on which somebody says how it was, opened by the link in their mail. A GET changes nothing.
import type { Request, Response } from 'express'
import type { Deps } from '../../deps.ts'
import { NotFound, Refused } from '../../web/errors.ts'
import { parseForm, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import { takeBackTestimonial, testify } from '../commands/testimonial.ts'
import { testimonialForm } from '../forms.ts'
import { findHomeOffer } from '../offer.ts'
import { consentOf, takeBackPage, testimonialPage } from '../pages/testimonial.ts'
import { findTestimony, testimonialPath } from '../testimonial.ts'

export const show =
  (deps: Deps): Handler =>
  async (req, res) =>
    showForm(res, await settingOf(deps, req, res))

export const save =
  (deps: Deps): Handler =>
  async (req, res) => {
    const setting = await settingOf(deps, req, res)
    const parsed = parseForm(testimonialForm, req.body)
    if (!parsed.ok) return showForm(res, setting, parsed.form, 422)
    const wording = consentOf(setting)
    try {
      const done = await runCommand(parsed.form, () => testify(deps, setting.token, { ...parsed.value, wording }))
      if (!done.ok) return showForm(res, setting, done.form, done.status)
      req.session.flash(
        parsed.value.consent ? 'applications.testimonial.sent' : 'applications.testimonial.sent_private',
      )
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      req.session.flash(error.key, error.params, 'wait')
    }
    await redirect(req, res, testimonialPath(setting.token))
  }

export const askRemoval =
  (deps: Deps): Handler =>
  async (req, res) => {
    const setting = await settingOf(deps, req, res)
    if (!setting.written) return redirect(req, res, testimonialPath(setting.token))
    await res.page('applications/testimonial-removal', takeBackPage(setting))
  }

export const remove =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { token, mayWrite } = await settingOf(deps, req, res)
    await takeBackTestimonial(deps, token)
    req.session.flash('applications.testimonial.taken_back')
    // Without its words, the link of somebody whose application is forgotten opens nothing any more.
    await redirect(req, res, mayWrite ? testimonialPath(token) : '/')
  }

const showForm = (res: Response, setting: Awaited<ReturnType<typeof settingOf>>, form?: Form, status = 200) =>
  res.page('applications/testimonial', testimonialPage(setting, form), status)

async function settingOf(deps: Deps, req: Request, res: Response) {
  // The URL gives access to what one person wrote, so nothing of the page may stay in a browser or a cache.
  res.set('Cache-Control', 'no-store')
  const token = param(req, 'token')
  const testimony = await findTestimony(deps.db, deps, token)
  const offer = await findHomeOffer(deps.db, testimony.application.offer_id)
  if (!offer) throw new NotFound('applications.testimonial.link_over')
  return { deps, ...testimony, offer, token, association: req.site.name, t: req.t }
}
