// SPDX-License-Identifier: AGPL-3.0-or-later
// What the search has to know of each listing, apart from its texts, and which listings changed in which order: the index
// in memory is made from these two tables alone, so that no search reads the long rows of listings.
import type { Migration } from '../migrate.ts'

export const keepListingState: Migration = {
  name: '202611282134-keep-listing-state',
  sql: `
CREATE TABLE listing_state (
  id INTEGER PRIMARY KEY REFERENCES listings (id) ON DELETE CASCADE, -- public
  visible_from TEXT NOT NULL, -- public
  visible_until TEXT NOT NULL, -- public
  published_at TEXT NOT NULL, -- public
  is_listed INTEGER NOT NULL CHECK (is_listed IN (0, 1)), -- public
  is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)), -- public
  min_age INTEGER, -- public
  remaining INTEGER, -- public
  association_uri TEXT NOT NULL, -- public
  codes TEXT NOT NULL CHECK (json_valid(codes)), -- public
  places TEXT NOT NULL CHECK (json_valid(places)) -- public
) STRICT;

CREATE TABLE listing_changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, -- public
  listing_id INTEGER NOT NULL, -- public
  is_reworded INTEGER NOT NULL CHECK (is_reworded IN (0, 1)) -- public
) STRICT;
INSERT INTO listing_changes (listing_id, is_reworded) VALUES (0, 1);

INSERT INTO listing_state
  SELECT l.id, visible_from, visible_until, published_at, status = 'confirmed' AND applications <> 'closed',
    applications = 'open', min_age, remaining, association_uri,
    (SELECT json_group_array(kind || ':' || code ORDER BY kind, code) FROM listing_terms WHERE listing_id = l.id
      AND kind IN ('cause', 'activity', 'beneficiary', 'commitment', 'mode', 'time', 'accessible', 'group')),
    (SELECT json_group_array(json_array(latitude, longitude, place_code, department, region, name) ORDER BY position)
      FROM listing_places WHERE listing_id = l.id)
  FROM listings l;

DROP TABLE listing_terms;
DROP TABLE listing_places;
DROP INDEX listings_window;
DROP INDEX listings_newest;
DROP INDEX listings_association;
`,
}
