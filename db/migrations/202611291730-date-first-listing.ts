// SPDX-License-Identifier: AGPL-3.0-or-later
// An offer that was paused is not new again once it goes on; and a day without a part is found under each part.
import type { Migration } from '../migrate.ts'

export const dateFirstListing: Migration = {
  name: '202611291730-date-first-listing',
  sql: `
ALTER TABLE offers ADD COLUMN first_listed_at TEXT; -- internal

UPDATE offers SET first_listed_at = coalesce(
  (SELECT nullif(s.listed_at, '') FROM listings l JOIN listing_state s ON s.id = l.id WHERE l.offer_id = offers.id),
  published_at);

UPDATE listing_state SET codes = (
  SELECT json_group_array(code) FROM (
    SELECT value AS code FROM json_each(listing_state.codes)
    UNION SELECT 'part:' || value FROM json_each('["morning","midday","afternoon","evening","night"]')))
WHERE EXISTS (SELECT 1 FROM json_each(listing_state.codes) WHERE value LIKE 'slot:%' AND value NOT LIKE '%-%');
`,
}
