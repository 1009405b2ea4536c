// SPDX-License-Identifier: AGPL-3.0-or-later
import { findAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import { findPerson, updatePerson, type PersonRow } from '../../../db/queries/people.ts'
import type { Deps } from '../../deps.ts'
import { Invalid, NotFound, type FieldErrors } from '../../web/errors.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import { mailPasswordLinks } from '../mails.ts'
import { passwordFault } from '../password-rules.ts'
import { hashPassword, passwordMatches } from '../passwords.ts'
import { forgive, refuseTooMany, type Try } from '../../limits.ts'
import { endAccess } from '../end-access.ts'
import { lookAtToken, takeToken } from '../tokens.ts'
import { openMailbox } from './mailbox.ts'

/** Mails one link for each person of the mailbox. The result does not show whether anybody was found. */
export async function askForPasswordLink(deps: Deps, login: string): Promise<void> {
  const people = await openMailbox(deps, login)
  await transact(deps, (tx) => mailPasswordLinks(tx, deps, people))
}

/** The link stays valid. */
export async function findPasswordLink(deps: Deps, token: string): Promise<PersonRow | undefined> {
  const row = await lookAtToken(deps.db, deps, 'password', token)
  const person = row?.person_id ? await findPerson(deps.db, row.person_id) : undefined
  return person?.disabled_at ? undefined : person
}

/** Ends all sessions. @throws NotFound when the link has expired or was used; Invalid for a password easy to guess. */
export async function choosePassword(deps: Deps, token: string, password: string): Promise<PersonRow> {
  const person = await findPasswordLink(deps, token)
  if (!person) throw new NotFound('accounts.link_over.text')
  await refuseWeak(deps, person, password)
  const hash = await hashPassword(deps, password)
  return transact(deps, async (tx) => {
    if (!(await takeToken(tx, deps, 'password', token))) throw new NotFound('accounts.link_over.text')
    if (!person.email_verified_at) await updatePerson(tx, person.id, { email_verified_at: deps.clock.iso() })
    await savePassword(tx, deps, person.id, hash)
    return (await findPerson(tx, person.id))!
  })
}

/** Ends all sessions. @throws Invalid when the current password is wrong or the new one too easy to guess. */
export async function changePassword(deps: Deps, viewer: Viewer, input: { current: string; password: string }) {
  const known = await findPerson(deps.db, viewer.personId ?? '')
  const weak = known ? await weaknessOf(deps, known, input.password) : {}
  const person = await proveOwner(deps, viewer, input.current, 'current', weak)
  if (Object.keys(weak).length > 0) throw new Invalid(weak)
  const hash = await hashPassword(deps, input.password)
  return transact(deps, async (tx) => {
    await savePassword(tx, deps, person.id, hash)
    return (await findPerson(tx, person.id))!
  })
}

/**
 * Asks for the password again. @param others faults of the same form, told together with it.
 * @throws Invalid at `field` when it is wrong, TooMany after ten tries.
 */
export async function proveOwner(
  deps: Deps,
  viewer: Viewer,
  password: string,
  field: string,
  others: FieldErrors = {},
): Promise<PersonRow> {
  const person = await findPerson(deps.db, viewer.personId ?? '')
  const tries: Try[] = [{ limit: 'proofs of a person', of: viewer.personId ?? '' }]
  await refuseTooMany(deps, tries)
  if (!(await passwordMatches(deps, person?.password_hash, password)) || !person) {
    throw new Invalid({ ...others, [field]: 'accounts.error.password_wrong' })
  }
  await forgive(deps, tries)
  return person
}

/** Ends the access of before, in the transaction of the caller. */
export async function savePassword(tx: Tx, deps: Deps, personId: string, hash: string): Promise<void> {
  const now = deps.clock.iso()
  await updatePerson(tx, personId, { password_hash: hash, password_set_at: now, updated_at: now })
  await endAccess(tx, personId)
  await record(tx, { type: 'person.password_changed', at: now, actorId: personId, subject: personId })
}

type Named = Pick<PersonRow, 'given_name' | 'family_name' | 'email'>

/** @throws Invalid at `password`. */
export async function refuseWeak(deps: Deps, person: Named, password: string): Promise<void> {
  const weak = await weaknessOf(deps, person, password)
  if (Object.keys(weak).length > 0) throw new Invalid(weak)
}

async function weaknessOf(deps: Deps, person: Named, password: string): Promise<FieldErrors> {
  const site = (await findAssociation(deps.db))?.name ?? ''
  const fault = passwordFault(password, [person.given_name, person.family_name, person.email, site, 'mainforte'])
  return fault ? { password: fault } : {}
}
