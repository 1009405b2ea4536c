// SPDX-License-Identifier: AGPL-3.0-or-later
// What somebody types in the form of an offer is kept before it is saved, so that a closed tab loses nothing. An empty
// text says that the page with this form was saved or dropped: what it sends late is not kept again.
import type { Migration } from '../migrate.ts'

export const keepTypedOffers: Migration = {
  name: '202611291750-keep-typed-offers',
  sql: `
CREATE TABLE typed_offers (
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, -- personal
  offer_id TEXT NOT NULL, -- personal
  form_id TEXT NOT NULL, -- internal
  typed TEXT NOT NULL, -- personal
  kept_at TEXT NOT NULL, -- personal
  PRIMARY KEY (person_id, offer_id)
) STRICT;

CREATE INDEX typed_offers_kept_at ON typed_offers (kept_at);
`,
}
