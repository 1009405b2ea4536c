// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { getAssociation } from '../../../db/queries/association.ts'
import * as ledger from '../../../db/queries/hours.ts'
import { recordExport, recordOpening } from '../../audit/commands.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { sendCsv } from '../../web/csv.ts'
import { NotFound, Refused } from '../../web/errors.ts'
import { emptyForm, parseForm, typedValues, type Form } from '../../web/forms.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { pagerOf } from '../../web/paging.ts'
import { hasRole } from '../../model/viewer.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import * as commands from '../commands/entries.ts'
import { atTheDayShown, hoursForOtherForm, hoursForm, joinChoices, returnForm } from '../forms.ts'
import * as pages from '../pages/entries.ts'
import { HOURS_STATES, refusalOf, type HoursAction } from '../rules.ts'
import { statementOf } from '../statement.ts'

const PAGE = 50
const mine = (req: Request) => ({ personId: req.viewer.personId ?? '' })

async function today(deps: Deps): Promise<string> {
  return dateIn((await getAssociation(deps.db)).time_zone, deps.clock.now())
}

async function choices(deps: Deps, req: Request, personId: string) {
  return pages.choicesOf(req.t, {
    categories: await ledger.listCategories(deps.db),
    recent: await ledger.recentCategories(deps.db, personId),
    offers: await ledger.listOffersOf(deps.db, personId),
    today: await today(deps),
  })
}

// ── A volunteer's own hours ──

async function showMine(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  const person = mine(req)
  const day = await today(deps)
  const year = Number(day.slice(0, 4))
  const categories = await ledger.listCategories(deps.db, { archived: true })
  const worked = await ledger.listApproved(deps.db, year, person)
  const page = Math.max(1, Number(query(req, 'page')) || 1)
  const entries = await ledger.listEntries(deps.db, person, { limit: PAGE + 1, offset: (page - 1) * PAGE })
  const statement = statementOf(worked, [], new Set(categories.map(({ id }) => id)))
  const waiting = await ledger.waitingByMonth(deps.db, year, person.personId)
  await res.page(
    'hours/mine',
    {
      title: req.t('hours.my.title'),
      form: { ...form, values: { form_id: deps.newId(), ...form.values } },
      choices: await choices(deps, req, person.personId),
      asksTwin: form.errors.again !== undefined,
      correcting: typeof form.values.replaces === 'string' && form.values.replaces !== '',
      year: pages.yearOf(req.t, year, statement, waiting),
      entries: entries.slice(0, PAGE).map((entry) => pages.entryOf(entry, req.t)),
      pager: pagerOf(pagesTo(page, entries), (to) => `/my/hours?page=${to}`),
    },
    status,
  )
}

/** One line more than a page was read, to know whether there is a next page. */
const pagesTo = (page: number, entries: unknown[]) => ({ page, pages: entries.length > PAGE ? page + 1 : page })

export const my =
  (deps: Deps): Handler =>
  (req, res) =>
    showMine(deps, req, res, emptyForm())

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

export const withdrawMine =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.withdrawHours(deps, req.viewer, param(req, 'entry'))
    req.session.flash('hours.my.withdrawn')
    await redirect(req, res, '/my/hours')
  }

export const exportMine =
  (deps: Deps): Handler =>
  async (req, res) => {
    const entries = await ledger.listEntries(deps.db, mine(req), { limit: 100_000, offset: 0 })
    sendEntries(req, res, entries, 'mes-heures')
  }

function sendEntries(req: Request, res: Response, entries: ledger.EntryRow[], name: string) {
  const columns = (['person', 'day', 'category', 'offer', 'minutes', 'state', 'note'] as const).map((key) =>
    req.t(`hours.column.${key}`),
  )
  const rows = entries.map((row) => {
    const entry = pages.entryOf(row, req.t)
    return [
      entry.person,
      row.worked_on,
      entry.category.text,
      entry.offer?.text ?? '',
      String(row.minutes),
      entry.state.label,
      row.note,
    ]
  })
  sendCsv(res, name, columns, rows)
}

