// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { findPerson } from '../../../db/queries/people.ts'
import { networkOf } from '../../base/network.ts'
import type { Deps } from '../../deps.ts'
import { emptyForm, parseForm, typedValues, type Form } from '../../web/forms.ts'
import { askMailbox } from '../../web/mailboxes.ts'
import { namesOf, parseNamed } from '../../web/names.ts'
import type { Handler } from '../../web/handler.ts'
import { askForEmailChange, proveForEmail } from '../commands/address.ts'
import { saveProfile } from '../commands/profile.ts'
import { emailForm, profileForm } from '../forms.ts'
import { formPage, languageOptions } from '../pages.ts'
import { runCommand } from '../../web/run-command.ts'
import { redirect } from '../../web/redirect.ts'

export const show =
  (deps: Deps): Handler =>
  (req, res) =>
    profilePage(deps, req, res)

export const save =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseNamed(profileForm, req.body)
    if (!parsed.ok) return profilePage(deps, req, res, { form: parsed.form }, 422)
    await saveProfile(deps, req.viewer, parsed.value)
    req.session.set('locale', parsed.value.locale)
    req.session.flash('accounts.profile.saved')
    return redirect(req, res, '/my/profile')
  }

export const changeEmail =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = askMailbox(req.body, (asked) => parseForm(emailForm, asked))
    if (!parsed.ok) {
      // A wrong password is told with the fault of the address.
      const { password: typed = '' } = typedValues(req.body)
      const proof = await runCommand(parsed.form, () => proveForEmail(deps, req.viewer, String(typed)))
      return profilePage(deps, req, res, { emailForm: proof.ok ? parsed.form : proof.form }, 422)
    }
    const { email, password = '' } = parsed.value
    const ask = () => askForEmailChange(deps, req.viewer, { email, password }, networkOf(req.ip))
    const done = await runCommand(parsed.form, ask)
    if (!done.ok) return profilePage(deps, req, res, { emailForm: done.form }, 422)
    const text = done.value === email ? 'accounts.email.sent' : 'accounts.email.sent_present'
    req.session.flash(text, { email: done.value }, 'wait')
    return redirect(req, res, '/my/profile')
  }

type Forms = { form?: Form; emailForm?: Form }

async function profilePage(deps: Deps, req: Request, res: Response, forms: Forms = {}, status = 200) {
  const person = await findPerson(deps.db, req.viewer.personId ?? '')
  if (!person) throw new Error('the viewer is not among the people')
  const { phone, locale } = person
  const offered = (req.site.locales ?? ['fr', 'en']) as string[]
  const model = formPage(
    req,
    'accounts.profile.title',
    forms.form ?? emptyForm({ ...namesOf(person), phone, locale }),
    {
      emailForm: forms.emailForm ?? emptyForm(),
      email: person.email,
      number: String(person.member_number),
      hasPassword: person.password_hash !== null,
      languages: languageOptions(offered, locale),
    },
  )
  return res.page('accounts/profile', model, status)
}
