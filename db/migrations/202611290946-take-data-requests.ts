// SPDX-License-Identifier: AGPL-3.0-or-later
// People ask to have their data corrected, or no longer used (GDPR, arts. 16 and 18). Lists that are used for work leave
// out whoever is restricted, so their indexes do too.
import type { Migration } from '../migrate.ts'

export const takeDataRequests: Migration = {
  name: '202611290946-take-data-requests',
  sql: `
CREATE TABLE privacy_requests (
  id TEXT PRIMARY KEY, -- internal
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, -- personal
  kind TEXT NOT NULL CHECK (kind IN ('correction', 'restriction')), -- personal
  said TEXT NOT NULL CHECK (length(said) <= 4000), -- sensitive
  source TEXT NOT NULL CHECK (source IN ('self', 'coordinator')), -- personal
  entered_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  received_on TEXT NOT NULL, -- personal
  due_on TEXT NOT NULL, -- personal
  state TEXT NOT NULL CHECK (state IN ('open', 'done', 'refused')), -- personal
  answer TEXT NOT NULL DEFAULT '', -- personal
  decided_at TEXT, -- personal
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  created_at TEXT NOT NULL -- personal
) STRICT;

CREATE INDEX privacy_requests_person ON privacy_requests (person_id, state);

CREATE INDEX privacy_requests_open ON privacy_requests (due_on, id) WHERE state = 'open';

CREATE INDEX privacy_requests_answered ON privacy_requests (decided_at, id) WHERE state <> 'open';

ALTER TABLE people ADD COLUMN restricted_at TEXT; -- personal
ALTER TABLE people ADD COLUMN restriction_ends_at TEXT; -- personal

DROP INDEX people_active;

CREATE INDEX people_active ON people (search_key, member_number, email_key)
  WHERE disabled_at IS NULL AND restricted_at IS NULL;

DROP INDEX people_invited;

CREATE INDEX people_invited ON people (search_key, member_number, email_key)
  WHERE disabled_at IS NULL AND restricted_at IS NULL AND invited_at IS NOT NULL;

CREATE INDEX people_restricted ON people (search_key, member_number, email_key) WHERE restricted_at IS NOT NULL;

CREATE INDEX people_restriction_ends ON people (restriction_ends_at) WHERE restriction_ends_at IS NOT NULL;
`,
}