// ── Hours of everybody ──

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    const state = HOURS_STATES.find((one) => one === query(req, 'state')) ?? 'submitted'
    const page = Math.max(1, Number(query(req, 'page')) || 1)
    const person = query(req, 'person')
    const filter = { states: [state], ...(person && { personId: person }), limit: PAGE + 1, offset: (page - 1) * PAGE }
    const entries = await ledger.listEntries(deps.db, 'everyone', filter)
    // The list of one person's hours shows as much as their page, so it is logged in the same way.
    if (person && entries.length > 0) await recordOpening(deps, req.viewer, { what: 'hours', whose: person })
    await res.page('hours/index', {
      title: req.t('hours.work.title'),
      state,
      states: (['submitted', 'approved', 'returned'] as const).map((one) => ({
        href: `/work/hours?state=${one}`,
        label: req.t(`hours.filter.${one}`),
        current: one === state,
      })),
      isWaiting: state === 'submitted',
      mayDecide: hasRole(req.viewer, 'coordinator'),
      entries: entries
        .slice(0, PAGE)
        .map((entry) => ({ ...pages.entryOf(entry, req.t), isOwn: entry.person_id === req.viewer.personId })),
      waiting: await ledger.countEntries(deps.db, ['submitted']),
      pager: pagerOf(
        pagesTo(page, entries),
        (to) => `/work/hours?${new URLSearchParams({ page: String(to), state, ...(person && { person }) })}`,
      ),
    })
  }

export const exportAll =
  (deps: Deps): Handler =>
  async (req, res) => {
    const entries = await ledger.listEntries(deps.db, 'everyone', { limit: 1_000_000, offset: 0 })
    await recordExport(deps, req.viewer, 'hours.exported', { rows: entries.length })
    sendEntries(req, res, entries, 'heures')
  }

export const approve =
  (deps: Deps): Handler =>
  async (req, res) => {
    const ids = [(req.body as { entries?: string | string[] }).entries ?? []]
      .flat()
      .filter((id) => typeof id === 'string')
    if (ids.length === 0) req.session.flash('hours.work.none_chosen', {}, 'wait')
    else {
      const count = await commands.approveHours(deps, req.viewer, ids)
      req.session.flash(count === 1 ? 'hours.work.approved.one' : 'hours.work.approved.other', { count })
    }
    await redirect(req, res, '/work/hours')
  }

async function showEntry(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  const entry = await ledger.findEntry(deps.db, param(req, 'entry'), 'everyone')
  if (!entry) throw new NotFound()
  const others = await ledger.countOtherApprovers(deps.db, req.viewer.personId ?? '')
  await res.page(
    'hours/entry',
    {
      title: req.t('hours.entry.title', { person: `${entry.given_name} ${entry.family_name}`.trim() }),
      form,
      entry: pages.entryOf(entry, req.t),
      isOwn: entry.person_id === req.viewer.personId && others > 0,
      mayDecide: hasRole(req.viewer, 'coordinator'),
    },
    status,
  )
}

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const entry = await ledger.findEntry(deps.db, param(req, 'entry'), 'everyone')
    if (entry) await recordOpening(deps, req.viewer, { what: 'hours', whose: entry.person_id, id: entry.id })
    await showEntry(deps, req, res, emptyForm())
  }

const withReason =
  (
    deps: Deps,
    action: HoursAction,
    act: (deps: Deps, req: Request, reason: string) => Promise<unknown>,
    flash: 'hours.work.returned' | 'hours.work.reversed',
  ): Handler =>
  async (req, res) => {
    const parsed = parseForm(returnForm, req.body)
    if (!parsed.ok) {
      // When a colleague answered first there is no form any more, so only the reason is shown.
      const entry = await ledger.findEntry(deps.db, param(req, 'entry'), 'everyone')
      const refusal = entry && refusalOf(entry, action)
      if (refusal) throw new Refused(refusal)
      return showEntry(deps, req, res, parsed.form, 422)
    }
    await act(deps, req, parsed.value.reason)
    req.session.flash(flash)
    await redirect(req, res, '/work/hours')
  }

