// SPDX-License-Identifier: AGPL-3.0-or-later
// Somebody who is accepted is welcomed with a list of the association’s own; each side ticks what is done.
import type { Migration } from '../migrate.ts'

export const welcomePeople: Migration = {
  name: '202611292210-welcome-people',
  sql: `
ALTER TABLE association ADD COLUMN welcome TEXT NOT NULL DEFAULT ''; -- internal

CREATE TABLE application_welcome (
  application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE, -- personal
  item TEXT NOT NULL CHECK (length(item) BETWEEN 1 AND 160), -- personal
  ticked_at TEXT NOT NULL, -- personal
  ticked_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  PRIMARY KEY (application_id, item)
) STRICT, WITHOUT ROWID;

CREATE INDEX application_welcome_ticked_by ON application_welcome (ticked_by);
`,
}
