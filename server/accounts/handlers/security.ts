// SPDX-License-Identifier: AGPL-3.0-or-later
import { findPerson } from '../../../db/queries/people.ts'
import { deleteSession, listSessionsOf } from '../../../db/queries/sessions.ts'
import type { Deps } from '../../deps.ts'
import { NotFound } from '../../web/errors.ts'
import { parseForm } from '../../web/forms.ts'
import type { Handler } from '../../web/handler.ts'
import { askForPasswordLink, changePassword } from '../commands/passwords.ts'
import { endAccess } from '../end-access.ts'
import { changePasswordForm } from '../forms.ts'
import { runCommand } from '../../web/run-command.ts'
import { markOf, securityPage } from '../responses.ts'
import { redirect } from '../../web/redirect.ts'
import { transact } from '../../web/transact.ts'

export const show =
  (deps: Deps): Handler =>
  (req, res) =>
    securityPage(deps, req, res)

export const savePassword =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(changePasswordForm, req.body)
    if (!parsed.ok) return securityPage(deps, req, res, { passwordForm: parsed.form }, 422)
    const done = await runCommand(parsed.form, () => changePassword(deps, req.viewer, parsed.value))
    if (!done.ok) return securityPage(deps, req, res, { passwordForm: done.form }, 422)
    await req.session.signIn(done.value)
    req.session.flash('accounts.password.done')
    return redirect(req, res, '/my/security')
  }

/** For a person without a password, who chooses the first one by a mailed link. */
export const mailPasswordLink =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await findPerson(deps.db, req.viewer.personId ?? '')
    await askForPasswordLink(deps, String(person?.member_number ?? ''))
    req.session.flash('accounts.password.link_sent', {}, 'wait')
    return redirect(req, res, '/my/security')
  }

/** `session=others` ends all that opened the account until now, except this session. */
export const endSession =
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = req.viewer.personId ?? ''
    const { session } = req.body as Record<string, unknown>
    if (session === 'others') await transact(deps, (tx) => endAccess(tx, id, { keep: req.session.idHash }))
    else {
      const rows = await listSessionsOf(deps.db, id, deps.clock.iso())
      const row = rows.find((one) => markOf(deps, one.id_hash) === session)
      if (!row) throw new NotFound()
      await deleteSession(deps.db, row.id_hash)
    }
    req.session.flash('accounts.sessions.ended')
    return redirect(req, res, '/my/security')
  }
