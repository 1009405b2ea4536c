// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import type { Deps } from '../../deps.ts'
import type { FieldErrors } from '../../web/errors.ts'
import { emptyForm, typedValues, withErrors, type Form, type FormValues } from '../../web/forms.ts'
import { askMailbox } from '../../web/mailboxes.ts'
import { parseNamed } from '../../web/names.ts'
import { param, type Handler } from '../../web/handler.ts'
import { beginSession } from '../finish-sign-in.ts'
import { maySetUp, setUp, setUpFaults, suggestPlaces } from '../commands/set-up.ts'
import { setUpForm } from '../forms.ts'
import { AS_TYPED, freePlace } from '../../../db/reference/free-place.ts'
import { countryOptions, formPage, kindOptions, languageOptions, placeOptions } from '../pages.ts'
import { proposeHandle } from '../rules.ts'
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
    const typed = withKeptPassword(deps, token, typedValues(req.body))
    const parsed = askMailbox(typed, (asked) => parseNamed(setUpForm, asked))
    const handle = handleToConfirm(parsed.form.values)
    const faults = { ...faultsOf(deps, typed), ...parsed.form.errors }
    const form = withErrors(
      { ...parsed.form, values: { ...parsed.form.values, ...handle.values } },
      { ...handle.errors, ...faults },
    )
    if (!parsed.ok || Object.keys(form.errors).length > 0) return setUpPage(deps, req, res, form, 422)
    const text = `${req.t('accounts.set_up.publish')}. ${req.t('accounts.set_up.publish_hint')}`
    const wording = { text, locale: req.t.locale }
    const done = await runCommand(parsed.form, () => setUp(deps, token, parsed.value, wording))
    if (!done.ok) return setUpPage(deps, req, res, done.form, 422)
    await beginSession(deps, req, done.value)
    req.session.flash('accounts.set_up.done')
    return redirect(req, res, '/work')
  }

/** What the form itself cannot know, so that all that is wrong is shown at once. */
function faultsOf(deps: Deps, typed: FormValues): FieldErrors {
  const text = (name: string) => String(typed[name] ?? '').trim()
  const { place, country } = typedPlace(typed)
  const own = { given_name: text('given_name'), family_name: text('family_name'), email: text('email') }
  const input = { ...own, name: text('name'), place: place.trim(), country, place_code: text('place_code') }
  return setUpFaults(deps, { ...input, password: String(typed.password ?? '') })
}

/** The short name is for ever, so one that was shortened from the name is shown before it is taken. */
function handleToConfirm({ handle, name }: FormValues): { values: FormValues; errors: FieldErrors } {
  if (String(handle ?? '').trim() !== '' || String(name ?? '').trim() === '') return { values: {}, errors: {} }
  const { handle: proposed, isWhole } = proposeHandle(String(name))
  if (isWhole) return { values: {}, errors: {} }
  const fault = { key: 'accounts.set_up.handle_proposed', params: { handle: proposed } } as const
  return { values: { handle: proposed }, errors: { handle: fault } }
}

const purposeOf = (token: string) => `password of the set-up ${token}`

/** A password that was good stays with the form, sealed for this link, which lasts an hour. */
function withKeptPassword(deps: Deps, token: string, typed: FormValues): FormValues {
  const { password = '', password_kept: kept = '', ...rest } = typed
  if (password !== '' || typeof kept !== 'string' || kept === '') return { ...rest, password }
  try {
    return { ...rest, password: deps.secrets.open(kept, purposeOf(token)) }
  } catch {
    return { ...rest, password }
  }
}

function setUpPage(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  const token = param(req, 'token')
  const password = String(form.values.password ?? '')
  const isGood = password !== '' && !form.errors.password
  const model = formPage(req, 'accounts.set_up.title', form, {
    token,
    passwordKept: isGood ? deps.secrets.seal(password, purposeOf(token)) : '',
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
