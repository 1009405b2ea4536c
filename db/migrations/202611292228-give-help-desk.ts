// SPDX-License-Identifier: AGPL-3.0-or-later
// An administrator may give the desk for help with the site to somebody else of the team.
import type { Migration } from '../migrate.ts'

export const giveHelpDesk: Migration = {
  name: '202611292228-give-help-desk',
  sql: `
ALTER TABLE people ADD COLUMN keeps_help INTEGER NOT NULL DEFAULT 0 CHECK (keeps_help IN (0, 1)); -- personal

CREATE INDEX people_keeping_help ON people (member_number) WHERE keeps_help = 1;
`,
}
