// SPDX-License-Identifier: AGPL-3.0-or-later
// When each job is due next, so that a start knows what was missed, and runs it once.
import type { Migration } from '../migrate.ts'

export const rememberDueJobs: Migration = {
  name: '202611281800-remember-due-jobs',
  sql: `
ALTER TABLE jobs ADD COLUMN due_at TEXT; -- internal
`,
}
