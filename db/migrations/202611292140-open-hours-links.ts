// SPDX-License-Identifier: AGPL-3.0-or-later
// Hours without an account: by the code at the kiosk of an event, or by the link of one person.
import type { Migration } from '../migrate.ts'

export const openHoursLinks: Migration = {
  name: '202611292140-open-hours-links',
  sql: `
CREATE TABLE hours_links (
  id TEXT PRIMARY KEY, -- internal
  hash TEXT NOT NULL UNIQUE, -- secret
  series INTEGER NOT NULL DEFAULT 1, -- internal
  offer_id TEXT UNIQUE REFERENCES offers (id) ON DELETE CASCADE, -- internal
  person_id TEXT UNIQUE REFERENCES people (id) ON DELETE CASCADE, -- personal
  category_id TEXT REFERENCES hours_categories (id), -- internal
  is_on INTEGER NOT NULL DEFAULT 1 CHECK (is_on IN (0, 1)), -- internal
  expires_on TEXT NOT NULL CHECK (expires_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'), -- internal
  used_at TEXT, -- personal
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  created_at TEXT NOT NULL, -- personal
  CHECK ((offer_id IS NULL) <> (person_id IS NULL))
) STRICT;

CREATE INDEX hours_links_created_by ON hours_links (created_by);

CREATE INDEX hours_links_category ON hours_links (category_id);

ALTER TABLE hours_entries ADD COLUMN link_id TEXT REFERENCES hours_links (id) ON DELETE SET NULL; -- internal

CREATE INDEX hours_entries_link ON hours_entries (link_id) WHERE link_id IS NOT NULL;

CREATE TABLE kiosk_lines (
  id TEXT PRIMARY KEY, -- internal
  offer_id TEXT REFERENCES offers (id) ON DELETE SET NULL, -- personal
  category_id TEXT NOT NULL REFERENCES hours_categories (id), -- personal
  given_name TEXT NOT NULL CHECK (length(given_name) <= 80), -- personal
  family_name TEXT NOT NULL CHECK (length(family_name) <= 80), -- personal
  worked_on TEXT NOT NULL CHECK (worked_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'), -- personal
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 1440), -- personal
  created_at TEXT NOT NULL, -- personal
  form_id TEXT UNIQUE -- internal
) STRICT;

CREATE INDEX kiosk_lines_offer ON kiosk_lines (offer_id);

CREATE INDEX kiosk_lines_category ON kiosk_lines (category_id);

CREATE INDEX kiosk_lines_name ON kiosk_lines (family_name, given_name);
`,
}
