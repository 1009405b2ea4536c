// SPDX-License-Identifier: AGPL-3.0-or-later
// Kilometres: one's own, those of everybody, and what a kilometre is worth.
import type { Request, Response } from 'express'
import { limits } from '../../../config/limits.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { countOtherApprovers } from '../../../db/queries/hours.ts'
import { listProjects } from '../../../db/queries/projects.ts'
import { listKnownLines } from '../../../db/queries/hours-quick.ts'
import * as store from '../../../db/queries/trips.ts'
import { isDayClosed } from '../../../db/queries/years.ts'
import { recordExport, recordOpening } from '../../audit/commands.ts'
import type { Deps } from '../../deps.ts'
import { hasRight, type Viewer } from '../../model/viewer.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, namedOptions, parseForm, typedValues, type Form } from '../../web/forms.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { addressWith, wholeNumber } from '../../web/paging.ts'
import { redirect } from '../../web/redirect.ts'
import { countInWords, pagerByRow, placeAsked, readPage, sendRows } from '../../web/rows.ts'
import { runCommand } from '../../web/run-command.ts'
import * as commands from '../commands/trips.ts'
import { tripCorrectionForm, tripForm, tripRateForm } from '../forms.ts'
import { labelOf } from '../pages/quick.ts'
import * as pages from '../pages/trips.ts'
import { askedFor, choiceAsked, inAddress } from '../choice.ts'
import { reachesChoice, reachToManage, reachToSee } from '../policy.ts'
import { choiceSeen, PAGE, partsToChoose, partWaiting, projectsWithin, today, withReason } from '../responses.ts'
import { FIRST_DAY } from '../rules.ts'

const MINE = '/my/trips'
const ALL = '/work/trips'
const RATES = '/work/trips/rates'
const HOURS_OFFERED = 10
const STATES = ['submitted', 'approved', 'returned'] as const

const waiverOf = (req: Request) => req.t('hours.trips.waiver', { association: req.site.name })

async function showMine(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  const personId = req.viewer.personId ?? ''
  const day = await today(deps)
  const { currency } = await getAssociation(deps.db)
  const page = await readPage(store.tripsList(deps.db, { personId }), placeAsked(req), PAGE)
  const corrections = await store.listTripCorrections(
    deps.db,
    page.rows.map(({ id }) => id),
  )
  const lines = await listKnownLines(deps.db, personId, { from: FIRST_DAY, until: day, limit: HOURS_OFFERED })
  const year = Number(day.slice(0, 4))
  await res.page(
    'hours/trips-mine',
    {
      title: req.t('hours.trips.mine'),
      form: { ...form, values: { form_id: deps.newId(), day, ...form.values } },
      today: day,
      asksTwin: form.errors.again !== undefined || form.values.again === 'on',
      waiver: waiverOf(req),
      choices: ['reimburse', 'waive'].map((value) => ({ value, label: req.t.code('hours.trips.choose', value) })),
      hours: lines.map((line) => ({
        value: line.id,
        label: req.t('hours.copy.line', { day: req.t.date(line.worked_on, 'day'), line: labelOf(req.t, line) }),
      })),
      projects: namedOptions(await listProjects(deps.db)),
      year: String(year),
      totals: pages.totalsOf(req.t, await store.sumTrips(deps.db, year, { personId }), currency),
      trips: page.rows.map((trip) => pages.tripOf(req.t, trip, currency, corrections)),
      pager: pagerByRow(page, (to) => addressWith(MINE, to)),
    },
    status,
  )
}

export const mine =
  (deps: Deps): Handler =>
  (req, res) =>
    showMine(deps, req, res, emptyForm())

export const recordMine =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(tripForm, req.body)
    if (!parsed.ok) return showMine(deps, req, res, parsed.form, 422)
    const done = await runCommand(parsed.form, () => commands.recordTrip(deps, req.viewer, parsed.value, waiverOf(req)))
    if (!done.ok) return showMine(deps, req, res, done.form, 422)
    req.session.flash('hours.trips.done', { km: pages.km(req.t, parsed.value.metres) })
    return redirect(req, res, MINE)
  }

export const withdrawMine =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.withdrawTrip(deps, req.viewer, param(req, 'trip'))
    req.session.flash('hours.trips.withdrawn')
    await redirect(req, res, MINE)
  }

export const confirmMine =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.confirmTrip(deps, req.viewer, param(req, 'trip'))
    req.session.flash('hours.trips.confirmed')
    await redirect(req, res, MINE)
  }

