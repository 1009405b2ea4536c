// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import type { Deps } from '../../deps.ts'
import { emptyForm, type Form, type FormValues } from '../../web/forms.ts'
import { askMailbox } from '../../web/mailboxes.ts'
import { parseNamed } from '../../web/names.ts'
import { param, type Handler } from '../../web/handler.ts'
import { beginSession } from '../finish-sign-in.ts'
import { maySetUp, setUp, suggestPlaces } from '../commands/set-up.ts'
import { setUpForm } from '../forms.ts'
import { AS_TYPED, freePlace } from '../../../db/reference/free-place.ts'
import { countryOptions, formPage, kindOptions, languageOptions, placeOptions } from '../pages.ts'
import { linkOver } from '../responses.ts'
import { runCommand } from '../../web/run-command.ts'
import { redirect } from '../../web/redirect.ts'

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const known = await maySetUp(deps, param(req, 'token'))
    return known ? setUpPage(deps, req, res, emptyForm(known)) : linkOver(req, res)
  }

export const save =
  (deps: Deps): Handler =>
  async (req, res) => {
    const token = param(req, 'token')
    if (!(await maySetUp(deps, token))) return linkOver(req, res)
    const parsed = askMailbox(req.body, (asked) => parseNamed(setUpForm, asked))
    if (!parsed.ok) return setUpPage(deps, req, res, parsed.form, 422)
    const text = `${req.t('accounts.set_up.publish')}. ${req.t('accounts.set_up.publish_hint')}`
    const wording = { text, locale: req.t.locale }
    const done = await runCommand(parsed.form, () => setUp(deps, token, parsed.value, wording))
    if (!done.ok) return setUpPage(deps, req, res, done.form, 422)
    await beginSession(deps, req, done.value)
    req.session.flash('accounts.set_up.done')
    return redirect(req, res, '/my')
  }

function setUpPage(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  const model = formPage(req, 'accounts.set_up.title', form, {
    token: param(req, 'token'),
    kinds: kindOptions(req.t),
    countries: countryOptions(req.t),
    languages: languageOptions(['fr', 'fr-CA', 'en']),
    locale: req.t.locale,
    places: form.errors.place ? placesAsked(deps, req, form) : [],
  })
  return res.page('accounts/set-up', model, status)
}

function placesAsked(deps: Deps, req: Request, { values }: Form) {
  const typed = typedPlace(values)
  if (!freePlace(deps.places, typed.place, typed.country)) return []
  const asTyped = { value: AS_TYPED, label: req.t('association.settings.town_as_typed', { name: typed.place }) }
  return [...placeOptions(suggestPlaces(deps, typed)), asTyped]
}

function typedPlace(values: FormValues): { place: string; country: 'FR' | 'CA' } {
  return { place: String(values.place ?? ''), country: values.country === 'CA' ? 'CA' : 'FR' }
}
