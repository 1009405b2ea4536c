// SPDX-License-Identifier: AGPL-3.0-or-later
// A centre shows the logo of an association beside its offers: a copy of its own, drawn anew, so that no visitor's browser
// asks another site.
import type { Migration } from '../migrate.ts'

export const keepPartnerLogos: Migration = {
  name: '202611291306-keep-partner-logos',
  sql: `
ALTER TABLE fed_actors ADD COLUMN icon_url TEXT; -- public
ALTER TABLE fed_actors ADD COLUMN icon_alt TEXT NOT NULL DEFAULT ''; -- public

CREATE TABLE partner_logos (
  partner_uri TEXT PRIMARY KEY, -- public
  source_url TEXT NOT NULL, -- public
  upload_id TEXT REFERENCES uploads (id) ON DELETE SET NULL, -- public
  alt TEXT NOT NULL, -- public
  fault TEXT, -- internal
  due_at TEXT NOT NULL -- internal
) STRICT;

CREATE INDEX partner_logos_upload ON partner_logos (upload_id);
`,
}
