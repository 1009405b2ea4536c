// SPDX-License-Identifier: AGPL-3.0-or-later
// A centre pauses a member: its offers leave the centre's site until it is resumed. Both sides keep since when, and why.
// What an association is about is in its own document, so that the centre finds its members by it.
import type { Migration } from '../migrate.ts'

export const pauseMembers: Migration = {
  name: '202611300215-pause-members',
  sql: `
ALTER TABLE affiliations ADD COLUMN paused_at TEXT; -- internal

ALTER TABLE affiliations ADD COLUMN pause_reason TEXT NOT NULL DEFAULT '' CHECK (length(pause_reason) <= 1000); -- internal

ALTER TABLE fed_actors ADD COLUMN sectors TEXT NOT NULL DEFAULT '[]'; -- public
`,
}
