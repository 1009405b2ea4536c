// SPDX-License-Identifier: AGPL-3.0-or-later
// A new e-mail address. Who has a password proves it; whoever has none is asked at the present mailbox first, because a
// session alone is no proof. The old mailbox can undo the change for some days.
import { record } from '../../../db/queries/events.ts'
import { findPerson, updatePerson, type PersonRow } from '../../../db/queries/people.ts'
import { deleteTokensAbout } from '../../../db/queries/tokens.ts'
import type { Deps } from '../../deps.ts'
import { Invalid, NotFound } from '../../web/errors.ts'
import { emailKey } from '../../web/fields.ts'
import { transact, type Handle, type Tx } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import { refuseTooMany } from '../../limits.ts'
import { endAccess } from '../end-access.ts'
import { mailAddressChanged, mailEmailChange, mailLeaving } from '../mails.ts'
import { cancelLinks, issueToken, lookAtToken, takeToken, type Purpose } from '../tokens.ts'
import { proveOwner } from './passwords.ts'
import { clearSecondFactor } from './second-factor.ts'

type Asked = { email: string; password: string }

/**
 * The address does not change until the mailed link is opened.
 * @param network of the request, because one person must not write to many unknown people.
 * @returns whose mailbox is asked first. @throws Invalid, TooMany.
 */
export async function askForEmailChange(deps: Deps, viewer: Viewer, { email, password }: Asked, network: string) {
  const person = await findPerson(deps.db, viewer.personId ?? '')
  if (!person) throw new NotFound()
  await proveForEmail(deps, viewer, password)
  if (emailKey(email) === person.email_key) throw new Invalid({ email: 'accounts.error.same_email' })
  await refuseTooMany(deps, [
    { limit: 'mails to a mailbox', of: emailKey(email) },
    { limit: 'changes of address', of: person.id },
    { limit: 'mails from a network', of: network },
  ])
  const asksPresent = !person.password_hash && person.email !== ''
  await transact(deps, async (tx) => {
    await cancelLinks(tx, person.id, ['email', 'email-leave'])
    await (asksPresent ? mailLeaving(tx, deps, person, email) : mailEmailChange(tx, deps, person, email))
  })
  return asksPresent ? person.email : email
}

/** Nothing for somebody without a password. @throws Invalid at `password`, TooMany. */
export async function proveForEmail(deps: Deps, viewer: Viewer, password: string): Promise<void> {
  const known = await findPerson(deps.db, viewer.personId ?? '')
  if (known?.password_hash) await proveOwner(deps, viewer, password, 'password')
}

export type EmailChange = { person: PersonRow; email: string }

/** Undefined when the link has expired or was used, or when the person is disabled. */
export async function findEmailChange(deps: Deps, purpose: EmailPurpose, token: string) {
  return changeOf(deps.db, await lookAtToken(deps.db, deps, purpose, token))
}
type EmailPurpose = Extract<Purpose, 'email' | 'email-leave' | 'email-undo'>

async function changeOf(db: Handle, row: Awaited<ReturnType<typeof lookAtToken>>): Promise<EmailChange | undefined> {
  const person = await findPerson(db, row?.person_id ?? row?.subject_id ?? '')
  const email = row?.content['email']
  return person && email && !person.disabled_at ? { person, email } : undefined
}

async function takeChange(tx: Tx, deps: Deps, purpose: EmailPurpose, token: string): Promise<EmailChange> {
  const change = await changeOf(tx, await takeToken(tx, deps, purpose, token))
  if (!change) throw new NotFound('accounts.link_over.text')
  return change
}

/** The present mailbox says yes; the new one is asked now. @returns the new one. @throws NotFound. */
export async function agreeToLeave(deps: Deps, token: string): Promise<string> {
  return transact(deps, async (tx) => {
    const { person, email } = await takeChange(tx, deps, 'email-leave', token)
    await mailEmailChange(tx, deps, person, email)
    return email
  })
}

/** Ends the access of before, and mails the old address. @returns the person as they are now. @throws NotFound. */
export async function confirmEmail(deps: Deps, token: string): Promise<PersonRow> {
  return transact(deps, async (tx) => {
    const { person, email } = await takeChange(tx, deps, 'email', token)
    await saveAddress(tx, deps, person, email)
    await mailAddressChanged(tx, deps, person)
    return (await findPerson(tx, person.id))!
  })
}

/**
 * By the link in the mail to the old address: it comes back, and whoever came in meanwhile is out, with their password
 * and their second factor. @returns a link path to choose a password. @throws NotFound.
 */
export async function undoEmailChange(deps: Deps, token: string): Promise<string> {
  return transact(deps, async (tx) => {
    const at = (await lookAtToken(tx, deps, 'email-undo', token))?.created_at ?? ''
    const { person, email } = await takeChange(tx, deps, 'email-undo', token)
    await saveAddress(tx, deps, person, email)
    await updatePerson(tx, person.id, { password_hash: null, password_set_at: deps.clock.iso() })
    if (person.totp_confirmed_at && person.totp_confirmed_at >= at) await clearSecondFactor(tx, deps, person.id, null)
    // Those of later changes were mailed to whoever made them.
    await deleteTokensAbout(tx, person.id, 'email-undo')
    return `/password/${await issueToken(tx, deps, 'password', { personId: person.id })}`
  })
}

async function saveAddress(tx: Tx, deps: Deps, { id }: PersonRow, email: string): Promise<void> {
  const now = deps.clock.iso()
  await updatePerson(tx, id, { email, email_key: emailKey(email), email_verified_at: now, updated_at: now })
  await endAccess(tx, id)
  await record(tx, { type: 'person.email_changed', at: now, actorId: id, subject: id })
}
