// SPDX-License-Identifier: AGPL-3.0-or-later
// How many requests a received activity has cost so far (it may cost ten over its whole life), and fewer pages to write
// for each: nobody asks by actor alone, and what is set aside at the door names no object.
import type { Migration } from '../migrate.ts'

export const lightenInbox: Migration = {
  name: '202611251000-lighten-inbox',
  sql: `
ALTER TABLE fed_activities ADD COLUMN fetches INTEGER NOT NULL DEFAULT 0; -- internal
DROP INDEX fed_activities_actor;
DROP INDEX fed_activities_object;
CREATE INDEX fed_activities_object ON fed_activities (object_id, type) WHERE object_id IS NOT NULL;
`,
}
