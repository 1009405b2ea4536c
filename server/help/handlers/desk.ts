// SPDX-License-Identifier: AGPL-3.0-or-later
// The desk: requests for help with the site, for its administrators.
import type { Request, Response } from 'express'
import { limits } from '../../../config/limits.ts'
import * as help from '../../../db/queries/help.ts'
import { listNames } from '../../../db/queries/hours.ts'
import { recordOpening } from '../../audit/commands.ts'
import type { Deps } from '../../deps.ts'
import { parseForm, typedValues, type Form } from '../../web/forms.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { placeAsked, readPage } from '../../web/rows.ts'
import { runCommand } from '../../web/run-command.ts'
import * as tend from '../commands/tend.ts'
import { answerForm, stateForm } from '../forms.ts'
import { LIST, listPage, removalPage, showPage } from '../pages/desk.ts'

const MOST_ANSWERS = 50

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    const show = help.HELP_FILTERS.find((one) => one === query(req, 'show')) ?? 'open'
    const filter = { show, personId: req.viewer.personId ?? '' }
    const page = await readPage(help.helpList(deps.db, filter), placeAsked(req), limits.pageLength)
    const count = await help.countHelp(deps.db, filter, limits.mostCounted)
    await res.page('help/list', listPage(req.t, show, page, count))
  }

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { id, person_id } = await tend.loadHelp(deps.db, req.viewer, param(req, 'asked'))
    await recordOpening(deps, req.viewer, { what: 'help', whose: person_id ?? id, id })
    await showOne(deps, req, res)
  }

async function showOne(deps: Deps, req: Request, res: Response, form?: Form, status = 200) {
  const asked = await tend.loadHelp(deps.db, req.viewer, param(req, 'asked'))
  const answers = await help.listHelpAnswers(deps.db, asked.id, MOST_ANSWERS)
  const ids = [...answers.map(({ sent_by }) => sent_by), asked.taken_by].filter((one) => one !== null)
  const names = await listNames(deps.db, [...new Set(ids)])
  const shown = { asked, answers, names, viewerId: req.viewer.personId, formId: deps.newId() }
  await res.page('help/show', showPage(req.t, shown, form), status)
}

export const take =
  (deps: Deps): Handler =>
  async (req, res) => {
    await tend.takeHelp(deps, req.viewer, param(req, 'asked'), typedValues(req.body).to === 'nobody')
    await redirect(req, res, `${LIST}/${param(req, 'asked')}`)
  }

export const answer =
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = param(req, 'asked')
    const parsed = parseForm(answerForm, req.body)
    if (!parsed.ok) return showOne(deps, req, res, parsed.form, 422)
    const { body } = parsed.value
    const result = await runCommand(parsed.form, () => tend.answerHelp(deps, req.viewer, id, body, sentForm(req)))
    if (!result.ok) return showOne(deps, req, res, result.form, result.status)
    req.session.flash('help.done.answer')
    await redirect(req, res, `${LIST}/${id}`)
  }

export const move =
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = param(req, 'asked')
    const parsed = parseForm(stateForm, req.body)
    if (!parsed.ok) return showOne(deps, req, res, undefined, 422)
    const { state } = parsed.value
    await tend.moveHelp(deps, req.viewer, id, state)
    req.session.flash(`help.done.${state}`)
    await redirect(req, res, `${LIST}/${id}`)
  }

export const askRemoval =
  (deps: Deps): Handler =>
  async (req, res) =>
    res.page('help/removal', removalPage(req.t, await tend.loadHelp(deps.db, req.viewer, param(req, 'asked'))))

export const remove =
  (deps: Deps): Handler =>
  async (req, res) => {
    await tend.removeHelp(deps, req.viewer, param(req, 'asked'))
    req.session.flash('help.done.removal')
    await redirect(req, res, LIST)
  }
