// SPDX-License-Identifier: AGPL-3.0-or-later
// What opened an account before a number was raised opens it no more: server/accounts/end-access.ts.
import type { Migration } from '../migrate.ts'

export const endAccess: Migration = {
  name: '202611290553-end-access',
  sql: `
ALTER TABLE people ADD COLUMN access_version INTEGER NOT NULL DEFAULT 1; -- internal
ALTER TABLE sessions ADD COLUMN access_version INTEGER NOT NULL DEFAULT 1; -- internal
ALTER TABLE tokens ADD COLUMN access_version INTEGER NOT NULL DEFAULT 1; -- internal
`,
}
