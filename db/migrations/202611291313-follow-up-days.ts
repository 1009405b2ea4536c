// SPDX-License-Identifier: AGPL-3.0-or-later
// Whoever was accepted is reminded before the first day, and both sides are asked after the last one whether it took
// place. Each column of an application holds the day for which that was done; the person says themselves if they came.
import type { Migration } from '../migrate.ts'

export const followUpDays: Migration = {
  name: '202611291313-follow-up-days',
  sql: `
ALTER TABLE applications ADD COLUMN reminded_for TEXT; -- personal

ALTER TABLE applications ADD COLUMN asked_for TEXT; -- personal

ALTER TABLE applications ADD COLUMN said_came INTEGER CHECK (said_came IN (0, 1)); -- personal

ALTER TABLE offers ADD COLUMN attendance_asked TEXT; -- internal

CREATE INDEX offers_first_day ON offers (content ->> 'starts_on') WHERE state IN ('published', 'paused', 'closed');

CREATE INDEX offers_last_day ON offers (coalesce(content ->> 'ends_on', content ->> 'starts_on'))
  WHERE state IN ('published', 'paused', 'closed');
`,
}
