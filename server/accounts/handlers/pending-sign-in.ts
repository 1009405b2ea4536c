// SPDX-License-Identifier: AGPL-3.0-or-later
// Between the password and the session: the choice of a person of the mailbox, and the second factor.
import type { Deps } from '../../deps.ts'
import { emptyForm, parseForm, withErrors } from '../../web/forms.ts'
import type { Handler } from '../../web/handler.ts'
import { finishSignIn, beginSession, findPendingSignIn } from '../finish-sign-in.ts'
import { checkSecondFactor } from '../commands/second-factor.ts'
import { codeForm, whoForm } from '../forms.ts'
import { choiceOf, formPage } from '../pages.ts'
import { landing } from '../../web/site.ts'
import { redirect } from '../../web/redirect.ts'
import { viewerOf } from '../../model/viewer.ts'

export const who =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { people } = await findPendingSignIn(deps, req, 'who')
    if (people.length === 0) return redirect(req, res, '/sign-in')
    return res.page(
      'accounts/who',
      formPage(req, 'accounts.who.title', emptyForm(), { options: choiceOf(people, req.t) }),
    )
  }

export const choose =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { people, to } = await findPendingSignIn(deps, req, 'who')
    if (people.length === 0) return redirect(req, res, '/sign-in')
    const parsed = parseForm(whoForm, req.body)
    const person = parsed.ok ? people.find(({ id }) => id === parsed.value.person) : undefined
    if (person) return finishSignIn(deps, req, res, [person], to)
    const form = withErrors(parsed.form, { person: 'accounts.error.who_missing' })
    return res.page(
      'accounts/who',
      formPage(req, 'accounts.who.title', form, { options: choiceOf(people, req.t) }),
      422,
    )
  }

export const code =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { people } = await findPendingSignIn(deps, req, 'code')
    if (people.length === 0) return redirect(req, res, '/sign-in')
    return res.page('accounts/code', formPage(req, 'accounts.code.title'))
  }

export const check =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { people, to } = await findPendingSignIn(deps, req, 'code')
    const [person] = people
    if (!person) return redirect(req, res, '/sign-in')
    const parsed = parseForm(codeForm, req.body)
    if (parsed.ok && (await checkSecondFactor(deps, person, parsed.value.code))) {
      await beginSession(deps, req, person)
      return redirect(req, res, to || landing(viewerOf(person.id, '', person.roles, person)))
    }
    const form = parsed.ok ? withErrors(emptyForm(), { code: 'accounts.error.code_wrong' }) : parsed.form
    return res.page('accounts/code', formPage(req, 'accounts.code.title', form), 422)
  }
