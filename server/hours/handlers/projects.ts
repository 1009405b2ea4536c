// SPDX-License-Identifier: AGPL-3.0-or-later
// The list of projects, as those who keep activities and values see it.
import type { Request, Response } from 'express'
import { listProjects } from '../../../db/queries/projects.ts'
import type { Deps } from '../../deps.ts'
import { emptyForm, parseForm, typedValues, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import * as commands from '../commands/projects.ts'
import { projectForm } from '../forms.ts'

const LIST = '/work/hours/projects'

/** @param failed.id the project whose new name was not taken; '' for the form of a new one. */
async function showProjects(deps: Deps, req: Request, res: Response, failed?: { id: string; form: Form }) {
  const rows = await listProjects(deps.db, { archived: true })
  await res.page(
    'hours/projects',
    {
      title: req.t('hours.projects.title'),
      form: failed?.id === '' ? failed.form : emptyForm(),
      formId: deps.newId(),
      failed: failed?.id ? failed : null,
      projects: rows.map(({ id, name, archived_at }) => ({
        id,
        name,
        isArchived: archived_at !== null,
        form: failed?.id === id ? failed.form : emptyForm({ name }),
      })),
    },
    failed ? 422 : 200,
  )
}

export const index =
  (deps: Deps): Handler =>
  (req, res) =>
    showProjects(deps, req, res)

export const add =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(projectForm, req.body)
    if (!parsed.ok) return showProjects(deps, req, res, { id: '', form: parsed.form })
    const add = () => commands.addProject(deps, req.viewer, parsed.value.name, sentForm(req))
    const done = await runCommand(parsed.form, add)
    if (!done.ok) return showProjects(deps, req, res, { id: '', form: done.form })
    req.session.flash('hours.projects.added')
    return redirect(req, res, LIST)
  }

export const rename =
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = param(req, 'project')
    const parsed = parseForm(projectForm, req.body)
    if (!parsed.ok) return showProjects(deps, req, res, { id, form: parsed.form })
    const done = await runCommand(parsed.form, () => commands.renameProject(deps, req.viewer, id, parsed.value.name))
    if (!done.ok) return showProjects(deps, req, res, { id, form: done.form })
    req.session.flash('hours.projects.renamed')
    return redirect(req, res, LIST)
  }

export const archive =
  (deps: Deps): Handler =>
  async (req, res) => {
    const isArchived = typedValues(req.body).to !== 'open'
    await commands.archiveProject(deps, req.viewer, param(req, 'project'), isArchived)
    req.session.flash(isArchived ? 'hours.projects.archived' : 'hours.projects.restored')
    await redirect(req, res, LIST)
  }
