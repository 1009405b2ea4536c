// SPDX-License-Identifier: AGPL-3.0-or-later
// What is forgotten by itself of what others sent: found by these, however much there is. And whose key it is, when a
// site has many actors.
import type { Migration } from '../migrate.ts'

export const forgetOldLetters: Migration = {
  name: '202611251070-forget-old-letters',
  sql: `
CREATE INDEX fed_activities_kept ON fed_activities (at) WHERE direction = 'in' AND state = 'done' AND body <> '{}';
CREATE INDEX fed_actors_fetched ON fed_actors (fetched_at);
CREATE INDEX fed_actors_key ON fed_actors (key_id) WHERE key_id IS NOT NULL;
`,
}
