// SPDX-License-Identifier: AGPL-3.0-or-later
// Accounts from the operator's command line. Each command returns one-time links for the operator to pass on.
import { findAssociation, timeZoneOf } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import { grantRole, insertPerson, nextMemberNumber, type PersonRow } from '../../../db/queries/people.ts'
import { findPersonByNumber, listPeopleByEmail, updatePerson } from '../../../db/queries/people.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { emailKey } from '../../web/fields.ts'
import { transact } from '../../web/transact.ts'
import { makeSetUpLink } from '../first-start.ts'
import { fullName } from '../../model/person.ts'
import { readLogin } from '../rules.ts'
import { endAccess } from '../end-access.ts'
import { issueToken } from '../tokens.ts'
import { clearSecondFactor } from './second-factor.ts'

export type NewAdministrator = { given_name: string; family_name: string; email: string }

/** @returns a link valid for one hour, to choose a password, or to the set-up page when there is no association yet. */
export async function createAdministrator(deps: Deps, input: NewAdministrator): Promise<string> {
  const setUp = await makeSetUpLink(deps, input)
  if (setUp) return setUp
  return transact(deps, async (tx) => {
    const now = deps.clock.iso()
    const row = await findAssociation(tx)
    const id = deps.newId()
    await insertPerson(tx, {
      id,
      member_number: await nextMemberNumber(tx),
      ...input,
      email_key: emailKey(input.email),
      locale: row?.locale ?? 'fr',
      joined_on: dateIn(timeZoneOf(row), deps.clock.now()),
      created_at: now,
      updated_at: now,
    })
    for (const role of ['administrator', 'coordinator'] as const) await grantRole(tx, id, role, now, null)
    await record(tx, { type: 'person.invited', at: now, subject: id, details: { by: 'command line' } })
    return `${deps.config.publicUrl}/password/${await issueToken(tx, deps, 'password', { personId: id })}`
  })
}

export type ResetLink = { name: string; memberNumber: number; link: string }

/**
 * Deletes password and sessions of everyone who shares the mailbox, or of the person with the number.
 * @param options.secondFactor also switches the second factor off (telephone and spare codes lost).
 * @returns a link for each person, valid for one hour; an empty list when nobody has this login.
 */
export async function resetPassword(
  deps: Deps,
  login: string,
  options: { secondFactor?: boolean } = {},
): Promise<ResetLink[]> {
  const people = await findAll(deps, login)
  return transact(deps, async (tx) => {
    const links: ResetLink[] = []
    for (const person of people) {
      const now = deps.clock.iso()
      await updatePerson(tx, person.id, { password_hash: null, password_set_at: now, updated_at: now })
      await endAccess(tx, person.id)
      if (options.secondFactor) await clearSecondFactor(tx, deps, person.id, null)
      await record(tx, { type: 'person.password_reset', at: now, subject: person.id, details: { by: 'command line' } })
      const token = await issueToken(tx, deps, 'password', { personId: person.id })
      const link = `${deps.config.publicUrl}/password/${token}`
      links.push({ name: fullName(person), memberNumber: person.member_number, link })
    }
    return links
  })
}

async function findAll(deps: Deps, login: string): Promise<PersonRow[]> {
  const read = readLogin(login)
  if (read.kind === 'email') return listPeopleByEmail(deps.db, emailKey(read.email))
  const person = await findPersonByNumber(deps.db, read.number)
  return person ? [person] : []
}
