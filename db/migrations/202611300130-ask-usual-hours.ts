// SPDX-License-Identifier: AGPL-3.0-or-later
// Once a month, somebody is asked whether their usual hours were the same; at round figures they are thanked.
import type { Migration } from '../migrate.ts'

export const askUsualHours: Migration = {
  name: '202611300130-ask-usual-hours',
  sql: `
ALTER TABLE people ADD COLUMN thanked_hours INTEGER NOT NULL DEFAULT 0; -- personal

CREATE TABLE usual_hours (
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, -- personal
  month TEXT NOT NULL CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'), -- personal
  worked_on TEXT NOT NULL, -- personal
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 1440), -- personal
  category_id TEXT NOT NULL REFERENCES hours_categories (id), -- personal
  offer_id TEXT REFERENCES offers (id) ON DELETE SET NULL, -- personal
  asked_at TEXT NOT NULL, -- personal
  recorded_at TEXT, -- personal
  PRIMARY KEY (person_id, month)
) STRICT;

CREATE INDEX usual_hours_month ON usual_hours (month);

CREATE INDEX usual_hours_offer ON usual_hours (offer_id);
`,
}
