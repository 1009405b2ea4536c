// SPDX-License-Identifier: AGPL-3.0-or-later
import { findItem } from '../../db/queries/moderation.ts'
import { findLastMessage } from '../../db/queries/offer-messages.ts'
import { enqueueSome } from '../mail/queue.ts'
import { readersOf } from '../moderation/mails.ts'
import type { Notices } from './notices.ts'
import { isTooOften } from './often.ts'
import { siteOfPartner } from './partner-site.ts'

const MOST_A_DAY = { each: 3, all: 200 }

export const moderationNotices: Notices = {
  'moderation.received': async (tx, deps, event) => {
    const item = await findItem(tx, event.subjectId)
    // Decided or withdrawn before the mail was written.
    if (!item || (item.state !== 'pending' && item.state !== 'in_review')) return
    if (await isTooOften(tx, event, MOST_A_DAY)) return
    const link = `${deps.config.publicUrl}/moderation/${item.id}`
    const last = await findLastMessage(tx, { offer_uri: item.offer_uri, partner_uri: item.association_uri })
    const answer = last?.is_ours === 0 && last.revision === item.latest_revision ? last.words : ''
    const site = await siteOfPartner(tx, item.association_uri)
    const mails = (await readersOf(tx)).map((person) => ({
      dedupe: `event:${event.seq}:moderation.received:${person.id}`,
      to: person.email,
      name: `${person.given_name} ${person.family_name}`.trim(),
      locale: person.locale,
      template: 'moderation/received' as const,
      notice: { kind: 'moderation' as const, link, of: person },
      replyTo: { name: item.association_name, site },
      params: {
        name: person.given_name,
        offer: item.title,
        association: item.association_name,
        isUpdate: event.details.update,
        answer,
        link,
      },
    }))
    return enqueueSome(tx, deps, mails)
  },
}
