// SPDX-License-Identifier: AGPL-3.0-or-later
// Where a site says that it is at home, and an index of known centres. Filled in when documents are read again.
import type { Migration } from '../migrate.ts'

export const knowTowns: Migration = {
  name: '202611292225-know-towns',
  sql: `
ALTER TABLE fed_actors ADD COLUMN place_code TEXT NOT NULL DEFAULT ''; -- public
ALTER TABLE fed_actors ADD COLUMN place_name TEXT NOT NULL DEFAULT ''; -- public

CREATE INDEX fed_actors_centres ON fed_actors (search_key, uri) WHERE role IN ('centre', 'both');
`,
}
