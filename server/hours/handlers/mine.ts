// SPDX-License-Identifier: AGPL-3.0-or-later
// A volunteer's own hours.
import type { Request, Response } from 'express'
import * as ledger from '../../../db/queries/hours.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { sumYearsOf } from '../../../db/queries/gathered.ts'
import { findOwnCategoryOf, findTimer, listKnownLines } from '../../../db/queries/hours-quick.ts'
import type { Deps } from '../../deps.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, parseForm, typedValues, type Form } from '../../web/forms.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { addressWith } from '../../web/paging.ts'
import { redirect } from '../../web/redirect.ts'
import { pagerByRow, placeAsked, readPage } from '../../web/rows.ts'
import { runCommand } from '../../web/run-command.ts'
import { isDay } from '../../web/fields.ts'
import * as commands from '../commands/entries.ts'
import { linesToCopy } from '../commands/quick.ts'
import { atTheDayShown, hoursForm, joinChoices } from '../forms.ts'
import * as pages from '../pages/entries.ts'
import { draftOf, likeLast, quickOf } from '../pages/quick.ts'
import { FIRST_DAY } from '../rules.ts'
import { asksOf, formChoices, PAGE, today } from '../responses.ts'
import { statementOf } from '../statement.ts'

/** The person who is signed in, as the queries ask for it. */
const mine = (req: Request) => ({ personId: req.viewer.personId ?? '' })

type Shown = { draft?: { text: string; startedAt: string } | undefined; status?: number }

async function showMine(deps: Deps, req: Request, res: Response, form: Form, { draft, status = 200 }: Shown = {}) {
  const person = mine(req)
  const day = await today(deps)
  const year = Number(day.slice(0, 4))
  const categories = await ledger.listCategories(deps.db, { archived: true })
  const worked = await ledger.listApproved(deps.db, year, person.personId)
  const page = await readPage(ledger.entriesList(deps.db, person), placeAsked(req), PAGE)
  const statement = statementOf(worked, [], new Set(categories.map(({ id }) => id)))
  const waiting = await ledger.waitingByMonth(deps.db, year, person.personId)
  const choices = await formChoices(deps, req, person.personId, form)
  const isFresh = status === 200 && Object.keys(form.values).length === 0
  await res.page(
    'hours/mine',
    {
      title: req.t('hours.my.title'),
      form: { ...form, values: { form_id: deps.newId(), ...form.values } },
      choices,
      quick: isFresh ? await quickWays(deps, req, choices) : null,
      draft,
      ...asksOf(form),
      hasCec: (await getAssociation(deps.db)).country === 'FR',
      correcting: typeof form.values.replaces === 'string' && form.values.replaces !== '',
      year: pages.yearOf(req.t, year, statement, waiting),
      totals: pages.ownTotals(req.t, year, {
        statement,
        categories,
        years: await sumYearsOf(deps.db, person.personId),
      }),
      entries: page.rows.map((entry) => pages.entryOf(entry, req.t)),
      pager: pagerByRow(page, (to) => addressWith('/my/hours', to)),
    },
    status,
  )
}

async function quickWays(deps: Deps, req: Request, choices: Awaited<ReturnType<typeof formChoices>>) {
  const { personId } = mine(req)
  const week = await linesToCopy(deps.db, personId, await today(deps))
  const timer = await findTimer(deps.db, personId)
  return quickOf(req.t, { last: await lastLine(deps, personId), hasWeek: week.length > 0, timer, choices })
}

const lastLine = async (deps: Deps, personId: string) =>
  (await listKnownLines(deps.db, personId, { from: FIRST_DAY, until: await today(deps), limit: 1 }))[0]

/** What the address asks to fill in: the last line again, an offer with its day, or the hours of a timer that was stopped. */
export const my =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { personId } = mine(req)
    const [offer, day] = [query(req, 'offer'), query(req, 'day')]
    if (offer || isDay(day)) {
      const category = offer && (await findOwnCategoryOf(deps.db, personId, offer))
      const about = { ...(offer && { offer }), ...(category && { category }) }
      return showMine(deps, req, res, emptyForm({ ...about, ...(isDay(day) && { day, day_choice: 'other' }) }))
    }
    const last = query(req, 'like') === 'last' ? await lastLine(deps, personId) : undefined
    if (last) {
      const { offers } = await formChoices(deps, req, personId)
      return showMine(deps, req, res, emptyForm(likeLast(req.t, last, offers)))
    }
    const timer = await findTimer(deps.db, personId)
    if (!timer?.stopped_at) return showMine(deps, req, res, emptyForm())
    const draft = draftOf(req.t, timer, (await getAssociation(deps.db)).time_zone)
    return showMine(deps, req, res, emptyForm(draft.values), { draft })
  }

export const recordMine =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(hoursForm, joinChoices(req.body))
    const typed = { values: { ...typedValues(req.body), ...parsed.form.values }, errors: parsed.form.errors }
    const again = (form: Form) => showMine(deps, req, res, atTheDayShown(form), { status: 422 })
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
      project: entry.project_id ?? '',
      place: entry.place,
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
