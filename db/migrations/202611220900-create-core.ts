// SPDX-License-Identifier: AGPL-3.0-or-later
// People, sign-in, the association itself, events and mail.
import type { Migration } from '../migrate.ts'

export const createCore: Migration = {
  name: '202611220900-create-core',
  sql: `
CREATE TABLE instance_facts (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE uploads (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('logo')),
  media_type TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE association (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  kind TEXT NOT NULL CHECK (kind IN ('association', 'centre', 'both')),
  handle TEXT NOT NULL CHECK (length(handle) BETWEEN 2 AND 40),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 2 AND 120),
  mission TEXT NOT NULL DEFAULT '{}',
  street TEXT NOT NULL DEFAULT '',
  postal_code TEXT NOT NULL DEFAULT '',
  place_code TEXT,
  place_name TEXT NOT NULL DEFAULT '',
  region TEXT,
  country TEXT NOT NULL DEFAULT 'FR' CHECK (country IN ('FR', 'CA')),
  latitude REAL,
  longitude REAL,
  contact_name TEXT NOT NULL DEFAULT '',
  contact_email TEXT NOT NULL DEFAULT '',
  contact_phone TEXT NOT NULL DEFAULT '',
  contact_hours TEXT NOT NULL DEFAULT '',
  website TEXT NOT NULL DEFAULT '',
  locale TEXT NOT NULL DEFAULT 'fr' CHECK (locale IN ('fr', 'fr-CA', 'en')),
  locales TEXT NOT NULL DEFAULT '["fr","en"]',
  currency TEXT NOT NULL DEFAULT 'EUR' CHECK (currency IN ('EUR', 'CAD')),
  time_zone TEXT NOT NULL DEFAULT 'Europe/Paris',
  cloth TEXT NOT NULL DEFAULT '',
  legal_identifiers TEXT NOT NULL DEFAULT '[]',
  territory TEXT NOT NULL DEFAULT '[]',
  logo_id TEXT REFERENCES uploads (id),
  logo_alt TEXT NOT NULL DEFAULT '',
  publication_days INTEGER NOT NULL DEFAULT 30 CHECK (publication_days BETWEEN 7 AND 365),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE people (
  id TEXT PRIMARY KEY,
  member_number INTEGER NOT NULL UNIQUE,
  given_name TEXT NOT NULL DEFAULT '' CHECK (length(given_name) <= 80),
  family_name TEXT NOT NULL DEFAULT '' CHECK (length(family_name) <= 80),
  search_key TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL DEFAULT '' CHECK (length(email) <= 254),
  email_key TEXT NOT NULL DEFAULT '',
  email_verified_at TEXT,
  phone TEXT NOT NULL DEFAULT '',
  locale TEXT NOT NULL DEFAULT 'fr',
  password_hash TEXT,
  password_set_at TEXT,
  totp_secret TEXT,
  totp_confirmed_at TEXT,
  totp_last_step INTEGER,
  invited_at TEXT,
  joined_on TEXT NOT NULL,
  disabled_at TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX people_email ON people (email_key);
CREATE INDEX people_name ON people (family_name, given_name);

CREATE TABLE people_roles (
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('administrator', 'coordinator', 'treasurer', 'moderator', 'volunteer')),
  granted_at TEXT NOT NULL,
  granted_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  PRIMARY KEY (person_id, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX people_roles_role ON people_roles (role);

CREATE TABLE sessions (
  id_hash TEXT PRIMARY KEY,
  person_id TEXT REFERENCES people (id) ON DELETE CASCADE,
  content TEXT NOT NULL DEFAULT '{}',
  device TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_person ON sessions (person_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE tokens (
  hash TEXT PRIMARY KEY,
  purpose TEXT NOT NULL,
  person_id TEXT REFERENCES people (id) ON DELETE CASCADE,
  subject_id TEXT,
  content TEXT NOT NULL DEFAULT '{}',
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_expiry ON tokens (expires_at);
CREATE INDEX tokens_person ON tokens (person_id, purpose);
CREATE INDEX tokens_subject ON tokens (subject_id, purpose);

CREATE TABLE throttle (
  key TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  resets_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX throttle_resets ON throttle (resets_at);

CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  type TEXT NOT NULL,
  actor_id TEXT,
  subject_id TEXT,
  details TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX events_subject ON events (subject_id, seq);
CREATE INDEX events_type ON events (type, seq);

CREATE TABLE event_cursors (
  consumer TEXT PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
  name TEXT PRIMARY KEY,
  last_run_at TEXT,
  last_error TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE mails (
  id TEXT PRIMARY KEY,
  dedupe TEXT NOT NULL UNIQUE,
  template TEXT NOT NULL,
  to_email TEXT NOT NULL,
  to_name TEXT NOT NULL DEFAULT '',
  locale TEXT NOT NULL,
  subject TEXT NOT NULL,
  body_text TEXT NOT NULL,
  body_html TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'kept')),
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before TEXT NOT NULL,
  lease_until TEXT,
  last_error TEXT,
  created_at TEXT NOT NULL,
  sent_at TEXT
) STRICT;
CREATE INDEX mails_due ON mails (state, not_before);
CREATE INDEX mails_created ON mails (created_at);
`,
}
