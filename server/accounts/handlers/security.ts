// SPDX-License-Identifier: AGPL-3.0-or-later
// Password, devices and second factor of the person signed in.
import type { Request, Response } from 'express'
import { findPerson } from '../../../db/queries/people.ts'
import { deleteSession, deleteSessionsOf, listSessionsOf } from '../../../db/queries/sessions.ts'
import { countTokensOf } from '../../../db/queries/tokens.ts'
import type { Deps } from '../../deps.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, parseForm, withErrors, type Form } from '../../web/forms.ts'
import type { Handler } from '../../web/handler.ts'
import { askForPasswordLink, changePassword } from '../commands/passwords.ts'
import { changePasswordForm } from '../forms.ts'
import { formPage, sessionLines } from '../pages.ts'
import { mending } from './mending.ts'
import { redirect } from '../../web/redirect.ts'

export const show =
  (deps: Deps): Handler =>
  (req, res) =>
    securityPage(deps, req, res)

export const savePassword =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(changePasswordForm, req.body)
    if (!parsed.ok) return securityPage(deps, req, res, { passwordForm: parsed.form }, 422)
    const done = await mending(() => changePassword(deps, req.viewer, parsed.value))
    if (!done.ok) return securityPage(deps, req, res, { passwordForm: withErrors(parsed.form, done.fields) }, 422)
    await req.session.signIn(done.value.id, done.value.roles)
    req.session.flash('accounts.password.done')
    return redirect(req, res, '/my/security')
  }

/** For someone who signs in by mailed links: a first password is chosen through one, too. */
export const mailPasswordLink =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await findPerson(deps.db, req.viewer.personId ?? '')
    await askForPasswordLink(deps, String(person?.member_number ?? ''))
    req.session.flash('accounts.password.link_sent', {}, 'wait')
    return redirect(req, res, '/my/security')
  }

/** Ends one session, or with `session=others` every one but this. */
export const endSession =
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = req.viewer.personId ?? ''
    const { session } = req.body as Record<string, unknown>
    if (session === 'others') await deleteSessionsOf(deps.db, id, req.session.idHash)
    else {
      const rows = await listSessionsOf(deps.db, id, deps.clock.iso())
      const row = rows.find((one) => markOf(deps, one.id_hash) === session)
      if (!row) throw new NotFound()
      await deleteSession(deps.db, row.id_hash)
    }
    req.session.flash('accounts.sessions.ended')
    return redirect(req, res, '/my/security')
  }

function markOf(deps: Deps, hash: string): string {
  return deps.secrets.mac(hash, 'list of sessions').slice(0, 16)
}

export type SecurityForms = { passwordForm?: Form; factorForm?: Form; codesForm?: Form }

export async function securityPage(deps: Deps, req: Request, res: Response, forms: SecurityForms = {}, status = 200) {
  const person = await findPerson(deps.db, req.viewer.personId ?? '')
  if (!person) throw new Error('the viewer is not among the people')
  const now = deps.clock.iso()
  const rows = await listSessionsOf(deps.db, person.id, now)
  const isOn = person.totp_confirmed_at !== null
  const model = formPage(req, 'accounts.security.title', forms.passwordForm ?? forms.factorForm ?? forms.codesForm, {
    scope: forms.factorForm ? 'factor' : forms.codesForm ? 'codes' : 'f',
    passwordForm: forms.passwordForm ?? emptyForm(),
    factorForm: forms.factorForm ?? emptyForm(),
    codesForm: forms.codesForm ?? emptyForm(),
    login: person.email || String(person.member_number),
    hasPassword: person.password_hash !== null,
    passwordSince: person.password_set_at,
    sessions: sessionLines(rows, req.session.idHash, (hash) => markOf(deps, hash), req.t),
    hasOthers: rows.length > 1,
    offersFactor: isOn || person.roles.some((role) => role !== 'volunteer'),
    factorIsOn: isOn,
    sparesLeft: isOn ? await countTokensOf(deps.db, person.id, 'recovery', now) : 0,
  })
  return res.page('accounts/security', model, status)
}
