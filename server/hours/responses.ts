// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { getAssociation } from '../../db/queries/association.ts'
import * as ledger from '../../db/queries/hours.ts'
import type { Reach } from '../../db/queries/hours-reach.ts'
import { nameProjects } from '../../db/queries/hours-figures.ts'
import { offersReach } from '../../db/queries/project-people.ts'
import { listProjects, listProjectsFor, type ProjectRow } from '../../db/queries/projects.ts'
import { listInForce } from '../../db/queries/years.ts'
import { findTeam, listTeams } from '../../db/queries/teams.ts'
import { dateIn } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import type { MessageKey } from '../text/message-keys.ts'
import { NotFound, Refused } from '../web/errors.ts'
import type { Part } from '../model/rights.ts'
import type { Viewer } from '../model/viewer.ts'
import { emptyForm, namedOptions, parseForm, type Form } from '../web/forms.ts'
import { query, type Handler } from '../web/handler.ts'
import { addressWith } from '../web/paging.ts'
import { redirect } from '../web/redirect.ts'
import type { RateChange } from './commands/rates.ts'
import { returnForm } from './forms.ts'
import { RATE_METHODS } from './methods.ts'
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

/**
 * The project or team that a page is about: the one that was asked for; of whoever reaches some only, one of theirs.
 * @param asked the id of a project or of a team. @returns undefined for all lines. @throws NotFound for one beyond.
 */
export async function partAsked(deps: Deps, reach: Reach, asked: string): Promise<Part | undefined> {
  if (reach === 'everyone') {
    if (asked === '') return undefined
    return { kind: (await findTeam(deps.db, asked)) ? 'team' : 'project', id: asked }
  }
  const { projects, teams } = reach
  const id = asked || projects[0] || teams[0]
  if (id === undefined || ![...projects, ...teams].includes(id)) throw new NotFound()
  return { kind: projects.includes(id) ? 'project' : 'team', id }
}

/** Of whoever sees hours: what the page that was asked for is about. @throws NotFound as partAsked. */
export const partSeen = (deps: Deps, req: Request): Promise<Part | undefined> =>
  partAsked(deps, reachToSee(req.viewer), query(req, 'project'))

/** Of whoever decides on some lines only: the id of the first project or team where one waits for them; '' when none does. */
export async function partWaiting(
  deps: Deps,
  viewer: Viewer,
  hasWaiting: (db: Deps['db'], part: Part) => Promise<boolean>,
): Promise<string> {
  const reach = reachToManage(viewer)
  if (reach === 'everyone') return ''
  const parts: Part[] = [
    ...reach.projects.map((id) => ({ kind: 'project' as const, id })),
    ...reach.teams.map((id) => ({ kind: 'team' as const, id })),
  ]
  for (const part of parts) if (await hasWaiting(deps.db, part)) return part.id
  return ''
}

/**
 * The one project whose value somebody reads who reads that of some projects only; undefined for whoever reads all.
 * `choices`: theirs, when there are several. @throws NotFound as partAsked.
 */
export async function projectOfValue(deps: Deps, req: Request, reach: Reach) {
  if (reach === 'everyone') return undefined
  const asked = String((req.body as { project?: unknown } | undefined)?.project ?? query(req, 'project'))
  const { id } = (await partAsked(deps, reach, asked))!
  const names = await nameProjects(deps.db, reach.projects)
  const choices = [...names].map(([value, label]) => ({ value, label }))
  return { kind: 'project' as const, id, name: names.get(id) ?? '', choices: choices.length > 1 ? choices : [] }
}
export type ValuedProject = NonNullable<Awaited<ReturnType<typeof projectOfValue>>>

/** The address of a page about the same project, or about all. */
export const addressIn = (
  project: ValuedProject | undefined,
  path: string,
  more: Record<string, string> = {},
): string => addressWith(path, { project: project?.id ?? '', ...more })

/** As the lists of lines are asked. */
export const filterOf = (part: Part | undefined) =>
  part === undefined ? {} : part.kind === 'project' ? { projectId: part.id } : { teamId: part.id }

/** What the filter of a page offers: projects, then teams, archived ones too; of whoever reaches some only, theirs. */
export async function partsToChoose(deps: Deps, { t }: Pick<Request, 't'>, reach: Reach) {
  const projects = (await listProjects(deps.db, { archived: true })).filter(({ id }) => isWithin(reach, id))
  const teams = await listTeams(deps.db, reach === 'everyone' ? undefined : reach.teams)
  return {
    projects: [
      ...namedOptions(projects),
      ...teams.map(({ id, name }) => ({ value: id, label: t('hours.work.team', { name }) })),
    ],
    hasTeams: teams.length > 0,
  }
}

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
