// SPDX-License-Identifier: AGPL-3.0-or-later
// An offer of a member that was hidden for a time is not new again once it is shown.
import type { Migration } from '../migrate.ts'

export const dateMemberListings: Migration = {
  name: '202611300331-date-member-listings',
  sql: `
ALTER TABLE moderation_items ADD COLUMN first_listed_at TEXT; -- internal

UPDATE moderation_items SET first_listed_at = coalesce(
  (SELECT nullif(s.listed_at, '') FROM listings l JOIN listing_state s ON s.id = l.id
    WHERE l.offer_uri = moderation_items.offer_uri),
  accepted_at);
`,
}
