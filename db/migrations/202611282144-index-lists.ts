// SPDX-License-Identifier: AGPL-3.0-or-later
// Long lists begin behind any row, in their own order, and find the numbers of a page without reading the rows.
import type { Migration } from '../migrate.ts'

export const indexLists: Migration = {
  name: '202611282144-index-lists',
  sql: `
DROP INDEX hours_entries_person;
DROP INDEX hours_entries_state;
DROP INDEX hours_entries_day;
CREATE INDEX hours_entries_person ON hours_entries (person_id, worked_on, id);
CREATE INDEX hours_entries_state ON hours_entries (state, worked_on, id);
CREATE INDEX hours_entries_day ON hours_entries (worked_on, id);
CREATE INDEX hours_entries_sums ON hours_entries (worked_on, person_id, category_id, minutes)
  WHERE state = 'approved';

DROP INDEX people_name;
CREATE INDEX people_active ON people (search_key, member_number, email_key) WHERE disabled_at IS NULL;
CREATE INDEX people_invited ON people (search_key, member_number, email_key)
  WHERE disabled_at IS NULL AND invited_at IS NOT NULL;
CREATE INDEX people_closed ON people (search_key, member_number, email_key) WHERE disabled_at IS NOT NULL;

CREATE INDEX applications_waiting ON applications (confirmed_at, updated_at DESC, id, state)
  WHERE state IN ('submitted', 'in_review');
CREATE INDEX applications_answered ON applications (updated_at DESC, id, state)
  WHERE state IN ('accepted', 'declined', 'withdrawn', 'offer_closed');

CREATE INDEX applications_ended ON applications (decided_at)
  WHERE email <> '' AND state IN ('declined', 'withdrawn', 'offer_closed');
CREATE INDEX applications_named ON applications (offer_id) WHERE state = 'accepted' AND email <> '';

CREATE INDEX moderation_items_waiting ON moderation_items (coalesce(pending_since, ''), id)
  WHERE state IN ('pending', 'in_review');
CREATE INDEX moderation_items_unread ON moderation_items (coalesce(pending_since, ''), id)
  WHERE state = 'accepted' AND decided_at IS NULL;
CREATE INDEX moderation_items_newest ON moderation_items
  (coalesce(decided_at, received_at) DESC, id, state, accepted_revision);

DROP INDEX offers_updated;
CREATE INDEX offers_updated ON offers (updated_at, id, state, publish_until);

DROP INDEX mails_created;
CREATE INDEX mails_created ON mails (created_at, id, state);
`,
}
