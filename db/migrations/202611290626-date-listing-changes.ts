// SPDX-License-Identifier: AGPL-3.0-or-later
// When a listing changed, so that feeds change with what they show, and not with whatever else happens.
import type { Migration } from '../migrate.ts'

export const dateListingChanges: Migration = {
  name: '202611290626-date-listing-changes',
  sql: `
ALTER TABLE listing_changes ADD COLUMN at TEXT NOT NULL DEFAULT ''; -- public
UPDATE listing_changes SET at = coalesce((SELECT at FROM events ORDER BY seq DESC LIMIT 1), '')
  WHERE seq = (SELECT max(seq) FROM listing_changes);
`,
}