export const exportMine =
  (deps: Deps): Handler =>
  async (req, res) => {
    const file = { name: 'mes-kilometres', columns: pages.tripColumns(req.t), cells: pages.tripCells(req.t) }
    await sendRows(res, store.tripsList(deps.db, { personId: req.viewer.personId ?? '' }), file)
  }

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    const state = STATES.find((one) => one === query(req, 'state')) ?? 'submitted'
    const day = await today(deps)
    const asked = query(req, 'year')
    const year = asked === '' ? Number(day.slice(0, 4)) : wholeNumber(asked, 2000, Number(day.slice(0, 4)))
    if (year === undefined) throw new NotFound('hours.statement.no_year')
    const { currency } = await getAssociation(deps.db)
    const reach = reachToSee(req.viewer)
    const choice = choiceAsked(
      reach,
      state === 'submitted' ? await partWaiting(deps, req, store.hasWaitingTrips) : askedFor(req),
    )
    const parts = inAddress(choice)
    const page = await readPage(store.tripsList(deps.db, { state, ...choice }), placeAsked(req), PAGE)
    await res.page('hours/trips', {
      title: req.t('hours.trips.title'),
      states: STATES.map((one) => ({
        href: addressWith(ALL, { state: one, ...parts }),
        label: req.t(`hours.filter.${one}`),
        current: one === state,
      })),
      state,
      parts: await partsToChoose(deps, reach, choice),
      exportHref: addressWith(`${ALL}.csv`, parts),
      isWaiting: state === 'submitted',
      waiting:
        state === 'submitted'
          ? countInWords(
              req.t,
              'hours.work.waiting',
              await store.countWaitingTrips(deps.db, limits.mostCounted, choice),
            )
          : '',
      mayDecide: reachesChoice(reachToManage(req.viewer), choice),
      maySetRates: hasRight(req.viewer, 'levels'),
      trips: page.rows.map((trip) => ({
        ...pages.tripOf(req.t, trip, currency),
        isOwn: trip.person_id === req.viewer.personId,
      })),
      year: String(year),
      years: [year - 1, year + 1]
        .filter((one) => one >= 2000 && one <= Number(day.slice(0, 4)))
        .map((one) => ({ year: String(one), href: addressWith(ALL, { state, ...parts, year: String(one) }) })),
      totals: pages.totalsOf(req.t, await store.sumTrips(deps.db, year, { choice }), currency),
      byProject:
        choice.projectId === undefined
          ? pages.byProjectOf(req.t, await store.sumTripsByProject(deps.db, year, choice), currency)
          : null,
      pager: pagerByRow(page, (to) => addressWith(ALL, { state, ...parts, ...to })),
    })
  }

export const exportAll =
  (deps: Deps): Handler =>
  async (req, res) => {
    const file = { name: 'kilometres', columns: pages.tripColumns(req.t), cells: pages.tripCells(req.t) }
    await sendRows(res, store.tripsList(deps.db, choiceSeen(req)), file, (rows) =>
      recordExport(deps, req.viewer, 'trips.exported', { rows }),
    )
  }

export const approve =
  (deps: Deps): Handler =>
  async (req, res) => {
    const ids = [(req.body as { trips?: string | string[] }).trips ?? []].flat().filter((id) => typeof id === 'string')
    if (ids.length === 0) req.session.flash('hours.work.none_chosen', {}, 'wait')
    else {
      const { count, metres } = await commands.approveTrips(deps, req.viewer, ids)
      const key = count === 1 ? 'hours.work.approved.one' : 'hours.work.approved.other'
      req.session.flash(key, { count, total: pages.km(req.t, metres) })
    }
    await redirect(req, res, ALL)
  }

type TripForms = { decision?: Form; correction?: Form }
async function showTrip(deps: Deps, req: Request, res: Response, forms: TripForms = {}, status = 200) {
  const trip = await store.findTrip(deps.db, param(req, 'trip'), reachToSee(req.viewer))
  if (!trip) throw new NotFound()
  const { currency } = await getAssociation(deps.db)
  const others = await countOtherApprovers(deps.db, trip)
  const shown = pages.tripOf(req.t, trip, currency, await store.listTripCorrections(deps.db, [trip.id]))
  const reach = reachToManage(req.viewer)
  const page = {
    title: req.t('hours.trips.of', { person: shown.person }),
    form: forms.decision ?? emptyForm(),
    trip: shown,
    isClosed: await isDayClosed(deps.db, trip.travelled_on),
    correction: forms.correction ?? emptyForm({ way: trip.way, project: trip.project_id ?? '' }),
    projects: namedOptions(await projectsWithin(deps, reach, trip.project_id)),
    // A line does not leave the projects that somebody reaches.
    mayTakeOut: reach === 'everyone' || reach.teams.length > 0,
    isOwn: trip.person_id === req.viewer.personId && others > 0,
    mayDecide: (await store.findTrip(deps.db, trip.id, reach)) !== undefined,
  }
  await res.page('hours/trip', page, status)
}

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const trip = await store.findTrip(deps.db, param(req, 'trip'), reachToSee(req.viewer))
    if (trip) await recordOpening(deps, req.viewer, { what: 'hours', whose: trip.person_id, id: trip.id })
    await showTrip(deps, req, res)
  }

