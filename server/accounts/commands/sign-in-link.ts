// SPDX-License-Identifier: AGPL-3.0-or-later
import { findPerson, updatePerson, type PersonRow } from '../../../db/queries/people.ts'
import type { TokenRow } from '../../../db/queries/tokens.ts'
import type { Deps } from '../../deps.ts'
import { transact, type Handle } from '../../web/transact.ts'
import { mailSignInLink } from '../mails.ts'
import { lookAtToken, takeToken } from '../tokens.ts'
import { openMailbox } from './mailbox.ts'

/** The result does not show whether anybody was found. */
export async function askForSignInLink(deps: Deps, login: string): Promise<void> {
  const people = await openMailbox(deps, login)
  await transact(deps, (tx) => mailSignInLink(tx, deps, people))
}

/** The link stays valid. @returns as openSignInLink. */
export async function findSignInLink(deps: Deps, token: string): Promise<PersonRow[]> {
  return peopleOf(deps.db, await lookAtToken(deps.db, deps, 'sign-in', token))
}

/** @returns the active people it was made for and whose access was not ended since; nobody when it is over or used. */
export async function openSignInLink(deps: Deps, token: string): Promise<PersonRow[]> {
  return transact(deps, async (tx) => {
    const people = await peopleOf(tx, await takeToken(tx, deps, 'sign-in', token))
    for (const one of people) {
      if (!one.email_verified_at) await updatePerson(tx, one.id, { email_verified_at: deps.clock.iso() })
    }
    return people
  })
}

async function peopleOf(db: Handle, row: TokenRow | undefined): Promise<PersonRow[]> {
  const people: PersonRow[] = []
  for (const [id, version] of (row?.content['people'] ?? '').split(',').map((one) => one.split(' '))) {
    const person = await findPerson(db, id ?? '')
    if (person && !person.disabled_at && String(person.access_version) === version) people.push(person)
  }
  return people
}
