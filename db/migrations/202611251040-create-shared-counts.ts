// SPDX-License-Identifier: AGPL-3.0-or-later
// Daily totals between instances: what was shown here, what partners report, what was told them. Numbers by offer and
// day only, never a person.
import type { Migration } from '../migrate.ts'

export const createSharedCounts: Migration = {
  name: '202611251040-create-shared-counts',
  sql: `
-- Made anew without its reference: totals outlive the offer they are about.
CREATE TABLE offer_counts_kept (
  offer_id TEXT NOT NULL, -- internal
  day TEXT NOT NULL, -- internal
  channel TEXT NOT NULL, -- internal
  views INTEGER NOT NULL DEFAULT 0, -- internal
  apply_starts INTEGER NOT NULL DEFAULT 0, -- internal
  applications INTEGER NOT NULL DEFAULT 0, -- internal
  accepted INTEGER NOT NULL DEFAULT 0, -- internal
  PRIMARY KEY (offer_id, day, channel)
) STRICT, WITHOUT ROWID;
INSERT INTO offer_counts_kept (offer_id, day, channel, views, apply_starts, applications, accepted)
  SELECT offer_id, day, channel, views, apply_starts, applications, accepted FROM offer_counts;
DROP TABLE offer_counts;
ALTER TABLE offer_counts_kept RENAME TO offer_counts;
CREATE INDEX offer_counts_day ON offer_counts (day, channel);

-- What this site's visitors saw, of our own offers and of members'. The day first: a period is one stretch of rows.
CREATE TABLE shown_counts (
  day TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'), -- internal
  offer_uri TEXT NOT NULL, -- internal
  impressions INTEGER NOT NULL DEFAULT 0 CHECK (impressions >= 0), -- internal
  views INTEGER NOT NULL DEFAULT 0 CHECK (views >= 0), -- internal
  PRIMARY KEY (day, offer_uri)
) STRICT, WITHOUT ROWID;
CREATE INDEX shown_counts_offer ON shown_counts (offer_uri);

-- Whose an offer was and where, as it was last shown: totals keep their town when the offer has gone.
CREATE TABLE counted_offers (
  offer_uri TEXT PRIMARY KEY, -- public
  association_uri TEXT NOT NULL, -- public
  association_name TEXT NOT NULL, -- public
  place_code TEXT, -- public
  place_name TEXT NOT NULL DEFAULT '', -- public
  department TEXT -- public
) STRICT, WITHOUT ROWID;

-- What a partner says of a day: a later word about the same offer and day takes the place of the earlier one.
CREATE TABLE reported_counts (
  day TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'), -- internal
  offer_uri TEXT NOT NULL, -- internal
  reporter TEXT NOT NULL, -- internal
  document TEXT NOT NULL, -- internal
  impressions INTEGER NOT NULL DEFAULT 0 CHECK (impressions >= 0), -- internal
  views INTEGER NOT NULL DEFAULT 0 CHECK (views >= 0), -- internal
  apply_starts INTEGER NOT NULL DEFAULT 0 CHECK (apply_starts >= 0), -- internal
  applications INTEGER NOT NULL DEFAULT 0 CHECK (applications >= 0), -- internal
  accepted INTEGER NOT NULL DEFAULT 0 CHECK (accepted >= 0), -- internal
  received_at TEXT NOT NULL, -- internal
  PRIMARY KEY (day, offer_uri, reporter)
) STRICT, WITHOUT ROWID;
CREATE INDEX reported_counts_offer ON reported_counts (offer_uri);
CREATE INDEX reported_counts_document ON reported_counts (reporter, document);

-- Which days were told to whom, and the sums told, so that a day that has changed is told again.
CREATE TABLE shared_days (
  day TEXT NOT NULL, -- internal
  partner_uri TEXT NOT NULL, -- internal
  sums TEXT NOT NULL, -- internal
  sendings INTEGER NOT NULL DEFAULT 1 CHECK (sendings >= 1), -- internal
  sent_at TEXT NOT NULL, -- internal
  PRIMARY KEY (day, partner_uri)
) STRICT, WITHOUT ROWID;
`,
}
