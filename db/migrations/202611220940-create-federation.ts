// SPDX-License-Identifier: AGPL-3.0-or-later
// What the federation keeps: actors, keys, activities in and out, deliveries, peers.
import type { Migration } from '../migrate.ts'

export const createFederation: Migration = {
  name: '202611220940-create-federation',
  sql: `
CREATE TABLE fed_keys (
  actor_uri TEXT PRIMARY KEY, -- public
  public_pem TEXT NOT NULL, -- public
  private_sealed TEXT NOT NULL, -- secret
  created_at TEXT NOT NULL -- internal
) STRICT, WITHOUT ROWID;

CREATE TABLE fed_actors (
  uri TEXT PRIMARY KEY, -- personal
  host TEXT NOT NULL, -- internal
  type TEXT NOT NULL, -- internal
  handle TEXT NOT NULL DEFAULT '', -- personal
  name TEXT NOT NULL DEFAULT '', -- personal
  summary TEXT NOT NULL DEFAULT '', -- personal
  url TEXT NOT NULL DEFAULT '', -- personal
  inbox TEXT NOT NULL, -- internal
  shared_inbox TEXT, -- internal
  followers TEXT, -- personal
  role TEXT NOT NULL DEFAULT 'other' CHECK (role IN ('association', 'centre', 'both', 'other')), -- internal
  key_id TEXT, -- internal
  key_pem TEXT, -- internal
  key_fetched_at TEXT, -- internal
  key_missed_at TEXT, -- internal
  body TEXT NOT NULL, -- personal
  fetched_at TEXT NOT NULL, -- internal
  gone_at TEXT -- internal
) STRICT, WITHOUT ROWID;
CREATE INDEX fed_actors_host ON fed_actors (host);

CREATE TABLE fed_objects (
  id TEXT PRIMARY KEY, -- public
  type TEXT NOT NULL, -- public
  owner TEXT, -- public
  body TEXT NOT NULL, -- internal
  meta TEXT, -- internal
  updated_at TEXT NOT NULL -- internal
) STRICT, WITHOUT ROWID;

CREATE TABLE fed_activities (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, -- internal
  id TEXT NOT NULL UNIQUE, -- internal
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')), -- internal
  type TEXT NOT NULL, -- internal
  actor TEXT NOT NULL, -- internal
  object_id TEXT, -- internal
  body TEXT NOT NULL, -- internal
  meta TEXT, -- internal
  is_public INTEGER NOT NULL DEFAULT 0 CHECK (is_public IN (0, 1)), -- internal
  state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'ignored', 'parked')), -- internal
  attempts INTEGER NOT NULL DEFAULT 0, -- internal
  not_before TEXT, -- internal
  error TEXT, -- internal
  at TEXT NOT NULL -- internal
) STRICT;
CREATE INDEX fed_activities_waiting ON fed_activities (seq) WHERE state = 'waiting';
CREATE INDEX fed_activities_waiting_actor ON fed_activities (actor, seq) WHERE state = 'waiting';
CREATE INDEX fed_activities_parked ON fed_activities (seq) WHERE state = 'parked';
CREATE INDEX fed_activities_actor ON fed_activities (actor, seq);
CREATE INDEX fed_activities_object ON fed_activities (object_id, type);

CREATE TABLE fed_collections (
  collection TEXT NOT NULL, -- internal
  activity_id TEXT NOT NULL, -- internal
  seq INTEGER NOT NULL, -- internal
  PRIMARY KEY (collection, activity_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX fed_collections_page ON fed_collections (collection, seq);

CREATE TABLE fed_follows (
  activity_id TEXT PRIMARY KEY, -- internal
  follower TEXT NOT NULL, -- internal
  followed TEXT NOT NULL, -- internal
  state TEXT NOT NULL CHECK (state IN ('asked', 'accepted', 'refused', 'undone')), -- internal
  at TEXT NOT NULL, -- internal
  UNIQUE (follower, followed)
) STRICT, WITHOUT ROWID;
CREATE INDEX fed_follows_followed ON fed_follows (followed, state);

CREATE TABLE fed_deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- internal
  activity_id TEXT NOT NULL, -- internal
  inbox TEXT NOT NULL, -- internal
  host TEXT NOT NULL, -- internal
  order_key TEXT NOT NULL, -- internal
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'failed')), -- internal
  attempts INTEGER NOT NULL DEFAULT 0, -- internal
  not_before TEXT NOT NULL, -- internal
  lease_until TEXT, -- internal
  last_error TEXT, -- internal
  created_at TEXT NOT NULL, -- internal
  UNIQUE (activity_id, inbox)
) STRICT;
CREATE INDEX fed_deliveries_due ON fed_deliveries (state, not_before);
CREATE INDEX fed_deliveries_host ON fed_deliveries (host, state);
CREATE INDEX fed_deliveries_order ON fed_deliveries (inbox, order_key, id);

CREATE TABLE fed_peers (
  host TEXT PRIMARY KEY, -- internal
  state TEXT NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'failing', 'dead', 'blocked')), -- internal
  failures INTEGER NOT NULL DEFAULT 0, -- internal
  first_failed_at TEXT, -- internal
  next_probe_at TEXT, -- internal
  last_error TEXT, -- internal
  last_seen_at TEXT, -- internal
  last_delivered_at TEXT -- internal
) STRICT, WITHOUT ROWID;
`,
}
