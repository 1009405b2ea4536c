// SPDX-License-Identifier: AGPL-3.0-or-later
// Which kinds of activities a site refuses, and when a Follow and its Undo were signed: some sites name each Follow of a
// pair alike, so that only the date tells a new wish from an old one that comes again. The words of offers that were
// removed go out of what was said of them before, and that out of the outbox.
import type { Migration } from '../migrate.ts'

export const rememberRefusals: Migration = {
  name: '202611290545-remember-refusals',
  sql: `
ALTER TABLE fed_peers ADD COLUMN refused TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(refused)); -- internal
ALTER TABLE fed_activities ADD COLUMN signed_at TEXT; -- internal

CREATE TABLE removed_before (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, tombstone TEXT NOT NULL);
INSERT INTO removed_before
  SELECT s.seq, s.id, json_extract(d.body, '$.object')
  FROM fed_activities d JOIN fed_activities s ON s.object_id = d.object_id AND s.seq < d.seq
  WHERE d.type = 'Delete' AND d.direction = 'out' AND json_extract(d.body, '$.object.type') = 'Tombstone'
    AND s.type IN ('Create', 'Update') AND s.direction = 'out'
  ON CONFLICT DO NOTHING;
DELETE FROM fed_collections WHERE activity_id IN (SELECT id FROM removed_before);
UPDATE fed_activities
  SET body = json_set(body, '$.object', json((SELECT tombstone FROM removed_before r WHERE r.seq = fed_activities.seq)))
  WHERE seq IN (SELECT seq FROM removed_before);
DROP TABLE removed_before;
`,
}
