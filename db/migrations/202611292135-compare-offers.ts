// SPDX-License-Identifier: AGPL-3.0-or-later
// Offers that look alike find each other by keys, and what a moderator said about two of them is kept.
import type { Migration } from '../migrate.ts'

export const compareOffers: Migration = {
  name: '202611292135-compare-offers',
  sql: `
ALTER TABLE moderation_items ADD COLUMN is_compared INTEGER NOT NULL DEFAULT 0 -- internal
  CHECK (is_compared IN (0, 1));

CREATE INDEX moderation_items_uncompared ON moderation_items (id) WHERE is_compared = 0;

CREATE TABLE moderation_likeness (
  key INTEGER NOT NULL, -- internal
  item_id TEXT NOT NULL REFERENCES moderation_items (id) ON DELETE CASCADE, -- internal
  PRIMARY KEY (key, item_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX moderation_likeness_item ON moderation_likeness (item_id);

CREATE TABLE moderation_verdicts (
  first_id TEXT NOT NULL REFERENCES moderation_items (id) ON DELETE CASCADE, -- internal
  second_id TEXT NOT NULL REFERENCES moderation_items (id) ON DELETE CASCADE, -- internal
  verdict TEXT NOT NULL CHECK (verdict IN ('same', 'different')), -- internal
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  decided_at TEXT NOT NULL, -- internal
  PRIMARY KEY (first_id, second_id),
  CHECK (first_id < second_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX moderation_verdicts_second ON moderation_verdicts (second_id);

CREATE INDEX moderation_verdicts_decided_by ON moderation_verdicts (decided_by);
`,
}
