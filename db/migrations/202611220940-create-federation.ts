// SPDX-License-Identifier: AGPL-3.0-or-later
// What the federation keeps: actors, keys, activities in and out, deliveries, peers.
import type { Migration } from '../migrate.ts'

export const createFederation: Migration = {
  name: '202611220940-create-federation',
  sql: `
CREATE TABLE fed_keys (
  actor_uri TEXT PRIMARY KEY,
  public_pem TEXT NOT NULL,
  private_sealed TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE fed_actors (
  uri TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  type TEXT NOT NULL,
  handle TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL DEFAULT '',
  summary TEXT NOT NULL DEFAULT '',
  url TEXT NOT NULL DEFAULT '',
  inbox TEXT NOT NULL,
  shared_inbox TEXT,
  followers TEXT,
  role TEXT NOT NULL DEFAULT 'other' CHECK (role IN ('association', 'centre', 'both', 'other')),
  key_id TEXT,
  key_pem TEXT,
  key_fetched_at TEXT,
  key_missed_at TEXT,
  body TEXT NOT NULL,
  fetched_at TEXT NOT NULL,
  gone_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX fed_actors_host ON fed_actors (host);

CREATE TABLE fed_objects (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  owner TEXT,
  body TEXT NOT NULL,
  meta TEXT,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE fed_activities (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  type TEXT NOT NULL,
  actor TEXT NOT NULL,
  object_id TEXT,
  body TEXT NOT NULL,
  meta TEXT,
  is_public INTEGER NOT NULL DEFAULT 0 CHECK (is_public IN (0, 1)),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'ignored', 'parked')),
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before TEXT,
  error TEXT,
  at TEXT NOT NULL
) STRICT;
CREATE INDEX fed_activities_waiting ON fed_activities (seq) WHERE state = 'waiting';
CREATE INDEX fed_activities_waiting_actor ON fed_activities (actor, seq) WHERE state = 'waiting';
CREATE INDEX fed_activities_parked ON fed_activities (seq) WHERE state = 'parked';
CREATE INDEX fed_activities_actor ON fed_activities (actor, seq);
CREATE INDEX fed_activities_object ON fed_activities (object_id, type);

CREATE TABLE fed_collections (
  collection TEXT NOT NULL,
  activity_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (collection, activity_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX fed_collections_page ON fed_collections (collection, seq);

CREATE TABLE fed_follows (
  activity_id TEXT PRIMARY KEY,
  follower TEXT NOT NULL,
  followed TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('asked', 'accepted', 'refused', 'undone')),
  at TEXT NOT NULL,
  UNIQUE (follower, followed)
) STRICT, WITHOUT ROWID;
CREATE INDEX fed_follows_followed ON fed_follows (followed, state);

CREATE TABLE fed_deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  activity_id TEXT NOT NULL,
  inbox TEXT NOT NULL,
  host TEXT NOT NULL,
  order_key TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before TEXT NOT NULL,
  lease_until TEXT,
  last_error TEXT,
  created_at TEXT NOT NULL,
  UNIQUE (activity_id, inbox)
) STRICT;
CREATE INDEX fed_deliveries_due ON fed_deliveries (state, not_before);
CREATE INDEX fed_deliveries_host ON fed_deliveries (host, state);
CREATE INDEX fed_deliveries_order ON fed_deliveries (inbox, order_key, id);

CREATE TABLE fed_peers (
  host TEXT PRIMARY KEY,
  state TEXT NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'failing', 'dead', 'blocked')),
  failures INTEGER NOT NULL DEFAULT 0,
  first_failed_at TEXT,
  next_probe_at TEXT,
  last_error TEXT,
  last_seen_at TEXT,
  last_delivered_at TEXT
) STRICT, WITHOUT ROWID;
`,
}
