// SPDX-License-Identifier: AGPL-3.0-or-later
// Offers of this association, what the public sees of all offers (listings), and applications.
import type { Migration } from '../migrate.ts'

export const createOffers: Migration = {
  name: '202611220910-create-offers',
  sql: `
CREATE TABLE offers (
  id TEXT PRIMARY KEY, -- internal
  state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'paused', 'closed', 'cancelled', 'archived')), -- internal
  content TEXT NOT NULL, -- internal
  capacity INTEGER CHECK (capacity IS NULL OR capacity BETWEEN 1 AND 9999), -- public
  applications_open INTEGER NOT NULL DEFAULT 1 CHECK (applications_open IN (0, 1)), -- internal
  contact_id TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  visibility TEXT NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'unlisted', 'members')), -- internal
  revision INTEGER NOT NULL DEFAULT 0, -- internal
  content_hash TEXT, -- internal
  copied_from TEXT REFERENCES offers (id) ON DELETE SET NULL, -- internal
  publish_from TEXT, -- public
  publish_until TEXT, -- public
  published_at TEXT, -- public
  renewed_at TEXT, -- internal
  closed_at TEXT, -- internal
  closed_reason TEXT, -- public
  reopen_on TEXT, -- internal
  reminded_until TEXT, -- internal
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  created_at TEXT NOT NULL, -- internal
  updated_at TEXT NOT NULL, -- internal
  version INTEGER NOT NULL DEFAULT 1 -- internal
) STRICT;
CREATE INDEX offers_state ON offers (state, publish_until);
CREATE INDEX offers_updated ON offers (updated_at);

CREATE TABLE offer_revisions (
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE, -- public
  revision INTEGER NOT NULL CHECK (revision >= 1), -- public
  content TEXT NOT NULL, -- public
  content_hash TEXT NOT NULL, -- public
  material INTEGER NOT NULL CHECK (material IN (0, 1)), -- internal
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  created_at TEXT NOT NULL, -- public
  PRIMARY KEY (offer_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE submissions (
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE, -- internal
  centre_uri TEXT NOT NULL, -- internal
  state TEXT NOT NULL CHECK (state IN ('sent', 'accepted', 'changes_requested', 'refused', 'removed', 'withdrawn')), -- internal
  revision INTEGER NOT NULL, -- internal
  accepted_revision INTEGER, -- internal
  reason_code TEXT, -- internal
  note TEXT NOT NULL DEFAULT '', -- internal
  submitted_at TEXT NOT NULL, -- internal
  decided_at TEXT, -- internal
  PRIMARY KEY (offer_id, centre_uri)
) STRICT, WITHOUT ROWID;
CREATE INDEX submissions_centre ON submissions (centre_uri, state);

-- What visitors of this instance can find: our own published offers, and the approved snapshots of our members' offers.
CREATE TABLE listings (
  id INTEGER PRIMARY KEY, -- public
  public_id TEXT NOT NULL UNIQUE, -- public
  offer_uri TEXT NOT NULL UNIQUE, -- public
  home_url TEXT NOT NULL, -- public
  origin TEXT NOT NULL CHECK (origin IN ('home', 'member')), -- public
  offer_id TEXT REFERENCES offers (id) ON DELETE CASCADE, -- public
  association_uri TEXT NOT NULL, -- public
  association_name TEXT NOT NULL, -- public
  association_url TEXT NOT NULL, -- public
  revision INTEGER NOT NULL, -- public
  title TEXT NOT NULL, -- public
  cause TEXT NOT NULL DEFAULT '', -- public
  commitment TEXT NOT NULL, -- public
  time_band TEXT, -- public
  work_mode TEXT NOT NULL, -- public
  min_age INTEGER, -- public
  accessible TEXT NOT NULL DEFAULT 'unknown', -- public
  group_ok INTEGER NOT NULL DEFAULT 0, -- public
  starts_on TEXT, -- public
  applications TEXT NOT NULL CHECK (applications IN ('open', 'closed', 'full')), -- public
  status TEXT NOT NULL DEFAULT 'confirmed' CHECK (status IN ('confirmed', 'cancelled')), -- public
  capacity INTEGER, -- public
  remaining INTEGER, -- public
  visible_from TEXT NOT NULL, -- public
  visible_until TEXT NOT NULL, -- public
  published_at TEXT NOT NULL, -- public
  updated_at TEXT NOT NULL, -- public
  approved_at TEXT, -- public
  via TEXT NOT NULL DEFAULT '', -- public
  content TEXT NOT NULL -- public
) STRICT;
CREATE INDEX listings_window ON listings (visible_until, visible_from, status, applications,
  commitment, work_mode, time_band, accessible, group_ok);
CREATE INDEX listings_newest ON listings (published_at);
CREATE INDEX listings_association ON listings (association_uri);
CREATE INDEX listings_offer ON listings (offer_id);

CREATE TABLE listing_terms (
  listing_id INTEGER NOT NULL REFERENCES listings (id) ON DELETE CASCADE, -- public
  kind TEXT NOT NULL, -- public
  code TEXT NOT NULL, -- public
  PRIMARY KEY (kind, code, listing_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_terms_listing ON listing_terms (listing_id);

CREATE TABLE listing_places (
  listing_id INTEGER NOT NULL REFERENCES listings (id) ON DELETE CASCADE, -- public
  position INTEGER NOT NULL, -- public
  place_code TEXT, -- public
  name TEXT NOT NULL, -- public
  department TEXT, -- public
  region TEXT, -- public
  latitude REAL, -- public
  longitude REAL, -- public
  PRIMARY KEY (listing_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_places_code ON listing_places (place_code);
CREATE INDEX listing_places_region ON listing_places (region);
CREATE INDEX listing_places_department ON listing_places (department);
CREATE INDEX listing_places_latitude ON listing_places (latitude, longitude);

CREATE VIRTUAL TABLE listings_fts USING fts5 (
  title, summary, body, association, places, terms, -- public
  content = '', contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
INSERT INTO listings_fts (listings_fts, rank) VALUES ('secure-delete', 1);

CREATE TABLE applications (
  id TEXT PRIMARY KEY, -- internal
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE, -- personal
  state TEXT NOT NULL CHECK (state IN
    ('unconfirmed', 'submitted', 'in_review', 'accepted', 'declined', 'withdrawn', 'offer_closed')), -- personal
  given_name TEXT NOT NULL CHECK (length(given_name) <= 80), -- personal
  family_name TEXT NOT NULL CHECK (length(family_name) <= 80), -- personal
  email TEXT NOT NULL CHECK (length(email) <= 254), -- personal
  email_key TEXT NOT NULL, -- personal
  phone TEXT NOT NULL DEFAULT '', -- personal
  locale TEXT NOT NULL, -- personal
  message TEXT NOT NULL DEFAULT '' CHECK (length(message) <= 4000), -- sensitive
  ticks TEXT NOT NULL DEFAULT '[]', -- sensitive
  age_confirmed INTEGER NOT NULL DEFAULT 0 CHECK (age_confirmed IN (0, 1)), -- personal
  channel TEXT NOT NULL DEFAULT 'own', -- personal
  person_id TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  created_at TEXT NOT NULL, -- personal
  confirmed_at TEXT, -- personal
  decided_at TEXT, -- personal
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  reason_code TEXT, -- personal
  answer TEXT NOT NULL DEFAULT '', -- personal
  updated_at TEXT NOT NULL, -- personal
  version INTEGER NOT NULL DEFAULT 1 -- internal
) STRICT;
CREATE UNIQUE INDEX applications_one_live ON applications (offer_id, email_key)
  WHERE state IN ('submitted', 'in_review', 'accepted');
CREATE INDEX applications_offer ON applications (offer_id, state);
CREATE INDEX applications_state ON applications (state, created_at);
CREATE INDEX applications_person ON applications (person_id);
CREATE INDEX applications_email ON applications (email_key);

-- Counts only: no person, no address. channel = 'own' or the uri of a centre.
CREATE TABLE offer_counts (
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE, -- internal
  day TEXT NOT NULL, -- internal
  channel TEXT NOT NULL, -- internal
  views INTEGER NOT NULL DEFAULT 0, -- internal
  apply_starts INTEGER NOT NULL DEFAULT 0, -- internal
  applications INTEGER NOT NULL DEFAULT 0, -- internal
  accepted INTEGER NOT NULL DEFAULT 0, -- internal
  PRIMARY KEY (offer_id, day, channel)
) STRICT, WITHOUT ROWID;
`,
}
