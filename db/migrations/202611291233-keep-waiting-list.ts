// SPDX-License-Identifier: AGPL-3.0-or-later
// A full offer has a line of people who wait for a place; who is first gets it for a time, to confirm. An application may
// be for several people. SQLite changes no CHECK, so the table is made again with its rows.
import type { Migration } from '../migrate.ts'

export const keepWaitingList: Migration = {
  name: '202611291233-keep-waiting-list',
  sql: `
CREATE TABLE applications_new (
  id TEXT PRIMARY KEY, -- internal
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE, -- personal
  state TEXT NOT NULL CHECK (state IN
    ('unconfirmed', 'submitted', 'in_review', 'waitlisted', 'place_offered', 'accepted', 'completed', 'no_show',
     'declined', 'withdrawn', 'lapsed', 'offer_closed')), -- personal
  given_name TEXT NOT NULL CHECK (length(given_name) <= 80), -- personal
  family_name TEXT NOT NULL CHECK (length(family_name) <= 80), -- personal
  email TEXT NOT NULL CHECK (length(email) <= 254), -- personal
  email_key TEXT NOT NULL, -- personal
  phone TEXT NOT NULL DEFAULT '', -- personal
  locale TEXT NOT NULL, -- personal
  message TEXT NOT NULL DEFAULT '' CHECK (length(message) <= 4000), -- sensitive
  ticks TEXT NOT NULL DEFAULT '[]', -- sensitive
  age_confirmed INTEGER NOT NULL DEFAULT 0 CHECK (age_confirmed IN (0, 1)), -- personal
  seats INTEGER NOT NULL DEFAULT 1 CHECK (seats BETWEEN 1 AND 99), -- personal
  channel TEXT NOT NULL DEFAULT 'own', -- personal
  person_id TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  created_at TEXT NOT NULL, -- personal
  confirmed_at TEXT, -- personal
  waitlisted_at TEXT, -- personal
  held_until TEXT, -- personal
  decided_at TEXT, -- personal
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  reason_code TEXT, -- personal
  answer TEXT NOT NULL DEFAULT '', -- personal
  updated_at TEXT NOT NULL, -- personal
  version INTEGER NOT NULL DEFAULT 1 -- internal
) STRICT;

INSERT INTO applications_new (id, offer_id, state, given_name, family_name, email, email_key, phone, locale, message,
    ticks, age_confirmed, channel, person_id, created_at, confirmed_at, decided_at, decided_by, reason_code, answer,
    updated_at, version)
  SELECT id, offer_id, state, given_name, family_name, email, email_key, phone, locale, message,
    ticks, age_confirmed, channel, person_id, created_at, confirmed_at, decided_at, decided_by, reason_code, answer,
    updated_at, version
  FROM applications ORDER BY rowid;

DROP TABLE applications;

ALTER TABLE applications_new RENAME TO applications;

CREATE INDEX applications_offer ON applications (offer_id, state);

CREATE INDEX applications_state ON applications (state, created_at);

CREATE INDEX applications_person ON applications (person_id);

CREATE INDEX applications_email ON applications (email_key);

CREATE INDEX applications_waiting ON applications (confirmed_at, updated_at DESC, id, state)
  WHERE state IN ('submitted', 'in_review');

CREATE INDEX applications_line ON applications (waitlisted_at, updated_at DESC, id, state)
  WHERE state IN ('waitlisted', 'place_offered');

CREATE INDEX applications_line_of ON applications (offer_id, waitlisted_at, id) WHERE state = 'waitlisted';

CREATE INDEX applications_held ON applications (held_until) WHERE state = 'place_offered';

CREATE INDEX applications_answered ON applications (updated_at DESC, id, state)
  WHERE state IN ('accepted', 'completed', 'no_show', 'declined', 'withdrawn', 'lapsed', 'offer_closed');

CREATE UNIQUE INDEX applications_one_live ON applications (offer_id, email_key, family_name, given_name)
  WHERE state IN ('submitted', 'in_review', 'waitlisted', 'place_offered', 'accepted') AND email_key <> '';

CREATE INDEX applications_ended ON applications (decided_at)
  WHERE email_key <> id AND state IN ('completed', 'no_show', 'declined', 'withdrawn', 'lapsed', 'offer_closed');

CREATE INDEX applications_named ON applications (offer_id) WHERE state = 'accepted' AND email_key <> id;
`,
}
