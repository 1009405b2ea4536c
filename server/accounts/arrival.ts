// SPDX-License-Identifier: AGPL-3.0-or-later
// The proof is made: is there a choice among people of one mailbox, a second factor, or is one in?
import type { Request, Response } from 'express'
import type { PersonRow } from '../../db/queries/people.ts'
import { record } from '../../db/queries/events.ts'
import type { Deps } from '../deps.ts'
import { localPath } from '../web/access.ts'
import { transact } from '../web/transact.ts'

export async function arrive(deps: Deps, req: Request, res: Response, people: PersonRow[], next: unknown) {
  const [person] = people
  if (!person) throw new Error('nobody arrives')
  await enter(deps, req, person)
  res.redirect(303, localPath(next, '/my'))
}

/** A new session for this person, in the language of their account. */
export async function enter(deps: Deps, req: Request, person: PersonRow): Promise<void> {
  await req.session.signIn(person.id, person.roles)
  if (!req.session.get('locale')) req.session.set('locale', person.locale)
  await transact(deps, (tx) =>
    record(tx, { type: 'session.signed_in', at: deps.clock.iso(), actorId: person.id, subject: person.id }),
  )
}
