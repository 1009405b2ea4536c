// SPDX-License-Identifier: AGPL-3.0-or-later
// Sources: sites whose offers a centre looks at without being their centre, and who follows us the same way.
import type { Migration } from '../migrate.ts'

export const createSources: Migration = {
  name: '202611251030-create-sources',
  sql: `
-- A CHECK cannot be altered, so the table is written anew with all its rows. Nothing points to it.
-- partner_is: 'source' = we follow it for what it shows; 'follower' = a centre that follows us so, and no member.
CREATE TABLE affiliations_wider (
  id TEXT PRIMARY KEY, -- internal
  partner_uri TEXT NOT NULL, -- public
  partner_is TEXT NOT NULL CHECK (partner_is IN ('centre', 'member', 'source', 'follower')), -- internal
  partner_name TEXT NOT NULL, -- public
  partner_url TEXT NOT NULL, -- public
  partner_summary TEXT NOT NULL DEFAULT '', -- public
  state TEXT NOT NULL CHECK (state IN ('asking', 'requested', 'active', 'refused', 'ended')), -- internal
  trust TEXT NOT NULL DEFAULT 'new' CHECK (trust IN ('new', 'standard', 'trusted')), -- internal
  requested_at TEXT NOT NULL, -- internal
  decided_at TEXT, -- internal
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  ended_at TEXT, -- internal
  ended_by_us INTEGER CHECK (ended_by_us IN (0, 1)), -- internal
  reason TEXT NOT NULL DEFAULT '', -- internal
  error TEXT NOT NULL DEFAULT '', -- internal
  version INTEGER NOT NULL DEFAULT 1, -- internal
  ended_why TEXT CHECK (ended_why IN ('blocked')), -- internal
  UNIQUE (partner_uri, partner_is)
) STRICT;
INSERT INTO affiliations_wider (id, partner_uri, partner_is, partner_name, partner_url, partner_summary, state, trust,
  requested_at, decided_at, decided_by, ended_at, ended_by_us, reason, error, version, ended_why)
SELECT id, partner_uri, partner_is, partner_name, partner_url, partner_summary, state, trust,
  requested_at, decided_at, decided_by, ended_at, ended_by_us, reason, error, version, ended_why
FROM affiliations;
DROP TABLE affiliations;
ALTER TABLE affiliations_wider RENAME TO affiliations;
CREATE INDEX affiliations_state ON affiliations (partner_is, state);

-- Who announced which offer to us, one row per announce. hops: how far from the association the announcer stands,
-- 1 = it was asked by the association itself.
CREATE TABLE offer_announces (
  announce_id TEXT PRIMARY KEY, -- public
  offer_uri TEXT NOT NULL, -- public
  announcer_uri TEXT NOT NULL, -- public
  hops INTEGER NOT NULL CHECK (hops BETWEEN 1 AND 1000), -- public
  since TEXT NOT NULL, -- public
  undone_at TEXT -- public
) STRICT, WITHOUT ROWID;
CREATE INDEX offer_announces_offer ON offer_announces (offer_uri, announcer_uri);
CREATE INDEX offer_announces_announcer ON offer_announces (announcer_uri, undone_at);

-- is_direct: its association, our member, sends it to us. hops: our own distance, always more than that of whoever
-- brought it. is_foreign: from another kind of site; unmapped: what could not be read of it; completion: what our
-- moderators added, kept over updates.
ALTER TABLE moderation_items ADD COLUMN is_direct INTEGER NOT NULL DEFAULT 1 CHECK (is_direct IN (0, 1)); -- internal
ALTER TABLE moderation_items ADD COLUMN hops INTEGER NOT NULL DEFAULT 1; -- internal
ALTER TABLE moderation_items ADD COLUMN is_foreign INTEGER NOT NULL DEFAULT 0 CHECK (is_foreign IN (0, 1)); -- internal
ALTER TABLE moderation_items ADD COLUMN unmapped TEXT NOT NULL DEFAULT '[]'; -- internal
ALTER TABLE moderation_items ADD COLUMN completion TEXT; -- internal
PRAGMA foreign_key_check;
`,
}
