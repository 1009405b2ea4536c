// SPDX-License-Identifier: AGPL-3.0-or-later
// The page of a member to whom a centre passes somebody on, opened by the link in its mail.
import type { Request, Response } from 'express'
import type { Deps } from '../../deps.ts'
import { fullName } from '../../model/person.ts'
import { telephoneLink } from '../../model/telephone.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { acceptPassed, findPassed, type Passed } from '../commands/pass-on.ts'
import { wishLines } from '../pages/words.ts'

const pathOf = (token: string) => `/enquiries/passing/${token}`

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    res.set('Cache-Control', 'no-store')
    const passed = await findPassed(deps.db, deps, param(req, 'token'))
    await showPassed(deps, req, res, passed)
  }

function showPassed(deps: Deps, req: Request, res: Response, { message, enquiry }: Passed): Promise<void> {
  const isAccepted = message.accepted_at !== null
  const { email, phone, call_hours } = enquiry
  return res.page('enquiries/passing', {
    title: req.t('enquiries.passed.title', { member: message.title }),
    robots: 'noindex',
    action: pathOf(param(req, 'token')),
    word: message.body,
    wishes: enquiry.wishes,
    lines: wishLines({ t: req.t, taxonomies: deps.taxonomies }, enquiry),
    // Who it is stands here only once the member has said that it will write.
    person: isAccepted
      ? { name: fullName(enquiry), email, phone, tel: phone ? telephoneLink(phone) : '', hours: call_hours }
      : null,
  })
}

export const accept =
  (deps: Deps): Handler =>
  async (req, res) => {
    await acceptPassed(deps, param(req, 'token'))
    req.session.flash('enquiries.passed.done')
    await redirect(req, res, pathOf(param(req, 'token')))
  }
