// SPDX-License-Identifier: AGPL-3.0-or-later
// Answers by mail: which were taken, so that none is taken twice; which could not be read; and how many came.
import type { Migration } from '../migrate.ts'

export const takeAnswers: Migration = {
  name: '202611301515-take-answers',
  sql: `
CREATE TABLE incoming_mails (
  key TEXT PRIMARY KEY, -- internal
  at TEXT NOT NULL, -- internal
  file TEXT NOT NULL DEFAULT '', -- internal
  reason TEXT NOT NULL DEFAULT '' CHECK (reason IN ('', 'big', 'unread', 'fault')) -- internal
) STRICT;

CREATE INDEX incoming_mails_at ON incoming_mails (at);

CREATE INDEX incoming_mails_set_aside ON incoming_mails (at, key) WHERE reason <> '';

CREATE TABLE incoming_counts (
  day TEXT NOT NULL, -- internal
  outcome TEXT NOT NULL CHECK (outcome IN ('taken', 'told', 'automatic', 'unknown')), -- internal
  count INTEGER NOT NULL, -- internal
  PRIMARY KEY (day, outcome)
) STRICT;
`,
}
