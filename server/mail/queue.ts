// SPDX-License-Identifier: AGPL-3.0-or-later
// Writes a mail in the transaction of the change it reports, so that it is not lost when the mail server is down.
import { findTimeZone } from '../../db/queries/association.ts'
import { insertMail, listKnownMails } from '../../db/queries/mails.ts'
import { isRestricted } from '../../db/queries/requests.ts'
import type { Deps } from '../deps.ts'
import { emailKey } from '../web/fields.ts'
import type { Tx } from '../web/transact.ts'
import { IS_ANSWER, mayWake } from './answers.ts'
import { composeMail, type MailRequest } from './compose.ts'
import { bundleOf, isWanted } from './notice.ts'
import { byDay } from './quiet-hours.ts'
import { stopLink } from './stop-link.ts'

/** A mailbox that refuses a notice is shown on the card of its person. The team is not told that it cannot be told. */
const aboutOf = ({ notice, template }: MailRequest): string | undefined =>
  notice?.of && template !== 'people/undelivered' ? `person:${notice.of.id}` : undefined

/** Mails that are written in one transaction: each takes about a millisecond. */
const AT_ONCE = 8

/**
 * In the addressee's language. Does nothing without an address, when they want no such notice, nor for whoever gets no
 * more than answers.
 */
export async function enqueueMail(tx: Tx, deps: Deps, mail: MailRequest): Promise<void> {
  if (!mail.to || !isWanted(mail.notice)) return
  if (!IS_ANSWER[mail.template] && (await isRestricted(tx, emailKey(mail.to), mail.name ?? ''))) return
  const { notice } = mail
  const stopUrl = mail.stopUrl ?? (notice?.of ? stopLink(deps, notice.of.id, [notice.kind]) : '')
  const composed = await composeMail(tx, deps, { ...mail, stopUrl, about: mail.about ?? aboutOf(mail) })
  const waits = notice && {
    ...(await bundleOf(tx, deps, notice)),
    kind: notice.kind,
    link: notice.link,
    line: notice.line ?? composed.subject,
  }
  const not_before = mayWake(mail.template) ? composed.not_before : byDay(composed.not_before, await findTimeZone(tx))
  await insertMail(tx, { ...composed, not_before, ...waits })
}

/**
 * Queues the next few of the mails that one event causes.
 * @returns `more` when others are left: to be called again, in another transaction, with the same mails.
 */
export async function enqueueSome(tx: Tx, deps: Deps, mails: readonly MailRequest[]): Promise<void | 'more'> {
  const known = await listKnownMails(
    tx,
    mails.map(({ dedupe }) => dedupe),
  )
  const waiting = mails.filter(({ dedupe, to, notice }) => to !== '' && isWanted(notice) && !known.has(dedupe))
  for (const mail of waiting.slice(0, AT_ONCE)) await enqueueMail(tx, deps, mail)
  if (waiting.length > AT_ONCE) return 'more'
}
