// SPDX-License-Identifier: AGPL-3.0-or-later
// The team keeps a note about a person, who can read it with everything else that is kept of them.
import type { Migration } from '../migrate.ts'

export const notePeople: Migration = {
  name: '202611290939-note-people',
  sql: `
ALTER TABLE people ADD COLUMN team_note TEXT NOT NULL DEFAULT '' CHECK (length(team_note) <= 2000); -- personal
`,
}
