// SPDX-License-Identifier: AGPL-3.0-or-later
// Whoever opens a site may tick that they agree to be shown as its contact: the proof of it (GDPR, art. 7.1), and the day
// on which they took it back (art. 7.3).
import type { Migration } from '../migrate.ts'

export const keepConsents: Migration = {
  name: '202611291009-keep-consents',
  sql: `
CREATE TABLE consents (
  id TEXT PRIMARY KEY, -- internal
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, -- personal
  kind TEXT NOT NULL CHECK (kind IN ('contact')), -- personal
  wording TEXT NOT NULL, -- personal
  locale TEXT NOT NULL, -- personal
  way TEXT NOT NULL CHECK (way IN ('set_up')), -- personal
  published TEXT NOT NULL CHECK (json_valid(published)), -- personal
  given_at TEXT NOT NULL, -- personal
  withdrawn_at TEXT -- personal
) STRICT;

CREATE INDEX consents_person ON consents (person_id);
`,
}
