// SPDX-License-Identifier: AGPL-3.0-or-later
// Of a workbook with several sheets that have content, the page says which one was read.
import type { Migration } from '../migrate.ts'

export const nameReadSheet: Migration = {
  name: '202611300421-name-read-sheet',
  sql: `
ALTER TABLE imports ADD COLUMN sheet TEXT NOT NULL DEFAULT '' CHECK (length(sheet) <= 120); -- internal
`,
}
