// SPDX-License-Identifier: AGPL-3.0-or-later
// With whom this site speaks: sites that are paused, blocked, or kept in the list by hand, and why a relation ended.
import type { Migration } from '../migrate.ts'

export const createPeerPolicy: Migration = {
  name: '202611251020-create-peer-policy',
  sql: `
-- allowed_at: spoken with although it has no relation with us, while only members are.
ALTER TABLE fed_peers ADD COLUMN paused_at TEXT; -- internal
ALTER TABLE fed_peers ADD COLUMN blocked_at TEXT; -- internal
ALTER TABLE fed_peers ADD COLUMN allowed_at TEXT; -- internal
ALTER TABLE fed_peers ADD COLUMN note TEXT NOT NULL DEFAULT ''; -- internal
CREATE INDEX fed_peers_decided ON fed_peers (host) WHERE state = 'blocked' OR allowed_at IS NOT NULL;

ALTER TABLE affiliations ADD COLUMN ended_why TEXT CHECK (ended_why IN ('blocked')); -- internal
`,
}
