// SPDX-License-Identifier: AGPL-3.0-or-later
// People who offer their help with no offer in mind. A row is deleted when they withdraw it, or a year after its end.
import type { Migration } from '../migrate.ts'

export const takeEnquiries: Migration = {
  name: '202611291243-take-enquiries',
  sql: `
CREATE TABLE enquiries (
  id TEXT PRIMARY KEY, -- internal
  state TEXT NOT NULL CHECK (state IN ('unconfirmed', 'new', 'in_contact', 'placed', 'ended')), -- personal
  given_name TEXT NOT NULL CHECK (length(given_name) <= 80), -- personal
  family_name TEXT NOT NULL CHECK (length(family_name) <= 80), -- personal
  email TEXT NOT NULL CHECK (length(email) <= 254), -- personal
  email_key TEXT NOT NULL, -- personal
  phone TEXT NOT NULL, -- personal
  locale TEXT NOT NULL, -- personal
  wishes TEXT NOT NULL CHECK (length(wishes) <= 2000), -- personal
  causes TEXT NOT NULL DEFAULT '[]', -- personal
  days TEXT NOT NULL DEFAULT '[]', -- personal
  parts TEXT NOT NULL DEFAULT '[]', -- personal
  place_name TEXT NOT NULL, -- personal
  place_code TEXT NOT NULL, -- personal
  call_back INTEGER NOT NULL DEFAULT 0 CHECK (call_back IN (0, 1)), -- personal
  call_hours TEXT NOT NULL DEFAULT '', -- personal
  agreed_at TEXT, -- personal
  agreed_text TEXT NOT NULL DEFAULT '', -- personal
  person_id TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  taken_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  team_note TEXT NOT NULL DEFAULT '', -- personal
  end_reason TEXT NOT NULL DEFAULT '', -- personal
  created_at TEXT NOT NULL, -- personal
  confirmed_at TEXT, -- personal
  seen_at TEXT NOT NULL, -- personal
  updated_at TEXT NOT NULL, -- personal
  version INTEGER NOT NULL DEFAULT 1 -- internal
) STRICT;

CREATE INDEX enquiries_open ON enquiries (confirmed_at, updated_at DESC, id) WHERE state IN ('new', 'in_contact');

CREATE INDEX enquiries_over ON enquiries (updated_at DESC, id) WHERE state IN ('placed', 'ended');

CREATE INDEX enquiries_state ON enquiries (state, created_at);

CREATE INDEX enquiries_seen ON enquiries (seen_at);

CREATE INDEX enquiries_email ON enquiries (email_key);

CREATE INDEX enquiries_person ON enquiries (person_id);

CREATE INDEX enquiries_taken_by ON enquiries (taken_by);

CREATE TABLE enquiry_messages (
  id TEXT PRIMARY KEY, -- internal
  enquiry_id TEXT NOT NULL REFERENCES enquiries (id) ON DELETE CASCADE, -- personal
  kind TEXT NOT NULL CHECK (kind IN ('answer', 'proposal', 'passed_on')), -- personal
  body TEXT NOT NULL CHECK (length(body) <= 2000), -- personal
  about TEXT NOT NULL, -- personal
  title TEXT NOT NULL, -- personal
  sent_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  sent_at TEXT NOT NULL, -- personal
  accepted_at TEXT -- personal
) STRICT;

CREATE INDEX enquiry_messages_enquiry ON enquiry_messages (enquiry_id, sent_at);

CREATE INDEX enquiry_messages_sent_by ON enquiry_messages (sent_by);
`,
}
