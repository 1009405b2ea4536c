// SPDX-License-Identifier: AGPL-3.0-or-later
// Compte d'engagement citoyen (France): which hours count, who validates, and how far each declaration has come.
import type { Migration } from '../migrate.ts'

export const askCec: Migration = {
  name: '202611300058-ask-cec',
  sql: `
ALTER TABLE hours_categories ADD COLUMN cec_role TEXT NOT NULL DEFAULT '' CHECK (cec_role IN ('', 'governing', 'supervising')); -- internal
ALTER TABLE people ADD COLUMN validates_cec INTEGER NOT NULL DEFAULT 0 CHECK (validates_cec IN (0, 1)); -- personal

CREATE TABLE cec_files (
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, -- personal
  year INTEGER NOT NULL CHECK (year BETWEEN 2000 AND 2999), -- personal
  state TEXT NOT NULL CHECK (state IN ('begun', 'told', 'declared', 'validated', 'refused')), -- personal
  elsewhere_minutes INTEGER NOT NULL DEFAULT 0 CHECK (elsewhere_minutes BETWEEN 0 AND 527040), -- personal
  told_at TEXT, -- personal
  declared_on TEXT, -- personal
  decided_on TEXT, -- personal
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  decided_minutes INTEGER, -- personal
  reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 500), -- sensitive
  updated_at TEXT NOT NULL, -- personal
  PRIMARY KEY (person_id, year)
) STRICT;

CREATE INDEX cec_files_year ON cec_files (year, person_id);

CREATE INDEX cec_files_decided_by ON cec_files (decided_by);
`,
}
