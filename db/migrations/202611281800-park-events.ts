// SPDX-License-Identifier: AGPL-3.0-or-later
// An event that a consumer could not handle: tried again a few times, then set aside so that the next ones go on.
import type { Migration } from '../migrate.ts'

export const parkEvents: Migration = {
  name: '202611281800-park-events',
  sql: `
CREATE TABLE event_failures (
  consumer TEXT NOT NULL, -- internal
  seq INTEGER NOT NULL, -- internal
  fault TEXT NOT NULL, -- internal
  attempts INTEGER NOT NULL, -- internal
  not_before TEXT NOT NULL, -- internal
  parked_at TEXT, -- internal
  PRIMARY KEY (consumer, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX event_failures_waiting ON event_failures (consumer, not_before) WHERE parked_at IS NULL;

CREATE INDEX event_failures_parked ON event_failures (parked_at) WHERE parked_at IS NOT NULL;
`,
}
