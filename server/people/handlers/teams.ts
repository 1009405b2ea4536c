// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { membersOf } from '../../../db/queries/hours-reach.ts'
import { peopleAmong } from '../../../db/queries/people.ts'
import { findTeam, listTeamsCounted } from '../../../db/queries/teams.ts'
import type { Deps } from '../../deps.ts'
import { hasRight } from '../../model/viewer.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, parseForm, typedValues, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { placeAsked, readPage } from '../../web/rows.ts'
import { runCommand } from '../../web/run-command.ts'
import * as commands from '../commands/teams.ts'
import { memberForm, teamForm } from '../forms.ts'
import { peopleLinks } from '../pages/roles.ts'
import { back, getPerson, PAGE, showPerson } from '../responses.ts'

const LIST = '/work/teams'

async function showTeams(deps: Deps, req: Request, res: Response, form?: Form) {
  const teams = await listTeamsCounted(deps.db)
  await res.page(
    'people/teams',
    {
      title: req.t('people.teams.title'),
      form: form ?? emptyForm({ form_id: deps.newId() }),
      mayChange: hasRight(req.viewer, 'manage_people'),
      teams: teams.map(({ id, name, people, archived_at }) => ({
        href: `/work/teams/${id}`,
        name,
        people: people > 0 ? req.t.n('people.roles.people', people) : req.t('people.roles.nobody'),
        isArchived: archived_at !== null,
      })),
    },
    form ? 422 : 200,
  )
}

export const index =
  (deps: Deps): Handler =>
  (req, res) =>
    showTeams(deps, req, res)

export const add =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(teamForm, req.body)
    if (!parsed.ok) return showTeams(deps, req, res, parsed.form)
    const done = await runCommand(parsed.form, () =>
      commands.addTeam(deps, req.viewer, parsed.value.name, sentForm(req)),
    )
    if (!done.ok) return showTeams(deps, req, res, done.form)
    req.session.flash('people.teams.added', { name: parsed.value.name })
    return redirect(req, res, LIST)
  }

async function showTeam(deps: Deps, req: Request, res: Response, form?: Form) {
  const team = await findTeam(deps.db, param(req, 'team'))
  if (!team) throw new NotFound()
  const people = await readPage(peopleAmong(deps.db, membersOf([team.id])), placeAsked(req), PAGE)
  await res.page(
    'people/team',
    {
      title: team.name,
      base: `${LIST}/${team.id}`,
      form: form ?? emptyForm({ name: team.name }),
      mayChange: hasRight(req.viewer, 'manage_people'),
      isArchived: team.archived_at !== null,
      ...peopleLinks(people, `${LIST}/${team.id}`),
    },
    form ? 422 : 200,
  )
}

export const show =
  (deps: Deps): Handler =>
  (req, res) =>
    showTeam(deps, req, res)

export const rename =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(teamForm, req.body)
    if (!parsed.ok) return showTeam(deps, req, res, parsed.form)
    const id = param(req, 'team')
    const done = await runCommand(parsed.form, () => commands.renameTeam(deps, req.viewer, id, parsed.value.name))
    if (!done.ok) return showTeam(deps, req, res, done.form)
    req.session.flash('people.teams.renamed')
    return redirect(req, res, `${LIST}/${id}`)
  }

export const archive =
  (deps: Deps): Handler =>
  async (req, res) => {
    const isArchived = typedValues(req.body).to !== 'open'
    const id = param(req, 'team')
    await commands.archiveTeam(deps, req.viewer, id, isArchived)
    req.session.flash(isArchived ? 'people.teams.archived' : 'people.teams.restored')
    await redirect(req, res, `${LIST}/${id}`)
  }

const change =
  (command: typeof commands.joinTeam, done: string) =>
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await getPerson(deps, req)
    const parsed = parseForm(memberForm, req.body)
    if (!parsed.ok) return showPerson(deps, req, res, person, { team: parsed.form }, 422)
    const work = () => command(deps, req.viewer, person.id, parsed.value.team)
    const result = await runCommand(parsed.form, work)
    if (!result.ok) return showPerson(deps, req, res, person, { team: result.form }, 422)
    return back(req, res, person, done)
  }

export const join = change(commands.joinTeam, 'people.teams.joined')
export const leave = change(commands.leaveTeam, 'people.teams.left')
