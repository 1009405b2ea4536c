// SPDX-License-Identifier: AGPL-3.0-or-later
import { findAffiliation, type AffiliationRow } from '../../db/queries/affiliations.ts'
import { listPeopleWith } from '../../db/queries/people.ts'
import type { MailName, MailOf } from '../text/message-keys.ts'
import type { Deps } from '../deps.ts'
import { enqueueSome } from '../mail/queue.ts'
import type { Event } from '../model/events.ts'
import type { Tx } from '../web/transact.ts'
import type { Right } from '../model/rights.ts'
import { capital, withArticle } from '../text/wording.ts'
import type { Notice, Notices } from './notices.ts'
import { isTooOften } from './often.ts'

/** Anybody can ask to join, withdraw the request, and ask again. */
const MOST_A_DAY = { each: 3, all: 20 }

type PartnerEvent =
  | 'affiliation.received'
  | 'affiliation.joined'
  | 'affiliation.declined'
  | 'affiliation.ended'
  | 'affiliation.pause_told'
  | 'affiliation.resumption_told'

const notice =
  <T extends PartnerEvent>(
    template: MailOf<'partners'>,
    rights: Right[],
    applies: (event: Event<T>, row: AffiliationRow) => boolean = () => true,
  ): Notice<T> =>
  async (tx, deps, event) => {
    const row = await findAffiliation(tx, event.subjectId)
    if (await isTooOften(tx, event, MOST_A_DAY)) return
    if (row && applies(event, row)) return mailAll(tx, deps, event, row, `partners/${template}`, rights)
  }

async function mailAll(tx: Tx, deps: Deps, event: Event, row: AffiliationRow, template: MailName, rights: Right[]) {
  const link = `${deps.config.publicUrl}/partners/${row.id}`
  const mails = (await listPeopleWith(tx, ...rights)).map((person) => ({
    dedupe: `event:${event.seq}:${template}:${person.id}`,
    to: person.email,
    name: `${person.given_name} ${person.family_name}`.trim(),
    locale: person.locale,
    template,
    notice: { kind: 'partners' as const, link, of: person },
    replyTo: { name: row.partner_name, site: row.partner_url },
    params: {
      name: person.given_name,
      // It begins each sentence.
      partner: capital(withArticle(row.partner_name, person.locale)),
      partnerUrl: row.partner_url,
      reason: row.paused_at === null ? row.reason : row.pause_reason,
      isCentre: row.partner_is === 'centre',
      link,
    },
  }))
  return enqueueSome(tx, deps, mails)
}

export const partnersNotices: Notices = {
  'affiliation.received': notice('received', ['association', 'moderation']),
  'affiliation.joined': notice('joined', ['association']),
  'affiliation.declined': notice('declined', ['association']),
  'affiliation.pause_told': notice('paused', ['association', 'offers']),
  'affiliation.resumption_told': notice('resumed', ['association', 'offers']),
  // No mail to the side that ended it, nor about a request withdrawn before the answer.
  'affiliation.ended': notice<'affiliation.ended'>(
    'ended',
    ['association'],
    ({ details }, { partner_is: is }) =>
      !details.by_us && details.was === 'active' && (is === 'centre' || is === 'member'),
  ),
}
