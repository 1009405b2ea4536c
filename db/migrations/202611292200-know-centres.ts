// SPDX-License-Identifier: AGPL-3.0-or-later
// What a centre says of itself: the places it serves, and who answers there. Filled in when its document is read again.
import type { Migration } from '../migrate.ts'

export const knowCentres: Migration = {
  name: '202611292200-know-centres',
  sql: `
ALTER TABLE fed_actors ADD COLUMN territory TEXT NOT NULL DEFAULT '[]'; -- internal
ALTER TABLE fed_actors ADD COLUMN contact_name TEXT NOT NULL DEFAULT ''; -- personal
ALTER TABLE fed_actors ADD COLUMN contact_phone TEXT NOT NULL DEFAULT ''; -- personal
ALTER TABLE fed_actors ADD COLUMN contact_hours TEXT NOT NULL DEFAULT ''; -- internal
`,
}
