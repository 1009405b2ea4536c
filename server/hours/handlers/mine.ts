// SPDX-License-Identifier: AGPL-3.0-or-later
// A volunteer's own hours.
import type { Request, Response } from 'express'
import * as ledger from '../../../db/queries/hours.ts'
import type { Deps } from '../../deps.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, parseForm, typedValues, type Form } from '../../web/forms.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { addressWith } from '../../web/paging.ts'
import { redirect } from '../../web/redirect.ts'
import { pagerByRow, placeAsked, readPage } from '../../web/rows.ts'
import { runCommand } from '../../web/run-command.ts'
import * as commands from '../commands/entries.ts'
import { atTheDayShown, hoursForm, joinChoices } from '../forms.ts'
import * as pages from '../pages/entries.ts'
import { asksOf, formChoices, PAGE, today } from '../responses.ts'
import { statementOf } from '../statement.ts'

/** The person who is signed in, as the queries ask for it. */
const mine = (req: Request) => ({ personId: req.viewer.personId ?? '' })

async function showMine(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  const person = mine(req)
  const day = await today(deps)
  const year = Number(day.slice(0, 4))
  const categories = await ledger.listCategories(deps.db, { archived: true })
  const worked = await ledger.listApproved(deps.db, year, person.personId)
  const page = await readPage(ledger.entriesList(deps.db, person), placeAsked(req), PAGE)
  const statement = statementOf(worked, [], new Set(categories.map(({ id }) => id)))
  const waiting = await ledger.waitingByMonth(deps.db, year, person.personId)
  await res.page(
    'hours/mine',
    {
      title: req.t('hours.my.title'),
      form: { ...form, values: { form_id: deps.newId(), ...form.values } },
      choices: await formChoices(deps, req, person.personId),
      ...asksOf(form),
      correcting: typeof form.values.replaces === 'string' && form.values.replaces !== '',
      year: pages.yearOf(req.t, year, statement, waiting),
      entries: page.rows.map((entry) => pages.entryOf(entry, req.t)),
      pager: pagerByRow(page, (to) => addressWith('/my/hours', to)),
    },
    status,
  )
}

export const my =
  (deps: Deps): Handler =>
  (req, res) => {
    const [offer, day] = [query(req, 'offer'), query(req, 'day')]
    const isDay = /^\d{4}-\d\d-\d\d$/.test(day)
    return showMine(deps, req, res, emptyForm({ ...(offer && { offer }), ...(isDay && { day, day_choice: 'other' }) }))
  }

export const recordMine =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(hoursForm, joinChoices(req.body))
    const typed = { values: { ...typedValues(req.body), ...parsed.form.values }, errors: parsed.form.errors }
    const again = (form: Form) => showMine(deps, req, res, atTheDayShown(form), 422)
    if (!parsed.ok) return again(typed)
    const done = await runCommand(typed, () => commands.recordHours(deps, req.viewer, parsed.value))
    if (!done.ok) return again(done.form)
    req.session.flash('hours.my.done', {
      duration: req.t.minutes(parsed.value.duration),
      day: req.t.date(parsed.value.day, 'day'),
    })
    await redirect(req, res, '/my/hours')
  }

export const correctMine =
  (deps: Deps): Handler =>
  async (req, res) => {
    const entry = await ledger.findEntry(deps.db, param(req, 'entry'), mine(req))
    if (!entry || !['submitted', 'returned'].includes(entry.state)) throw new NotFound()
    const values = {
      category: entry.category_id,
      day_choice: 'other',
      day: entry.worked_on,
      duration_choice: 'other',
      duration: req.t.minutes(entry.minutes),
      offer: entry.offer_id ?? '',
      note: entry.note,
      replaces: entry.id,
    }
    await showMine(deps, req, res, emptyForm(values))
  }

export const confirmMine =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.confirmHours(deps, req.viewer, param(req, 'entry'))
    req.session.flash('hours.my.confirmed')
    await redirect(req, res, '/my/hours')
  }

export const withdrawMine =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.withdrawHours(deps, req.viewer, param(req, 'entry'))
    req.session.flash('hours.my.withdrawn')
    await redirect(req, res, '/my/hours')
  }
