// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { findPerson } from '../../../db/queries/people.ts'
import { networkOf } from '../../base/network.ts'
import type { Deps } from '../../deps.ts'
import { countTries, refuseTooMany } from '../../limits.ts'
import { emailKey } from '../../web/fields.ts'
import type { Form } from '../../web/forms.ts'
import { query, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { sendEnquiry } from '../commands/send.ts'
import { TRAP } from '../../web/fields.ts'
import { readEnquiry, type EnquiryInput } from '../forms.ts'
import { agreementText, knownForm, newPage } from '../pages/form.ts'

const wordingOf = (deps: Deps, req: Request) => ({ t: req.t, taxonomies: deps.taxonomies })

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const sent = query(req, 'sent')
    if (sent !== '') {
      const isMailed = sent !== 'telephone'
      return res.page('enquiries/sent', { title: req.t('enquiries.sent.title'), robots: 'noindex', isMailed })
    }
    const person = req.viewer.personId ? await findPerson(deps.db, req.viewer.personId) : undefined
    return showForm(deps, req, res, knownForm(person, query(req, 'place').slice(0, 120), deps.newId()))
  }

export const send =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = readEnquiry(req.body, deps.taxonomies)
    if (!parsed.ok) return showForm(deps, req, res, parsed.form, 422)
    const input = parsed.value
    await keep(deps, req, input)
    await redirect(req, res, `/enquiries/new?sent=${input.email === '' ? 'telephone' : 'mail'}`)
  }

function showForm(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  return res.page('enquiries/new', newPage(wordingOf(deps, req), req.site, form), status)
}

/** The next page is always the same: nobody learns that a limit was reached or a program was recognised. */
async function keep(deps: Deps, req: Request, input: EnquiryInput): Promise<void> {
  const network = networkOf(req.ip)
  await refuseTooMany(deps, [{ limit: 'applications from a network', of: network }])
  if (input[TRAP] !== '') return deps.log.info('a program filled in the form of enquiries', { id: req.id })
  const tries =
    input.email === ''
      ? ([
          { limit: 'enquiries by telephone of a network', of: network },
          { limit: 'enquiries by telephone', of: '' },
        ] as const)
      : ([{ limit: 'applications of a mailbox', of: emailKey(input.email) }] as const)
  // Without an address nobody could be told later that nothing was kept.
  if (input.email === '') await refuseTooMany(deps, tries)
  else if ((await countTries(deps, tries)) > 0)
    return deps.log.warn('too many enquiries from one mailbox', { id: req.id })
  const wording = agreementText(wordingOf(deps, req), req.site)
  await sendEnquiry(deps, input, { locale: req.t.locale, wording }, sentForm(req))
}
