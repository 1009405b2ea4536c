// SPDX-License-Identifier: AGPL-3.0-or-later
import { nameKey } from '../../../db/plain.ts'
import { grantRole, insertPerson, listPeopleByEmail, nextMemberNumber } from '../../../db/queries/people.ts'
import { record } from '../../../db/queries/events.ts'
import { findAssociation } from '../../../db/queries/association.ts'
import { mailInvitation } from '../../accounts/mails.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { emailKey } from '../../web/fields.ts'
import type { Tx } from '../../web/transact.ts'
import type { Role } from '../../model/viewer.ts'

export type NewPerson = {
  given_name: string
  family_name: string
  email: string
  phone: string
  locale: string
}

/**
 * An active person with this mailbox and name, its words in any order, gets the role; anybody else becomes a new person, invited by mail. A
 * disabled account is never opened again this way.
 * @returns the person's id.
 */
export async function becomeVolunteer(tx: Tx, deps: Deps, input: NewPerson, byId: string | null = null) {
  const known = (await findNamesake(tx, input)) ?? (await findTurnedName(tx, input))
  if (!known) return addPerson(tx, deps, input, ['volunteer'], byId)
  if (!known.roles.includes('volunteer')) {
    await grantRole(tx, known.id, 'volunteer', deps.clock.iso(), byId)
    const fact = { type: 'person.roles_changed' as const, at: deps.clock.iso(), actorId: byId, subject: known.id }
    await record(tx, { ...fact, details: { added: 'volunteer' } })
  }
  return known.id
}

/** An active person of the same mailbox and name; accents and capitals do not count. */
export async function findNamesake(tx: Tx, input: Pick<NewPerson, 'given_name' | 'family_name' | 'email'>) {
  const name = nameKey(input.family_name, input.given_name)
  const people = await listPeopleByEmail(tx, emailKey(input.email))
  return people.find((one) => !one.disabled_at && nameKey(one.family_name, one.given_name) === name)
}

/** An active person of the same mailbox whose name has the same words in another order. */
async function findTurnedName(tx: Tx, input: Pick<NewPerson, 'given_name' | 'family_name' | 'email'>) {
  const words = (one: Pick<NewPerson, 'given_name' | 'family_name'>) =>
    nameKey(one.family_name, one.given_name).split(' ').toSorted().join(' ')
  const people = await listPeopleByEmail(tx, emailKey(input.email))
  return people.find((one) => !one.disabled_at && words(one) === words(input))
}

/** Mails an invitation when there is an address. @returns the id. */
export async function addPerson(tx: Tx, deps: Deps, input: NewPerson, roles: readonly Role[], byId: string | null) {
  const now = deps.clock.iso()
  const zone = (await findAssociation(tx))?.time_zone ?? 'Europe/Paris'
  const person = {
    id: deps.newId(),
    member_number: await nextMemberNumber(tx),
    ...input,
    email_key: emailKey(input.email),
    invited_at: input.email ? now : null,
    joined_on: dateIn(zone, deps.clock.now()),
    created_at: now,
    updated_at: now,
  }
  await insertPerson(tx, person)
  for (const role of roles) await grantRole(tx, person.id, role, now, byId)
  await record(tx, { type: 'person.invited', at: now, actorId: byId, subject: person.id })
  if (person.email) await mailInvitation(tx, deps, person)
  return person.id
}
