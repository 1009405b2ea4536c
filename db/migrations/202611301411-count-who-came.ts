// SPDX-License-Identifier: AGPL-3.0-or-later
// People who came are counted by day like all that is counted, so that they stay when the offer has gone. An application
// keeps the day on which it was counted, so that the count can be taken back from there.
// Those noted before are counted on the day that they had in UTC.
import type { Migration } from '../migrate.ts'

export const countWhoCame: Migration = {
  name: '202611301411-count-who-came',
  sql: `
ALTER TABLE applications ADD COLUMN came_on TEXT; -- personal

ALTER TABLE offer_counts ADD COLUMN completed INTEGER NOT NULL DEFAULT 0; -- internal
ALTER TABLE reported_counts ADD COLUMN completed INTEGER NOT NULL DEFAULT 0; -- internal
ALTER TABLE month_counts ADD COLUMN completed INTEGER NOT NULL DEFAULT 0; -- internal

UPDATE applications SET came_on = substr(decided_at, 1, 10) WHERE state = 'completed';

INSERT INTO offer_counts (day, offer_id, channel, completed)
  SELECT came_on, offer_id, channel, sum(seats) FROM applications WHERE came_on IS NOT NULL GROUP BY 1, 2, 3
  ON CONFLICT (offer_id, day, channel) DO UPDATE SET completed = excluded.completed;

INSERT INTO month_counts (kind, offer, teller, month, days, completed)
  SELECT 'counted', offer_id, channel, substr(day, 1, 7), count(*), sum(completed) FROM offer_counts GROUP BY 2, 3, 4
  ON CONFLICT (kind, offer, teller, month) DO UPDATE SET days = excluded.days, completed = excluded.completed;
`,
}
