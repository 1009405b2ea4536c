// SPDX-License-Identifier: AGPL-3.0-or-later
// Relations between an association and a centre, and the centre's moderation queue.
import type { Migration } from '../migrate.ts'

export const createPartners: Migration = {
  name: '202611220930-create-partners',
  sql: `
-- partner_is: what the other side is to us. 'centre' = we asked to join it; 'member' = it asked to join us.
CREATE TABLE affiliations (
  id TEXT PRIMARY KEY,
  partner_uri TEXT NOT NULL,
  partner_is TEXT NOT NULL CHECK (partner_is IN ('centre', 'member')),
  partner_name TEXT NOT NULL,
  partner_url TEXT NOT NULL,
  partner_summary TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL CHECK (state IN ('asking', 'requested', 'active', 'refused', 'ended')),
  trust TEXT NOT NULL DEFAULT 'new' CHECK (trust IN ('new', 'standard', 'trusted')),
  requested_at TEXT NOT NULL,
  decided_at TEXT,
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  ended_at TEXT,
  ended_by_us INTEGER CHECK (ended_by_us IN (0, 1)),
  reason TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL DEFAULT 1,
  UNIQUE (partner_uri, partner_is)
) STRICT;
CREATE INDEX affiliations_state ON affiliations (partner_is, state);

CREATE TABLE moderation_items (
  id TEXT PRIMARY KEY,
  offer_uri TEXT NOT NULL UNIQUE,
  association_uri TEXT NOT NULL,
  association_name TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN
    ('pending', 'in_review', 'accepted', 'changes_requested', 'refused', 'removed', 'withdrawn')),
  accepted_revision INTEGER,
  accepted_hash TEXT,
  accepted_offer TEXT,
  accepted_at TEXT,
  accepted_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  pending_revision INTEGER,
  pending_offer TEXT,
  pending_since TEXT,
  via TEXT NOT NULL DEFAULT '',
  latest_revision INTEGER NOT NULL,
  latest_updated_at TEXT NOT NULL,
  taken_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  taken_at TEXT,
  reason_code TEXT,
  note TEXT NOT NULL DEFAULT '',
  decided_at TEXT,
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  received_at TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX moderation_items_queue ON moderation_items (state, pending_since);
CREATE INDEX moderation_items_pending ON moderation_items (pending_since) WHERE pending_revision IS NOT NULL;
CREATE INDEX moderation_items_association ON moderation_items (association_uri, state);
`,
}
