// SPDX-License-Identifier: AGPL-3.0-or-later
// The pages on which somebody is erased: by themselves, proved by the password or a mailed link, or by an administrator.
import type { Request, Response } from 'express'
import { networkOf } from '../base/network.ts'
import { findPerson, type PersonRow } from '../../db/queries/people.ts'
import { proveOwner } from '../accounts/commands/passwords.ts'
import { mailErasure } from '../accounts/mails.ts'
import { linkOver } from '../accounts/responses.ts'
import { cancelLinks, lookAtToken } from '../accounts/tokens.ts'
import { DAY, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { refuseTooMany } from '../limits.ts'
import { fullName } from '../model/person.ts'
import { canManage } from '../people/policy.ts'
import { NotFound, Refused } from '../web/errors.ts'
import { emptyForm, parseForm, type Form } from '../web/forms.ts'
import { param, type Handler } from '../web/handler.ts'
import { redirect } from '../web/redirect.ts'
import { runCommand } from '../web/run-command.ts'
import { transact } from '../web/transact.ts'
import { ownerForm } from '../accounts/forms.ts'
import { erasePerson } from './erase.ts'

/** Milliseconds. The oldest backup is of twelve months ago; a month more, because one is kept for each. */
export const IN_BACKUPS = 400 * DAY
const goneFrom = (deps: Deps, req: Request) => req.t.date(later(deps.clock.iso(), IN_BACKUPS), 'short')

export const ask =
  (deps: Deps): Handler =>
  async (req, res) =>
    erasurePage(deps, req, res, await self(deps, req))

export const erase =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await self(deps, req)
    if (!person.password_hash) return mailLink(deps, req, res, person)
    const parsed = parseForm(ownerForm, req.body)
    if (!parsed.ok) return erasurePage(deps, req, res, person, parsed.form, 422)
    const done = await runCommand(parsed.form, () => proveOwner(deps, req.viewer, parsed.value.password, 'password'))
    if (!done.ok) return erasurePage(deps, req, res, person, done.form, 422)
    return eraseNow(deps, req, res, done.value)
  }

export const confirmPage =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await personOf(deps, param(req, 'token'))
    if (!person) return linkOver(req, res)
    const text = req.t('people.erasure.text', { date: goneFrom(deps, req) })
    return res.page('people/erase-link', { ...pageOf(req), text, action: `/erasure/${param(req, 'token')}` })
  }

export const confirm =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await personOf(deps, param(req, 'token'))
    return person ? eraseNow(deps, req, res, person) : linkOver(req, res)
  }

export const askFor =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = await managed(deps, req)
    const text = req.t('people.erasure.text_of', { name: fullName(person), date: goneFrom(deps, req) })
    const action = `/work/people/${person.id}/erasure`
    return res.page('people/erase-link', { ...pageOf(req), text, action, back: `/work/people/${person.id}` })
  }

export const eraseFor =
  (deps: Deps): Handler =>
  async (req, res) => {
    await erasePerson(deps, await managed(deps, req), req.viewer.personId)
    req.session.flash('people.erasure.done_of', { date: goneFrom(deps, req) })
    return redirect(req, res, '/work/people')
  }

const pageOf = (req: Request) => ({ title: req.t('people.erasure.title'), robots: 'noindex' })

async function self(deps: Deps, req: Request): Promise<PersonRow> {
  const person = await findPerson(deps.db, req.viewer.personId ?? '')
  if (!person) throw new NotFound()
  return person
}

async function managed(deps: Deps, req: Request): Promise<PersonRow> {
  const person = await findPerson(deps.db, param(req, 'person'))
  if (!person || person.member_number === 0) throw new NotFound()
  const answer = canManage(req.viewer, person)
  if (!answer.ok) throw new Refused(answer.reason)
  return person
}

async function personOf(deps: Deps, token: string): Promise<PersonRow | undefined> {
  const row = await lookAtToken(deps.db, deps, 'erasure', token)
  return row?.person_id ? findPerson(deps.db, row.person_id) : undefined
}

async function mailLink(deps: Deps, req: Request, res: Response, person: PersonRow) {
  await refuseTooMany(deps, [
    { limit: 'mails to a mailbox', of: person.email_key },
    { limit: 'mails from a network', of: networkOf(req.ip) },
  ])
  await transact(deps, async (tx) => {
    await cancelLinks(tx, person.id, ['erasure'])
    await mailErasure(tx, deps, person)
  })
  req.session.flash('people.erasure.sent', { email: person.email }, 'wait')
  return redirect(req, res, '/my/data')
}

async function eraseNow(deps: Deps, req: Request, res: Response, person: PersonRow) {
  const isOwn = req.viewer.personId === person.id
  await erasePerson(deps, person, null)
  if (isOwn) await req.session.signOut()
  req.session.flash('people.erasure.done', { date: goneFrom(deps, req) })
  return redirect(req, res, '/')
}

function erasurePage(
  deps: Deps,
  req: Request,
  res: Response,
  person: PersonRow,
  form: Form = emptyForm(),
  status = 200,
) {
  const hasPassword = person.password_hash !== null
  const text = req.t('people.erasure.text', { date: goneFrom(deps, req) })
  return res.page('people/erasure', { ...pageOf(req), form, text, hasPassword, email: person.email }, status)
}
