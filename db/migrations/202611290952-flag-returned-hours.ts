// SPDX-License-Identifier: AGPL-3.0-or-later
// Each page of a volunteer counts the questions about their hours.
import type { Migration } from '../migrate.ts'

export const flagReturnedHours: Migration = {
  name: '202611290952-flag-returned-hours',
  sql: `
CREATE INDEX hours_entries_returned ON hours_entries (person_id) WHERE state = 'returned';
`,
}
