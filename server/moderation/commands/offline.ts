// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ItemChanges, ItemRow } from '../../../db/queries/moderation.ts'

/** The last text stays readable for moderators. */
export function offline(item: ItemRow): ItemChanges {
  return {
    accepted_offer: null,
    accepted_revision: null,
    accepted_hash: null,
    pending_offer: item.pending_offer ?? item.accepted_offer,
    pending_revision: item.pending_revision ?? item.accepted_revision,
    pending_since: null,
    answered_offer: item.accepted_offer ?? item.answered_offer,
    taken_by: null,
    taken_at: null,
  }
}
