// SPDX-License-Identifier: AGPL-3.0-or-later
// Mails with a one-time link, queued in the transaction that stores its hash.
import type { PersonRow } from '../../db/queries/people.ts'
import type { Deps } from '../deps.ts'
import { enqueueMail } from '../mail/queue.ts'
import { fullName } from '../model/person.ts'
import type { MailName } from '../text/message-keys.ts'
import type { Tx } from '../web/transact.ts'
import { issueToken } from './tokens.ts'

export type Addressee = Pick<PersonRow, 'id' | 'email' | 'given_name' | 'family_name' | 'locale' | 'member_number'>

/** The caller cancels earlier invitations. */
export async function mailInvitation(tx: Tx, deps: Deps, person: Addressee): Promise<void> {
  const token = await issueToken(tx, deps, 'welcome', { personId: person.id })
  await mailLink(tx, deps, person, 'accounts/invitation', `/welcome/${token}`, token, `person:${person.id}`)
}

/** The link of an invitation, for a mail that says more; '' for whoever has joined. */
export async function welcomeLink(tx: Tx, deps: Deps, person: Pick<PersonRow, 'id' | 'invited_at'>): Promise<string> {
  if (person.invited_at === null) return ''
  return `${deps.config.publicUrl}/welcome/${await issueToken(tx, deps, 'welcome', { personId: person.id })}`
}

/** @param people who may sign in with the link: everyone who shares the mailbox, or the one asked for by number. */
export async function mailSignInLink(tx: Tx, deps: Deps, people: readonly PersonRow[]): Promise<void> {
  const [person] = people
  if (!person) return
  const content = { people: people.map(({ id, access_version }) => `${id} ${access_version}`).join(',') }
  const token = await issueToken(tx, deps, 'sign-in', { content })
  await mailLink(tx, deps, person, 'accounts/sign-in-link', `/sign-in/link/${token}`, token)
}

/** One mail to the mailbox, with a link for each person. */
export async function mailPasswordLinks(tx: Tx, deps: Deps, people: Addressee[]): Promise<void> {
  const [first] = people
  if (!first) return
  const links: { name: string; number: string; link: string }[] = []
  for (const person of people) {
    const token = await issueToken(tx, deps, 'password', { personId: person.id })
    links.push({
      name: fullName(person),
      number: String(person.member_number),
      link: `${deps.config.publicUrl}/password/${token}`,
    })
  }
  const params = { name: first.given_name, links, several: links.length > 1 }
  await enqueue(tx, deps, first, 'accounts/password-reset', params, links[0]!.link)
}

/** Sent to a person without a password who asks to be erased. */
export async function mailErasure(tx: Tx, deps: Deps, person: Addressee): Promise<void> {
  const token = await issueToken(tx, deps, 'erasure', { personId: person.id })
  await mailLink(tx, deps, person, 'accounts/erasure', `/erasure/${token}`, token)
}

/** Sent to the present address of a person without a password. */
export async function mailLeaving(tx: Tx, deps: Deps, person: Addressee, email: string): Promise<void> {
  const token = await issueToken(tx, deps, 'email-leave', { personId: person.id, content: { email } })
  const params = { name: person.given_name, email, link: `${deps.config.publicUrl}/email/leaving/${token}` }
  await enqueue(tx, deps, person, 'accounts/email-leave', params, token)
}

/**
 * Sent to the new address, to prove that the person can read it. Without their name: nobody has proved that the mailbox
 * is theirs, and a name can be written for somebody else’s eyes.
 */
export async function mailEmailChange(tx: Tx, deps: Deps, person: Addressee, email: string): Promise<void> {
  const token = await issueToken(tx, deps, 'email', { personId: person.id, content: { email } })
  const to = { ...person, email, given_name: '', family_name: '' }
  await enqueue(tx, deps, to, 'accounts/email-change', { link: `${deps.config.publicUrl}/email/${token}` }, token)
}

/** Sent to the old address: the link takes the change back. */
export async function mailAddressChanged(tx: Tx, deps: Deps, person: Addressee): Promise<void> {
  const token = await issueToken(tx, deps, 'email-undo', { subjectId: person.id, content: { email: person.email } })
  await mailLink(tx, deps, person, 'accounts/email-changed', `/email/undo/${token}`, token)
}

async function mailLink(
  tx: Tx,
  deps: Deps,
  to: Addressee,
  template: MailName,
  path: string,
  token: string,
  about?: string,
) {
  await enqueue(tx, deps, to, template, { name: to.given_name, link: deps.config.publicUrl + path }, token, about)
}

async function enqueue(
  tx: Tx,
  deps: Deps,
  to: Addressee,
  template: MailName,
  params: Record<string, unknown>,
  once: string,
  about?: string,
): Promise<void> {
  await enqueueMail(tx, deps, {
    dedupe: `token:${deps.secrets.hash(once)}`,
    to: to.email,
    name: fullName(to),
    locale: to.locale,
    template,
    ...(about && { about }),
    params,
  })
}
