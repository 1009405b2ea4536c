// SPDX-License-Identifier: AGPL-3.0-or-later
// What is forgotten by itself of those who only passed by: found by these, however many there were.
import type { Migration } from '../migrate.ts'

export const forgetPassersBy: Migration = {
  name: '202611251080-forget-passers-by',
  sql: `
CREATE INDEX fed_peers_heard ON fed_peers (coalesce(last_seen_at, ''));
CREATE INDEX fed_follows_ended ON fed_follows (at) WHERE state IN ('refused', 'undone');
CREATE INDEX offer_announces_undone ON offer_announces (undone_at) WHERE undone_at IS NOT NULL;
`,
}
