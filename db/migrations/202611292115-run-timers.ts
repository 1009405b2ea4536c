// SPDX-License-Identifier: AGPL-3.0-or-later
// A timer of a volunteer's own makes a draft of hours, also when the page was closed meanwhile.
import type { Migration } from '../migrate.ts'

export const runTimers: Migration = {
  name: '202611292115-run-timers',
  sql: `
CREATE TABLE hours_timers (
  person_id TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE, -- personal
  started_at TEXT NOT NULL, -- personal
  stopped_at TEXT -- personal
) STRICT;
`,
}
