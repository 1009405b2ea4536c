// SPDX-License-Identifier: AGPL-3.0-or-later
// An exact address or a code to enter is told to accepted people alone.
import type { Migration } from '../migrate.ts'

export const keepNotesForAccepted: Migration = {
  name: '202611301414-keep-notes-for-accepted',
  sql: `
ALTER TABLE offers ADD COLUMN accepted_note TEXT NOT NULL DEFAULT '' CHECK (length(accepted_note) <= 1000); -- internal

ALTER TABLE held_changes ADD COLUMN tells_note INTEGER NOT NULL DEFAULT 0 CHECK (tells_note IN (0, 1)); -- internal
`,
}
