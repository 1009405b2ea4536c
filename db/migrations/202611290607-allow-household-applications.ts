// SPDX-License-Identifier: AGPL-3.0-or-later
// A mailbox is not a person: those who share one may apply for the same offer, as may those who have none.
import type { Migration } from '../migrate.ts'

export const allowHouseholdApplications: Migration = {
  name: '202611290607-allow-household-applications',
  sql: `
DROP INDEX applications_one_live;

CREATE UNIQUE INDEX applications_one_live ON applications (offer_id, email_key, family_name, given_name)
  WHERE state IN ('submitted', 'in_review', 'accepted') AND email_key <> '';

DROP INDEX applications_ended;

CREATE INDEX applications_ended ON applications (decided_at)
  WHERE email_key <> id AND state IN ('declined', 'withdrawn', 'offer_closed');

DROP INDEX applications_named;

CREATE INDEX applications_named ON applications (offer_id) WHERE state = 'accepted' AND email_key <> id;
`,
}
