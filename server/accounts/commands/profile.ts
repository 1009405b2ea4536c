// SPDX-License-Identifier: AGPL-3.0-or-later
import { record } from '../../../db/queries/events.ts'
import { findPerson, updatePerson, type PersonRow } from '../../../db/queries/people.ts'
import type { Deps } from '../../deps.ts'
import { enqueueMail } from '../../mail/queue.ts'
import { Invalid, NotFound } from '../../web/errors.ts'
import { emailKey } from '../../web/fields.ts'
import { transact } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import { mailEmailChange } from '../mails.ts'
import { fullName } from '../../model/person.ts'
import { refuseTooMany } from '../../limits.ts'
import { cancelLinks, lookAtToken, takeToken } from '../tokens.ts'
import { endAccess } from '../end-access.ts'
import { proveOwner } from './passwords.ts'

export type Profile = { given_name: string; family_name: string; phone: string; locale: string }

export async function saveProfile(deps: Deps, viewer: Viewer, profile: Profile): Promise<void> {
  const id = viewer.personId ?? ''
  await transact(deps, async (tx) => {
    await updatePerson(tx, id, { ...profile, updated_at: deps.clock.iso() })
    await record(tx, { type: 'person.profile_saved', at: deps.clock.iso(), actorId: id, subject: id })
  })
}

/** The address does not change until the mailed link is opened. @throws Invalid, TooMany. */
export async function askForEmailChange(deps: Deps, viewer: Viewer, input: { email: string; password: string }) {
  const person = await ownerOf(deps, viewer, input.password)
  if (emailKey(input.email) === person.email_key) throw new Invalid({ email: 'accounts.error.same_email' })
  await refuseTooMany(deps, [{ limit: 'mails to a mailbox', of: emailKey(input.email) }])
  await transact(deps, async (tx) => {
    await cancelLinks(tx, person.id, ['email'])
    await mailEmailChange(tx, deps, person, input.email)
  })
}

/** A person without a password signed in by a mailed link, so there is no password to ask for again. */
async function ownerOf(deps: Deps, viewer: Viewer, password: string): Promise<PersonRow> {
  const person = await findPerson(deps.db, viewer.personId ?? '')
  if (!person) throw new NotFound()
  return person.password_hash ? proveOwner(deps, viewer, password, 'password') : person
}

/** Undefined when the link has expired or was used. */
export async function findEmailChange(deps: Deps, token: string): Promise<string | undefined> {
  return (await lookAtToken(deps.db, deps, 'email', token))?.content.email
}

/** Mails the old address and cancels links mailed to it. @throws NotFound when the link has expired or was used. */
export async function confirmEmail(deps: Deps, token: string): Promise<PersonRow> {
  return transact(deps, async (tx) => {
    const row = await takeToken(tx, deps, 'email', token)
    const email = row?.content.email
    const person = row?.person_id ? await findPerson(tx, row.person_id) : undefined
    if (!person || !email || person.disabled_at) throw new NotFound('accounts.link_over.text')
    const now = deps.clock.iso()
    const changes = { email, email_key: emailKey(email), email_verified_at: now, updated_at: now }
    await updatePerson(tx, person.id, changes)
    await endAccess(tx, person.id)
    await record(tx, { type: 'person.email_changed', at: now, actorId: person.id, subject: person.id })
    await enqueueMail(tx, deps, {
      dedupe: `email changed:${row!.hash}`,
      to: person.email,
      name: fullName(person),
      locale: person.locale,
      template: 'accounts/email-changed',
      params: { name: person.given_name, link: `${deps.config.publicUrl}/password/forgot` },
    })
    return (await findPerson(tx, person.id))!
  })
}
