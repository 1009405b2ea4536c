// SPDX-License-Identifier: AGPL-3.0-or-later
// What the team writes to somebody who applied, signed in.
import type { Deps } from '../../deps.ts'
import { refuseTooMany } from '../../limits.ts'
import { Refused } from '../../web/errors.ts'
import { emptyForm, parseForm } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { readMessages, writeToPerson } from '../commands/messages.ts'
import { messageForm, readingForm } from '../forms.ts'
import { showOne } from '../responses.ts'

const pageOf = (id: string) => `/work/applications/${id}#messages`

export const write =
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = param(req, 'application')
    const parsed = parseForm(messageForm, req.body)
    if (!parsed.ok) return showOne(deps, req, res, emptyForm(), 422, '', { form: parsed.form })
    await refuseTooMany(deps, [{ limit: 'messages of an application', of: `team ${id}` }])
    try {
      await writeToPerson(deps, req.viewer, id, parsed.value, sentForm(req))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const refused = req.t(error.key, error.params)
      return showOne(deps, req, res, emptyForm(), 409, '', { form: parsed.form, refused })
    }
    req.session.flash('applications.messages.sent')
    await redirect(req, res, pageOf(id))
  }

export const markRead =
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = param(req, 'application')
    const parsed = parseForm(readingForm, req.body)
    if (parsed.ok) await readMessages(deps, req.viewer, id, parsed.value.last)
    req.session.flash('applications.messages.marked')
    await redirect(req, res, pageOf(id))
  }
