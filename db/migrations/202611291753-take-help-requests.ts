// SPDX-License-Identifier: AGPL-3.0-or-later
// People who say that something on the site does not work. A row is deleted six months after its last news.
import type { Migration } from '../migrate.ts'

export const takeHelpRequests: Migration = {
  name: '202611291753-take-help-requests',
  sql: `
CREATE TABLE help_requests (
  id TEXT PRIMARY KEY, -- internal
  state TEXT NOT NULL CHECK (state IN ('open', 'done')), -- personal
  said TEXT NOT NULL CHECK (length(said) <= 2000), -- personal
  page TEXT NOT NULL CHECK (length(page) <= 200), -- personal
  reference TEXT NOT NULL, -- personal
  name TEXT NOT NULL CHECK (length(name) <= 80), -- personal
  email TEXT NOT NULL CHECK (length(email) <= 254), -- personal
  email_key TEXT NOT NULL, -- personal
  phone TEXT NOT NULL, -- personal
  locale TEXT NOT NULL, -- personal
  person_id TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  taken_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  created_at TEXT NOT NULL, -- personal
  updated_at TEXT NOT NULL -- personal
) STRICT;

CREATE INDEX help_requests_open ON help_requests (created_at, id) WHERE state = 'open';

CREATE INDEX help_requests_done ON help_requests (updated_at DESC, id) WHERE state = 'done';

CREATE INDEX help_requests_updated ON help_requests (updated_at);

CREATE INDEX help_requests_email ON help_requests (email_key);

CREATE INDEX help_requests_person ON help_requests (person_id);

CREATE INDEX help_requests_taken_by ON help_requests (taken_by);

CREATE TABLE help_answers (
  id TEXT PRIMARY KEY, -- internal
  request_id TEXT NOT NULL REFERENCES help_requests (id) ON DELETE CASCADE, -- personal
  body TEXT NOT NULL CHECK (length(body) <= 2000), -- personal
  sent_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  sent_at TEXT NOT NULL -- personal
) STRICT;

CREATE INDEX help_answers_request ON help_answers (request_id, sent_at);

CREATE INDEX help_answers_sent_by ON help_answers (sent_by);
`,
}
