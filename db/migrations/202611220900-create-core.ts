// SPDX-License-Identifier: AGPL-3.0-or-later
// People, sign-in, the association itself, events and mail.
import type { Migration } from '../migrate.ts'

export const createCore: Migration = {
  name: '202611220900-create-core',
  sql: `
CREATE TABLE instance_facts (
  key TEXT PRIMARY KEY, -- internal
  value TEXT NOT NULL -- internal
) STRICT, WITHOUT ROWID;

CREATE TABLE uploads (
  id TEXT PRIMARY KEY, -- public
  kind TEXT NOT NULL CHECK (kind IN ('logo')), -- internal
  media_type TEXT NOT NULL, -- public
  width INTEGER NOT NULL, -- public
  height INTEGER NOT NULL, -- public
  bytes BLOB NOT NULL, -- public
  created_at TEXT NOT NULL -- internal
) STRICT;

CREATE TABLE association (
  id INTEGER PRIMARY KEY CHECK (id = 1), -- internal
  kind TEXT NOT NULL CHECK (kind IN ('association', 'centre', 'both')), -- public
  handle TEXT NOT NULL CHECK (length(handle) BETWEEN 2 AND 40), -- public
  name TEXT NOT NULL CHECK (length(name) BETWEEN 2 AND 120), -- public
  mission TEXT NOT NULL DEFAULT '{}', -- public
  street TEXT NOT NULL DEFAULT '', -- public
  postal_code TEXT NOT NULL DEFAULT '', -- public
  place_code TEXT, -- public
  place_name TEXT NOT NULL DEFAULT '', -- public
  region TEXT, -- public
  country TEXT NOT NULL DEFAULT 'FR' CHECK (country IN ('FR', 'CA')), -- public
  latitude REAL, -- public
  longitude REAL, -- public
  contact_name TEXT NOT NULL DEFAULT '', -- personal
  contact_email TEXT NOT NULL DEFAULT '', -- personal
  contact_phone TEXT NOT NULL DEFAULT '', -- personal
  contact_hours TEXT NOT NULL DEFAULT '', -- public
  website TEXT NOT NULL DEFAULT '', -- public
  locale TEXT NOT NULL DEFAULT 'fr' CHECK (locale IN ('fr', 'fr-CA', 'en')), -- public
  locales TEXT NOT NULL DEFAULT '["fr","en"]', -- public
  currency TEXT NOT NULL DEFAULT 'EUR' CHECK (currency IN ('EUR', 'CAD')), -- public
  time_zone TEXT NOT NULL DEFAULT 'Europe/Paris', -- public
  cloth TEXT NOT NULL DEFAULT '', -- public
  legal_identifiers TEXT NOT NULL DEFAULT '[]', -- public
  territory TEXT NOT NULL DEFAULT '[]', -- public
  logo_id TEXT REFERENCES uploads (id), -- public
  logo_alt TEXT NOT NULL DEFAULT '', -- public
  publication_days INTEGER NOT NULL DEFAULT 30 CHECK (publication_days BETWEEN 7 AND 365), -- public
  created_at TEXT NOT NULL, -- public
  updated_at TEXT NOT NULL, -- public
  version INTEGER NOT NULL DEFAULT 1 -- internal
) STRICT;

CREATE TABLE people (
  id TEXT PRIMARY KEY, -- internal
  member_number INTEGER NOT NULL UNIQUE, -- personal
  given_name TEXT NOT NULL DEFAULT '' CHECK (length(given_name) <= 80), -- personal
  family_name TEXT NOT NULL DEFAULT '' CHECK (length(family_name) <= 80), -- personal
  search_key TEXT NOT NULL DEFAULT '', -- personal
  email TEXT NOT NULL DEFAULT '' CHECK (length(email) <= 254), -- personal
  email_key TEXT NOT NULL DEFAULT '', -- personal
  email_verified_at TEXT, -- personal
  phone TEXT NOT NULL DEFAULT '', -- personal
  locale TEXT NOT NULL DEFAULT 'fr', -- personal
  password_hash TEXT, -- secret
  password_set_at TEXT, -- personal
  totp_secret TEXT, -- secret
  totp_confirmed_at TEXT, -- personal
  totp_last_step INTEGER, -- internal
  invited_at TEXT, -- personal
  joined_on TEXT NOT NULL, -- personal
  disabled_at TEXT, -- personal
  created_at TEXT NOT NULL, -- personal
  updated_at TEXT NOT NULL, -- personal
  version INTEGER NOT NULL DEFAULT 1 -- internal
) STRICT;
CREATE INDEX people_email ON people (email_key);
CREATE INDEX people_name ON people (family_name, given_name);

CREATE TABLE people_roles (
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, -- personal
  role TEXT NOT NULL CHECK (role IN ('administrator', 'coordinator', 'treasurer', 'moderator', 'volunteer')), -- personal
  granted_at TEXT NOT NULL, -- personal
  granted_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  PRIMARY KEY (person_id, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX people_roles_role ON people_roles (role);

CREATE TABLE sessions (
  id_hash TEXT PRIMARY KEY, -- secret
  person_id TEXT REFERENCES people (id) ON DELETE CASCADE, -- personal
  content TEXT NOT NULL DEFAULT '{}', -- personal
  device TEXT NOT NULL DEFAULT '', -- personal
  created_at TEXT NOT NULL, -- personal
  seen_at TEXT NOT NULL, -- personal
  expires_at TEXT NOT NULL -- personal
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_person ON sessions (person_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE tokens (
  hash TEXT PRIMARY KEY, -- secret
  purpose TEXT NOT NULL, -- personal
  person_id TEXT REFERENCES people (id) ON DELETE CASCADE, -- personal
  subject_id TEXT, -- internal
  content TEXT NOT NULL DEFAULT '{}', -- personal
  created_at TEXT NOT NULL, -- personal
  expires_at TEXT NOT NULL, -- personal
  used_at TEXT -- personal
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_expiry ON tokens (expires_at);
CREATE INDEX tokens_person ON tokens (person_id, purpose);
CREATE INDEX tokens_subject ON tokens (subject_id, purpose);

CREATE TABLE throttle (
  key TEXT PRIMARY KEY, -- internal
  count INTEGER NOT NULL, -- internal
  resets_at TEXT NOT NULL -- internal
) STRICT, WITHOUT ROWID;
CREATE INDEX throttle_resets ON throttle (resets_at);

CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, -- internal
  at TEXT NOT NULL, -- personal
  type TEXT NOT NULL, -- personal
  actor_id TEXT, -- personal
  subject_id TEXT, -- personal
  details TEXT NOT NULL DEFAULT '{}' -- personal
) STRICT;
CREATE INDEX events_subject ON events (subject_id, seq);
CREATE INDEX events_type ON events (type, seq);

CREATE TABLE event_cursors (
  consumer TEXT PRIMARY KEY, -- internal
  seq INTEGER NOT NULL -- internal
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
  name TEXT PRIMARY KEY, -- internal
  last_run_at TEXT, -- internal
  last_error TEXT -- internal
) STRICT, WITHOUT ROWID;

CREATE TABLE mails (
  id TEXT PRIMARY KEY, -- internal
  dedupe TEXT NOT NULL UNIQUE, -- personal
  template TEXT NOT NULL, -- personal
  to_email TEXT NOT NULL, -- personal
  to_name TEXT NOT NULL DEFAULT '', -- personal
  locale TEXT NOT NULL, -- personal
  subject TEXT NOT NULL, -- personal
  body_text TEXT NOT NULL, -- secret
  body_html TEXT NOT NULL, -- secret
  state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'kept')), -- personal
  attempts INTEGER NOT NULL DEFAULT 0, -- internal
  not_before TEXT NOT NULL, -- internal
  lease_until TEXT, -- internal
  last_error TEXT, -- personal
  created_at TEXT NOT NULL, -- personal
  sent_at TEXT -- personal
) STRICT;
CREATE INDEX mails_due ON mails (state, not_before);
CREATE INDEX mails_created ON mails (created_at);
`,
}
