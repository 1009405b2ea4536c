// SPDX-License-Identifier: AGPL-3.0-or-later
// « C’était pareil ? »: the page behind the link of a mail. A look changes nothing, because programs open links too.
import type { Request, Response } from 'express'
import { networkOf } from '../../base/network.ts'
import type { Deps } from '../../deps.ts'
import { refuseTooMany } from '../../limits.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, faultText, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import { confirmUsual, findAsked } from '../commands/usual.ts'

const pathOf = (req: Request) => `/hours/usual/${param(req, 'token')}`

async function showAsked(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  // The address opens the page, so nothing of it may stay in a browser or a cache.
  res.set('Cache-Control', 'no-store')
  const { usual } = await findAsked(deps.db, deps, param(req, 'token'))
  const fault = Object.values(form.errors)[0]
  await res.page(
    'hours/usual',
    {
      title: req.t('hours.usual.title'),
      robots: 'noindex',
      action: pathOf(req),
      text: req.t('hours.usual.text', {
        duration: req.t.minutes(usual.minutes),
        day: req.t.date(usual.worked_on, 'long'),
        what: req.t.text(usual.offer_title ?? usual.category_label).text,
      }),
      isDone: usual.recorded_at !== null,
      isOpen: usual.is_open === 1,
      fault: fault ? faultText(req.t, fault) : '',
    },
    status,
  )
}

/** A link that is over is told in words, without what it was for. */
async function orOver(req: Request, res: Response, show: () => Promise<unknown>) {
  try {
    await show()
  } catch (error) {
    if (!(error instanceof NotFound)) throw error
    await res.page('hours/usual-over', { title: req.t('hours.link.over_title'), robots: 'noindex' }, 410)
  }
}

export const ask =
  (deps: Deps): Handler =>
  (req, res) =>
    orOver(req, res, () => showAsked(deps, req, res, emptyForm()))

export const confirm =
  (deps: Deps): Handler =>
  (req, res) =>
    orOver(req, res, async () => {
      await refuseTooMany(deps, [{ limit: 'hours from a network', of: networkOf(req.ip) }])
      const done = await runCommand(emptyForm(), () => confirmUsual(deps, param(req, 'token')))
      if (!done.ok) return showAsked(deps, req, res, done.form, 422)
      return redirect(req, res, pathOf(req))
    })
