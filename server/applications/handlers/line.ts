// SPDX-License-Identifier: AGPL-3.0-or-later
// What the team does with the waiting list of an offer.
import type { Deps } from '../../deps.ts'
import { emptyForm, parseForm } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { putFirst, putInLine } from '../commands/line.ts'
import { firstForm } from '../forms.ts'
import { orExplain, showOne } from '../responses.ts'

export const wait =
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = param(req, 'application')
    await orExplain(deps, req, res, emptyForm(), async () => {
      await putInLine(deps, req.viewer, id)
      req.session.flash('applications.line.put_done')
      await redirect(req, res, `/work/applications/${id}`)
    })
  }

export const first =
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = param(req, 'application')
    const parsed = parseForm(firstForm(deps.taxonomies), req.body)
    if (!parsed.ok) return showOne(deps, req, res, parsed.form, 422)
    await orExplain(deps, req, res, parsed.form, async () => {
      await putFirst(deps, req.viewer, id, parsed.value.reason)
      req.session.flash('applications.line.first_done')
      await redirect(req, res, `/work/applications/${id}`)
    })
  }
