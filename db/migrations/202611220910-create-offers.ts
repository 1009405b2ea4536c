// SPDX-License-Identifier: AGPL-3.0-or-later
// Offers of this association, what the public sees of all offers (listings), and applications.
import type { Migration } from '../migrate.ts'

export const createOffers: Migration = {
  name: '202611220910-create-offers',
  sql: `
CREATE TABLE offers (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'paused', 'closed', 'cancelled', 'archived')),
  content TEXT NOT NULL,
  capacity INTEGER CHECK (capacity IS NULL OR capacity BETWEEN 1 AND 9999),
  applications_open INTEGER NOT NULL DEFAULT 1 CHECK (applications_open IN (0, 1)),
  contact_id TEXT REFERENCES people (id) ON DELETE SET NULL,
  visibility TEXT NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'unlisted', 'members')),
  revision INTEGER NOT NULL DEFAULT 0,
  content_hash TEXT,
  copied_from TEXT REFERENCES offers (id) ON DELETE SET NULL,
  publish_from TEXT,
  publish_until TEXT,
  published_at TEXT,
  renewed_at TEXT,
  closed_at TEXT,
  closed_reason TEXT,
  reopen_on TEXT,
  reminded_until TEXT,
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX offers_state ON offers (state, publish_until);
CREATE INDEX offers_updated ON offers (updated_at);

CREATE TABLE offer_revisions (
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
  revision INTEGER NOT NULL CHECK (revision >= 1),
  content TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  material INTEGER NOT NULL CHECK (material IN (0, 1)),
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (offer_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE submissions (
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
  centre_uri TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('sent', 'accepted', 'changes_requested', 'refused', 'removed', 'withdrawn')),
  revision INTEGER NOT NULL,
  accepted_revision INTEGER,
  reason_code TEXT,
  note TEXT NOT NULL DEFAULT '',
  submitted_at TEXT NOT NULL,
  decided_at TEXT,
  PRIMARY KEY (offer_id, centre_uri)
) STRICT, WITHOUT ROWID;
CREATE INDEX submissions_centre ON submissions (centre_uri, state);

-- What visitors of this instance can find: our own published offers, and the approved snapshots of our members' offers.
CREATE TABLE listings (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  offer_uri TEXT NOT NULL UNIQUE,
  home_url TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('home', 'member')),
  offer_id TEXT REFERENCES offers (id) ON DELETE CASCADE,
  association_uri TEXT NOT NULL,
  association_name TEXT NOT NULL,
  association_url TEXT NOT NULL,
  revision INTEGER NOT NULL,
  title TEXT NOT NULL,
  cause TEXT NOT NULL DEFAULT '',
  commitment TEXT NOT NULL,
  time_band TEXT,
  work_mode TEXT NOT NULL,
  min_age INTEGER,
  accessible TEXT NOT NULL DEFAULT 'unknown',
  group_ok INTEGER NOT NULL DEFAULT 0,
  starts_on TEXT,
  applications TEXT NOT NULL CHECK (applications IN ('open', 'closed', 'full')),
  status TEXT NOT NULL DEFAULT 'confirmed' CHECK (status IN ('confirmed', 'cancelled')),
  capacity INTEGER,
  remaining INTEGER,
  visible_from TEXT NOT NULL,
  visible_until TEXT NOT NULL,
  published_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  approved_at TEXT,
  via TEXT NOT NULL DEFAULT '',
  content TEXT NOT NULL
) STRICT;
CREATE INDEX listings_window ON listings (visible_until, visible_from, status, applications,
  commitment, work_mode, time_band, accessible, group_ok);
CREATE INDEX listings_newest ON listings (published_at);
CREATE INDEX listings_association ON listings (association_uri);
CREATE INDEX listings_offer ON listings (offer_id);

CREATE TABLE listing_terms (
  listing_id INTEGER NOT NULL REFERENCES listings (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  code TEXT NOT NULL,
  PRIMARY KEY (kind, code, listing_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_terms_listing ON listing_terms (listing_id);

CREATE TABLE listing_places (
  listing_id INTEGER NOT NULL REFERENCES listings (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  place_code TEXT,
  name TEXT NOT NULL,
  department TEXT,
  region TEXT,
  latitude REAL,
  longitude REAL,
  PRIMARY KEY (listing_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_places_code ON listing_places (place_code);
CREATE INDEX listing_places_region ON listing_places (region);
CREATE INDEX listing_places_department ON listing_places (department);
CREATE INDEX listing_places_latitude ON listing_places (latitude, longitude);

CREATE VIRTUAL TABLE listings_fts USING fts5 (
  title, summary, body, association, places, terms,
  content = '', contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
INSERT INTO listings_fts (listings_fts, rank) VALUES ('secure-delete', 1);

CREATE TABLE applications (
  id TEXT PRIMARY KEY,
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN
    ('unconfirmed', 'submitted', 'in_review', 'accepted', 'declined', 'withdrawn', 'offer_closed')),
  given_name TEXT NOT NULL CHECK (length(given_name) <= 80),
  family_name TEXT NOT NULL CHECK (length(family_name) <= 80),
  email TEXT NOT NULL CHECK (length(email) <= 254),
  email_key TEXT NOT NULL,
  phone TEXT NOT NULL DEFAULT '',
  locale TEXT NOT NULL,
  message TEXT NOT NULL DEFAULT '' CHECK (length(message) <= 4000),
  ticks TEXT NOT NULL DEFAULT '[]',
  age_confirmed INTEGER NOT NULL DEFAULT 0 CHECK (age_confirmed IN (0, 1)),
  channel TEXT NOT NULL DEFAULT 'own',
  person_id TEXT REFERENCES people (id) ON DELETE SET NULL,
  created_at TEXT NOT NULL,
  confirmed_at TEXT,
  decided_at TEXT,
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL,
  reason_code TEXT,
  answer TEXT NOT NULL DEFAULT '',
  updated_at TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX applications_one_live ON applications (offer_id, email_key)
  WHERE state IN ('submitted', 'in_review', 'accepted');
CREATE INDEX applications_offer ON applications (offer_id, state);
CREATE INDEX applications_state ON applications (state, created_at);
CREATE INDEX applications_person ON applications (person_id);
CREATE INDEX applications_email ON applications (email_key);

-- Counts only: no person, no address. channel = 'own' or the uri of a centre.
CREATE TABLE offer_counts (
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
  day TEXT NOT NULL,
  channel TEXT NOT NULL,
  views INTEGER NOT NULL DEFAULT 0,
  apply_starts INTEGER NOT NULL DEFAULT 0,
  applications INTEGER NOT NULL DEFAULT 0,
  accepted INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (offer_id, day, channel)
) STRICT, WITHOUT ROWID;
`,
}
