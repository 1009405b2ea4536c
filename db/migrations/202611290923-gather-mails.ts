// SPDX-License-Identifier: AGPL-3.0-or-later
// Notices to one person wait for each other and leave as one mail; a mail has an address for answers, a calendar file,
// and the application or person that it opens.
import type { Migration } from '../migrate.ts'

export const gatherMails: Migration = {
  name: '202611290923-gather-mails',
  sql: `
ALTER TABLE people ADD COLUMN notice_choices TEXT NOT NULL DEFAULT '{}'; -- personal

CREATE TABLE mails_gathered (
  id TEXT PRIMARY KEY, -- internal
  dedupe TEXT NOT NULL UNIQUE, -- personal
  template TEXT NOT NULL, -- personal
  to_email TEXT NOT NULL, -- personal
  to_name TEXT NOT NULL DEFAULT '', -- personal
  locale TEXT NOT NULL, -- personal
  subject TEXT NOT NULL, -- personal
  body_text TEXT NOT NULL, -- secret
  body_html TEXT NOT NULL, -- secret
  state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'kept', 'gathered')), -- personal
  attempts INTEGER NOT NULL DEFAULT 0, -- internal
  not_before TEXT NOT NULL, -- internal
  lease_until TEXT, -- internal
  last_error TEXT, -- personal
  created_at TEXT NOT NULL, -- personal
  sent_at TEXT, -- personal
  reply_name TEXT NOT NULL DEFAULT '', -- personal
  reply_email TEXT NOT NULL DEFAULT '', -- personal
  calendar TEXT NOT NULL DEFAULT '', -- internal
  about TEXT, -- personal
  kind TEXT NOT NULL DEFAULT '', -- internal
  bundle TEXT, -- internal
  line TEXT NOT NULL DEFAULT '', -- personal
  link TEXT NOT NULL DEFAULT '', -- secret
  gathered_in TEXT -- internal
) STRICT;
INSERT INTO mails_gathered (id, dedupe, template, to_email, to_name, locale, subject, body_text, body_html, state,
  attempts, not_before, lease_until, last_error, created_at, sent_at)
SELECT id, dedupe, template, to_email, to_name, locale, subject, body_text, body_html, state,
  attempts, not_before, lease_until, last_error, created_at, sent_at
FROM mails;
DROP TABLE mails;
ALTER TABLE mails_gathered RENAME TO mails;
CREATE INDEX mails_due ON mails (state, not_before);
CREATE INDEX mails_created ON mails (created_at, id, state);
CREATE INDEX mails_to ON mails (to_email);
CREATE INDEX mails_bundle ON mails (bundle, id) WHERE bundle IS NOT NULL;
CREATE INDEX mails_gathered_in ON mails (gathered_in) WHERE gathered_in IS NOT NULL;
CREATE INDEX mails_about ON mails (about, id) WHERE about IS NOT NULL;
`,
}
