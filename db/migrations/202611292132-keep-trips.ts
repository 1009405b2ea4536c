// SPDX-License-Identifier: AGPL-3.0-or-later
// Kilometres of volunteers, apart from their hours: paid back, or left to the association in writing.
import type { Migration } from '../migrate.ts'

export const keepTrips: Migration = {
  name: '202611292132-keep-trips',
  sql: `
CREATE TABLE trips (
  id TEXT PRIMARY KEY, -- internal
  person_id TEXT NOT NULL REFERENCES people (id), -- personal
  travelled_on TEXT NOT NULL CHECK (travelled_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'), -- personal
  metres INTEGER NOT NULL CHECK (metres BETWEEN -2000000 AND 2000000 AND metres <> 0), -- personal
  way TEXT NOT NULL CHECK (length(way) <= 200), -- personal
  choice TEXT NOT NULL CHECK (choice IN ('reimburse', 'waive')), -- personal
  waiver TEXT NOT NULL DEFAULT '' CHECK (length(waiver) <= 500), -- personal
  hours_id TEXT REFERENCES hours_entries (id) ON DELETE SET NULL, -- personal
  entered_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  state TEXT NOT NULL CHECK (state IN ('submitted', 'approved', 'returned', 'withdrawn')), -- personal
  decided_at TEXT, -- personal
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  return_reason TEXT NOT NULL DEFAULT '' CHECK (length(return_reason) <= 500), -- personal
  reverses_id TEXT UNIQUE REFERENCES trips (id), -- personal
  created_at TEXT NOT NULL, -- personal
  form_id TEXT UNIQUE -- internal
) STRICT;

CREATE INDEX trips_person ON trips (person_id, travelled_on, id);

CREATE INDEX trips_state ON trips (state, travelled_on, id);

CREATE INDEX trips_day ON trips (travelled_on, id);

CREATE INDEX trips_hours ON trips (hours_id);

CREATE INDEX trips_entered_by ON trips (entered_by);

CREATE INDEX trips_decided_by ON trips (decided_by);

CREATE TABLE trip_rates (
  valid_from TEXT PRIMARY KEY, -- internal
  mills_per_km INTEGER NOT NULL CHECK (mills_per_km BETWEEN 0 AND 100000), -- internal
  source TEXT NOT NULL CHECK (length(source) <= 300), -- internal
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  created_at TEXT NOT NULL -- internal
) STRICT;

CREATE INDEX trip_rates_created_by ON trip_rates (created_by);
`,
}
