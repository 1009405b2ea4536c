// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { getAssociation } from '../../../db/queries/association.ts'
import { findOffer } from '../../../db/queries/offers.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { renewOffer, nextWindow } from '../commands/publish.ts'
import { renewForm } from '../forms.ts'
import { titleOf } from '../pages/words.ts'
import { offerToRenew, renewByLink } from '../renewal-link.ts'
import { daysOf, windowFault } from '../../model/offer/window.ts'
import { pathOf } from '../responses.ts'
import { readOwn, type Own } from '../responses.ts'
import { redirect } from '../../web/redirect.ts'

async function renderRenewal(req: Request, res: Response, own: Own, form: Form): Promise<void> {
  const { offer, association } = own
  const window = nextWindow(own, null)
  if (!window) throw new NotFound()
  const isClosed = offer.state === 'closed'
  const title = titleOf(req.t, offer.content).text
  const today = dateIn(association.time_zone, new Date(own.now))
  await res.page(
    'offers/renewal',
    {
      title: req.t(isClosed ? 'offers.renew.reopen_title' : 'offers.renew.title', { offer: title }),
      button: req.t(isClosed ? 'offers.do.reopen' : 'offers.do.renew'),
      back: pathOf(offer),
      action: pathOf(offer, '/renewal'),
      today,
      lastDay: daysOf(window, association.time_zone).lastDay,
      form,
    },
    Object.keys(form.errors).length > 0 ? 422 : 200,
  )
}

export const askRenewal =
  (deps: Deps): Handler =>
  async (req, res) =>
    renderRenewal(req, res, await readOwn(deps, req), emptyForm())

export const renew =
  (deps: Deps): Handler =>
  async (req, res) => {
    const own = await readOwn(deps, req)
    const parsed = parseForm(renewForm, req.body)
    if (!parsed.ok) return renderRenewal(req, res, own, parsed.form)
    const lastDay = parsed.value.last_day
    const today = dateIn(own.association.time_zone, new Date(own.now))
    const fault = windowFault({ firstDay: null, lastDay }, today)
    if (fault) {
      const last_day = fault === 'too_long' ? 'offers.error.until_far' : 'offers.error.until_past'
      return renderRenewal(req, res, own, { values: parsed.form.values, errors: { last_day } })
    }
    await renewOffer(deps, req.viewer, own.offer.id, { lastDay })
    req.session.flash(own.offer.state === 'closed' ? 'offers.renew.reopened' : 'offers.renew.done')
    await redirect(req, res, pathOf(own.offer))
  }

export const askByLink =
  (deps: Deps): Handler =>
  async (req, res) => {
    const offer = await offerToRenew(deps, param(req, 'token'))
    if (!offer) return sayOver(req, res)
    const association = await getAssociation(deps.db)
    const window = nextWindow({ offer, association, now: deps.clock.iso() }, null)!
    const { lastDay } = daysOf(window, association.time_zone)
    await res.page('offers/renewal-link', {
      title: req.t('offers.renew.title', { offer: titleOf(req.t, offer.content).text }),
      day: req.t.date(lastDay, 'long'),
      action: `/renew/${param(req, 'token')}`,
      robots: 'noindex',
    })
  }

export const byLink =
  (deps: Deps): Handler =>
  async (req, res) => {
    const offer = await renewByLink(deps, param(req, 'token'))
    if (!offer) return sayOver(req, res)
    req.session.set('renewed', offer.id)
    await redirect(req, res, '/renew/done')
  }

/** A separate page, so that a reload changes nothing. */
export const doneByLink =
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = req.session.get('renewed')
    const offer = typeof id === 'string' ? await findOffer(deps.db, id) : undefined
    if (!offer?.publish_from || !offer.publish_until) return sayOver(req, res)
    const { time_zone } = await getAssociation(deps.db)
    const { lastDay } = daysOf({ from: offer.publish_from, until: offer.publish_until }, time_zone)
    const day = req.t.date(lastDay, 'long')
    await res.page('offers/renewal-done', {
      title: req.t('offers.renew.thanks'),
      text: req.t('offers.renew.said', { offer: titleOf(req.t, offer.content).text, day }),
      href: `/offers/${offer.id}`,
      robots: 'noindex',
    })
  }

async function sayOver(req: Request, res: Response): Promise<void> {
  const isDone = req.session.get('renewed') !== undefined
  const text = req.t(isDone ? 'offers.renew.used' : 'offers.renew.over')
  await res.page('offers/renewal-over', { title: req.t('offers.renew.over_title'), text, robots: 'noindex' }, 410)
}
