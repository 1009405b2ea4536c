// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { findPerson } from '../../../db/queries/people.ts'
import type { Deps } from '../../deps.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import type { Handler } from '../../web/handler.ts'
import * as factor from '../commands/second-factor.ts'
import { codeForm, ownerCodeForm, ownerForm } from '../forms.ts'
import { formPage } from '../pages.ts'
import { totpUri } from '../totp.ts'
import { runCommand } from '../../web/run-command.ts'
import { securityPage } from '../responses.ts'
import { redirect } from '../../web/redirect.ts'

export const begin =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(ownerForm, req.body)
    if (!parsed.ok) return securityPage(deps, req, res, { factorForm: parsed.form }, 422)
    const done = await runCommand(parsed.form, () => factor.beginSecondFactor(deps, req.viewer, parsed.value.password))
    if (!done.ok) return securityPage(deps, req, res, { factorForm: done.form }, 422)
    return redirect(req, res, '/my/security/second-factor')
  }

export const show =
  (deps: Deps): Handler =>
  (req, res) =>
    secretPage(deps, req, res, emptyForm())

export const confirm =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(codeForm, req.body)
    if (!parsed.ok) return secretPage(deps, req, res, parsed.form, 422)
    const done = await runCommand(emptyForm(), () => factor.confirmSecondFactor(deps, req.viewer, parsed.value.code))
    if (!done.ok) return secretPage(deps, req, res, done.form, 422)
    return showOnce(deps, req, res, done.value)
  }

export const renewCodes =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(ownerCodeForm, req.body)
    if (!parsed.ok) return securityPage(deps, req, res, { codesForm: parsed.form }, 422)
    const done = await runCommand(parsed.form, () => factor.renewRecoveryCodes(deps, req.viewer, parsed.value))
    if (!done.ok) return securityPage(deps, req, res, { codesForm: done.form }, 422)
    return showOnce(deps, req, res, done.value)
  }

export const stop =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(ownerCodeForm, req.body)
    if (!parsed.ok) return securityPage(deps, req, res, { factorForm: parsed.form }, 422)
    const done = await runCommand(parsed.form, () => factor.stopSecondFactor(deps, req.viewer, parsed.value))
    if (!done.ok) return securityPage(deps, req, res, { factorForm: done.form }, 422)
    req.session.flash('accounts.factor.stopped')
    return redirect(req, res, '/my/security')
  }

/** The spare codes are shown once; until then they are encrypted in the session. */
export const codes =
  (deps: Deps): Handler =>
  (req, res) => {
    const sealed = req.session.get('spares')
    if (typeof sealed !== 'string') return redirect(req, res, '/my/security')
    req.session.set('spares', undefined)
    const spares = deps.secrets.open(sealed, 'spare codes').split(' ')
    return res.page('accounts/codes', formPage(req, 'accounts.codes.title', emptyForm(), { spares }))
  }

function showOnce(deps: Deps, req: Request, res: Response, spares: string[]) {
  req.session.set('spares', deps.secrets.seal(spares.join(' '), 'spare codes'))
  return redirect(req, res, '/my/security/codes')
}

async function secretPage(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  const secret = await factor.findBegunSecret(deps, req.viewer)
  if (!secret) return redirect(req, res, '/my/security')
  const person = await findPerson(deps.db, req.viewer.personId ?? '')
  const uri = totpUri(secret, req.site.name, person?.email || String(person?.member_number))
  const more = {
    picture: await pictureOf(uri),
    // Groups of four are easier to copy by hand.
    secret: secret.replaceAll(/(.{4})(?=.)/g, '$1 '),
  }
  return res.page('accounts/second-factor', formPage(req, 'accounts.factor.title', form, more), status)
}

/** A data URL, so that no separate request carries the secret. */
async function pictureOf(text: string): Promise<string> {
  // Loaded at first use, because it takes 14 MB of memory.
  const { default: QRCode } = await import('qrcode')
  const svg = await QRCode.toString(text, { type: 'svg', margin: 2 })
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
}
