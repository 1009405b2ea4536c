// SPDX-License-Identifier: AGPL-3.0-or-later
// Callers must not show whether anybody was found.
import { findPersonByNumber, listPeopleByEmail, type PersonRow } from '../../../db/queries/people.ts'
import type { Deps } from '../../deps.ts'
import { emailKey } from '../../web/fields.ts'
import { readLogin } from '../rules.ts'
import { countTries } from '../../limits.ts'

/** Active people with this address or number; nobody when too many mails were sent there recently. */
export async function openMailbox(deps: Deps, login: string): Promise<PersonRow[]> {
  const read = readLogin(login)
  const found = read.kind === 'email' ? await listPeopleByEmail(deps.db, emailKey(read.email)) : []
  const numbered = read.kind === 'number' ? await findPersonByNumber(deps.db, read.number) : undefined
  const people = [...found, ...(numbered ? [numbered] : [])].filter((one) => one.email && !one.disabled_at)
  const of = read.kind === 'email' ? emailKey(read.email) : (numbered?.email_key ?? String(read.number))
  const wait = await countTries(deps, [{ limit: 'mails to a mailbox', of }])
  return wait > 0 ? [] : people
}
