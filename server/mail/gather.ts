// SPDX-License-Identifier: AGPL-3.0-or-later
// Notices to one person about one subject become one mail: each is written in full with its event, and when one is due,
// all that are due with it leave as a list. A notice that is alone leaves as it was written.
import * as gathered from '../../db/queries/gathered-mails.ts'
import type { MailRow } from '../../db/queries/mails.ts'
import type { Deps } from '../deps.ts'
import { NOTICE_KINDS, type NoticeKind } from '../model/notice-choices.ts'
import type { Locale, Translator } from '../text/i18n.ts'
import type { Tx } from '../web/transact.ts'
import { choicesUrl, composeMail } from './compose.ts'
import { stopLink } from './stop-link.ts'

/** Of each subject; the rest is behind a link to all. */
export const MOST_LINES = 20

/** The page with all of a kind, and what the list says of it. */
const KINDS = {
  applications: { all: '/work/applications', news: 'mail.notices.news.applications' },
  approvals: { all: '/work/hours', news: 'mail.notices.news.approvals' },
  enquiries: { all: '/work/enquiries', news: 'mail.notices.news.enquiries' },
  help: { all: '/operator/help', news: 'mail.notices.news.help' },
  offers: { all: '/work/offers', news: 'mail.notices.news.offers' },
  decisions: { all: '/work/offers', news: 'mail.notices.news.decisions' },
  moderation: { all: '/moderation', news: 'mail.notices.news.moderation' },
  reports: { all: '/reports', news: 'mail.notices.news.reports' },
  partners: { all: '/partners', news: 'mail.notices.news.partners' },
  hours: { all: '/my/hours', news: 'mail.notices.news.hours' },
  usual: { all: '/my/hours', news: 'mail.notices.news.usual' },
  thanks: { all: '/my/hours', news: 'mail.notices.news.thanks' },
  invitations: { all: '/offers', news: 'mail.notices.news.invitations' },
} as const satisfies Record<NoticeKind, object>

/**
 * Called with a mail that was just taken, in the same transaction.
 * @returns the mail to send: itself, or a list that replaces it and what is due with it.
 */
export async function gatherDue(tx: Tx, deps: Deps, mail: MailRow, now: string): Promise<MailRow> {
  if (mail.bundle === null || mail.attempts > 1 || !(await gathered.hasCompany(tx, mail, now))) return mail
  const id = deps.newId()
  await gathered.markGathered(tx, mail, id, now)
  const found = await gathered.readGathered(tx, id, MOST_LINES)
  const t = deps.i18n.for(mail.locale as Locale)
  const [personId = ''] = mail.bundle.split(' ')
  const isPersons = personId !== 'association'
  const composed = await composeMail(tx, deps, {
    dedupe: `gathered:${mail.id}:${now}`,
    to: mail.to_email,
    name: mail.to_name,
    locale: mail.locale,
    template: 'notices/gathered',
    ...(found.reply && { replyTo: found.reply }),
    ...(isPersons && { stopUrl: stopLink(deps, personId, kindsIn(found)), about: `person:${personId}` }),
    params: {
      ...listOf(t, deps.config.publicUrl, found),
      noticesUrl: isPersons ? choicesUrl(deps) : '',
    },
  })
  const lease = { state: 'sending' as const, attempts: 1, lease_until: mail.lease_until }
  return gathered.insertGathering(tx, { ...composed, id, ...lease })
}

const kindsIn = ({ counts }: Pick<gathered.Gathered, 'counts'>) => NOTICE_KINDS.filter((kind) => counts.has(kind))

function listOf(t: Translator, publicUrl: string, { lines, counts }: gathered.Gathered) {
  const kinds = kindsIn({ counts })
  const news = kinds.map((kind) => t.n(KINDS[kind].news, counts.get(kind) ?? 0))
  const sections = kinds.map((kind, at) => {
    const own = lines.filter((line) => line.kind === kind)
    const rest = (counts.get(kind) ?? 0) - own.length
    return {
      heading: kinds.length > 1 ? news[at] : '',
      lines: own.map(({ line, link }) => ({ line, link })),
      more: rest > 0 ? t.n('mail.notices.more', rest) : '',
      all: publicUrl + KINDS[kind].all,
    }
  })
  return { news: t.list(news), sections }
}
