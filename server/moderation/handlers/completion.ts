// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Deps } from '../../deps.ts'
import { parseForm } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { completeItem } from '../commands/complete.ts'
import { completionForm } from '../forms.ts'
import { itemAddress } from '../pages/list.ts'
import { askedOf, showAgain, showItem } from '../responses.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'

export const complete =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(completionForm(deps.taxonomies), req.body)
    if (!parsed.ok) return showItem(deps, req, res, { completing: parsed.form, status: 422 })
    const { version, cause, activity, commitment } = parsed.value
    const input = { version, causes: [cause], activities: [activity], commitment }
    const work = () => completeItem(deps, req.viewer, param(req, 'item'), input)
    const done = await runCommand(parsed.form, work, { conflict: true })
    if (!done.ok) return showAgain(deps, req, res, done.status, done.status === 422 ? { completing: done.form } : {})
    req.session.flash('moderation.foreign.done')
    await redirect(req, res, `${itemAddress(askedOf(req), param(req, 'item'))}#completion`)
  }
