// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request } from 'express'
import { findPersonByNumber } from '../../../db/queries/people.ts'
import { networkOf } from '../../base/network.ts'
import type { Deps } from '../../deps.ts'
import { localPath } from '../../web/access.ts'
import { emailKey } from '../../web/fields.ts'
import { keepForm } from '../../web/form-again.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, parseForm, typedValues, withErrors } from '../../web/forms.ts'
import { query, type Handler } from '../../web/handler.ts'
import { finishSignIn, noteShared } from '../finish-sign-in.ts'
import { signInForm } from '../forms.ts'
import { formPage } from '../pages.ts'
import { showSignIn } from '../responses.ts'
import { passwordVerifier } from '../verify-password.ts'
import { readLogin } from '../rules.ts'
import { forgive, refuseTooMany, type Try } from '../../limits.ts'
import { landing } from '../../web/site.ts'
import { redirect } from '../../web/redirect.ts'

export const show =
  (deps: Deps): Handler =>
  (req, res) => {
    const next = localPath(query(req, 'next'), '')
    if (req.viewer.isSignedIn) return redirect(req, res, next || landing(req.viewer))
    return showSignIn(deps, req, res, { form: emptyForm({ next }) })
  }

/** At a centre: looks for the site of an association, where its volunteers have their space. */
export const findAssociation =
  (deps: Deps): Handler =>
  async (req, res) => {
    if (req.site.kind === 'association') throw new NotFound()
    return showSignIn(deps, req, res, { search: emptyForm(typedValues(req.body)) })
  }

export const signIn = (deps: Deps): Handler => {
  const verifyPassword = passwordVerifier(deps)
  return async (req, res) => {
    const parsed = parseForm(signInForm, req.body)
    if (!parsed.ok) return showSignIn(deps, req, res, { form: parsed.form, status: 422 })
    const tries = await triesOf(deps, req, parsed.value.login)
    await refuseTooMany(deps, tries)
    const people = await verifyPassword(req, res, parsed.value)
    if (people.length === 0) {
      const form = withErrors(parsed.form, { password: 'accounts.error.sign_in' })
      return showSignIn(deps, req, res, { form: form, status: 422 })
    }
    await forgive(deps, tries)
    keepForm(deps, req, parsed.form.values.sealed_form, true)
    noteShared(req, parsed.form.values.shared)
    return finishSignIn(deps, req, res, people, parsed.form.values.next)
  }
}

export const confirmSignOut =
  (_deps: Deps): Handler =>
  (req, res) =>
    req.viewer.isSignedIn
      ? res.page('accounts/sign-out', formPage(req, 'accounts.sign_out.title'))
      : redirect(req, res, '/')

export const signOut =
  (_deps: Deps): Handler =>
  async (req, res) => {
    await req.session.signOut()
    await redirect(req, res, localPath((req.body as Record<string, unknown>).next))
  }

/** One count for an account, by its mailbox, whether its address or its number is typed. */
async function triesOf(deps: Deps, req: Request, login: string): Promise<Try[]> {
  const network = networkOf(req.ip)
  const read = readLogin(login)
  const person = read.kind === 'number' ? await findPersonByNumber(deps.db, read.number) : undefined
  const key = read.kind === 'email' ? emailKey(read.email) : person?.email_key || String(read.number)
  return [
    { limit: 'login from a network', of: `${key} ${network}` },
    { limit: 'network', of: network },
  ]
}
