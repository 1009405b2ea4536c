// SPDX-License-Identifier: AGPL-3.0-or-later
// To which member somebody was passed on: once it is a member no more, its link shows nothing.
import type { Migration } from '../migrate.ts'

export const namePassedTo: Migration = {
  name: '202611291545-name-passed-to',
  sql: `
ALTER TABLE enquiry_messages ADD COLUMN affiliation_id TEXT; -- internal
`,
}
