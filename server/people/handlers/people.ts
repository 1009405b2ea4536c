// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { limits } from '../../../config/limits.ts'
import { countPeople, peopleList } from '../../../db/queries/people.ts'
import { listProjects } from '../../../db/queries/projects.ts'
import { listTeams } from '../../../db/queries/teams.ts'
import { fullName } from '../../model/person.ts'
import { hasRight, reachOf } from '../../model/viewer.ts'
import { runCommand } from '../../web/run-command.ts'
import { recordExport, recordOpening } from '../../audit/commands.ts'
import type { Deps } from '../../deps.ts'
import { NotFound, Refused } from '../../web/errors.ts'
import { emptyForm, namedOptions, parseForm, type Form } from '../../web/forms.ts'
import { askMailbox } from '../../web/mailboxes.ts'
import { parseNamed } from '../../web/names.ts'
import { query, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { placeAsked, readPage, sendRows } from '../../web/rows.ts'
import { keepSearch, readSearch, searchForm } from '../../web/searches.ts'
import { contactForm, inviteForm, listQuery, noteForm, phoneForm, rolesForm } from '../forms.ts'
import * as manage from '../commands/manage.ts'
import { csvColumns, csvRow, invitePage, listAddress, listPage, type Asked } from '../pages/people.ts'
import { back, getPerson, PAGE, showPerson } from '../responses.ts'

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    return showList(deps, req, res, { ...listQuery.parse(req.query), search: readSearch(req, 'people') })
  }

/** The words go into the session, because names must not be in a URL (ASVS 14.2.1). */
export const search =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(searchForm, req.body)
    const asked = listQuery.parse(parsed.form.values)
    if (!parsed.ok) return showList(deps, req, res, { ...asked, search: readSearch(req, 'people') }, parsed.form)
    return redirect(req, res, listAddress(asked, keepSearch(deps, req, 'people', parsed.value)))
  }

export const csv =
  (deps: Deps): Handler =>
  async (req, res) => {
    const asked = listQuery.parse(req.query)
    const found = readSearch(req, 'people')
    // Without the lost search, the file would have more people than asked for; the list says that the search is lost.
    if (found.isLost) return redirect(req, res, listAddress(asked, query(req, 'search')))
    const file = { name: req.t('people.list.file'), columns: csvColumns(req.t), cells: csvRow(req.t) }
    await sendRows(res, peopleList(deps.db, { who: asked.who, q: found.words, ...within(req, asked) }), file, (rows) =>
      recordExport(deps, req.viewer, 'people.exported', { rows }),
    )
  }

export const fresh =
  (deps: Deps): Handler =>
  (req, res) =>
    showInvite(req, res, emptyForm({ roles: ['volunteer'], form_id: deps.newId() }))

export const invite =
  (deps: Deps): Handler =>
  async (req, res) => {
    const own = hasRight(req.viewer, 'roles') ? {} : { roles: ['volunteer'] }
    const parsed = askMailbox({ ...(req.body as object), ...own }, (asked) => parseNamed(inviteForm, asked))
    if (!parsed.ok) return showInvite(req, res, parsed.form, 422)
    const done = await runCommand(parsed.form, () => manage.invitePerson(deps, req.viewer, parsed.value, sentForm(req)))
    if (!done.ok) return showInvite(req, res, done.form, 422)
    const name = fullName(parsed.value)
    if (done.value === parsed.value.who) req.session.flash('people.invite.known', { name })
    else req.session.flash(parsed.value.email ? 'people.invite.done' : 'people.invite.added', { name })
    return redirect(req, res, `/work/people/${done.value}`)
  }

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await getPerson(deps, req)
    await recordOpening(deps, req.viewer, { what: 'person', whose: person.id })
    return showPerson(deps, req, res, person)
  }

export const saveRoles =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await getPerson(deps, req)
    const parsed = parseForm(rolesForm, req.body)
    if (!parsed.ok) return showPerson(deps, req, res, person, { roles: parsed.form }, 422)
    const changed = await manage.changeRoles(deps, req.viewer, person.id, parsed.value.roles)
    if (person.id === req.viewer.personId) await req.session.signIn(changed)
    return back(req, res, person, 'people.roles.saved')
  }

const DONE = {
  help_desk: { given: 'people.help_desk.given', taken: 'people.help_desk.taken' },
  cec: { given: 'people.cec.given', taken: 'people.cec.taken' },
} as const

