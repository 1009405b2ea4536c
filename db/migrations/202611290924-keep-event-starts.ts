// SPDX-License-Identifier: AGPL-3.0-or-later
// When an offer begins as an event, so that `upcomingEvents` is read in that order (FEP-8a8e). What is listed already
// gets midnight of UTC until it is listed again.
import type { Migration } from '../migrate.ts'

export const keepEventStarts: Migration = {
  name: '202611290924-keep-event-starts',
  sql: `
ALTER TABLE listing_state ADD COLUMN starts_at TEXT NOT NULL DEFAULT ''; -- public
UPDATE listing_state SET starts_at = coalesce((
  SELECT coalesce(starts_on, date(max(published_at, updated_at, visible_from), '+1 day')) || 'T00:00:00.000Z'
  FROM listings WHERE listings.id = listing_state.id
), '');
`,
}
