// SPDX-License-Identifier: AGPL-3.0-or-later
// Who was erased is erased again after a backup of before is restored; only the id is kept. Mails are found by address.
import type { Migration } from '../migrate.ts'

export const listErased: Migration = {
  name: '202611290634-list-erased',
  sql: `
CREATE TABLE erased_people (
  person_id TEXT PRIMARY KEY, -- internal
  at TEXT NOT NULL -- internal
) STRICT, WITHOUT ROWID;

CREATE INDEX mails_to ON mails (to_email);
`,
}
