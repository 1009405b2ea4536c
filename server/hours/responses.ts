// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { getAssociation } from '../../db/queries/association.ts'
import * as ledger from '../../db/queries/hours.ts'
import type { Reach } from '../../db/queries/hours-reach.ts'
import { nameProjects, type Choice } from '../../db/queries/hours-figures.ts'
import { offersReach } from '../../db/queries/project-people.ts'
import { listProjects, listProjectsFor, type ProjectRow } from '../../db/queries/projects.ts'
import { listInForce } from '../../db/queries/years.ts'
import { findTeam, listTeams } from '../../db/queries/teams.ts'
import { dateIn } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import type { MessageKey } from '../text/message-keys.ts'
import { Refused } from '../web/errors.ts'
import type { Part } from '../model/rights.ts'
import { emptyForm, namedOptions, parseForm, type Form } from '../web/forms.ts'
import { query, type Handler } from '../web/handler.ts'
import { redirect } from '../web/redirect.ts'
import type { RateChange } from './commands/rates.ts'
import { returnForm } from './forms.ts'
import { RATE_METHODS } from './methods.ts'
import { askedFor, choiceAsked, inAddress, type AskedFor } from './choice.ts'
import * as pages from './pages/entries.ts'
import { changeOf, typedAs } from './pages/rates.ts'
import { isWithin, reachToManage, reachToSee } from './policy.ts'
import { dayDoubt, type LineDoubt } from './rules.ts'

/** Lines a page. */
export const PAGE = 50

/** Today where the association is, as YYYY-MM-DD. */
export async function today(deps: Deps): Promise<string> {
  return dateIn((await getAssociation(deps.db)).time_zone, deps.clock.now())
}

/** Of whoever sees hours: what the page that was asked for is about. @throws NotFound as choiceAsked. */
export const choiceSeen = (req: Request): Choice => choiceAsked(reachToSee(req.viewer), askedFor(req))

/**
 * Of whoever decides on some lines only, and names no part: the first project or team where one waits for them.
 * @returns what was asked for when none waits.
 */
export async function partWaiting(
  deps: Deps,
  req: Request,
  hasWaiting: (db: Deps['db'], part: Part) => Promise<boolean>,
): Promise<AskedFor> {
  const asked = askedFor(req)
  const reach = reachToManage(req.viewer)
  if (reach === 'everyone' || asked.project !== '' || asked.team !== '') return asked
  for (const id of reach.projects)
    if (await hasWaiting(deps.db, { kind: 'project', id })) return { project: id, team: '' }
  for (const id of reach.teams) if (await hasWaiting(deps.db, { kind: 'team', id })) return { project: '', team: id }
  return asked
}

/** The names of a project and a team, one behind the other; '' for everything. */
export async function nameOfChoice(deps: Deps, { projectId, teamId }: Choice): Promise<string> {
  const project = projectId === undefined ? undefined : (await nameProjects(deps.db, [projectId])).get(projectId)
  const team = teamId === undefined ? undefined : (await findTeam(deps.db, teamId))?.name
  return [project, team].filter(Boolean).join(' · ')
}

/** What the filter of a page offers: projects, and teams, archived ones too; of whoever reaches some only, theirs. */
export async function partsToChoose(deps: Deps, reach: Reach, choice: Choice) {
  const isOfTeams = reach === 'everyone' || reach.teams.length > 0
  const projects = await listProjects(deps.db, { archived: true })
  const teams = await listTeams(deps.db, reach === 'everyone' ? undefined : reach.teams)
  return {
    // Of the people of a team, hours for any project are within reach.
    projects: namedOptions(isOfTeams ? projects : projects.filter(({ id }) => isWithin(reach, id))),
    teams: namedOptions(teams),
    /** Whether one may choose none of them. */
    anyProject: isOfTeams,
    anyTeam: reach === 'everyone' || reach.projects.length > 0,
    filter: emptyForm(inAddress(choice)),
  }
}

/**
 * What somebody reads the value of who reads that of some projects and teams only; undefined for whoever reads all.
 * `isOfTeam`: no statement has lines of it. @throws NotFound as choiceAsked.
 */
export async function partOfValue(deps: Deps, req: Request, reach: Reach) {
  if (reach === 'everyone') return undefined
  const choice = choiceAsked(reach, askedFor(req))
  const parts = await partsToChoose(deps, reach, choice)
  return {
    choice,
    name: await nameOfChoice(deps, choice),
    isOfTeam: choice.teamId !== undefined,
    ...parts,
    hasChoice: parts.projects.length + parts.teams.length > 1,
  }
}
export type ValuedPart = NonNullable<Awaited<ReturnType<typeof partOfValue>>>

/** Those that this viewer reaches. */
export async function projectsWithin(deps: Deps, reach: Reach, own: string | null = null): Promise<ProjectRow[]> {
  const rows = await listProjectsFor(deps.db, own)
  return rows.filter(({ id }) => isWithin(reach, id))
}

