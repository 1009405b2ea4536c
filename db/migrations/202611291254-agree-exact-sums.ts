// SPDX-License-Identifier: AGPL-3.0-or-later
// Whether small sums are shown exactly: to a centre that we belong to, or of a member of ours, and since when that holds.
import type { Migration } from '../migrate.ts'

export const agreeExactSums: Migration = {
  name: '202611291254-agree-exact-sums',
  sql: `
ALTER TABLE affiliations ADD COLUMN exact_sums INTEGER NOT NULL DEFAULT 0 CHECK (exact_sums IN (0, 1)); -- internal

ALTER TABLE affiliations ADD COLUMN exact_sums_at TEXT; -- internal

CREATE INDEX affiliations_exact ON affiliations (partner_uri) WHERE exact_sums = 1;
`,
}