export const giveBack = (deps: Deps): Handler =>
  withReason(
    deps,
    'return',
    (d, req, reason) => commands.returnHours(d, req.viewer, param(req, 'entry'), reason),
    'hours.work.returned',
  )

export const reverse = (deps: Deps): Handler =>
  withReason(
    deps,
    'reverse',
    (d, req, reason) => commands.reverseHours(d, req.viewer, param(req, 'entry'), reason),
    'hours.work.reversed',
  )

async function showNew(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  const people = await ledger.listActivePeople(deps.db)
  await res.page(
    'hours/new',
    {
      title: req.t('hours.new.title'),
      form: { ...form, values: { form_id: deps.newId(), ...form.values } },
      asksTwin: form.errors.again !== undefined,
      choices: await choices(deps, req, req.viewer.personId ?? ''),
      people: people.map((one) => ({
        value: one.id,
        label: `${one.family_name} ${one.given_name}`.trim() + ` (${one.member_number})`,
      })),
    },
    status,
  )
}

export const fresh =
  (deps: Deps): Handler =>
  (req, res) =>
    showNew(deps, req, res, emptyForm({ person: query(req, 'person') }))

export const recordForOther =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(hoursForOtherForm, joinChoices(req.body))
    const typed = { values: { ...typedValues(req.body), ...parsed.form.values }, errors: parsed.form.errors }
    const again = (form: Form) => showNew(deps, req, res, atTheDayShown(form), 422)
    if (!parsed.ok) return again(typed)
    const work = () => commands.recordHours(deps, req.viewer, parsed.value, parsed.value.person)
    const done = await runCommand(typed, work)
    if (!done.ok) return again(done.form)
    req.session.flash('hours.new.done', { duration: req.t.minutes(parsed.value.duration) })
    await redirect(req, res, '/work/hours/new')
  }

// ── The yearly statement ──

async function statementData(deps: Deps, req: Request) {
  const association = await getAssociation(deps.db)
  const thisYear = Number((await today(deps)).slice(0, 4))
  const asked = Number(query(req, 'year'))
  const year = asked >= 2000 && asked <= thisYear ? asked : thisYear
  const categories = await ledger.listCategories(deps.db, { archived: true })
  const rates = await ledger.listRates(deps.db)
  const worked = await ledger.listApproved(deps.db, year, 'everyone')
  const priced = rates.map((rate) => ({
    categoryId: rate.category_id,
    centsPerHour: rate.cents_per_hour,
    validFrom: rate.valid_from,
  }))
  const valued = new Set(categories.filter((category) => category.valued === 1).map(({ id }) => id))
  const statement = statementOf(worked, priced, valued)
  const names = await ledger.listNames(
    deps.db,
    statement.byPerson.map(({ personId }) => personId),
  )
  return { association, year, thisYear, categories, rates, priced, valued, worked, statement, names }
}

export const statement =
  (deps: Deps): Handler =>
  async (req, res) => {
    const given = await statementData(deps, req)
    const waiting = await ledger.countEntries(deps.db, ['submitted'])
    const years = new Set([given.thisYear, ...(await ledger.listYears(deps.db))])
    await res.page('hours/statement', {
      title: req.t('hours.statement.title', { year: String(given.year) }),
      statement: pages.statementPage(req.t, given.year, given.statement, {
        ...given,
        currency: given.association.currency,
        waiting,
      }),
      association: given.association.name,
      years: [...years].sort((a, b) => b - a).map((year) => ({ year: String(year), current: year === given.year })),
      mayDecide: hasRole(req.viewer, 'coordinator'),
      maySetRates: hasRole(req.viewer, 'treasurer'),
    })
  }

export const statementCsv =
  (deps: Deps): Handler =>
  async (req, res) => {
    const given = await statementData(deps, req)
    const columns = (['person', 'category', 'month', 'minutes', 'hours', 'rate'] as const).map((key) =>
      req.t(`hours.column.${key}`),
    )
    const rows = pages.statementRows(req.t, given.year, given.worked, given)
    await recordExport(deps, req.viewer, 'hours.exported', { year: given.year, rows: rows.length })
    sendCsv(res, `heures-${given.year}`, columns, rows)
  }
