// SPDX-License-Identifier: AGPL-3.0-or-later
// An hour is worth what its level is worth; a rate says by which method it was found, and who decided it.
import type { Migration } from '../migrate.ts'

export const setLevels: Migration = {
  name: '202611292125-set-levels',
  sql: `
CREATE TABLE hours_levels (
  id TEXT PRIMARY KEY, -- internal
  label TEXT NOT NULL, -- internal
  archived_at TEXT, -- internal
  created_at TEXT NOT NULL -- internal
) STRICT;

ALTER TABLE hours_categories ADD COLUMN level_id TEXT REFERENCES hours_levels (id); -- internal
ALTER TABLE hours_entries ADD COLUMN level_id TEXT REFERENCES hours_levels (id); -- personal
ALTER TABLE hours_rates ADD COLUMN level_id TEXT REFERENCES hours_levels (id) CHECK (level_id IS NULL OR category_id IS NULL); -- internal
ALTER TABLE hours_rates ADD COLUMN method TEXT NOT NULL DEFAULT 'flat' CHECK (method IN ('flat', 'minimum_wage', 'replacement', 'scale')); -- internal
ALTER TABLE hours_rates ADD COLUMN base_cents INTEGER; -- internal
ALTER TABLE hours_rates ADD COLUMN times_percent INTEGER; -- internal
ALTER TABLE hours_rates ADD COLUMN decision TEXT NOT NULL DEFAULT ''; -- internal

DROP INDEX hours_rates_from;
CREATE UNIQUE INDEX hours_rates_from ON hours_rates (coalesce(category_id, ''), coalesce(level_id, ''), valid_from);

DROP INDEX hours_entries_sums;
CREATE INDEX hours_entries_sums ON hours_entries (worked_on, person_id, category_id, level_id, minutes)
  WHERE state = 'approved';
`,
}
