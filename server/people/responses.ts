// SPDX-License-Identifier: AGPL-3.0-or-later
// The page of one person, with what this viewer may see, for several handlers.
import type { Request, Response } from 'express'
import { listConsents } from '../../db/queries/consents.ts'
import { contactOffersList, lastMailTo, listPlacesOf, sumYearOf } from '../../db/queries/history.ts'
import { findMailAbout } from '../../db/queries/mails.ts'
import { findPerson, type PersonRow } from '../../db/queries/people.ts'
import { listProjects } from '../../db/queries/projects.ts'
import { isAmong } from '../../db/queries/project-people.ts'
import { listRoles } from '../../db/queries/roles.ts'
import { listTeams, listTeamsOf } from '../../db/queries/teams.ts'
import { dateIn } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { fullName } from '../model/person.ts'
import { markOfNote } from '../model/team-note.ts'
import { hasRight, reachOf } from '../model/viewer.ts'
import { NotFound } from '../web/errors.ts'
import { emptyForm, namedOptions } from '../web/forms.ts'
import { param } from '../web/handler.ts'
import { namesOf } from '../web/names.ts'
import { redirect } from '../web/redirect.ts'
import { placeAsked, readPage } from '../web/rows.ts'
import { historyOf, OFFERS_SHOWN, PLACES_SHOWN, type History } from './history.ts'
import { personPage, type PersonForms } from './pages/people.ts'

/** People a page. */
export const PAGE = 50

/** @throws NotFound, also for somebody beyond the teams of this viewer. */
export async function getPerson(deps: Deps, req: Request): Promise<PersonRow> {
  const person = await findPerson(deps.db, param(req, 'person'))
  const reach = reachOf(req.viewer, 'see_people')
  if (!person || (reach !== 'everyone' && !(await isAmong(deps.db, person.id, reach)))) throw new NotFound()
  return person
}

export function back(req: Request, res: Response, person: PersonRow, flash: string) {
  req.session.flash(flash, { name: fullName(person) })
  return redirect(req, res, `/work/people/${person.id}`)
}

/** The page of one person, with what this viewer may see and do. */
export async function showPerson(
  deps: Deps,
  req: Request,
  res: Response,
  person: PersonRow,
  forms: Partial<PersonForms> = {},
  status = 200,
) {
  const { email, phone, locale, team_note } = person
  const consents = await listConsents(deps.db, person.id)
  const { values, errors } = forms.note ?? emptyForm({ team_note })
  const all: PersonForms = {
    roles: emptyForm(),
    contact: emptyForm({ ...namesOf(person), email, phone, locale }),
    phone: emptyForm({ phone }),
    own: emptyForm(),
    team: emptyForm(),
    ...forms,
    // What is stored now is known to whoever reads this page.
    note: { values: { ...values, was: markOfNote(team_note) }, errors },
  }
  const history = historyOf(await readHistory(deps, req, person), req.t)
  const undelivered = (await findMailAbout(deps.db, `person:${person.id}`))?.state === 'failed'
  const offered = hasRight(req.viewer, 'roles')
    ? { roles: await listRoles(deps.db), parts: await listParts(deps) }
    : { roles: [], parts: [] }
  const page = personPage(person, { ...all, consents, offered }, req.viewer, req.site, req.t)
  const teams = await teamsFor(deps, req, person)
  return res.page('people/show', { ...page, history, undelivered, teams }, status)
}

/** Whoever manages people puts them into teams. */
async function teamsFor({ db }: Deps, req: Request, person: PersonRow) {
  const own = await listTeamsOf(db, person.id)
  const mayChange = hasRight(req.viewer, 'manage_people') && !person.restricted_at
  const open = mayChange ? (await listTeams(db)).filter(({ archived_at }) => archived_at === null) : []
  return {
    own: own.map(({ id, name }) => ({ id, name })),
    mayChange,
    options: namedOptions(open.filter((team) => !own.some(({ id }) => id === team.id))),
  }
}

/** Projects and teams to which a role may be limited. */
async function listParts({ db }: Deps) {
  const teams = (await listTeams(db)).filter(({ archived_at }) => archived_at === null)
  return [...(await listProjects(db)), ...teams]
}

/**
 * All hours of this person: everywhere, or because they are in a team.
 * @returns the id of that team; '' for everywhere, undefined when they are out of reach.
 */
async function teamInReach({ db }: Deps, req: Request, { id }: PersonRow, right: 'see_hours' | 'manage_hours') {
  const reach = reachOf(req.viewer, right)
  if (reach === 'everyone') return ''
  return (await listTeamsOf(db, id)).find((team) => reach.teams.includes(team.id))?.id
}

async function readHistory(deps: Deps, req: Request, person: PersonRow): Promise<History> {
  const year = dateIn(req.site.timeZone as string, deps.clock.now()).slice(0, 4)
  const keepsOffers = hasRight(req.viewer, 'offers')
  const team = await teamInReach(deps, req, person, 'see_hours')
  return {
    person,
    year,
    now: deps.clock.iso(),
    places: keepsOffers ? await listPlacesOf(deps.db, person.id, PLACES_SHOWN + 1) : undefined,
    offers: keepsOffers
      ? await readPage(contactOffersList(deps.db, person.id), placeAsked(req), OFFERS_SHOWN)
      : undefined,
    hours: team === undefined ? undefined : { team, ...(await sumYearOf(deps.db, person.id, year)) },
    mayRecord: (await teamInReach(deps, req, person, 'manage_hours')) !== undefined,
    written: await lastMailTo(deps.db, person),
  }
}
