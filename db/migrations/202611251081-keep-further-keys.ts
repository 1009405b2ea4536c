// SPDX-License-Identifier: AGPL-3.0-or-later
// Some sites sign now with one key of their actor, now with another: all that its document lists are kept.
import type { Migration } from '../migrate.ts'

export const keepFurtherKeys: Migration = {
  name: '202611251081-keep-further-keys',
  sql: `
-- Beside the one in fed_actors; nearly every actor has none.
CREATE TABLE fed_further_keys (
  actor_uri TEXT NOT NULL REFERENCES fed_actors (uri) ON DELETE CASCADE, -- personal
  key_id TEXT NOT NULL, -- internal
  key_pem TEXT NOT NULL, -- internal
  PRIMARY KEY (actor_uri, key_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX fed_further_keys_id ON fed_further_keys (key_id);
`,
}
