// SPDX-License-Identifier: AGPL-3.0-or-later
// Which side ticked an item stays known when somebody of the team is erased.
import type { Migration } from '../migrate.ts'

export const welcomeSides: Migration = {
  name: '202611300000-welcome-sides',
  sql: `
CREATE TABLE welcome_new (
  application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE, -- personal
  item TEXT NOT NULL CHECK (length(item) BETWEEN 1 AND 160), -- personal
  side TEXT NOT NULL CHECK (side IN ('person', 'team')), -- personal
  ticked_at TEXT NOT NULL, -- personal
  ticked_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  PRIMARY KEY (application_id, item)
) STRICT, WITHOUT ROWID;

INSERT INTO welcome_new (application_id, item, side, ticked_at, ticked_by)
SELECT application_id, item, CASE WHEN ticked_by IS NULL THEN 'person' ELSE 'team' END, ticked_at, ticked_by
FROM application_welcome;

DROP TABLE application_welcome;

ALTER TABLE welcome_new RENAME TO application_welcome;

CREATE INDEX application_welcome_ticked_by ON application_welcome (ticked_by);
`,
}
