// SPDX-License-Identifier: AGPL-3.0-or-later
// An answer of a moderator can be undone for a minute: what it sends waits here. A text that comes back after an answer is
// compared with the one that was answered.
import type { Migration } from '../migrate.ts'

export const holdAnswers: Migration = {
  name: '202611290931-hold-answers',
  sql: `
ALTER TABLE moderation_items ADD COLUMN answered_offer TEXT; -- internal

CREATE TABLE held_answers (
  item_id TEXT PRIMARY KEY REFERENCES moderation_items (id) ON DELETE CASCADE, -- internal
  batch TEXT NOT NULL, -- internal
  person_id TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  version INTEGER NOT NULL, -- internal
  event TEXT NOT NULL, -- internal
  before TEXT NOT NULL, -- internal
  until TEXT NOT NULL -- internal
) STRICT, WITHOUT ROWID;

CREATE INDEX held_answers_until ON held_answers (until);

CREATE INDEX held_answers_batch ON held_answers (batch);
`,
}
