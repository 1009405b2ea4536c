// SPDX-License-Identifier: AGPL-3.0-or-later
// How many entries a line of a statement sums up was kept, and shown nowhere.
import type { Migration } from '../migrate.ts'

export const dropStatementEntries: Migration = {
  name: '202611300450-drop-statement-entries',
  sql: `
ALTER TABLE hours_statement_lines DROP COLUMN entries;
`,
}
