// SPDX-License-Identifier: AGPL-3.0-or-later
import { findLastMessage } from '../../db/queries/offer-messages.ts'
import { findOffer } from '../../db/queries/offers.ts'
import { listSubmissions } from '../../db/queries/submissions.ts'
import { offerUri } from '../public-offer/public-offer.ts'
import { siteOfPartner } from './partner-site.ts'
import { tellDecision } from '../offers/mails.ts'
import type { Notices } from './notices.ts'

export const offersNotices: Notices = {
  'submission.decided': async (tx, deps, event) => {
    const offer = await findOffer(tx, event.subjectId)
    if (!offer) return
    const row = (await listSubmissions(tx, offer.id)).find((one) => one.centre_uri === event.details.centre)
    if (!row) return
    const last = await findLastMessage(tx, { offer_uri: offerUri(deps, offer.id), partner_uri: row.centre_uri })
    await tellDecision(tx, deps, offer, {
      seq: event.seq,
      decision: event.details.decision,
      centre: row.centre_name ?? row.centre_uri,
      site: await siteOfPartner(tx, row.centre_uri),
      reasonCode: row.reason_code,
      note: row.note,
      comments: event.details.decision === 'changes_requested' && last?.is_ours === 0 ? last.comments : {},
      online: row.accepted_revision !== null,
    })
  },
}
