// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { networkOf } from '../../base/network.ts'
import type { PersonRow } from '../../../db/queries/people.ts'
import type { Deps } from '../../deps.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { finishSignIn } from '../finish-sign-in.ts'
import { askForPasswordLink, choosePassword, findPasswordLink } from '../commands/passwords.ts'
import { acceptInvitation, findInvited } from '../commands/welcome.ts'
import { loginForm, passwordForm, welcomeForm } from '../forms.ts'
import { formPage } from '../pages.ts'
import { refuseTooMany } from '../../limits.ts'
import { linkOver } from '../responses.ts'
import { runCommand } from '../../web/run-command.ts'
import { redirect } from '../../web/redirect.ts'

export const forgot =
  (_deps: Deps): Handler =>
  (req, res) =>
    res.page('accounts/forgot', formPage(req, 'accounts.forgot.title'))

export const askForLink =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(loginForm, req.body)
    if (!parsed.ok) return res.page('accounts/forgot', formPage(req, 'accounts.forgot.title', parsed.form), 422)
    await refuseTooMany(deps, [{ limit: 'mails from a network', of: networkOf(req.ip) }])
    await askForPasswordLink(deps, parsed.value.login)
    await redirect(req, res, '/sign-in/sent')
  }

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await findPasswordLink(deps, param(req, 'token'))
    return person ? choosePage(req, res, person, emptyForm()) : linkOver(req, res)
  }

export const choose =
  (deps: Deps): Handler =>
  async (req, res) => {
    const token = param(req, 'token')
    const person = await findPasswordLink(deps, token)
    if (!person) return linkOver(req, res)
    const parsed = parseForm(passwordForm, req.body)
    if (!parsed.ok) return choosePage(req, res, person, parsed.form, 422)
    const done = await runCommand(parsed.form, () => choosePassword(deps, token, parsed.value.password))
    if (!done.ok) return choosePage(req, res, person, done.form, 422)
    req.session.flash('accounts.password.done')
    return finishSignIn(deps, req, res, [done.value], '')
  }

export const welcome =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await findInvited(deps, param(req, 'token'))
    return person ? welcomePage(req, res, person, emptyForm()) : linkOver(req, res)
  }

export const joinByInvitation =
  (deps: Deps): Handler =>
  async (req, res) => {
    const token = param(req, 'token')
    const person = await findInvited(deps, token)
    if (!person) return linkOver(req, res)
    const parsed = parseForm(welcomeForm, req.body)
    if (!parsed.ok) return welcomePage(req, res, person, parsed.form, 422)
    const password = parsed.value.way === 'password' ? (parsed.value.password ?? '') : undefined
    const done = await runCommand(parsed.form, () => acceptInvitation(deps, token, password))
    if (!done.ok) return welcomePage(req, res, person, done.form, 422)
    req.session.flash('accounts.welcome.done')
    return finishSignIn(deps, req, res, [done.value], '')
  }

function choosePage(req: Request, res: Response, person: PersonRow, form: Form, status = 200) {
  const more = { token: param(req, 'token'), login: person.email || String(person.member_number) }
  return res.page('accounts/password', formPage(req, 'accounts.password.title', form, more), status)
}

function welcomePage(req: Request, res: Response, person: PersonRow, form: Form, status = 200) {
  const more = {
    token: param(req, 'token'),
    name: person.given_name,
    login: person.email,
    number: String(person.member_number),
  }
  return res.page('accounts/welcome', formPage(req, 'accounts.welcome.title', form, more), status)
}
