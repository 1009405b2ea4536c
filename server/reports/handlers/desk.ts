// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { limits } from '../../../config/limits.ts'
import { listNames } from '../../../db/queries/hours.ts'
import { findItemOfOffer } from '../../../db/queries/moderation.ts'
import * as reports from '../../../db/queries/reports.ts'
import { canWrite } from '../../model/offer/rules.ts'
import { canModerate } from '../../moderation/policy.ts'
import { recordOpening } from '../../audit/commands.ts'
import type { Deps } from '../../deps.ts'
import { emptyForm, parseForm, withErrors, type Form } from '../../web/forms.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { placeAsked, readPage } from '../../web/rows.ts'
import { runCommand } from '../../web/run-command.ts'
import { decideReport, loadReport } from '../commands.ts'
import { SHOWN_AT_ONCE, decisionForm } from '../forms.ts'
import { LIST, listPage, showPage } from '../pages/desk.ts'

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    const show = reports.REPORT_FILTERS.find((one) => one === query(req, 'show')) ?? 'open'
    const filter = { show }
    const page = await readPage(reports.reportsList(deps.db, filter), placeAsked(req), limits.pageLength)
    const count = await reports.countReports(deps.db, filter, limits.mostCounted)
    await res.page('reports/list', listPage(req.t, show, page, count))
  }

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { id, person_id } = await loadReport(deps.db, req.viewer, param(req, 'report'))
    await recordOpening(deps, req.viewer, { what: 'report', whose: person_id ?? id, id })
    await showOne(deps, req, res)
  }

async function showOne(deps: Deps, req: Request, res: Response, form?: Form, status = 200) {
  const report = await loadReport(deps.db, req.viewer, param(req, 'report'))
  const item = report.origin === 'member' ? await findItemOfOffer(deps.db, report.offer_uri) : undefined
  const open = await reports.listOpenAbout(deps.db, report.offer_uri, SHOWN_AT_ONCE)
  const others = open.filter(({ id }) => id !== report.id)
  const names = await listNames(deps.db, report.decided_by ? [report.decided_by] : [])
  const decider = names.get(report.decided_by ?? '') ?? ''
  const shown = { report, item, others, decider, mayModerate: canModerate(req.viewer), mayWrite: canWrite(req.viewer) }
  await res.page('reports/show', showPage({ t: req.t, taxonomies: deps.taxonomies }, shown, form), status)
}

export const decide =
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = param(req, 'report')
    const parsed = parseForm(decisionForm(deps.taxonomies), req.body)
    if (!parsed.ok) {
      const { state } = await loadReport(deps.db, req.viewer, id)
      if (state === 'open') return showOne(deps, req, res, parsed.form, 422)
      return showOne(deps, req, res, withErrors(emptyForm(), { form: 'reports.conflict' }), 409)
    }
    const work = () => decideReport(deps, req.viewer, id, parsed.value)
    const done = await runCommand(parsed.form, work, { conflict: true })
    if (!done.ok) return showOne(deps, req, res, done.form, done.status)
    req.session.flash(`reports.done.${parsed.value.decision}`)
    await redirect(req, res, `${LIST}/${id}`)
  }
