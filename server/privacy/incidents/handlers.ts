// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { getAssociation } from '../../../db/queries/association.ts'
import { findIncident, incidentsList, type IncidentRow } from '../../../db/queries/incidents.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { wholeNumber } from '../../web/paging.ts'
import { redirect } from '../../web/redirect.ts'
import { placeAsked, readPage, sendRows } from '../../web/rows.ts'
import { runCommand } from '../../web/run-command.ts'
import * as commands from './commands.ts'
import { incidentForm, incidentValues } from './forms.ts'
import { csvColumns, csvRow, formPage, LIST, listPage } from './pages.ts'

const PAGE = 20

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { country, time_zone: zone } = await getAssociation(deps.db)
    const page = await readPage(incidentsList(deps.db), placeAsked(req), PAGE)
    const here = { country, today: dateIn(zone, deps.clock.now()) }
    await res.page('privacy/incidents', listPage(req.t, page, here))
  }

export const csv =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { country } = await getAssociation(deps.db)
    const file = { name: req.t('privacy.incidents.file'), columns: csvColumns(req.t, country), cells: csvRow(req.t) }
    await sendRows(res, incidentsList(deps.db), file)
  }

export const fresh =
  (deps: Deps): Handler =>
  (req, res) =>
    showForm(deps, req, res, emptyForm({ form_id: deps.newId() }))

export const create =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(incidentForm, req.body)
    if (!parsed.ok) return showForm(deps, req, res, parsed.form, { status: 422 })
    const done = await runCommand(parsed.form, () =>
      commands.noteIncident(deps, req.viewer, parsed.value, sentForm(req)),
    )
    if (!done.ok) return showForm(deps, req, res, done.form, { status: done.status })
    req.session.flash('privacy.incidents.noted')
    return redirect(req, res, LIST)
  }

export const edit =
  (deps: Deps): Handler =>
  async (req, res) => {
    const row = await asked(deps, req)
    return showForm(deps, req, res, emptyForm(incidentValues(row)), { row })
  }

export const save =
  (deps: Deps): Handler =>
  async (req, res) => {
    const row = await asked(deps, req)
    const parsed = parseForm(incidentForm, req.body)
    if (!parsed.ok) return showForm(deps, req, res, parsed.form, { status: 422, row })
    const version = wholeNumber(parsed.form.values['version'], 0, Number.MAX_SAFE_INTEGER) ?? 0
    const change = () => commands.changeIncident(deps, req.viewer, { id: row.id, version }, parsed.value)
    const done = await runCommand(parsed.form, change, { conflict: true })
    if (!done.ok) return showForm(deps, req, res, done.form, { status: done.status, row })
    req.session.flash('privacy.incidents.saved')
    return redirect(req, res, LIST)
  }

async function asked(deps: Deps, req: Request): Promise<IncidentRow> {
  const row = await findIncident(deps.db, param(req, 'incident'))
  if (!row) throw new NotFound()
  return row
}

async function showForm(
  deps: Deps,
  req: Request,
  res: Response,
  form: Form,
  { status = 200, row }: { status?: number; row?: IncidentRow } = {},
) {
  const { country } = await getAssociation(deps.db)
  return res.page('privacy/incident', formPage(req.t, form, country, row), status)
}
