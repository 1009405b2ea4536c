// SPDX-License-Identifier: AGPL-3.0-or-later
// Coordinators are told of hours that have waited for days: how many lines, of how many people, and since when.
import type { Migration } from '../migrate.ts'

export const findWaitingHours: Migration = {
  name: '202611291306-find-waiting-hours',
  sql: `
CREATE INDEX hours_entries_waiting ON hours_entries (created_at, person_id) WHERE state = 'submitted';
`,
}
