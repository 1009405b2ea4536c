// SPDX-License-Identifier: AGPL-3.0-or-later
// Who is it, if login and password are true? Passport asks; the answer is a list, because a mailbox may be shared.
import type { Request, Response } from 'express'
import passport from 'passport'
import { Strategy } from 'passport-local'
import { findPersonByNumber, listPeopleByEmail, type PersonRow } from '../../db/queries/people.ts'
import type { Deps } from '../deps.ts'
import { emailKey } from '../web/fields.ts'
import { passwordMatches } from './passwords.ts'
import { readLogin } from './rules.ts'

/** So many people of one mailbox are tried, always: the time it takes tells nothing. Larger families use numbers. */
const TRIED = 4

export type Gate = (req: Request, res: Response, typed: { login: string; password: string }) => Promise<PersonRow[]>

/** Everybody whom this login and password prove; nobody when they are wrong. Takes the same time either way. */
export function passwordGate(deps: Deps): Gate {
  const gate = new passport.Passport()
  gate.use(
    new Strategy({ usernameField: 'login', passwordField: 'password', session: false }, (login, password, done) => {
      findProved(deps, login, password).then((people) => done(null, people), done)
    }),
  )
  return (req, res, typed) =>
    new Promise((resolve, reject) => {
      const answer = (error: unknown, people: unknown) =>
        error ? reject(error as Error) : resolve(Array.isArray(people) ? (people as PersonRow[]) : [])
      const ask = gate.authenticate('local', { session: false }, answer) as (
        req: Request,
        res: Response,
        next: (error?: unknown) => void,
      ) => void
      // Passport reads the body: it is given what the form made of it.
      req.body = typed
      ask(req, res, reject)
    })
}

async function findProved(deps: Deps, login: string, password: string): Promise<PersonRow[]> {
  const known = await listCandidates(deps, login)
  const active = known.filter((person) => person.password_hash && !person.disabled_at)
  const proved: PersonRow[] = []
  // One after the other: at most 19 MiB for one visitor.
  for (let rank = 0; rank < TRIED; rank++) {
    const person = active[rank]
    if ((await passwordMatches(deps, person?.password_hash, password)) && person) proved.push(person)
  }
  return proved
}

async function listCandidates(deps: Deps, login: string): Promise<PersonRow[]> {
  const read = readLogin(login)
  if (read.kind === 'email') return listPeopleByEmail(deps.db, emailKey(read.email))
  const person = await findPersonByNumber(deps.db, read.number)
  return person ? [person] : []
}
