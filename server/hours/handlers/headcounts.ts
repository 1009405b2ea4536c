// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { findHeadcount, headcountsList } from '../../../db/queries/headcounts.ts'
import { listProjects } from '../../../db/queries/projects.ts'
import { recordExport } from '../../audit/commands.ts'
import type { Deps } from '../../deps.ts'
import { NotFound, Refused } from '../../web/errors.ts'
import { emptyForm, namedOptions, parseForm, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { addressWith } from '../../web/paging.ts'
import { redirect } from '../../web/redirect.ts'
import { pagerByRow, placeAsked, readPage, sendRows } from '../../web/rows.ts'
import { reverseHeadcount } from '../commands/headcounts.ts'
import { returnForm } from '../forms.ts'
import { headcountCells, headcountColumns, headcountOf } from '../pages/headcounts.ts'
import { isWithin, reachToManage, reachToSee } from '../policy.ts'
import { choiceSeen, PAGE } from '../responses.ts'

const LIST = '/work/hours/unnamed'

/** Helpers without a name are of a project, and of no team. */
function ofProject(req: Request): { projectId?: string } {
  const { projectId, teamId } = choiceSeen(req)
  if (teamId !== undefined) return { projectId: '' }
  return projectId === undefined ? {} : { projectId }
}

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    const reach = reachToSee(req.viewer)
    const of = ofProject(req)
    const project = of.projectId ?? ''
    const projects = (await listProjects(deps.db, { archived: true })).filter(({ id }) => isWithin(reach, id))
    const page = await readPage(headcountsList(deps.db, of), placeAsked(req), PAGE)
    await res.page('hours/headcounts', {
      title: req.t('hours.headcount.title'),
      lines: page.rows.map((line) => headcountOf(req.t, line)),
      mayReverse: isWithin(reachToManage(req.viewer), project),
      parts: {
        projects: namedOptions(projects),
        anyProject: reach === 'everyone',
        filter: emptyForm({ project }),
      },
      exportHref: addressWith(`${LIST}.csv`, { project }),
      pager: pagerByRow(page, (to) => addressWith(LIST, { project, ...to })),
    })
  }

export const exportAll =
  (deps: Deps): Handler =>
  async (req, res) => {
    const file = { name: 'aides-non-nommees', columns: headcountColumns(req.t), cells: headcountCells(req.t) }
    await sendRows(res, headcountsList(deps.db, ofProject(req)), file, (rows) =>
      recordExport(deps, req.viewer, 'hours.exported', { rows }),
    )
  }

async function showReversal(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  const line = await findHeadcount(deps.db, param(req, 'line'), reachToManage(req.viewer))
  if (!line) throw new NotFound()
  if (line.reverses_id !== null || line.reversed_by !== null) throw new Refused('hours.refused.reversed')
  const title = req.t('hours.entry.reverse_title')
  await res.page('hours/headcount-reversal', { title, form, line: headcountOf(req.t, line) }, status)
}

export const askReversal =
  (deps: Deps): Handler =>
  (req, res) =>
    showReversal(deps, req, res, emptyForm())

export const reverse =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(returnForm, req.body)
    if (!parsed.ok) return showReversal(deps, req, res, parsed.form, 422)
    await reverseHeadcount(deps, req.viewer, param(req, 'line'), parsed.value.reason)
    req.session.flash('hours.work.reversed')
    return redirect(req, res, LIST)
  }
