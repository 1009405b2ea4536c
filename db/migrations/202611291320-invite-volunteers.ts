// SPDX-License-Identifier: AGPL-3.0-or-later
// A volunteer is invited to an offer once.
import type { Migration } from '../migrate.ts'

export const inviteVolunteers: Migration = {
  name: '202611291320-invite-volunteers',
  sql: `
CREATE TABLE offer_invitations (
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE, -- personal
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, -- personal
  sent_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  sent_at TEXT NOT NULL, -- personal
  PRIMARY KEY (offer_id, person_id)
) STRICT;

CREATE INDEX offer_invitations_person ON offer_invitations (person_id);

CREATE INDEX offer_invitations_sent_by ON offer_invitations (sent_by);
`,
}
