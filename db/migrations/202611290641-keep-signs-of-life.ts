// SPDX-License-Identifier: AGPL-3.0-or-later
// Nobody is kept for ever: when a person was last here, and when they were told that their data would go.
import type { Migration } from '../migrate.ts'

export const keepSignsOfLife: Migration = {
  name: '202611290641-keep-signs-of-life',
  sql: `
ALTER TABLE people ADD COLUMN last_seen_on TEXT; -- personal
ALTER TABLE people ADD COLUMN warned_at TEXT; -- personal

UPDATE people SET last_seen_on = max(joined_on,
  coalesce((SELECT max(substr(at, 1, 10)) FROM events WHERE actor_id = people.id), ''),
  coalesce((SELECT max(substr(seen_at, 1, 10)) FROM sessions WHERE person_id = people.id), ''));

CREATE INDEX people_seen ON people (coalesce(last_seen_on, joined_on));
`,
}
