// SPDX-License-Identifier: AGPL-3.0-or-later
// Questions and answers about one application, between the person and the team. They go with the names of the application.
import type { Migration } from '../migrate.ts'

export const keepConversations: Migration = {
  name: '202611291813-keep-conversations',
  sql: `
CREATE TABLE application_messages (
  id TEXT PRIMARY KEY, -- internal
  application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE, -- personal
  side TEXT NOT NULL CHECK (side IN ('person', 'team')), -- personal
  body TEXT NOT NULL CHECK (length(body) <= 2000), -- personal
  sent_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  sent_at TEXT NOT NULL, -- personal
  read_at TEXT -- personal
) STRICT;

CREATE INDEX application_messages_application ON application_messages (application_id, sent_at, id);

CREATE INDEX application_messages_unread ON application_messages (application_id)
  WHERE side = 'person' AND read_at IS NULL;

CREATE INDEX application_messages_sent_by ON application_messages (sent_by);
`,
}
