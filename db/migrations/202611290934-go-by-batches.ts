// SPDX-License-Identifier: AGPL-3.0-or-later
// What concerns all offers of a partner is done a few at a time, by a reader of events of its own.
import type { Migration } from '../migrate.ts'

export const goByBatches: Migration = {
  name: '202611290934-go-by-batches',
  sql: `
CREATE INDEX moderation_items_of ON moderation_items (association_uri, id);
INSERT INTO event_cursors (consumer, seq) SELECT 'batches', max(seq) FROM events HAVING max(seq) IS NOT NULL;
`,
}
