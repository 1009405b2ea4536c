// SPDX-License-Identifier: AGPL-3.0-or-later
// Offers that go together: the page of each leads to the other, whichever of them names it.
import type { Migration } from '../migrate.ts'

export const linkListings: Migration = {
  name: '202611292205-link-listings',
  sql: `
CREATE TABLE listing_links (
  listing_id INTEGER NOT NULL REFERENCES listings (id) ON DELETE CASCADE, -- public
  other_uri TEXT NOT NULL, -- public
  PRIMARY KEY (listing_id, other_uri)
) STRICT, WITHOUT ROWID;

CREATE INDEX listing_links_other_uri ON listing_links (other_uri);
`,
}
