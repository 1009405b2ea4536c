// SPDX-License-Identifier: AGPL-3.0-or-later
// Approved hours are counted by offer, site and day on which they were done, so that they stay when a person is erased.
// A line keeps the site under which it was counted, because a reversal is subtracted there.
// Hours of before are counted too, but for those of people who were erased: their sums name no offer.
import type { Migration } from '../migrate.ts'

export const countHoursOfOffers: Migration = {
  name: '202611301430-count-hours-of-offers',
  sql: `
ALTER TABLE hours_entries ADD COLUMN channel TEXT; -- personal

DROP INDEX hours_entries_offer;
CREATE INDEX hours_entries_offer ON hours_entries (offer_id, worked_on);

-- Apart from offer_counts, whose days are told to centres. minutes_of_many: the same when five people or more gave some
-- that day, else 0; for whoever may not see the hours of people.
CREATE TABLE offer_hours (
  offer_id TEXT NOT NULL, -- internal
  day TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'), -- internal
  channel TEXT NOT NULL, -- internal
  minutes INTEGER NOT NULL DEFAULT 0, -- internal
  minutes_of_many INTEGER NOT NULL DEFAULT 0, -- internal
  PRIMARY KEY (offer_id, day, channel)
) STRICT, WITHOUT ROWID;

-- A month with hours alone has 0 days of counts.
ALTER TABLE month_counts ADD COLUMN minutes INTEGER NOT NULL DEFAULT 0; -- internal
ALTER TABLE month_counts ADD COLUMN minutes_of_many INTEGER NOT NULL DEFAULT 0; -- internal

UPDATE hours_entries SET channel = coalesce(
  (SELECT a.channel FROM applications a WHERE a.person_id = hours_entries.person_id AND +a.offer_id = hours_entries.offer_id
    ORDER BY a.state IN ('accepted', 'completed') DESC, a.created_at DESC, a.id DESC LIMIT 1), 'own')
WHERE offer_id IS NOT NULL AND state = 'approved';

INSERT INTO offer_hours (offer_id, day, channel, minutes, minutes_of_many)
  SELECT offer_id, day, channel, sum(minutes), CASE WHEN sum(is_person) >= 5 THEN sum(minutes) ELSE 0 END
  FROM (
    SELECT offer_id, worked_on AS day, channel, sum(minutes) AS minutes, sum(minutes) > 0 AS is_person
    FROM hours_entries WHERE offer_id IS NOT NULL AND channel IS NOT NULL GROUP BY offer_id, worked_on, channel, person_id
    UNION ALL
    SELECT offer_id, worked_on, 'own', people * minutes, 0 FROM hours_headcounts WHERE offer_id IS NOT NULL)
  GROUP BY 1, 2, 3;

INSERT INTO month_counts (kind, offer, teller, month, days, minutes, minutes_of_many)
  SELECT 'counted', offer_id, channel, substr(day, 1, 7), 0, sum(minutes), sum(minutes_of_many)
  FROM offer_hours WHERE true GROUP BY 2, 3, 4
  ON CONFLICT (kind, offer, teller, month) DO UPDATE
  SET minutes = excluded.minutes, minutes_of_many = excluded.minutes_of_many;
`,
}
