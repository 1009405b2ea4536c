// SPDX-License-Identifier: AGPL-3.0-or-later
// Accepted people are told that days or place have changed a minute after the last change, so that several are one mail.
import type { Migration } from '../migrate.ts'

export const holdOfferChanges: Migration = {
  name: '202611291313-hold-offer-changes',
  sql: `
CREATE TABLE held_changes (
  offer_id TEXT PRIMARY KEY REFERENCES offers (id) ON DELETE CASCADE, -- internal
  revision INTEGER NOT NULL, -- internal
  changed_at TEXT NOT NULL, -- internal
  until TEXT NOT NULL -- internal
) STRICT, WITHOUT ROWID;

CREATE INDEX held_changes_until ON held_changes (until);
`,
}
