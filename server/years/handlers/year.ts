// SPDX-License-Identifier: AGPL-3.0-or-later
// The years, what is typed about one, and closing it.
import type { Request, Response } from 'express'
import { limits } from '../../../config/limits.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { countWaitingBetween, listYears } from '../../../db/queries/hours.ts'
import { findInForce, listStatements } from '../../../db/queries/years.ts'
import { dateIn } from '../../base/clock.ts'
import { dateFormat } from '../../base/intl.ts'
import type { Deps } from '../../deps.ts'
import { hasRight } from '../../model/viewer.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { reachToValue } from '../../hours/policy.ts'
import { addressIn } from '../../hours/choice.ts'
import { partOfValue } from '../../hours/responses.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import { closeYear } from '../commands/close.ts'
import { firstMonth, readYear, setFirstMonth, setYear } from '../commands/settings.ts'
import { closingForm, monthForm, yearForm } from '../forms.ts'
import { addUpYear, hasMissingRates } from '../live.ts'
import { statementsList, typedYear, yearPage, yearsList } from '../pages/year.ts'
import { mayCloseYears, mayTry } from '../policy.ts'
import { yearOfCode, yearsWithHours } from '../rules.ts'

async function showList(deps: Deps, req: Request, res: Response, form?: Form, status = 200) {
  const month = await firstMonth(deps.db)
  const { time_zone } = await getAssociation(deps.db)
  const today = dateIn(time_zone, deps.clock.now())
  const years = yearsWithHours(await listYears(deps.db), month, today)
  const statements = await listStatements(deps.db)
  const part = await partOfValue(deps, req, reachToValue(req.viewer))
  const name = dateFormat(req.t.locale, { month: 'long', timeZone: 'UTC' })
  await res.page(
    'years/index',
    {
      title: req.t('years.title'),
      years: yearsList(req.t, years, statements, part),
      // A statement has no lines by team.
      statements: part?.isOfTeam ? [] : statementsList(req.t, statements, part),
      ofPart: part,
      back: addressIn(part, '/work/hours/statement'),
      simulation: mayTry(req.viewer) ? addressIn(part, '/work/hours/simulation') : '',
      mayClose: mayCloseYears(req.viewer),
      form: form ?? emptyForm({ month: String(month) }),
      months: Array.from({ length: 12 }, (_, at) => ({
        value: String(at + 1),
        label: name.format(new Date(Date.UTC(2026, at, 1))),
      })),
    },
    status,
  )
}

export const index =
  (deps: Deps): Handler =>
  (req, res) =>
    showList(deps, req, res)

export const saveMonth =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(monthForm, req.body)
    if (!parsed.ok) return showList(deps, req, res, parsed.form, 422)
    await setFirstMonth(deps, req.viewer, parsed.value.month)
    req.session.flash('years.month_done')
    await redirect(req, res, '/work/hours/years')
  }

/** @throws NotFound for what is no year, and for one that has not begun. */
async function askedYear(deps: Deps, req: Request) {
  const year = yearOfCode(param(req, 'year'))
  const association = await getAssociation(deps.db)
  const today = dateIn(association.time_zone, deps.clock.now())
  if (!year || year.from > today) throw new NotFound('hours.statement.no_year')
  return { year, association, isOver: year.until < today }
}

async function readPage(deps: Deps, req: Request) {
  const asked = await askedYear(deps, req)
  const settings = await readYear(deps.db, asked.year)
  const part = await partOfValue(deps, req, reachToValue(req.viewer))
  const live = await addUpYear(deps, asked.year, settings.is_valued === 1, part?.choice)
  // The number is that of all.
  const waiting = part ? 0 : await countWaitingBetween(deps.db, asked.year, limits.mostCounted)
  const page = yearPage(req.t, { ...asked, ...live, settings, waiting, isOfPart: part !== undefined })
  return { ...asked, settings, waiting, page, part }
}

async function showYear(deps: Deps, req: Request, res: Response, form?: Form, status = 200) {
  const { page, settings, association, part } = await readPage(deps, req)
  await res.page(
    'years/year',
    {
      title: req.t(part?.isOfTeam ? 'years.year.title_team' : 'years.year.title', { year: page.label }),
      year: page,
      form: form ?? emptyForm(typedYear(settings)),
      valuedOptions: (['yes', 'no'] as const).map((value) => ({ value, label: req.t(`years.valued.${value}`) })),
      currency: association.currency === 'CAD' ? '$' : '€',
      association: association.name,
      ofPart: part,
      back: addressIn(part, '/work/hours/years'),
      mayClose: mayCloseYears(req.viewer),
      mayDecide: hasRight(req.viewer, 'manage_hours'),
    },
    status,
  )
}

/** A year that is closed leads to its statement, which has no lines by team. */
export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { year } = await askedYear(deps, req)
    const known = await findInForce(deps.db, year)
    const part = await partOfValue(deps, req, reachToValue(req.viewer))
    if (!part?.isOfTeam && known?.from_day === year.from && known.until_day === year.until)
      return redirect(req, res, addressIn(part, `/work/hours/statements/${known.id}`), 302)
    return showYear(deps, req, res)
  }

export const save =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { year } = await askedYear(deps, req)
    const parsed = parseForm(yearForm, req.body)
    if (!parsed.ok) return showYear(deps, req, res, parsed.form, 422)
    await setYear(deps, req.viewer, year, parsed.value)
    req.session.flash('years.year.saved')
    await redirect(req, res, `/work/hours/years/${year.code}`)
  }

async function showClosing(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  const { page } = await readPage(deps, req)
  await res.page(
    'years/closing',
    {
      title: req.t('years.closing.title', { year: page.label }),
      year: page,
      form,
      mayDecide: hasRight(req.viewer, 'manage_hours'),
    },
    status,
  )
}

export const askClosing =
  (deps: Deps): Handler =>
  (req, res) =>
    showClosing(deps, req, res, emptyForm())

export const close =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { year } = await askedYear(deps, req)
    const known = await findInForce(deps.db, year)
    const settings = await readYear(deps.db, year)
    // What is closed already needs no second look at its hours.
    const isMissingRates = !known && settings.is_valued === 1 && (await hasMissingRates(deps, year))
    const waiting = await countWaitingBetween(deps.db, year, limits.mostCounted)
    const parsed = parseForm(closingForm, req.body)
    const about = { isMissingRates, waiting, agreed: parsed.ok && parsed.value.agreed }
    const done = await runCommand(parsed.form, () => closeYear(deps, req.viewer, year, about))
    if (!done.ok) return showClosing(deps, req, res, done.form, done.status)
    await redirect(req, res, `/work/hours/statements/${done.value}`)
  }