const decide = (
  deps: Deps,
  action: commands.TripAction,
  act: (deps: Deps, viewer: Viewer, id: string, reason: string) => Promise<void>,
  flash: 'hours.work.returned' | 'hours.trips.reversed',
): Handler =>
  withReason({
    refusal: async (req) => {
      const trip = await store.findTrip(deps.db, param(req, 'trip'), reachToSee(req.viewer))
      return trip && commands.tripRefusal(trip, action)
    },
    show: (req, res, form) => showTrip(deps, req, res, { decision: form }, 422),
    act: (req, reason) => act(deps, req.viewer, param(req, 'trip'), reason),
    done: { flash, to: ALL },
  })

export const correct =
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = param(req, 'trip')
    const parsed = parseForm(tripCorrectionForm, req.body)
    const done = parsed.ok
      ? await runCommand(parsed.form, () => commands.correctTrip(deps, req.viewer, id, parsed.value))
      : parsed
    if (!done.ok) return showTrip(deps, req, res, { correction: done.form }, 422)
    req.session.flash('hours.trips.corrected_done')
    return redirect(req, res, `${ALL}/${id}`)
  }

export const giveBack = (deps: Deps): Handler => decide(deps, 'return', commands.returnTrip, 'hours.work.returned')

export const reverse = (deps: Deps): Handler => decide(deps, 'reverse', commands.reverseTrip, 'hours.trips.reversed')

/** What one is asked about: a new value as it was typed, or the end of the one of a day. */
type Asked = { change?: commands.TripRateChange; removal?: string; status?: number }

async function showRates(deps: Deps, req: Request, res: Response, form: Form, asked: Asked = {}) {
  const { currency } = await getAssociation(deps.db)
  const sign = currency === 'CAD' ? '$' : '€'
  const rates = await store.listTripRates(deps.db)
  const change = asked.change && pages.tripChangeOf(req.t, asked.change, currency)
  const removal = rates.find(({ valid_from }) => valid_from === asked.removal)
  const page = {
    title: req.t('hours.trips.rates'),
    form,
    sign,
    rates: rates.map((one) => pages.rateOf(req.t, one, sign)),
    change: removal ? undefined : change,
    removal: removal && { ...pages.rateOf(req.t, removal, sign), change },
  }
  await res.page('hours/trip-rates', page, asked.status ?? 200)
}

export const rates =
  (deps: Deps): Handler =>
  (req, res) =>
    showRates(deps, req, res, emptyForm())

export const saveRate =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(tripRateForm, req.body)
    if (!parsed.ok) return showRates(deps, req, res, parsed.form, { status: 422 })
    const set = () => commands.setTripRate(deps, req.viewer, parsed.value)
    const done = await runCommand(parsed.form, set, { conflict: true })
    if (!done.ok) {
      const change = await commands.foreseeTripChange(deps, parsed.value)
      return showRates(deps, req, res, done.form, { change, status: done.status })
    }
    req.session.flash('hours.settings.rate_done')
    return redirect(req, res, RATES)
  }

/** Asks first when approved kilometres would be worth something else. */
export const removeRate =
  (deps: Deps): Handler =>
  async (req, res) => {
    const typed = typedValues(req.body)
    const [valid_from, agreed] = [String(typed.valid_from ?? ''), String(typed.agreed ?? '')]
    const remove = () => commands.removeTripRate(deps, req.viewer, { valid_from, agreed })
    const done = await runCommand(emptyForm(), remove, { conflict: true })
    if (!done.ok) {
      const change = await commands.foreseeTripChange(deps, { valid_from, mills: null })
      return showRates(deps, req, res, emptyForm(), { change, removal: valid_from, status: done.status })
    }
    req.session.flash('hours.settings.rate_withdrawn')
    return redirect(req, res, RATES)
  }
