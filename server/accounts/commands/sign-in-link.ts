// SPDX-License-Identifier: AGPL-3.0-or-later
import { findPerson, listPeopleByEmail, updatePerson, type PersonRow } from '../../../db/queries/people.ts'
import type { Deps } from '../../deps.ts'
import { emailKey } from '../../web/fields.ts'
import { transact } from '../../web/transact.ts'
import { mailSignInLink } from '../mails.ts'
import { takeToken } from '../tokens.ts'
import { openMailbox } from './mailbox.ts'

/** The result does not show whether anybody was found. */
export async function askForSignInLink(deps: Deps, login: string): Promise<void> {
  const { people, whose } = await openMailbox(deps, login)
  await transact(deps, async (tx) => {
    if (people[0]) await mailSignInLink(tx, deps, people[0], whose)
  })
}

/** @returns the active people of the mailbox, or the one person; nobody when the link has expired or was used. */
export async function openSignInLink(deps: Deps, token: string): Promise<PersonRow[]> {
  return transact(deps, async (tx) => {
    const row = await takeToken(tx, deps, 'sign-in', token)
    if (!row) return []
    const person = await findPerson(tx, row.person_id ?? '')
    const { mailbox } = row.content
    const found = mailbox ? await listPeopleByEmail(tx, emailKey(mailbox)) : person ? [person] : []
    const people = found.filter((one) => !one.disabled_at)
    for (const one of people) {
      if (!one.email_verified_at) await updatePerson(tx, one.id, { email_verified_at: deps.clock.iso() })
    }
    return people
  })
}
