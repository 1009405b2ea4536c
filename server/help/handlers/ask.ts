// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { findPerson } from '../../../db/queries/people.ts'
import { networkOf } from '../../base/network.ts'
import type { Deps } from '../../deps.ts'
import { refuseTooMany } from '../../limits.ts'
import { TRAP } from '../../web/fields.ts'
import type { Form } from '../../web/forms.ts'
import { query, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { maskSecrets } from '../../web/shown-path.ts'
import { askForHelp } from '../commands/ask.ts'
import { readHelp, readReference } from '../forms.ts'
import { askPage, knownForm } from '../pages/ask.ts'

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const sent = query(req, 'sent')
    if (sent !== '') {
      const next = req.t(sent === 'contact' ? 'help.sent.contact' : 'help.sent.no_contact')
      return res.page('help/sent', { title: req.t('help.sent.title'), robots: 'noindex', next })
    }
    const person = req.viewer.personId ? await findPerson(deps.db, req.viewer.personId) : undefined
    const [page, reference] = [maskSecrets(query(req, 'page')), readReference(query(req, 'reference'))]
    return showForm(req, res, knownForm(person, { page, reference, form_id: deps.newId() }))
  }

function showForm(req: Request, res: Response, form: Form, status = 200) {
  return res.page('help/ask', askPage(req.t, form), status)
}

/** The next page is the same for a program that was recognised. */
export const send =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = readHelp(req.body)
    if (!parsed.ok) return showForm(req, res, parsed.form, 422)
    const input = parsed.value
    await refuseTooMany(deps, [
      { limit: 'help requests of a network', of: networkOf(req.ip) },
      { limit: 'help requests', of: '' },
    ])
    if (input[TRAP] !== '') deps.log.info('a program filled in the form of help', { id: req.id })
    else {
      const setting = { locale: req.t.locale, personId: req.viewer.personId }
      await askForHelp(deps, input, setting, sentForm(req))
    }
    await redirect(req, res, `/help/ask?sent=${input.email || input.phone ? 'contact' : 'nobody'}`)
  }
