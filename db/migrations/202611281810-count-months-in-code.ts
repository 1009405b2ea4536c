// SPDX-License-Identifier: AGPL-3.0-or-later
// The functions that write the days of counts keep their months too (queries/counts.ts); what is counted stays.
import type { Migration } from '../migrate.ts'

export const countMonthsInCode: Migration = {
  name: '202611281810-count-months-in-code',
  sql: `
DROP TRIGGER offer_counts_added;
DROP TRIGGER offer_counts_changed;
DROP TRIGGER offer_counts_removed;
DROP TRIGGER shown_counts_added;
DROP TRIGGER shown_counts_changed;
DROP TRIGGER shown_counts_removed;
DROP TRIGGER reported_counts_added;
DROP TRIGGER reported_counts_changed;
DROP TRIGGER reported_counts_removed;
`,
}
