// SPDX-License-Identifier: AGPL-3.0-or-later
// After a valid password or mailed link: the choice of a person of the mailbox, the second factor, then the session.
import type { Request, Response } from 'express'
import { record } from '../../db/queries/events.ts'
import { findPerson, updatePerson, type PersonRow } from '../../db/queries/people.ts'
import { deleteSessionsBeyond } from '../../db/queries/sessions.ts'
import { MINUTE, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { localPath } from '../web/access.ts'
import { landing } from '../web/site.ts'
import { redirect } from '../web/redirect.ts'
import { transact } from '../web/transact.ts'
import { markJoined } from './commands/welcome.ts'
import { viewerOf } from '../model/viewer.ts'

/** Of one person: a telephone, a computer and what was forgotten; each sign-in leaves a row of up to 90 days. */
const MOST_SESSIONS = 20
const PENDING_MS = 10 * MINUTE
/** With the number of their access at the proof: a new password, say, ends it. */
type PendingSignIn = { people: { id: string; access_version: number }[]; to: string; at: string }
type Step = 'who' | 'code'

/** @param next the requested path, '' for the page where one lands; only a path of this site is followed. */
export async function finishSignIn(deps: Deps, req: Request, res: Response, people: PersonRow[], next: unknown) {
  const [person] = people
  const to = localPath(next, '')
  if (people.length > 1) return holdSignIn(deps, req, res, 'who', people, to)
  if (person?.totp_confirmed_at) return holdSignIn(deps, req, res, 'code', people, to)
  if (person) await beginSession(deps, req, person)
  await redirect(req, res, person ? to || landing(viewerOf(person.id, '', person.roles, person)) : '/sign-in')
}

async function holdSignIn(deps: Deps, req: Request, res: Response, step: Step, people: PersonRow[], to: string) {
  if (req.viewer.isSignedIn) await req.session.signOut()
  const pending: PendingSignIn = {
    people: people.map(({ id, access_version }) => ({ id, access_version })),
    to,
    at: deps.clock.iso(),
  }
  req.session.set(step === 'who' ? 'code' : 'who', undefined)
  req.session.set(step, pending)
  await req.session.renew()
  await redirect(req, res, `/sign-in/${step}`)
}

/** Nobody when the sign-in is too old, or when their access was ended or closed meanwhile. */
export async function findPendingSignIn(
  deps: Deps,
  req: Request,
  step: Step,
): Promise<{ people: PersonRow[]; to: string }> {
  const pending = req.session.get(step) as PendingSignIn | undefined
  if (!pending || later(pending.at, PENDING_MS) <= deps.clock.iso()) return { people: [], to: '' }
  const found = await Promise.all(
    pending.people.map(async ({ id, access_version }) => {
      const person = await findPerson(deps.db, id)
      return person && !person.disabled_at && person.access_version === access_version ? [person] : []
    }),
  )
  return { people: found.flat(), to: pending.to }
}

/** What the sign-in form says of the computer; it holds for the session that begins. */
export function noteShared(req: Request, ticked: unknown): void {
  req.session.set('shared', ticked === 'on' ? true : undefined)
}

export async function beginSession(deps: Deps, req: Request, person: PersonRow): Promise<void> {
  if (req.session.get('shared')) req.session.flash('accounts.sign_in.shared_done', {}, 'wait')
  await req.session.signIn(person)
  if (!req.session.get('locale')) req.session.set('locale', person.locale)
  await transact(deps, async (tx) => {
    await deleteSessionsBeyond(tx, person.id, req.session.idHash ?? '', MOST_SESSIONS)
    await updatePerson(tx, person.id, { last_seen_on: deps.clock.iso().slice(0, 10), warned_at: null })
    await markJoined(tx, deps, person)
    const fact = { at: deps.clock.iso(), actorId: person.id, subject: person.id }
    await record(tx, { ...fact, type: 'session.signed_in' })
  })
}
