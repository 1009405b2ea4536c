// SPDX-License-Identifier: AGPL-3.0-or-later
// Whoever is younger than an age comes with the permission of a parent or guardian; the association sets that age.
import type { Migration } from '../migrate.ts'

export const askGuardians: Migration = {
  name: '202611291834-ask-guardians',
  sql: `
ALTER TABLE association ADD COLUMN guardian_age INTEGER NOT NULL DEFAULT 18 CHECK (guardian_age BETWEEN 0 AND 25); -- public

CREATE TABLE application_guardians (
  application_id TEXT PRIMARY KEY REFERENCES applications (id) ON DELETE CASCADE, -- personal
  guardian_name TEXT NOT NULL CHECK (length(guardian_name) <= 160), -- personal
  guardian_email TEXT NOT NULL CHECK (length(guardian_email) <= 254), -- personal
  wording TEXT NOT NULL DEFAULT '', -- personal
  asked_at TEXT, -- personal
  reminded_at TEXT, -- personal
  given_at TEXT, -- personal
  noted_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  withdrawn_at TEXT -- personal
) STRICT;

CREATE INDEX application_guardians_waiting ON application_guardians (asked_at)
  WHERE asked_at IS NOT NULL AND reminded_at IS NULL AND given_at IS NULL AND withdrawn_at IS NULL;

CREATE INDEX application_guardians_noted_by ON application_guardians (noted_by);
`,
}
