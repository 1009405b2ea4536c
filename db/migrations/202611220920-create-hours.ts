// SPDX-License-Identifier: AGPL-3.0-or-later
// Volunteer hours: an append-only ledger, its categories and their dated hourly rates.
import type { Migration } from '../migrate.ts'

export const createHours: Migration = {
  name: '202611220920-create-hours',
  sql: `
CREATE TABLE hours_categories (
  id TEXT PRIMARY KEY, -- internal
  label TEXT NOT NULL, -- internal
  valued INTEGER NOT NULL DEFAULT 1 CHECK (valued IN (0, 1)), -- internal
  archived_at TEXT, -- internal
  created_at TEXT NOT NULL -- internal
) STRICT;

CREATE TABLE hours_rates (
  id TEXT PRIMARY KEY, -- internal
  category_id TEXT REFERENCES hours_categories (id), -- internal
  cents_per_hour INTEGER NOT NULL CHECK (cents_per_hour BETWEEN 0 AND 1000000), -- internal
  currency TEXT NOT NULL CHECK (currency IN ('EUR', 'CAD')), -- internal
  valid_from TEXT NOT NULL, -- internal
  source TEXT NOT NULL DEFAULT '', -- internal
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  created_at TEXT NOT NULL -- internal
) STRICT;
CREATE UNIQUE INDEX hours_rates_from ON hours_rates (coalesce(category_id, ''), valid_from);

CREATE TABLE hours_entries (
  id TEXT PRIMARY KEY, -- internal
  person_id TEXT NOT NULL REFERENCES people (id), -- personal
  worked_on TEXT NOT NULL CHECK (worked_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'), -- personal
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN -1440 AND 1440 AND minutes <> 0), -- personal
  category_id TEXT NOT NULL REFERENCES hours_categories (id), -- personal
  offer_id TEXT REFERENCES offers (id) ON DELETE SET NULL, -- personal
  note TEXT NOT NULL DEFAULT '' CHECK (length(note) <= 1000), -- sensitive
  source TEXT NOT NULL CHECK (source IN ('self', 'coordinator')), -- personal
  entered_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  state TEXT NOT NULL CHECK (state IN ('submitted', 'approved', 'returned', 'replaced', 'withdrawn')), -- personal
  decided_at TEXT, -- personal
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  return_reason TEXT NOT NULL DEFAULT '', -- sensitive
  reverses_id TEXT UNIQUE REFERENCES hours_entries (id), -- personal
  replaces_id TEXT UNIQUE REFERENCES hours_entries (id), -- personal
  created_at TEXT NOT NULL, -- personal
  form_id TEXT UNIQUE -- internal
) STRICT;
CREATE INDEX hours_entries_person ON hours_entries (person_id, worked_on);
CREATE INDEX hours_entries_state ON hours_entries (state, worked_on);
CREATE INDEX hours_entries_day ON hours_entries (worked_on);
CREATE INDEX hours_entries_offer ON hours_entries (offer_id);
`,
}