const giveRight =
  (right: manage.Right) =>
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await getPerson(deps, req)
    const isGiven = (req.body as { give?: unknown }).give === 'yes'
    try {
      await manage.giveRight(deps, req.viewer, person.id, right, isGiven)
      return await back(req, res, person, DONE[right][isGiven ? 'given' : 'taken'])
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      req.session.flash(error.key as 'people.help_desk.not_team', {}, 'wait')
      return redirect(req, res, `/work/people/${person.id}`)
    }
  }

export const giveHelpDesk = giveRight('help_desk')
export const giveCec = giveRight('cec')

export const saveContact =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await getPerson(deps, req)
    const parsed = askMailbox(req.body, (asked) => parseNamed(contactForm, asked), person.email)
    if (!parsed.ok) return showPerson(deps, req, res, person, { contact: parsed.form }, 422)
    const done = await runCommand(parsed.form, () => manage.correctContact(deps, req.viewer, person.id, parsed.value))
    if (!done.ok) return showPerson(deps, req, res, person, { contact: done.form }, 422)
    return back(req, res, person, 'people.contact.saved')
  }

export const savePhone =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await getPerson(deps, req)
    const parsed = parseForm(phoneForm, req.body)
    if (!parsed.ok) return showPerson(deps, req, res, person, { phone: parsed.form }, 422)
    await manage.savePhone(deps, req.viewer, person.id, parsed.value.phone)
    return back(req, res, person, 'people.phone.saved')
  }

export const saveNote =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await getPerson(deps, req)
    const parsed = parseForm(noteForm, req.body)
    if (!parsed.ok) return showPerson(deps, req, res, person, { note: parsed.form }, 422)
    const done = await runCommand(parsed.form, () => manage.saveNote(deps, req.viewer, person.id, parsed.value))
    if (!done.ok) return showPerson(deps, req, res, person, { note: done.form }, 422)
    return back(req, res, person, 'people.note.saved')
  }

export const inviteAgain =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await getPerson(deps, req)
    await manage.inviteAgain(deps, req.viewer, person.id, sentForm(req))
    return back(req, res, person, 'people.invite.done')
  }

export const shutOut =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await getPerson(deps, req)
    await manage.shutOut(deps, req.viewer, person.id)
    return back(req, res, person, 'people.access.closed_done')
  }

export const letIn =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await getPerson(deps, req)
    await manage.letIn(deps, req.viewer, person.id)
    return back(req, res, person, 'people.access.opened_done')
  }

/** Whether one may choose people by a project: it says who gave hours for it. */
function mayChooseProject({ viewer }: Request): boolean {
  const [people, hours] = [reachOf(viewer, 'see_people'), reachOf(viewer, 'see_hours')]
  return hours === 'everyone' || (people !== 'everyone' && people.teams.every((team) => hours.teams.includes(team)))
}

/** The people whom this viewer may see, of a team, of a project or of both when they are named. @throws NotFound beyond. */
function within(req: Request, { team, project }: Omit<Asked, 'search'>) {
  const of = reachOf(req.viewer, 'see_people')
  if (team !== '' && of !== 'everyone' && !of.teams.includes(team)) throw new NotFound()
  if (project !== '' && !mayChooseProject(req)) throw new NotFound()
  const those = team !== '' ? { projects: [], teams: [team] } : of
  return { ...(those !== 'everyone' && { of: those }), ...(project !== '' && { project }) }
}

/** Those among which this viewer may choose; archived ones too. */
async function partsToChoose(deps: Deps, req: Request) {
  const of = reachOf(req.viewer, 'see_people')
  return {
    teams: namedOptions(await listTeams(deps.db, of === 'everyone' ? undefined : of.teams)),
    projects: mayChooseProject(req) ? namedOptions(await listProjects(deps.db, { archived: true })) : [],
  }
}

async function showList(deps: Deps, req: Request, res: Response, asked: Asked, form?: Form) {
  const filter = { who: asked.who, q: asked.search.words, ...within(req, asked) }
  const count = await countPeople(deps.db, filter, limits.mostCounted)
  const page = await readPage(peopleList(deps.db, filter), placeAsked(req), PAGE)
  const shown = { ...listPage(page, asked, count, req.t, form), ...(await partsToChoose(deps, req)) }
  return res.page('people/index', shown, form ? 422 : 200)
}

function showInvite(req: Request, res: Response, form: Form, status = 200) {
  return res.page('people/new', invitePage(form, req.viewer, req.site, req.t), status)
}
