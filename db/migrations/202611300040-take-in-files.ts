// SPDX-License-Identifier: AGPL-3.0-or-later
// Members and hours come in from files of other tools. What was sent is kept for some days; each line of hours says for
// ever which file it came from, so that a whole file can be taken back.
import type { Migration } from '../migrate.ts'

export const takeInFiles: Migration = {
  name: '202611300040-take-in-files',
  sql: `
CREATE TABLE imports (
  id TEXT PRIMARY KEY, -- internal
  tool TEXT NOT NULL CHECK (tool IN ('benevalibre', 'paheko', 'galette', 'table')), -- internal
  file_name TEXT NOT NULL CHECK (length(file_name) <= 120), -- internal
  headings TEXT NOT NULL, -- internal
  columns TEXT NOT NULL, -- internal
  twins INTEGER NOT NULL DEFAULT 0 CHECK (twins IN (0, 1)), -- internal
  newcomers TEXT NOT NULL DEFAULT 'add' CHECK (newcomers IN ('add', 'leave')), -- internal
  state TEXT NOT NULL CHECK (state IN ('checking', 'ready', 'taking', 'taken', 'undoing', 'undone')), -- internal
  step INTEGER NOT NULL DEFAULT 0, -- internal
  next_line INTEGER NOT NULL DEFAULT 0, -- internal
  last_line INTEGER NOT NULL, -- internal
  rows INTEGER NOT NULL CHECK (rows >= 1), -- internal
  people_made INTEGER NOT NULL DEFAULT 0, -- internal
  lines_made INTEGER NOT NULL DEFAULT 0, -- internal
  lines_kept INTEGER NOT NULL DEFAULT 0, -- internal
  people_kept INTEGER NOT NULL DEFAULT 0, -- internal
  created_at TEXT NOT NULL, -- personal
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  taken_at TEXT, -- internal
  taken_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- internal
  undone_at TEXT, -- internal
  undone_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- internal
  forgotten_at TEXT -- internal
) STRICT;
CREATE INDEX imports_created ON imports (created_at);
CREATE INDEX imports_created_by ON imports (created_by);
CREATE INDEX imports_taken_by ON imports (taken_by);
CREATE INDEX imports_undone_by ON imports (undone_by);

CREATE TABLE import_people (
  import_id TEXT NOT NULL REFERENCES imports (id) ON DELETE CASCADE, -- internal
  number INTEGER NOT NULL, -- internal
  name_key TEXT NOT NULL, -- personal
  given_name TEXT NOT NULL, -- personal
  family_name TEXT NOT NULL, -- personal
  email TEXT NOT NULL, -- personal
  phone TEXT NOT NULL, -- personal
  joined_on TEXT, -- personal
  verdict TEXT NOT NULL DEFAULT 'unread' CHECK (verdict IN ('unread', 'new', 'known', 'doubt', 'left')), -- internal
  is_chosen INTEGER NOT NULL DEFAULT 0 CHECK (is_chosen IN (0, 1)), -- internal
  lines INTEGER NOT NULL DEFAULT 0, -- internal
  twins INTEGER NOT NULL DEFAULT 0, -- internal
  is_made INTEGER NOT NULL DEFAULT 0 CHECK (is_made IN (0, 1)), -- internal
  person_id TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  PRIMARY KEY (import_id, number)
) STRICT;
CREATE UNIQUE INDEX import_people_key ON import_people (import_id, name_key);
CREATE INDEX import_people_verdict ON import_people (import_id, verdict, number);
CREATE INDEX import_people_person ON import_people (person_id);

CREATE TABLE import_words (
  import_id TEXT NOT NULL REFERENCES imports (id) ON DELETE CASCADE, -- internal
  kind TEXT NOT NULL CHECK (kind IN ('category', 'level', 'project')), -- internal
  word_key TEXT NOT NULL, -- internal
  word TEXT NOT NULL CHECK (length(word) <= 80), -- internal
  target TEXT NOT NULL, -- internal
  PRIMARY KEY (import_id, kind, word_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_rows (
  import_id TEXT NOT NULL REFERENCES imports (id) ON DELETE CASCADE, -- internal
  line INTEGER NOT NULL, -- internal
  cells TEXT NOT NULL, -- personal
  verdict TEXT NOT NULL DEFAULT 'unread' CHECK (verdict IN ('unread', 'good', 'faulty', 'there', 'twice')), -- internal
  faults TEXT NOT NULL DEFAULT '[]', -- internal
  party INTEGER, -- internal
  worked_on TEXT, -- internal
  minutes INTEGER, -- internal
  note TEXT NOT NULL DEFAULT '', -- personal
  category TEXT, -- internal
  level TEXT, -- internal
  project TEXT, -- internal
  is_made INTEGER NOT NULL DEFAULT 0 CHECK (is_made IN (0, 1)), -- internal
  PRIMARY KEY (import_id, line)
) STRICT;
CREATE INDEX import_rows_verdict ON import_rows (import_id, verdict, line);
CREATE INDEX import_rows_twins ON import_rows (import_id, party, worked_on, minutes, line);

ALTER TABLE hours_entries ADD COLUMN import_id TEXT REFERENCES imports (id); -- internal
CREATE INDEX hours_entries_import ON hours_entries (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX people_name ON people (search_key);
`,
}
