// SPDX-License-Identifier: AGPL-3.0-or-later
// One sheet for the hours of many people. What is typed stays in the form, so that it works without script.
import type { Request, Response } from 'express'
import * as sheets from '../../../db/queries/hours-sheet.ts'
import * as ledger from '../../../db/queries/hours.ts'
import { firstRows } from '../../../db/keyset.ts'
import { countPeople, peopleList } from '../../../db/queries/people.ts'
import type { Reach } from '../../../db/queries/hours-reach.ts'
import type { Deps } from '../../deps.ts'
import type { MessageKey } from '../../text/message-keys.ts'
import { emptyForm, parseForm, typedValues, withErrors, type Form, type FormValues } from '../../web/forms.ts'
import { query, type Handler } from '../../web/handler.ts'
import { addressWith } from '../../web/paging.ts'
import { MAIN_FORM } from '../../web/refill.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import type { Headcount } from '../commands/headcounts.ts'
import { recordSheet, type Kept, type SheetLine, type SheetResult } from '../commands/sheet.ts'
import {
  atTheDayShown,
  joinChoices,
  MOST_ON_SHEET,
  OWN_DURATION,
  ownDuration,
  sheetForm,
  type SheetInput,
} from '../forms.ts'
import { choicesOf } from '../pages/entries.ts'
import { doneParams, faultsOf, rowsOf } from '../pages/sheet.ts'
import { reachToManage } from '../policy.ts'
import { projectsWithin, today } from '../responses.ts'

const SHEET = '/work/hours/sheet'
/** Up to here everybody is on the sheet; with more, people are looked for by name. */
const MOST_WITHOUT_SEARCH = 60
const MOST_FOUND = 20
const MOST_OFFERS = 100

type Shown = { form: Form; result?: SheetResult; notice?: string; status?: number }

async function showSheet(deps: Deps, req: Request, res: Response, { form, result, notice, status = 200 }: Shown) {
  const reach = reachToManage(req.viewer)
  // An offer of another project is none here.
  const asked = one(form.values.offer)
  const offer = asked && (await sheets.findOfferForHours(deps.db, asked, reach)) ? asked : ''
  const on = await peopleFor(deps, form.values, offer, reach)
  const kept = result?.kept ?? new Map<string, Kept>()
  const rows = (people: sheets.SheetPerson[]) => rowsOf(req.t, people, { values: form.values, chosen: on.chosen, kept })
  const faults = faultsOf(req.t, [...on.accepted, ...on.others, ...on.found], kept)
  const usual = reach === 'everyone' ? {} : { project: reach.projects[0] ?? '' }
  const values = { form_id: deps.newId(), ...usual, ...form.values, offer, for_offer: offer }
  const groups = [
    { title: req.t('hours.sheet.accepted'), rows: rows(on.accepted) },
    { title: req.t(on.accepted.length > 0 ? 'hours.sheet.also' : 'hours.sheet.ticked'), rows: rows(on.others) },
    { title: req.t(on.isSmall ? 'hours.sheet.everybody' : 'hours.sheet.found'), rows: rows(on.found) },
  ].filter((group) => group.rows.length > 0)
  await res.page(
    'hours/sheet',
    {
      ...on,
      title: req.t('hours.sheet.title'),
      kioskHref: reach === 'everyone' && offer && `/work/hours/links/offers/${offer}`,
      paperHref: reach === 'everyone' && addressWith('/work/hours/paper', { offer }),
      form: { values, errors: { ...form.errors, ...faults } },
      notice,
      choices: await choicesFor(deps, req, offer),
      asksDay: form.errors.sure_day !== undefined || form.values.sure_day === 'on',
      groups,
      asksAll: [...kept.values()].filter(({ asks }) => asks).length > 1,
    },
    status,
  )
}

const one = (value: string | string[] | undefined) => [value ?? ''].flat()[0] ?? ''

async function choicesFor(deps: Deps, req: Request, offer: string) {
  const last = offer && (await sheets.findCategoryOf(deps.db, offer))
  return choicesOf(req.t, {
    categories: await ledger.listCategories(deps.db),
    recent: last ? [last] : [],
    offers: await sheets.listOffersForHours(deps.db, MOST_OFFERS, offer, reachToManage(req.viewer)),
    projects: await projectsWithin(deps, reachToManage(req.viewer)),
    today: await today(deps),
  })
}

/** Accepted for the offer first; then whoever was ticked or has a duration; then everybody, or those found. */
async function peopleFor(deps: Deps, values: FormValues, offer: string, reach: Reach) {
  const accepted = offer ? await sheets.listAcceptedPeople(deps.db, offer, MOST_ON_SHEET) : []
  const ticked = [values.people ?? []].flat()
  // Of an offer that was not shown before, everybody is ticked.
  const chosen = one(values.for_offer) === offer ? ticked : [...ticked, ...accepted.map(({ id }) => id)]
  const isAccepted = new Set(accepted.map(({ id }) => id))
  const typed = [...new Set([...ticked, ...withDuration(values)])].filter((id) => !isAccepted.has(id))
  const others = await sheets.listPeopleOfSheet(deps.db, typed.slice(0, MOST_ON_SHEET), reach)
  const within = { who: 'active' as const, ...(reach !== 'everyone' && { of: reach }) }
  const isSmall = (await countPeople(deps.db, { ...within, q: '' }, MOST_WITHOUT_SEARCH)) <= MOST_WITHOUT_SEARCH
  const q = isSmall ? '' : one(values.q)
  const limit = isSmall ? MOST_WITHOUT_SEARCH : MOST_FOUND + 1
  const found = isSmall || q ? await firstRows(peopleList(deps.db, { ...within, q }), limit) : []
  const isShown = new Set([...isAccepted, ...others.map(({ id }) => id)])
  return {
    accepted,
    others,
    found: found.slice(0, isSmall ? limit : MOST_FOUND).filter(({ id }) => !isShown.has(id)),
    chosen,
    isSmall,
    noneFound: q !== '' && found.length === 0,
    hasMore: !isSmall && found.length > MOST_FOUND,
  }
}

