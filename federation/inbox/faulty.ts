// SPDX-License-Identifier: AGPL-3.0-or-later
// A member’s offer that this site cannot read: it is set aside, and its association is told why, once for each revision;
// an Offer is always answered, because its association waits for that, and offers nothing again before.
import { getAssociation } from '../../db/queries/association.ts'
import { wasRejected } from '../../db/queries/fed-activities.ts'
import { fieldLabel } from '../../server/public-offer/comments.ts'
import type { Translator } from '../../server/text/i18n.ts'
import type { JsonObject } from '../plain-json.ts'
import { openPublisher } from '../publisher.ts'
import * as activities from '../translate/activities.ts'
import { ignore, type Apply, type Parts, type Received } from './handler.ts'

/** As in `refusal_reason` of the taxonomies. */
const UNREADABLE = 'unreadable'

/** What is wrong with the offer itself. Who sent it, or how it was fetched, is told to nobody. */
const FAULTS = /^(?:not_public|not_an_offer|not_an_event|window_unusable|field_unusable:.*)$/

export type Unread = { ok: false; reason: string; revision?: number }

export const revisionOf = ({ revision }: JsonObject): number | undefined =>
  typeof revision === 'number' && Number.isSafeInteger(revision) && revision > 0 ? revision : undefined

/** @param received of a member, whose signature was proved. */
export function setAside(parts: Parts, { id, type, actor }: Received, offerUri: string, unread: Unread): Apply {
  const { reason, revision } = unread
  if (!FAULTS.test(reason)) return ignore(reason)
  return async (tx) => {
    const isTold = type !== 'Offer' && (await wasRejected(tx, { offerUri, actor, revision: revision ?? null }))
    const publisher = isTold ? undefined : await openPublisher(parts, tx)
    if (publisher) {
      const t = parts.deps.i18n.for((await getAssociation(tx)).locale)
      const told = { code: UNREADABLE, words: wordsFor(t, reason), ...(revision && { revision }) }
      const activity = activities.reject(publisher.head(), id, actor, told)
      await publisher.send({ ...activity, terms: { decision: 'refused', fault: reason } }, offerUri)
    }
    return { ignored: reason }
  }
}

function wordsFor(t: Translator, reason: string): string {
  const [fault, path = ''] = reason.split(':')
  const field =
    fault === 'window_unusable' ? t('moderation.unreadable.window') : fieldLabel(t, path.split('.')[0] ?? '')
  return field ? t('moderation.unreadable.field', { field }) : t('moderation.unreadable.offer')
}
