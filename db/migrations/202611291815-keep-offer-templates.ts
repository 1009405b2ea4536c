// SPDX-License-Identifier: AGPL-3.0-or-later
// Models to start offers from. An offer remembers the one it began with: its id, or the code of one that comes with the
// software.
import type { Migration } from '../migrate.ts'

export const keepOfferTemplates: Migration = {
  name: '202611291815-keep-offer-templates',
  sql: `
CREATE TABLE offer_templates (
  id TEXT PRIMARY KEY, -- internal
  name TEXT NOT NULL, -- internal
  content TEXT NOT NULL, -- internal
  visibility TEXT NOT NULL CHECK (visibility IN ('public', 'unlisted', 'members')), -- internal
  offer_id TEXT REFERENCES offers (id) ON DELETE SET NULL, -- internal
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  created_at TEXT NOT NULL -- internal
) STRICT;

CREATE INDEX offer_templates_offer ON offer_templates (offer_id);

CREATE INDEX offer_templates_created_by ON offer_templates (created_by);

CREATE INDEX offer_templates_created_at ON offer_templates (created_at);

ALTER TABLE offers ADD COLUMN template_id TEXT; -- internal
`,
}
