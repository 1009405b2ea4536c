// SPDX-License-Identifier: AGPL-3.0-or-later
// Whether a person is reached is seen from their last mail that ended, however many wait or were gathered since.
import type { Migration } from '../migrate.ts'

export const findToldMails: Migration = {
  name: '202611300525-find-told-mails',
  sql: `
CREATE INDEX mails_told ON mails (about, id) WHERE about IS NOT NULL AND state IN ('sent', 'failed', 'kept');
`,
}
