// SPDX-License-Identifier: AGPL-3.0-or-later
// Volunteer hours: an append-only ledger, its categories and their dated hourly rates.
import type { Migration } from '../migrate.ts'

export const createHours: Migration = {
  name: '202611220920-create-hours',
  sql: `
CREATE TABLE hours_categories (
  id TEXT PRIMARY KEY,
  label TEXT NOT NULL,
  valued INTEGER NOT NULL DEFAULT 1 CHECK (valued IN (0, 1)),
  archived_at TEXT,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE hours_rates (
  id TEXT PRIMARY KEY,
  category_id TEXT REFERENCES hours_categories (id),
  cents_per_hour INTEGER NOT NULL CHECK (cents_per_hour BETWEEN 0 AND 1000000),
  currency TEXT NOT NULL CHECK (currency IN ('EUR', 'CAD')),
  valid_from TEXT NOT NULL,
  source TEXT NOT NULL DEFAULT '',
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX hours_rates_from ON hours_rates (coalesce(category_id, ''), valid_from);

CREATE TABLE hours_entries (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id),
  worked_on TEXT NOT NULL CHECK (worked_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN -1440 AND 1440 AND minutes <> 0),
  category_id TEXT NOT NULL REFERENCES hours_categories (id),
  offer_id TEXT REFERENCES offers (id) ON DELETE SET NULL,
  note TEXT NOT NULL DEFAULT '' CHECK (length(note) <= 1000),
  source TEXT NOT NULL CHECK (source IN ('self', 'coordinator')),
  entered_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  state TEXT NOT NULL CHECK (state IN ('submitted', 'approved', 'returned', 'replaced', 'withdrawn')),
  decided_at TEXT,
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  return_reason TEXT NOT NULL DEFAULT '',
  reverses_id TEXT UNIQUE REFERENCES hours_entries (id),
  replaces_id TEXT UNIQUE REFERENCES hours_entries (id),
  created_at TEXT NOT NULL,
  form_id TEXT UNIQUE
) STRICT;
CREATE INDEX hours_entries_person ON hours_entries (person_id, worked_on);
CREATE INDEX hours_entries_state ON hours_entries (state, worked_on);
CREATE INDEX hours_entries_day ON hours_entries (worked_on);
CREATE INDEX hours_entries_offer ON hours_entries (offer_id);
`,
}
