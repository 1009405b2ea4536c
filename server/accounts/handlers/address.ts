// SPDX-License-Identifier: AGPL-3.0-or-later
// The links that change an e-mail address: each is confirmed on a page, because mail programs open links by themselves.
import type { Request, Response } from 'express'
import type { Deps } from '../../deps.ts'
import { fullName } from '../../model/person.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { agreeToLeave, confirmEmail, findEmailChange, undoEmailChange, type EmailChange } from '../commands/address.ts'
import { formPage } from '../pages.ts'
import { linkOver } from '../responses.ts'

const STEPS = {
  leave: { purpose: 'email-leave', path: '/email/leaving' },
  confirm: { purpose: 'email', path: '/email' },
  undo: { purpose: 'email-undo', path: '/email/undo' },
} as const
type Step = keyof typeof STEPS

const page =
  (step: Step) =>
  (deps: Deps): Handler =>
  async (req, res) => {
    const token = param(req, 'token')
    const change = await findEmailChange(deps, STEPS[step].purpose, token)
    return change ? question(req, res, step, change) : linkOver(req, res)
  }

export const leavingPage = page('leave')
export const confirmPage = page('confirm')
export const undoPage = page('undo')

function question(req: Request, res: Response, step: Step, { person, email }: EmailChange) {
  const whose = req.t('accounts.email.whose', { name: fullName(person), number: String(person.member_number) })
  const action = `${STEPS[step].path}/${param(req, 'token')}`
  const texts = {
    leave: {
      title: 'accounts.email.leave_title',
      text: 'accounts.email.leave_text',
      button: 'accounts.email.leave_button',
    },
    confirm: { title: 'accounts.email.title', text: 'accounts.email.text', button: 'accounts.email.button' },
    undo: {
      title: 'accounts.email.undo_title',
      text: 'accounts.email.undo_text',
      button: 'accounts.email.undo_button',
    },
  } as const
  const { title, text, button } = texts[step]
  const more = { action, whose, text: req.t(text, { email }), button: req.t(button), heading: req.t(title) }
  return res.page('accounts/email', formPage(req, title, undefined, more))
}

export const leave =
  (deps: Deps): Handler =>
  async (req, res) => {
    const token = param(req, 'token')
    if (!(await findEmailChange(deps, 'email-leave', token))) return linkOver(req, res)
    req.session.flash('accounts.email.sent', { email: await agreeToLeave(deps, token) }, 'wait')
    return redirect(req, res, req.viewer.isSignedIn ? '/my/profile' : '/sign-in')
  }

export const confirm =
  (deps: Deps): Handler =>
  async (req, res) => {
    const token = param(req, 'token')
    if (!(await findEmailChange(deps, 'email', token))) return linkOver(req, res)
    const person = await confirmEmail(deps, token)
    // Every session has ended; this browser is theirs, so it gets a new one.
    const isOwn = req.viewer.personId === person.id
    if (isOwn) await req.session.signIn(person)
    req.session.flash('accounts.email.done')
    return redirect(req, res, isOwn ? '/my/profile' : '/sign-in')
  }

export const undo =
  (deps: Deps): Handler =>
  async (req, res) => {
    const token = param(req, 'token')
    if (!(await findEmailChange(deps, 'email-undo', token))) return linkOver(req, res)
    const link = await undoEmailChange(deps, token)
    req.session.flash('accounts.email.undone')
    return redirect(req, res, link)
  }
