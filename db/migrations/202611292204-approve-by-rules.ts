// SPDX-License-Identifier: AGPL-3.0-or-later
// Hours that a rule of the team approves by itself; each such line says by which rule.
import type { Migration } from '../migrate.ts'

export const approveByRules: Migration = {
  name: '202611292204-approve-by-rules',
  sql: `
CREATE TABLE hours_rules (
  id TEXT PRIMARY KEY, -- internal
  most_minutes INTEGER NOT NULL CHECK (most_minutes BETWEEN 1 AND 1440), -- internal
  needs_offer INTEGER NOT NULL CHECK (needs_offer IN (0, 1)), -- internal
  category_id TEXT REFERENCES hours_categories (id), -- internal
  takes_links INTEGER NOT NULL CHECK (takes_links IN (0, 1)), -- internal
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  created_at TEXT NOT NULL, -- internal
  ended_at TEXT -- internal
) STRICT;

CREATE INDEX hours_rules_created_by ON hours_rules (created_by);

CREATE INDEX hours_rules_category ON hours_rules (category_id);

ALTER TABLE hours_entries ADD COLUMN rule_id TEXT REFERENCES hours_rules (id); -- internal

CREATE INDEX hours_entries_rule ON hours_entries (rule_id) WHERE rule_id IS NOT NULL;
`,
}
