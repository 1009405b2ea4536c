// SPDX-License-Identifier: AGPL-3.0-or-later
// The register of incidents with personal data (GDPR, art. 33.5; Québec: Regulation respecting confidentiality incidents,
// s. 7). It has no column for a person, and its form asks for no name.
import type { Migration } from '../migrate.ts'

export const noteIncidents: Migration = {
  name: '202611290934-note-incidents',
  sql: `
CREATE TABLE privacy_incidents (
  id TEXT PRIMARY KEY, -- internal
  happened_on TEXT NOT NULL CHECK (happened_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'), -- internal
  known_on TEXT NOT NULL CHECK (known_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'), -- internal
  what TEXT NOT NULL, -- internal
  data TEXT NOT NULL, -- internal
  people_count INTEGER CHECK (people_count >= 0), -- internal
  is_serious INTEGER NOT NULL CHECK (is_serious IN (0, 1)), -- internal
  seriousness TEXT NOT NULL, -- internal
  measures TEXT NOT NULL DEFAULT '', -- internal
  authority_told_on TEXT, -- internal
  people_told_on TEXT, -- internal
  told TEXT NOT NULL DEFAULT '', -- internal
  created_at TEXT NOT NULL, -- internal
  updated_at TEXT NOT NULL, -- internal
  version INTEGER NOT NULL DEFAULT 1 -- internal
) STRICT;

CREATE INDEX privacy_incidents_known ON privacy_incidents (known_on, id);
`,
}
