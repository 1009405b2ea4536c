// SPDX-License-Identifier: AGPL-3.0-or-later
// What the team of a centre writes down about an offer, or about the association: it leaves the centre nowhere.
import type { Migration } from '../migrate.ts'

export const keepTeamNotes: Migration = {
  name: '202611292145-keep-team-notes',
  sql: `
CREATE TABLE team_notes (
  id TEXT PRIMARY KEY, -- internal
  association_uri TEXT NOT NULL, -- internal
  item_id TEXT REFERENCES moderation_items (id) ON DELETE CASCADE, -- internal
  body TEXT NOT NULL CHECK (length(body) BETWEEN 1 AND 2000), -- personal
  written_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  written_at TEXT NOT NULL -- personal
) STRICT;

CREATE INDEX team_notes_association ON team_notes (association_uri, written_at);

CREATE INDEX team_notes_item ON team_notes (item_id, written_at) WHERE item_id IS NOT NULL;

CREATE INDEX team_notes_written_by ON team_notes (written_by);
`,
}
