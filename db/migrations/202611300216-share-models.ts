// SPDX-License-Identifier: AGPL-3.0-or-later
// A centre writes models of offers for its members. A member keeps a copy of the models of its centres, read from time to
// time: `due_at` says when next, `fault` why the last reading failed.
import type { Migration } from '../migrate.ts'

export const shareModels: Migration = {
  name: '202611300216-share-models',
  sql: `
CREATE TABLE shared_templates (
  id TEXT PRIMARY KEY, -- public
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80), -- public
  content TEXT NOT NULL, -- public
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  created_at TEXT NOT NULL, -- public
  updated_at TEXT NOT NULL -- public
) STRICT;

CREATE INDEX shared_templates_created_by ON shared_templates (created_by);

CREATE TABLE centre_templates (
  id TEXT PRIMARY KEY, -- internal
  centre_uri TEXT NOT NULL, -- internal
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80), -- internal
  content TEXT NOT NULL, -- internal
  rank INTEGER NOT NULL -- internal
) STRICT;

CREATE INDEX centre_templates_centre ON centre_templates (centre_uri, rank);

CREATE TABLE centre_template_readings (
  centre_uri TEXT PRIMARY KEY, -- internal
  due_at TEXT NOT NULL, -- internal
  fault TEXT -- internal
) STRICT, WITHOUT ROWID;
`,
}
