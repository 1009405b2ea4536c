// SPDX-License-Identifier: AGPL-3.0-or-later
// Checks login and password with Passport. Several people may share a mailbox, so the result is a list.
import type { Request, Response } from 'express'
import passport from 'passport'
import { Strategy } from 'passport-local'
import { findPersonByNumber, listPeopleByEmail, type PersonRow } from '../../db/queries/people.ts'
import type { Deps } from '../deps.ts'
import { emailKey } from '../web/fields.ts'
import { passwordMatches } from './passwords.ts'
import { readLogin } from './rules.ts'

/**
 * Always this number of comparisons, so that the duration does not show how many people share the mailbox. Any others
 * sign in with their member number.
 */
const TRIED = 4

export type VerifyPassword = (
  req: Request,
  res: Response,
  typed: { login: string; password: string },
) => Promise<PersonRow[]>

/** Nobody when login or password is wrong; both cases take the same time. */
export function passwordVerifier(deps: Deps): VerifyPassword {
  const authenticator = new passport.Passport()
  authenticator.use(
    new Strategy({ usernameField: 'login', passwordField: 'password', session: false }, (login, password, done) => {
      findProved(deps, login, password).then((people) => done(null, people), done)
    }),
  )
  return (req, res, typed) =>
    new Promise((resolve, reject) => {
      const done = (error: unknown, people: unknown) =>
        error ? reject(error as Error) : resolve(Array.isArray(people) ? (people as PersonRow[]) : [])
      const authenticate = authenticator.authenticate('local', { session: false }, done) as (
        req: Request,
        res: Response,
        next: (error?: unknown) => void,
      ) => void
      // Passport reads login and password from the body, so it gets the parsed form.
      req.body = typed
      authenticate(req, res, reject)
    })
}

async function findProved(deps: Deps, login: string, password: string): Promise<PersonRow[]> {
  const known = await listCandidates(deps, login)
  const active = known.filter((person) => person.password_hash && !person.disabled_at)
  const proved: PersonRow[] = []
  // One after the other, because each comparison needs 19 MiB.
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
