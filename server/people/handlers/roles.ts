// SPDX-License-Identifier: AGPL-3.0-or-later
// Roles that the association makes: their pages, and who has them.
import type { Request, Response } from 'express'
import { getAssociation } from '../../../db/queries/association.ts'
import { peopleAmong } from '../../../db/queries/people.ts'
import * as roles from '../../../db/queries/roles.ts'
import type { Deps } from '../../deps.ts'
import { Forbidden, NotFound } from '../../web/errors.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { placeAsked, readPage } from '../../web/rows.ts'
import { runCommand } from '../../web/run-command.ts'
import * as commands from '../commands/roles.ts'
import { ownRoleForm, roleForm } from '../forms.ts'
import { LIST, rolePage, rolesPage, startOf } from '../pages/roles.ts'
import { mayKeep, rightsToGive } from '../policy.ts'
import { back, getPerson, PAGE, showPerson } from '../responses.ts'

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    const own = await roles.listRoles(deps.db)
    const holders = await roles.countHolders(deps.db)
    await res.page('people/roles', rolesPage(req.t, req.viewer, req.site, own, holders))
  }

async function showNew(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  const mayGive = rightsToGive(req.viewer, await getAssociation(deps.db))
  await res.page('people/role', rolePage(req.t, { form, mayGive }), status)
}

export const fresh =
  (deps: Deps): Handler =>
  (req, res) =>
    showNew(deps, req, res, emptyForm({ ...startOf(req.t, query(req, 'from')), form_id: deps.newId() }))

export const add =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(roleForm, req.body)
    if (!parsed.ok) return showNew(deps, req, res, parsed.form, 422)
    const add = () => commands.addRole(deps, req.viewer, parsed.value, sentForm(req))
    const done = await runCommand(parsed.form, add)
    if (!done.ok) return showNew(deps, req, res, done.form, done.status)
    req.session.flash('people.roles.added', { name: parsed.value.name })
    return redirect(req, res, LIST)
  }

/** @throws NotFound; Forbidden for a role with more rights than the viewer has. */
async function readRole(deps: Deps, req: Request) {
  const role = await roles.findRole(deps.db, param(req, 'role'))
  if (!role) throw new NotFound()
  if (!mayKeep(req.viewer, role)) throw new Forbidden()
  return role
}

async function showRole(deps: Deps, req: Request, res: Response, form?: Form, status = 200) {
  const role = await readRole(deps, req)
  const mayGive = rightsToGive(req.viewer, await getAssociation(deps.db))
  const people = await readPage(peopleAmong(deps.db, roles.holdersOfRole(role.id)), placeAsked(req), PAGE)
  const shown = form ?? emptyForm({ name: role.name, rights: role.rights })
  await res.page('people/role', rolePage(req.t, { form: shown, role, mayGive, people }), status)
}

export const edit =
  (deps: Deps): Handler =>
  (req, res) =>
    showRole(deps, req, res)

export const save =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(roleForm, req.body)
    if (!parsed.ok) return showRole(deps, req, res, parsed.form, 422)
    const save = () => commands.changeRole(deps, req.viewer, param(req, 'role'), parsed.value)
    const done = await runCommand(parsed.form, save)
    if (!done.ok) return showRole(deps, req, res, done.form, done.status)
    req.session.flash('people.roles.changed', { name: parsed.value.name })
    return redirect(req, res, LIST)
  }

export const askRemoval =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { id, name } = await readRole(deps, req)
    const back = `${LIST}/${id}`
    await res.page('people/confirm', {
      title: req.t('people.roles.removal.title'),
      question: req.t('people.roles.removal.question', { name }),
      text: req.t('people.roles.removal.text'),
      action: `${back}/removal`,
      button: req.t('people.roles.removal.button'),
      stop: true,
      back,
    })
  }

export const remove =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.removeRole(deps, req.viewer, param(req, 'role'))
    req.session.flash('people.roles.removed')
    await redirect(req, res, LIST)
  }

export const give =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await getPerson(deps, req)
    const parsed = parseForm(ownRoleForm, req.body)
    if (!parsed.ok) return showPerson(deps, req, res, person, { own: parsed.form }, 422)
    const { own_role: role, where } = parsed.value
    const give = () => commands.giveRole(deps, req.viewer, person.id, { role, where })
    const done = await runCommand(parsed.form, give)
    if (!done.ok) return showPerson(deps, req, res, person, { own: done.form }, 422)
    if (person.id === req.viewer.personId) await req.session.signIn(done.value)
    return back(req, res, person, 'people.roles.given')
  }

export const take =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await getPerson(deps, req)
    const parsed = parseForm(ownRoleForm, req.body)
    if (!parsed.ok) throw new NotFound()
    await commands.takeRole(deps, req.viewer, person.id, parsed.value.own_role)
    return back(req, res, person, 'people.roles.taken')
  }
