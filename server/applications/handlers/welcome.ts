// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request } from 'express'
import { z } from 'zod'
import type { Deps } from '../../deps.ts'
import { Refused } from '../../web/errors.ts'
import { optionalText } from '../../web/fields.ts'
import { parseForm } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { tickByLink, tickByTeam, type Ticked } from '../commands/welcome.ts'
import { pathOf } from '../link.ts'
import { WELCOME } from '../rules.ts'

const tickForm = z.object({ done: optionalText(WELCOME.longest), undone: optionalText(WELCOME.longest) })

export const byTeam =
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = param(req, 'application')
    await act(req, (ticked) => tickByTeam(deps, req.viewer, id, ticked))
    await redirect(req, res, `/work/applications/${id}`)
  }

export const byLink =
  (deps: Deps): Handler =>
  async (req, res) => {
    const token = param(req, 'token')
    res.set('Cache-Control', 'no-store')
    await act(req, (ticked) => tickByLink(deps, token, ticked))
    await redirect(req, res, pathOf(token))
  }

/** A button of an item that is gone, or pressed too late, reads what is the case. */
async function act(req: Request, tick: (ticked: Ticked) => Promise<void>): Promise<void> {
  const parsed = parseForm(tickForm, req.body)
  const { done = '', undone = '' } = parsed.ok ? parsed.value : {}
  if (done === '' && undone === '') return
  try {
    await tick({ item: done || undone, isDone: done !== '' })
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    req.session.flash(error.key as 'applications.refused.declined', {}, 'wait')
  }
}
