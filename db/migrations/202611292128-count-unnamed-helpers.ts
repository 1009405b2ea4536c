// SPDX-License-Identifier: AGPL-3.0-or-later
// Helpers whose names nobody wrote down are counted: so many people, so long each.
import type { Migration } from '../migrate.ts'

export const countUnnamedHelpers: Migration = {
  name: '202611292128-count-unnamed-helpers',
  sql: `
CREATE TABLE hours_headcounts (
  id TEXT PRIMARY KEY, -- internal
  worked_on TEXT NOT NULL CHECK (worked_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'), -- internal
  people INTEGER NOT NULL CHECK (people BETWEEN -500 AND 500 AND people <> 0), -- internal
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 1440), -- internal
  category_id TEXT NOT NULL REFERENCES hours_categories (id), -- internal
  level_id TEXT REFERENCES hours_levels (id), -- internal
  offer_id TEXT REFERENCES offers (id) ON DELETE SET NULL, -- internal
  reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 500), -- internal
  entered_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  reverses_id TEXT UNIQUE REFERENCES hours_headcounts (id), -- internal
  created_at TEXT NOT NULL, -- internal
  form_id TEXT UNIQUE -- internal
) STRICT;

CREATE INDEX hours_headcounts_day ON hours_headcounts (worked_on, id);

CREATE INDEX hours_headcounts_offer ON hours_headcounts (offer_id);

CREATE INDEX hours_headcounts_entered_by ON hours_headcounts (entered_by);
`,
}
