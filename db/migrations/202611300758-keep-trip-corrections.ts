// SPDX-License-Identifier: AGPL-3.0-or-later
// A coordinator corrects for what somebody travelled: what stood there before stays, with who changed it.
import type { Migration } from '../migrate.ts'

export const keepTripCorrections: Migration = {
  name: '202611300758-keep-trip-corrections',
  sql: `
CREATE TABLE trip_corrections (
  id TEXT PRIMARY KEY, -- internal
  trip_id TEXT NOT NULL REFERENCES trips (id) ON DELETE CASCADE, -- personal
  way TEXT NOT NULL CHECK (length(way) <= 200), -- personal
  project_id TEXT REFERENCES hours_projects (id), -- personal
  corrected_at TEXT NOT NULL, -- personal
  corrected_by TEXT REFERENCES people (id) ON DELETE SET NULL -- personal
) STRICT;

CREATE INDEX trip_corrections_trip ON trip_corrections (trip_id, corrected_at);

CREATE INDEX trip_corrections_project ON trip_corrections (project_id);

CREATE INDEX trip_corrections_corrected_by ON trip_corrections (corrected_by);
`,
}
