// SPDX-License-Identifier: AGPL-3.0-or-later
// Writes a mail in the transaction of the change it reports, so that it is not lost when the mail server is down.
import { findAssociation } from '../../db/queries/association.ts'
import { insertMail, listKnownMails } from '../../db/queries/mails.ts'
import { isRestricted } from '../../db/queries/requests.ts'
import { dateIn } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import type { Locale } from '../text/i18n.ts'
import type { MailName, MessageKey } from '../text/message-keys.ts'
import { emailKey } from '../web/fields.ts'
import { siteOf } from '../web/site.ts'
import type { Tx } from '../web/transact.ts'
import { capital, withArticle } from '../text/wording.ts'
import { IS_ANSWER } from './answers.ts'

/** Mails that are written in one transaction: each takes about a millisecond. */
const AT_ONCE = 8

export type MailRequest = {
  /** A mail with the same text here is queued only once. */
  dedupe: string
  to: string
  name?: string
  locale: string
  /** views/mail/<template>.hbs and .txt.hbs; subject: key mail.<template, dots for slashes>.subject */
  template: MailName
  params: Record<string, unknown>
}

/** In the addressee's language. Does nothing without an address, nor for whoever gets no more than answers. */
export async function enqueueMail(tx: Tx, deps: Deps, mail: MailRequest): Promise<void> {
  if (!mail.to) return
  if (!IS_ANSWER[mail.template] && (await isRestricted(tx, emailKey(mail.to), mail.name ?? ''))) return
  const row = await findAssociation(tx)
  const today = dateIn(row?.time_zone ?? 'Europe/Paris', deps.clock.now())
  const t = deps.i18n.for(mail.locale as Locale, row?.time_zone, today)
  const site = siteOf(row, t, deps.config.publicUrl)
  const params = mail.params as Record<string, string>
  const named = withArticle(site.name, t.locale)
  const subject = capital(t(subjectOf(mail.template), { site: named, ...params }))
  const model = { ...mail.params, t, site, named, subject, locale: t.locale, publicUrl: deps.config.publicUrl }
  const now = deps.clock.iso()
  await insertMail(tx, {
    id: deps.newId(),
    dedupe: mail.dedupe,
    template: mail.template,
    to_email: mail.to,
    to_name: mail.name ?? '',
    locale: t.locale,
    subject: subject.replaceAll(/[\r\n]+/g, ' '),
    body_text: deps.views.page(`mail/${mail.template}.txt`, 'mail.txt', model),
    body_html: deps.views.page(`mail/${mail.template}`, 'mail', model),
    state: 'queued',
    not_before: now,
    created_at: now,
  })
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
  const waiting = mails.filter(({ dedupe, to }) => to !== '' && !known.has(dedupe))
  for (const mail of waiting.slice(0, AT_ONCE)) await enqueueMail(tx, deps, mail)
  if (waiting.length > AT_ONCE) return 'more'
}

const subjectOf = (name: MailName) => `mail.${name.replace('/', '.')}.subject` as MessageKey
