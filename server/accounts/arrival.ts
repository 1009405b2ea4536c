// SPDX-License-Identifier: AGPL-3.0-or-later
// The proof is made: is there a choice among people of one mailbox, a second factor to ask for, or is one in?
import type { Request, Response } from 'express'
import { record } from '../../db/queries/events.ts'
import { findPerson, type PersonRow } from '../../db/queries/people.ts'
import { MINUTE, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { localPath } from '../web/access.ts'
import { redirect } from '../web/redirect.ts'
import { transact } from '../web/transact.ts'
import { markJoined } from './commands/welcome.ts'

/** How long a half-made sign-in waits for its second half. */
const PATIENCE = 10 * MINUTE
/** In the session: who is proved already, and where they wanted to go. */
type Half = { people: string[]; to: string; at: string }
type Stage = 'who' | 'code'

/** Sends on to the choice, to the code, or in. */
export async function arrive(deps: Deps, req: Request, res: Response, people: PersonRow[], next: unknown) {
  const [person] = people
  const to = localPath(next, '/my')
  if (people.length > 1) return hold(deps, req, res, 'who', people, to)
  if (person?.totp_confirmed_at) return hold(deps, req, res, 'code', people, to)
  if (person) await enter(deps, req, person)
  await redirect(req, res, person ? to : '/sign-in')
}

async function hold(deps: Deps, req: Request, res: Response, stage: Stage, people: PersonRow[], to: string) {
  if (req.viewer.isSignedIn) await req.session.signOut()
  const half: Half = { people: people.map(({ id }) => id), to, at: deps.clock.iso() }
  req.session.set(stage === 'who' ? 'code' : 'who', undefined)
  req.session.set(stage, half)
  await req.session.renew()
  await redirect(req, res, `/sign-in/${stage}`)
}

/** The people a half-made sign-in waits for; nobody when it took too long, or they were shut out meanwhile. */
export async function halfway(deps: Deps, req: Request, stage: Stage): Promise<{ people: PersonRow[]; to: string }> {
  const half = req.session.get(stage) as Half | undefined
  if (!half || later(half.at, PATIENCE) <= deps.clock.iso()) return { people: [], to: '/my' }
  const found = await Promise.all(half.people.map((id) => findPerson(deps.db, id)))
  // A password changed since then ends this, as it ends sessions.
  const people = found.filter((one) => one && !one.disabled_at && (one.password_set_at ?? '') <= half.at)
  return { people: people as PersonRow[], to: half.to }
}

/** A new session for this person, in the language of their account. */
export async function enter(deps: Deps, req: Request, person: PersonRow): Promise<void> {
  await req.session.signIn(person.id, person.roles)
  if (!req.session.get('locale')) req.session.set('locale', person.locale)
  await transact(deps, async (tx) => {
    await markJoined(tx, deps, person)
    const fact = { at: deps.clock.iso(), actorId: person.id, subject: person.id }
    await record(tx, { ...fact, type: 'session.signed_in' })
  })
}
