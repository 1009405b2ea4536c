// SPDX-License-Identifier: AGPL-3.0-or-later
// What a centre asks about an offer, with a comment beside a field, and what its association answers, on both sides.
import type { Migration } from '../migrate.ts'

export const keepOfferMessages: Migration = {
  name: '202611291809-keep-offer-messages',
  sql: `
CREATE TABLE offer_messages (
  id TEXT PRIMARY KEY, -- internal
  offer_uri TEXT NOT NULL, -- public
  partner_uri TEXT NOT NULL, -- public
  is_ours INTEGER NOT NULL CHECK (is_ours IN (0, 1)), -- internal
  person_id TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  at TEXT NOT NULL, -- internal
  revision INTEGER NOT NULL, -- internal
  words TEXT NOT NULL, -- internal
  comments TEXT NOT NULL DEFAULT '{}' -- internal
) STRICT;

CREATE INDEX offer_messages_offer ON offer_messages (offer_uri, partner_uri, at, id);
CREATE INDEX offer_messages_person ON offer_messages (person_id);
`,
}
