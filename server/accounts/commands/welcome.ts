// SPDX-License-Identifier: AGPL-3.0-or-later
import { record } from '../../../db/queries/events.ts'
import { findPerson, updatePerson, type PersonRow } from '../../../db/queries/people.ts'
import type { Deps } from '../../deps.ts'
import { NotFound } from '../../web/errors.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { hashPassword } from '../passwords.ts'
import { endAccess } from '../end-access.ts'
import { lookAtToken, takeToken } from '../tokens.ts'
import { refuseWeak } from './passwords.ts'

/** Undefined when the link has expired or was used. */
export async function findInvited(deps: Deps, token: string): Promise<PersonRow | undefined> {
  const row = await lookAtToken(deps.db, deps, 'welcome', token)
  const person = row?.person_id ? await findPerson(deps.db, row.person_id) : undefined
  return person?.disabled_at ? undefined : person
}

/** @param password undefined: the person signs in by mailed links. @throws NotFound; Invalid when easy to guess. */
export async function acceptInvitation(deps: Deps, token: string, password: string | undefined): Promise<PersonRow> {
  const person = await findInvited(deps, token)
  if (!person) throw new NotFound('accounts.link_over.text')
  if (password !== undefined) await refuseWeak(deps, person, password)
  const hash = password === undefined ? null : await hashPassword(deps, password)
  return transact(deps, async (tx) => {
    if (!(await takeToken(tx, deps, 'welcome', token))) throw new NotFound('accounts.link_over.text')
    const now = deps.clock.iso()
    await updatePerson(tx, person.id, {
      email_verified_at: now,
      updated_at: now,
      ...(hash !== null && { password_hash: hash, password_set_at: now }),
    })
    await endAccess(tx, person.id)
    await markJoined(tx, deps, person)
    return (await findPerson(tx, person.id))!
  })
}

/** Call it at each sign-in: it records the first one of an invited person. */
export async function markJoined(tx: Tx, deps: Deps, person: PersonRow): Promise<void> {
  if (!person.invited_at) return
  await updatePerson(tx, person.id, { invited_at: null })
  await record(tx, { type: 'person.joined', at: deps.clock.iso(), actorId: person.id, subject: person.id })
}
