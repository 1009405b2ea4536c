// SPDX-License-Identifier: AGPL-3.0-or-later
// Two offers may name one picture: each has its own copy, which goes with its own offer.
import type { Migration } from '../migrate.ts'

export const keyPictureCopiesByOffer: Migration = {
  name: '202611300005-key-picture-copies-by-offer',
  sql: `
CREATE TABLE picture_copies_new (
  offer_uri TEXT NOT NULL, -- public
  source_url TEXT NOT NULL, -- public
  id TEXT NOT NULL UNIQUE, -- public
  media_type TEXT, -- public
  width INTEGER NOT NULL DEFAULT 0, -- public
  height INTEGER NOT NULL DEFAULT 0, -- public
  bytes BLOB, -- public
  tries INTEGER NOT NULL DEFAULT 0, -- internal
  fault TEXT, -- internal
  due_at TEXT, -- internal
  PRIMARY KEY (offer_uri, source_url)
) STRICT;

INSERT INTO picture_copies_new (offer_uri, source_url, id, media_type, width, height, bytes, tries, fault, due_at)
SELECT offer_uri, source_url, id, media_type, width, height, bytes, tries, fault, due_at FROM picture_copies;

DROP TABLE picture_copies;

ALTER TABLE picture_copies_new RENAME TO picture_copies;

CREATE INDEX picture_copies_due_at ON picture_copies (due_at) WHERE due_at IS NOT NULL;
`,
}
