// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request } from 'express'
import { getAssociation } from '../../../db/queries/association.ts'
import { findPerson, type PersonRow } from '../../../db/queries/people.ts'
import { findRequest, requestsList } from '../../../db/queries/requests.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { fullName } from '../../model/person.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, parseForm } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { placeAsked, readPage } from '../../web/rows.ts'
import { runCommand } from '../../web/run-command.ts'
import * as commands from './commands.ts'
import { answerForm, notedRequestForm, ownRequestForm } from './forms.ts'
import { askPage, LIST, listPage, requestPage } from './pages.ts'

const PAGE = 50

export const askOwn =
  (deps: Deps): Handler =>
  (req, res) =>
    res.page('privacy/ask', askPage(req.t, emptyForm({ form_id: deps.newId() }), null))

export const sendOwn =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(ownRequestForm, req.body)
    if (!parsed.ok) return res.page('privacy/ask', askPage(req.t, parsed.form, null), 422)
    const id = req.viewer.personId ?? ''
    const take = () => commands.takeRequest(deps, req.viewer, id, parsed.value, sentForm(req))
    const done = await runCommand(parsed.form, take)
    if (!done.ok) return res.page('privacy/ask', askPage(req.t, done.form, null), done.status)
    req.session.flash('privacy.ask.sent')
    return redirect(req, res, '/my/data')
  }

export const askFor =
  (deps: Deps): Handler =>
  async (req, res) => {
    const form = emptyForm({ form_id: deps.newId(), received_on: await today(deps) })
    return res.page('privacy/ask', askPage(req.t, form, await personAsked(deps, req)))
  }

export const sendFor =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await personAsked(deps, req)
    const parsed = parseForm(notedRequestForm, req.body)
    if (!parsed.ok) return res.page('privacy/ask', askPage(req.t, parsed.form, person), 422)
    const take = () => commands.takeRequest(deps, req.viewer, person.id, parsed.value, sentForm(req))
    const done = await runCommand(parsed.form, take)
    if (!done.ok) return res.page('privacy/ask', askPage(req.t, done.form, person), done.status)
    req.session.flash('privacy.ask.noted', { name: fullName(person) })
    return redirect(req, res, `/work/people/${person.id}`)
  }

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    const page = await readPage(requestsList(deps.db), placeAsked(req), PAGE)
    await res.page('privacy/requests', listPage(req.t, page, await today(deps)))
  }

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { row, person } = await requestAsked(deps, req)
    await res.page('privacy/request', requestPage(req.t, row, person, await today(deps), emptyForm()))
  }

export const answer =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { row, person } = await requestAsked(deps, req)
    const parsed = parseForm(answerForm, req.body)
    if (!parsed.ok)
      return res.page('privacy/request', requestPage(req.t, row, person, await today(deps), parsed.form), 422)
    await commands.answer(deps, req.viewer, row.id, parsed.value)
    req.session.flash('privacy.requests.answered')
    return redirect(req, res, LIST)
  }

export const lift =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await personAsked(deps, req)
    await commands.announceLifting(deps, req.viewer, person.id)
    req.session.flash('privacy.restriction.announced', { name: fullName(person) })
    return redirect(req, res, `/work/people/${person.id}`)
  }

async function today(deps: Deps): Promise<string> {
  return dateIn((await getAssociation(deps.db)).time_zone, deps.clock.now())
}

async function personAsked(deps: Deps, req: Request): Promise<PersonRow> {
  const person = await findPerson(deps.db, param(req, 'person'))
  if (!person || person.member_number === 0) throw new NotFound()
  return person
}

async function requestAsked(deps: Deps, req: Request) {
  const row = await findRequest(deps.db, param(req, 'request'))
  const person = row && (await findPerson(deps.db, row.person_id))
  if (!row || !person) throw new NotFound()
  return { row, person }
}
