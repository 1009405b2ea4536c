// SPDX-License-Identifier: AGPL-3.0-or-later
// What one person looked at and did, for the page that shows who opened which record.
import type { Migration } from '../migrate.ts'

export const indexEventsActor: Migration = {
  name: '202611251050-index-events-actor',
  sql: `
CREATE INDEX events_actor ON events (actor_id, seq) WHERE actor_id IS NOT NULL;
`,
}
