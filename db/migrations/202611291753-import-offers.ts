// SPDX-License-Identifier: AGPL-3.0-or-later
// Offers come in from a file: what was sent is kept for some days, and which draft was made of which row for longer, so
// that nothing comes in twice.
import type { Migration } from '../migrate.ts'

export const importOffers: Migration = {
  name: '202611291753-import-offers',
  sql: `
CREATE TABLE offer_imports (
  id TEXT PRIMARY KEY, -- internal
  content TEXT, -- personal
  columns TEXT NOT NULL, -- internal
  rows INTEGER NOT NULL CHECK (rows >= 1), -- internal
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  created_at TEXT NOT NULL -- personal
) STRICT;

CREATE INDEX offer_imports_created ON offer_imports (created_at);

CREATE INDEX offer_imports_created_by ON offer_imports (created_by);

CREATE TABLE offer_import_rows (
  import_id TEXT NOT NULL REFERENCES offer_imports (id) ON DELETE CASCADE, -- internal
  line INTEGER NOT NULL, -- internal
  hash TEXT NOT NULL, -- internal
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE, -- internal
  PRIMARY KEY (import_id, line)
) STRICT, WITHOUT ROWID;

CREATE INDEX offer_import_rows_hash ON offer_import_rows (hash);

CREATE INDEX offer_import_rows_offer ON offer_import_rows (offer_id);
`,
}
