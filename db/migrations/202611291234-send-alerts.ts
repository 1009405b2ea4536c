// SPDX-License-Identifier: AGPL-3.0-or-later
// Anybody may be mailed what is new in a search: an address with its searches, when each listing first appeared here, and
// the address at which a mail program stops a mail (RFC 8058).
import type { Migration } from '../migrate.ts'

export const sendAlerts: Migration = {
  name: '202611291234-send-alerts',
  sql: `
ALTER TABLE listing_state ADD COLUMN listed_at TEXT NOT NULL DEFAULT ''; -- public

ALTER TABLE mails ADD COLUMN stop_url TEXT NOT NULL DEFAULT ''; -- secret

CREATE TABLE alert_subscribers (
  id TEXT PRIMARY KEY, -- internal
  link_hash TEXT NOT NULL UNIQUE, -- secret
  email TEXT NOT NULL, -- personal
  email_key TEXT NOT NULL UNIQUE, -- personal
  locale TEXT NOT NULL, -- personal
  rhythm TEXT NOT NULL CHECK (rhythm IN ('weekly', 'daily')), -- personal
  told_until TEXT NOT NULL, -- internal
  next_at TEXT NOT NULL, -- internal
  created_at TEXT NOT NULL, -- personal
  ends_at TEXT NOT NULL, -- personal
  asked_at TEXT -- personal
) STRICT;
CREATE INDEX alert_subscribers_next ON alert_subscribers (next_at, id);
CREATE INDEX alert_subscribers_end ON alert_subscribers (ends_at, id);

CREATE TABLE alerts (
  id TEXT PRIMARY KEY, -- internal
  subscriber_id TEXT NOT NULL REFERENCES alert_subscribers (id) ON DELETE CASCADE, -- internal
  query TEXT NOT NULL, -- personal
  label TEXT NOT NULL, -- personal
  created_at TEXT NOT NULL, -- personal
  UNIQUE (subscriber_id, query)
) STRICT;
`,
}
