// SPDX-License-Identifier: AGPL-3.0-or-later
// Who receives the applications for an offer besides its contact (offers.contact_id), in the order in which they are tried.
import type { Migration } from '../migrate.ts'

export const keepOfferContacts: Migration = {
  name: '202611292115-keep-offer-contacts',
  sql: `
CREATE TABLE offer_contacts (
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE, -- personal
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, -- personal
  position INTEGER NOT NULL, -- internal
  PRIMARY KEY (offer_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX offer_contacts_person ON offer_contacts (person_id);
`,
}