const withDuration = (values: FormValues) =>
  Object.keys(values)
    .filter((name) => name.startsWith(OWN_DURATION) && one(values[name]) !== '')
    .map((name) => name.slice(OWN_DURATION.length))

type Ticked = Pick<SheetInput, 'people' | 'sure' | 'sure_all'>

/** One line for each person who is ticked; a duration typed beside the name wins. */
function linesOf(values: FormValues, { people, sure, sure_all }: Ticked, minutes: number | undefined): SheetLine[] {
  return people.map((personId) => {
    const typed = one(values[OWN_DURATION + personId])
    const own = typed === '' ? undefined : ownDuration.safeParse(typed)
    const fault = own?.error?.issues[0]?.message as MessageKey | undefined
    const asked = own ? (own.success ? own.data : null) : (minutes ?? null)
    return { personId, minutes: asked, isSure: sure_all || sure.includes(personId), fault }
  })
}

export const fresh =
  (deps: Deps): Handler =>
  (req, res) => {
    // A form that comes back, such as after a session that was over, has people of its own.
    const typed = req.formAgain?.action === SHEET || req.formAgain?.action === MAIN_FORM ? req.formAgain.values : {}
    return showSheet(deps, req, res, { form: emptyForm({ offer: query(req, 'offer'), ...typed }) })
  }

/** Shows whom the form asks for, or records what it says. */
export const send =
  (deps: Deps): Handler =>
  async (req, res) => {
    const values = typedValues(req.body)
    if (one(values.do) === 'show') return showSheet(deps, req, res, { form: emptyForm(values) })
    const parsed = parseForm(sheetForm, joinChoices(req.body))
    const typed = { values: { ...values, ...parsed.form.values }, errors: parsed.form.errors }
    const again = (form: Form) => showSheet(deps, req, res, { form: atTheDayShown(form), status: 422 })
    if (!parsed.ok) return again(typed)
    const { duration, unnamed, ...sheet } = parsed.value
    const lines = linesOf(values, sheet, duration)
    if (lines.length === 0 && !unnamed) return again(withErrors(typed, { people: 'hours.error.people_missing' }))
    const isMissing = unnamed ? true : lines.some(({ minutes, fault }) => minutes === null && !fault)
    if (duration === undefined && isMissing)
      return again(withErrors(typed, { duration: 'hours.error.duration_missing' }))
    const others = unnamed ? { people: unnamed, minutes: duration! } : null
    const done = await runCommand(typed, () => recordSheet(deps, req.viewer, sheet, lines, others))
    if (!done.ok) return again(done.form)
    return answer(deps, req, res, typed, { result: done.value, day: sheet.day, unnamed: others })
  }

type Done = { result: SheetResult; day: string; unnamed: Headcount | null }

/** When something is left, the sheet has only those people, and says for whom hours were recorded. */
async function answer(deps: Deps, req: Request, res: Response, form: Form, { result, day, unnamed }: Done) {
  const { recorded, kept } = result
  const params = doneParams(req.t, day, recorded)
  const key = recorded.some(({ isOwn }) => isOwn) ? 'hours.sheet.own_done' : 'hours.sheet.done'
  const text = `${key}.${params.count === 1 ? 'one' : 'other'}` as const
  const others = unnamed ? { ...unnamed, day, minutes: req.t.minutes(unnamed.minutes) } : null
  const counted = others && (others.people === 1 ? 'hours.headcount.done.one' : 'hours.headcount.done.other')
  if (kept.size === 0) {
    if (recorded.length > 0) req.session.flash(text, params)
    if (others && counted) req.session.flash(counted, { count: others.people, duration: others.minutes })
    return redirect(req, res, recorded.length > 0 ? '/work/hours?state=approved' : '/work/hours/unnamed')
  }
  // Those without a name are recorded already.
  const { form_id: _sent, unnamed: _counted, ...values } = form.values
  const isLeft = ([name]: [string, unknown]) =>
    !name.startsWith(OWN_DURATION) || kept.has(name.slice(OWN_DURATION.length))
  const left = { ...Object.fromEntries(Object.entries(values).filter(isLeft)), people: [...kept.keys()] }
  const said = others && counted ? req.t(counted, { count: others.people, duration: others.minutes }) : ''
  const notice = [recorded.length > 0 ? req.t(text, params) : '', said].filter(Boolean).join(' ')
  return showSheet(deps, req, res, { form: emptyForm(left), result, notice, status: 422 })
}
