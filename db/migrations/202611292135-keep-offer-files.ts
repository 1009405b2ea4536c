// SPDX-License-Identifier: AGPL-3.0-or-later
// Pictures and the sheet of an own offer, and our copies of the pictures of others. Both are drawn anew, never as sent.
import type { Migration } from '../migrate.ts'

export const keepOfferFiles: Migration = {
  name: '202611292135-keep-offer-files',
  sql: `
CREATE TABLE offer_files (
  id TEXT PRIMARY KEY, -- public
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE, -- public
  kind TEXT NOT NULL CHECK (kind IN ('picture', 'sheet')), -- public
  media_type TEXT NOT NULL, -- public
  name TEXT NOT NULL DEFAULT '', -- public
  width INTEGER NOT NULL DEFAULT 0, -- public
  height INTEGER NOT NULL DEFAULT 0, -- public
  bytes BLOB NOT NULL, -- public
  created_at TEXT NOT NULL -- internal
) STRICT;

CREATE INDEX offer_files_offer ON offer_files (offer_id);

CREATE INDEX offer_files_created_at ON offer_files (created_at);

CREATE TABLE picture_copies (
  source_url TEXT PRIMARY KEY, -- public
  offer_uri TEXT NOT NULL, -- public
  id TEXT NOT NULL UNIQUE, -- public
  media_type TEXT, -- public
  width INTEGER NOT NULL DEFAULT 0, -- public
  height INTEGER NOT NULL DEFAULT 0, -- public
  bytes BLOB, -- public
  tries INTEGER NOT NULL DEFAULT 0, -- internal
  fault TEXT, -- internal
  due_at TEXT -- internal
) STRICT;

CREATE INDEX picture_copies_offer ON picture_copies (offer_uri);

CREATE INDEX picture_copies_due_at ON picture_copies (due_at) WHERE due_at IS NOT NULL;
`,
}
