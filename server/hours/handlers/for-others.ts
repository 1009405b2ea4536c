// SPDX-License-Identifier: AGPL-3.0-or-later
// Hours that a coordinator records for somebody: first the person, then the form, which offers what fits that person.
import type { Request, Response } from 'express'
import { findPerson, peopleList, type PersonRow } from '../../../db/queries/people.ts'
import { isAmong } from '../../../db/queries/project-people.ts'
import type { Deps } from '../../deps.ts'
import { fullName } from '../../model/person.ts'
import { emptyForm, parseForm, typedValues, withErrors, type Form } from '../../web/forms.ts'
import { query, type Handler } from '../../web/handler.ts'
import { addressWith } from '../../web/paging.ts'
import { redirect } from '../../web/redirect.ts'
import { pagerByRow, placeAsked, readPage } from '../../web/rows.ts'
import { runCommand } from '../../web/run-command.ts'
import { keepSearch, readSearch, searchForm } from '../../web/searches.ts'
import { recordHours } from '../commands/entries.ts'
import { atTheDayShown, hoursForOtherForm, joinChoices } from '../forms.ts'
import { reachToManage } from '../policy.ts'
import { asksOf, formChoices, PAGE } from '../responses.ts'

const NEW = '/work/hours/new'

/** @param form what was typed, when it is not valid; by default the search that is shown. */
async function showPeople(deps: Deps, req: Request, res: Response, form?: Form) {
  const search = readSearch(req, 'people')
  const reach = reachToManage(req.viewer)
  const within = reach === 'everyone' ? {} : { of: reach }
  const list = peopleList(deps.db, { who: 'active', q: search.words, ...within })
  const page = await readPage(list, placeAsked(req), PAGE)
  await res.page(
    'hours/person',
    {
      title: req.t('hours.new.title'),
      form: form ?? emptyForm({ q: search.words }),
      search,
      people: page.rows.map((one) => ({
        href: addressWith(NEW, { person: one.id }),
        label: `${one.family_name} ${one.given_name}`.trim() + ` (${one.member_number})`,
      })),
      pager: pagerByRow(page, (to) => addressWith(NEW, { search: search.key, ...to })),
    },
    form ? 422 : 200,
  )
}

/** Somebody for whom this viewer may record hours. */
async function findWithin(deps: Deps, req: Request, id: string): Promise<PersonRow | undefined> {
  const reach = reachToManage(req.viewer)
  const isKnown = reach === 'everyone' || (await isAmong(deps.db, id, reach))
  return isKnown ? findPerson(deps.db, id) : undefined
}

async function showForm(deps: Deps, req: Request, res: Response, person: PersonRow, form: Form, status = 200) {
  const reach = reachToManage(req.viewer)
  const usual = reach === 'everyone' ? {} : { project: reach.projects[0] ?? '' }
  const values = { form_id: deps.newId(), ...usual, ...form.values, person: person.id }
  await res.page(
    'hours/new',
    {
      title: req.t('hours.new.title'),
      person: fullName(person),
      form: { ...form, values },
      ...asksOf(form),
      choices: await formChoices(deps, req, person.id, form, reach),
    },
    status,
  )
}

export const fresh =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await findWithin(deps, req, query(req, 'person'))
    if (!person || person.disabled_at || person.restricted_at) return showPeople(deps, req, res)
    return showForm(deps, req, res, person, emptyForm())
  }

/** The words go into the session, because names must not be in a URL (ASVS 14.2.1). */
export const search =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(searchForm, req.body)
    if (!parsed.ok) return showPeople(deps, req, res, parsed.form)
    return redirect(req, res, addressWith(NEW, { search: keepSearch(deps, req, 'people', parsed.value) }))
  }

export const record =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(hoursForOtherForm, joinChoices(req.body))
    const typed = { values: { ...typedValues(req.body), ...parsed.form.values }, errors: parsed.form.errors }
    // Somebody whose record was closed meanwhile is named by the form, with what was typed.
    const person = await findWithin(deps, req, String(typed.values.person ?? ''))
    if (!person) return showPeople(deps, req, res, withErrors(emptyForm(), { q: 'hours.error.person_missing' }))
    const again = (form: Form) => showForm(deps, req, res, person, atTheDayShown(form), 422)
    if (!parsed.ok) return again(typed)
    const done = await runCommand(typed, () => recordHours(deps, req.viewer, parsed.value, person.id))
    if (!done.ok) return again(done.form)
    req.session.flash('hours.new.done', { duration: req.t.minutes(parsed.value.duration) })
    await redirect(req, res, NEW)
  }
