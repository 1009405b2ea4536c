// SPDX-License-Identifier: AGPL-3.0-or-later
// A mailbox is the same in capitals: its mails, and the links that ask it to confirm a search, are found by both.
import type { Migration } from '../migrate.ts'

export const findMailsByMailbox: Migration = {
  name: '202611291735-find-mails-by-mailbox',
  sql: `
DROP INDEX mails_to;

CREATE INDEX mails_to ON mails (lower(to_email));

CREATE INDEX tokens_alert ON tokens (lower(content ->> 'email')) WHERE purpose = 'alert';
`,
}
