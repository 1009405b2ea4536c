// SPDX-License-Identifier: AGPL-3.0-or-later
// A mailed link is confirmed on a page before it is used, because mail programs open links by themselves.
import { networkOf } from '../../base/network.ts'
import type { Deps } from '../../deps.ts'
import { localPath } from '../../web/access.ts'
import { keepForm } from '../../web/form-again.ts'
import { parseForm, typedValues } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { finishSignIn, noteShared } from '../finish-sign-in.ts'
import { askForSignInLink, findSignInLink, openSignInLink } from '../commands/sign-in-link.ts'
import { loginForm } from '../forms.ts'
import { formPage } from '../pages.ts'
import { refuseTooMany } from '../../limits.ts'
import { linkOver, showSignIn } from '../responses.ts'
import { redirect } from '../../web/redirect.ts'

export const ask =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(loginForm, req.body)
    if (!parsed.ok) return showSignIn(deps, req, res, { form: parsed.form, status: 422 })
    await refuseTooMany(deps, [{ limit: 'mails from a network', of: networkOf(req.ip) }])
    await askForSignInLink(deps, parsed.value.login)
    keepForm(deps, req, parsed.form.values.sealed_form, false)
    noteShared(req, parsed.form.values.shared)
    req.session.set('next', localPath(parsed.form.values.next, '') || undefined)
    await redirect(req, res, '/sign-in/sent')
  }

/** The same text whether the login is known or not, so that nobody can find out who has an account. */
export const sent =
  (_deps: Deps): Handler =>
  (req, res) =>
    res.page(
      'accounts/sent',
      formPage(req, 'accounts.sent.title', undefined, {
        isCentre: req.site.kind !== 'association',
        isBoth: req.site.kind === 'both',
      }),
    )

export const confirm =
  (deps: Deps): Handler =>
  async (req, res) => {
    const token = param(req, 'token')
    if ((await findSignInLink(deps, token)).length === 0) return linkOver(req, res)
    return res.page(
      'accounts/link',
      formPage(req, 'accounts.link.title', undefined, { token, shared: req.session.get('shared') ? 'on' : '' }),
    )
  }

export const open =
  (deps: Deps): Handler =>
  async (req, res) => {
    const people = await openSignInLink(deps, param(req, 'token'))
    noteShared(req, typedValues(req.body).shared)
    if (people.length > 0) return finishSignIn(deps, req, res, people, req.session.get('next'))
    return req.viewer.isSignedIn ? redirect(req, res, '/my') : linkOver(req, res)
  }
