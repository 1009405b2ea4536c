// SPDX-License-Identifier: AGPL-3.0-or-later
// Which deliveries of an activity are still to be written, so that they need not be written all at once.
import type { Migration } from '../migrate.ts'

export const fanOutInBatches: Migration = {
  name: '202611282130-fan-out-in-batches',
  sql: `
CREATE TABLE fed_fanouts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, -- internal
  activity_id TEXT NOT NULL UNIQUE, -- internal
  order_key TEXT NOT NULL, -- internal
  inboxes TEXT NOT NULL, -- internal
  followed TEXT, -- internal
  after TEXT NOT NULL DEFAULT '' -- internal
) STRICT;
`,
}
