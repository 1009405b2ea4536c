// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { findPerson } from '../../../db/queries/people.ts'
import { networkOf } from '../../base/network.ts'
import { isStaff } from '../../model/viewer.ts'
import type { Deps } from '../../deps.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { askMailbox } from '../../web/mailboxes.ts'
import { namesOf, parseNamed } from '../../web/names.ts'
import type { Handler } from '../../web/handler.ts'
import { askForEmailChange } from '../commands/address.ts'
import { saveProfile } from '../commands/profile.ts'
import { emailForm, profileForm } from '../forms.ts'
import { findFactorDue } from '../require-second-factor.ts'
import { factorText, linkCards, formPage, languageOptions } from '../pages.ts'
import { runCommand } from '../../web/run-command.ts'
import { redirect } from '../../web/redirect.ts'
import type { PageModel } from '../../text/render.ts'

/** What the hub shows of the account itself. */
export async function hubModel(deps: Deps, req: Request): Promise<PageModel> {
  const person = await findPerson(deps.db, req.viewer.personId ?? '')
  const due = await findFactorDue(deps, req.viewer)
  return {
    title: req.t('accounts.hub.title'),
    name: person?.given_name,
    number: String(person?.member_number ?? ''),
    ...linkCards(req.viewer, req.site.kind, req.t),
    offersSecondFactor: isStaff(req.viewer.roles) && !person?.totp_confirmed_at && (due || person?.password_hash),
    factorText: factorText(due, req.t),
  }
}

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
    if (!parsed.ok) return profilePage(deps, req, res, { emailForm: parsed.form }, 422)
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
