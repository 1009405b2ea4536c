// SPDX-License-Identifier: AGPL-3.0-or-later
// Visitors report an offer, and a centre suspends one. SQLite changes no CHECK, so two tables are made again with their
// rows. A report is deleted six months after its last news.
import type { Migration } from '../migrate.ts'

export const takeReports: Migration = {
  name: '202611292112-take-reports',
  sql: `
CREATE TABLE moderation_items_new (
  id TEXT PRIMARY KEY, -- internal
  offer_uri TEXT NOT NULL UNIQUE, -- internal
  association_uri TEXT NOT NULL, -- internal
  association_name TEXT NOT NULL, -- internal
  title TEXT NOT NULL, -- internal
  state TEXT NOT NULL CHECK (state IN
    ('pending', 'in_review', 'accepted', 'changes_requested', 'refused', 'suspended', 'removed', 'withdrawn')), -- internal
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
  version INTEGER NOT NULL DEFAULT 1, -- internal
  is_direct INTEGER NOT NULL DEFAULT 1 CHECK (is_direct IN (0, 1)), -- internal
  hops INTEGER NOT NULL DEFAULT 1, -- internal
  is_foreign INTEGER NOT NULL DEFAULT 0 CHECK (is_foreign IN (0, 1)), -- internal
  unmapped TEXT NOT NULL DEFAULT '[]', -- internal
  completion TEXT, -- internal
  answered_offer TEXT, -- internal
  search_key TEXT NOT NULL DEFAULT '', -- public
  commitment TEXT NOT NULL DEFAULT '', -- public
  causes TEXT NOT NULL DEFAULT ' ', -- public
  arrival TEXT NOT NULL DEFAULT 'new' CHECK (arrival IN ('new', 'changed', 'answered', 'back')), -- internal
  answered_after INTEGER -- internal
) STRICT;

INSERT INTO moderation_items_new (
    id, offer_uri, association_uri, association_name, title, state, accepted_revision, accepted_hash,
    accepted_offer, accepted_at, accepted_by, pending_revision, pending_offer, pending_since, via,
    latest_revision, latest_updated_at, taken_by, taken_at, reason_code, note, decided_at, decided_by,
    received_at, version, is_direct, hops, is_foreign, unmapped, completion, answered_offer, search_key,
    commitment, causes, arrival, answered_after)
  SELECT
    id, offer_uri, association_uri, association_name, title, state, accepted_revision, accepted_hash,
    accepted_offer, accepted_at, accepted_by, pending_revision, pending_offer, pending_since, via,
    latest_revision, latest_updated_at, taken_by, taken_at, reason_code, note, decided_at, decided_by,
    received_at, version, is_direct, hops, is_foreign, unmapped, completion, answered_offer, search_key,
    commitment, causes, arrival, answered_after
  FROM moderation_items ORDER BY rowid;

DROP TABLE moderation_items;

ALTER TABLE moderation_items_new RENAME TO moderation_items;

CREATE INDEX moderation_items_queue ON moderation_items (state, pending_since);

CREATE INDEX moderation_items_pending ON moderation_items (pending_since) WHERE pending_revision IS NOT NULL;

CREATE INDEX moderation_items_association ON moderation_items (association_uri, state);

CREATE INDEX moderation_items_waiting ON moderation_items (coalesce(pending_since, ''), id)
  WHERE state IN ('pending', 'in_review');

CREATE INDEX moderation_items_unread ON moderation_items (coalesce(pending_since, ''), id)
  WHERE state = 'accepted' AND decided_at IS NULL;

CREATE INDEX moderation_items_asked ON moderation_items (coalesce(decided_at, received_at) DESC, id)
  WHERE state = 'changes_requested';

CREATE INDEX moderation_items_online ON moderation_items (coalesce(decided_at, received_at) DESC, id)
  WHERE accepted_revision IS NOT NULL;

CREATE INDEX moderation_items_refused ON moderation_items (coalesce(decided_at, received_at) DESC, id)
  WHERE state = 'refused';

CREATE INDEX moderation_items_gone ON moderation_items (coalesce(decided_at, received_at) DESC, id)
  WHERE state IN ('removed', 'withdrawn');

CREATE INDEX moderation_items_of ON moderation_items (association_uri, id);

CREATE INDEX moderation_items_newest ON moderation_items
  (coalesce(decided_at, received_at) DESC, id, state, accepted_revision, commitment, causes, search_key);

CREATE INDEX moderation_items_delays ON moderation_items (decided_at, answered_after) WHERE answered_after IS NOT NULL;

CREATE INDEX moderation_items_suspended ON moderation_items (coalesce(decided_at, received_at) DESC, id)
  WHERE state = 'suspended';

CREATE TABLE submissions_new (
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE, -- internal
  centre_uri TEXT NOT NULL, -- internal
  state TEXT NOT NULL CHECK (state IN
    ('sent', 'accepted', 'changes_requested', 'refused', 'suspended', 'removed', 'withdrawn')), -- internal
  revision INTEGER NOT NULL, -- internal
  accepted_revision INTEGER, -- internal
  reason_code TEXT, -- internal
  note TEXT NOT NULL DEFAULT '', -- internal
  submitted_at TEXT NOT NULL, -- internal
  decided_at TEXT, -- internal
  PRIMARY KEY (offer_id, centre_uri)
) STRICT, WITHOUT ROWID;

INSERT INTO submissions_new (offer_id, centre_uri, state, revision, accepted_revision, reason_code, note, submitted_at,
    decided_at)
  SELECT offer_id, centre_uri, state, revision, accepted_revision, reason_code, note, submitted_at, decided_at
  FROM submissions;

DROP TABLE submissions;

ALTER TABLE submissions_new RENAME TO submissions;

CREATE INDEX submissions_centre ON submissions (centre_uri, state);

CREATE TABLE offer_reports (
  id TEXT PRIMARY KEY, -- internal
  state TEXT NOT NULL CHECK (state IN ('open', 'suspended', 'changed', 'kept')), -- personal
  origin TEXT NOT NULL CHECK (origin IN ('home', 'member')), -- internal
  offer_uri TEXT NOT NULL, -- public
  public_id TEXT NOT NULL, -- public
  title TEXT NOT NULL, -- personal
  association_name TEXT NOT NULL, -- public
  reason TEXT NOT NULL, -- personal
  said TEXT NOT NULL CHECK (length(said) <= 2000), -- personal
  email TEXT NOT NULL CHECK (length(email) <= 254), -- personal
  email_key TEXT NOT NULL, -- personal
  locale TEXT NOT NULL, -- personal
  person_id TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  answer TEXT NOT NULL DEFAULT '' CHECK (length(answer) <= 1000), -- personal
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  created_at TEXT NOT NULL, -- personal
  updated_at TEXT NOT NULL -- personal
) STRICT;

CREATE INDEX offer_reports_open ON offer_reports (created_at, id) WHERE state = 'open';

CREATE INDEX offer_reports_done ON offer_reports (updated_at DESC, id) WHERE state <> 'open';

CREATE INDEX offer_reports_offer ON offer_reports (offer_uri, state);

CREATE INDEX offer_reports_updated ON offer_reports (updated_at);

CREATE INDEX offer_reports_email ON offer_reports (email_key);

CREATE INDEX offer_reports_person ON offer_reports (person_id);

CREATE INDEX offer_reports_decided_by ON offer_reports (decided_by);
`,
}