/** Which lines of a page need a look before they are approved, and why. */
export async function doubtsOf(deps: Deps, rows: readonly ledger.EntryRow[]): Promise<Map<string, LineDoubt>> {
  const day = await today(deps)
  const closed = await listInForce(deps.db)
  const doubts = new Map<string, LineDoubt>()
  for (const { id, worked_on, joined_on } of rows) {
    const year = worked_on.slice(0, 4)
    const isOneOfMany = rows.some((one) => one.id !== id && one.worked_on.startsWith(year))
    const hasOthersInYear = isOneOfMany || (await ledger.hasOthersInYear(deps.db, year, id))
    const doubt = dayDoubt(worked_on, { today: day, joinedOn: joined_on, hasOthersInYear })
    const isClosed = closed.some(({ from_day, until_day }) => worked_on >= from_day && worked_on <= until_day)
    if (isClosed) doubts.set(id, 'hours.doubt.closed')
    else if (doubt) doubts.set(id, doubt)
  }
  return doubts
}

/**
 * What the form of hours offers to choose from; first what this person chose lately.
 * @param form with a project that a line has already, which may be archived. @param reach the projects to choose from, and whose offers.
 */
export async function formChoices(
  deps: Deps,
  req: Request,
  personId: string,
  form: Form = emptyForm(),
  reach: Reach = 'everyone',
) {
  return pages.choicesOf(req.t, {
    categories: await ledger.listCategories(deps.db),
    recent: await ledger.recentCategories(deps.db, personId),
    offers: await ledger.listOffersOf(deps.db, personId, await offersReach(deps.db, reach, personId)),
    projects: await projectsWithin(deps, reach, String(form.values.project ?? '')),
    today: await today(deps),
  })
}

type WithReason = {
  /** Why it cannot be done any more. */
  refusal: (req: Request) => Promise<MessageKey | undefined>
  show: (req: Request, res: Response, form: Form) => Promise<void>
  act: (req: Request, reason: string) => Promise<unknown>
  done: { flash: MessageKey; to: string }
}

/** A decision about a line, with its reason. */
export const withReason =
  ({ refusal, show, act, done }: WithReason): Handler =>
  async (req, res) => {
    const parsed = parseForm(returnForm, req.body)
    if (!parsed.ok) {
      // When a colleague answered first there is no form any more, so only the reason is shown.
      const why = await refusal(req)
      if (why) throw new Refused(why)
      return show(req, res, parsed.form)
    }
    await act(req, parsed.value.reason)
    req.session.flash(done.flash)
    return redirect(req, res, done.to)
  }

/** Which boxes to confirm with the form shows: those asked for, and those ticked before. */
export function asksOf({ errors, values }: Form) {
  return {
    asksTwin: errors.again !== undefined || values.again === 'on',
    asksDay: errors.sure !== undefined || values.sure === 'on',
    asksLong: errors.long !== undefined || values.long === 'on',
  }
}

/** `change`: what the typed rate changes, to be agreed to. */
type Forms = {
  rate?: Form
  category?: Form
  level?: Form
  levelOf?: { category: string; form: Form }
  change?: RateChange | undefined
}

/** The page of rates, activities and levels; an existing rate is in the form when the address names one. */
export async function showSettings(deps: Deps, req: Request, res: Response, forms: Forms, status = 200) {
  const categories = await ledger.listCategories(deps.db, { archived: true })
  const levels = await ledger.listLevels(deps.db)
  const named = [...categories, ...levels]
  const rates = await ledger.listRates(deps.db)
  const { currency, country } = await getAssociation(deps.db)
  const begun = rates.find(({ id }) => id === query(req, 'rate'))
  await res.page(
    'hours/settings',
    {
      title: req.t('hours.settings.title'),
      formId: deps.newId(),
      rateForm: forms.rate ?? emptyForm(begun && typedAs(begun)),
      change: forms.change && changeOf(req.t, forms.change, named, currency),
      methods: RATE_METHODS.map((method) => ({ value: method, label: req.t(`hours.method.${method}`) })),
      categoryForm: forms.category ?? emptyForm({ valued: 'on' }),
      levelForm: forms.level ?? emptyForm(),
      currency: currency === 'CAD' ? '$' : '€',
      rates: rates.map((rate) => pages.rateOf(req.t, rate, named)),
      options: [
        ...categories.filter(isOpen).map(({ id, label }) => ({ value: id, label: req.t.text(label).text })),
        ...levels.filter(isOpen).map(({ id, label }) => ({
          value: id,
          label: req.t('hours.rates.level', { level: req.t.text(label).text }),
        })),
      ],
      levelOf: forms.levelOf,
      cecRoles: country === 'FR' ? pages.cecOptions(req.t) : [],
      ...pages.listsOf(req.t, categories, levels, forms.levelOf),
    },
    status,
  )
}

const isOpen = (one: { archived_at: string | null }) => one.archived_at === null
