// SPDX-License-Identifier: AGPL-3.0-or-later
// Relations between an association and a centre, and the centre's moderation queue.
import type { Migration } from '../migrate.ts'

export const createPartners: Migration = {
  name: '202611220930-create-partners',
  sql: `
-- partner_is: what the other side is to us. 'centre' = we asked to join it; 'member' = it asked to join us.
CREATE TABLE affiliations (
  id TEXT PRIMARY KEY, -- internal
  partner_uri TEXT NOT NULL, -- public
  partner_is TEXT NOT NULL CHECK (partner_is IN ('centre', 'member')), -- internal
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
  UNIQUE (partner_uri, partner_is)
) STRICT;
CREATE INDEX affiliations_state ON affiliations (partner_is, state);

CREATE TABLE moderation_items (
  id TEXT PRIMARY KEY, -- internal
  offer_uri TEXT NOT NULL UNIQUE, -- internal
  association_uri TEXT NOT NULL, -- internal
  association_name TEXT NOT NULL, -- internal
  title TEXT NOT NULL, -- internal
  state TEXT NOT NULL CHECK (state IN
    ('pending', 'in_review', 'accepted', 'changes_requested', 'refused', 'removed', 'withdrawn')), -- internal
  accepted_revision INTEGER, -- internal
  accepted_hash TEXT, -- internal
  accepted_offer TEXT, -- internal
  accepted_at TEXT, -- internal
  accepted_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  pending_revision INTEGER, -- internal
  pending_offer TEXT, -- internal
  pending_since TEXT, -- internal
  via TEXT NOT NULL DEFAULT '', -- internal
  latest_revision INTEGER NOT NULL, -- internal
  latest_updated_at TEXT NOT NULL, -- internal
  taken_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  taken_at TEXT, -- internal
  reason_code TEXT, -- internal
  note TEXT NOT NULL DEFAULT '', -- internal
  decided_at TEXT, -- internal
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  received_at TEXT NOT NULL, -- internal
  version INTEGER NOT NULL DEFAULT 1 -- internal
) STRICT;
CREATE INDEX moderation_items_queue ON moderation_items (state, pending_since);
CREATE INDEX moderation_items_pending ON moderation_items (pending_since) WHERE pending_revision IS NOT NULL;
CREATE INDEX moderation_items_association ON moderation_items (association_uri, state);
`,
}
