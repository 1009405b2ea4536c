// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Reply } from '../../db/queries/gathered-mails.ts'
import { findAssociation, timeZoneOf, type AssociationRow } from '../../db/queries/association.ts'
import type { NewRow } from '../../db/schema.ts'
import { dateIn } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import type { Locale } from '../text/i18n.ts'
import type { MailName, MessageKey } from '../text/message-keys.ts'
import { siteOf } from '../web/site.ts'
import type { Tx } from '../web/transact.ts'
import { capital, withArticle } from '../text/wording.ts'
import type { Notice } from './notice.ts'
import { isReplyAddress } from './reply-address.ts'

export type MailRequest = {
  /** A mail with the same text here is queued only once. */
  dedupe: string
  to: string
  name?: string
  locale: string
  /** views/mail/<template>.hbs and .txt.hbs; subject: key mail.<template, dots for slashes>.subject */
  template: MailName
  params: Record<string, unknown>
  /** For what is gathered with others of its kind (gather.ts); absent for what leaves at once. */
  notice?: Notice
  /** Who reads an answer. Without it, the contact of the association; `site`: nobody here does, write to that site. */
  replyTo?: Reply | { name: string; site: string }
  /** An iCalendar file that goes with it. */
  calendar?: string
  /** The application or person that the mail opens: told when it is refused for good. */
  about?: string | undefined
  /** Where a mail program stops this kind of mail with one press (RFC 8058), for notices and new offers. */
  stopUrl?: string
}

/** The mail in the addressee's language, as a row that is due now. */
export async function composeMail(tx: Tx, deps: Deps, mail: MailRequest): Promise<NewRow<'mails'>> {
  const row = await findAssociation(tx)
  const today = dateIn(timeZoneOf(row), deps.clock.now())
  const t = deps.i18n.for(mail.locale as Locale, row?.time_zone, today)
  const site = siteOf(row, t, deps.config.publicUrl)
  const params = mail.params as Record<string, string>
  const named = withArticle(site.name, t.locale)
  const subject = capital(t(subjectOf(mail.template), { site: named, ...params }))
  const { publicUrl } = deps.config
  const reply = answerTo(mail, row, publicUrl)
  /** `above`: an answer to this mail is read here, when it is written above its first line. */
  const above = isReplyAddress(deps.config, reply.address)
  const foot = { reply: { ...reply, above }, above, noticesUrl: mail.notice?.of ? choicesUrl(deps) : '' }
  const model = {
    ...foot,
    stopUrl: mail.stopUrl ?? '',
    ...mail.params,
    t,
    site,
    named,
    subject,
    locale: t.locale,
    publicUrl,
  }
  const now = deps.clock.iso()
  return {
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
    reply_name: reply.address ? reply.name : '',
    reply_email: reply.address,
    calendar: mail.calendar ?? '',
    about: mail.about ?? null,
    stop_url: mail.stopUrl ?? '',
  }
}

/** Where a person chooses which notices they get. */
export const choicesUrl = ({ config }: Deps): string => `${config.publicUrl}/my/notices`

type Answer = { name: string; address: string; site: string }

/** `site`: where to write when `address` is ''; `name` is '' when it is ours. */
function answerTo({ replyTo }: MailRequest, row: AssociationRow | undefined, publicUrl: string): Answer {
  if (replyTo && 'site' in replyTo) return { ...replyTo, address: '' }
  const given =
    replyTo && replyTo.address !== '' ? replyTo : { name: row?.name ?? '', address: row?.contact_email ?? '' }
  return { address: given.address, name: given.address === '' ? '' : given.name, site: `${publicUrl}/legal` }
}

const subjectOf = (name: MailName) => `mail.${name.replace('/', '.')}.subject` as MessageKey
